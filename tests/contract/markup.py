"""HTML as a browser's parser tells it: elements, attributes, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    inside: list[Element] = field(default_factory=list)


@dataclass
class Parsed(HTMLParser):
    """`skeleton`: opening and closing tags with their attributes' names, in order."""

    elements: list[Element] = field(default_factory=list)
    skeleton: list[str] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def labels(self) -> list[Element]:
        return [element for element in self.elements if element.tag == "label"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs}, self.getpos()[0])
        self.elements.append(found)
        for outer in self.open:
            outer.inside.append(found)
        self.skeleton.append(f"<{tag} {' '.join(name for name, _value in attrs)}>")
        if tag not in VOID:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        self.skeleton.append(f"</{tag}>")
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.getpos()[0], data))
        for element in self.open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        self.skeleton.append("<!>")


def parsed(html: str) -> Parsed:
    parser = Parsed()
    parser.feed(html)
    parser.close()
    return parser
