"""HTML, JSX and shortcodes in Markdown become Markdown; prose and code stay to the character."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.documents.importing.code_spans import CodeSpans, is_escaped
from apps.documents.importing.component_rules import COMPONENT_RULES, other
from apps.documents.importing.elements import Block, Element, Rule
from apps.documents.importing.html_rules import HTML_RULES, NOTED_HTML
from apps.documents.importing.js_expressions import shown_expression
from apps.documents.importing.js_values import balanced_end
from apps.documents.importing.placement import dedented, line_break, placed, spaced, stands_alone
from apps.documents.importing.tags import Tag, read_shortcode, read_tag
from apps.documents.importing.told import sentence

# What became of a component or an element, as templates of Told.
BECAME_TEXT = sentence("%(name)s became text")
LEFT_OUT = sentence("%(name)s left out")
HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
TABS = re.compile(r"<(?:Tabs?\.)?Tab(?:Item|s\.Tab)?(?=[\s>])")
MAX_DEPTH = 40
MAX_LOOKS = 20_000  # at other tags, in search of one that closes: pages are not all honest
MAX_FAILURES = 50


@dataclass(frozen=True, slots=True)
class Syntax:
    jsx: bool = False
    shortcodes: bool = False

    @property
    def marks(self) -> re.Pattern[str]:
        parts = ["<!--", r"</?[A-Za-z]"]
        parts += [r"</?>", r"\{"] if self.jsx else []
        return re.compile("|".join([*parts, r"\{\{[<%]"] if self.shortcodes else parts))


type Link = Callable[[str, int], str]
type Note = Callable[[str, str, int], None]


@dataclass(slots=True)
class Markup:
    """Converts one page. `link(address, line)` resolves; `note(name, outcome, line)` is told of
    every component, expression and dropped element. Lines are those of the text given, from 0."""

    syntax: Syntax
    link: Link
    note: Note
    looks: int = field(default=0)
    failures: int = field(default=0)

    def convert(self, text: str, line: int = 0, depth: int = 0) -> str:
        if self.syntax.marks.search(text) is None:
            return text
        spans = CodeSpans(text, indented=not self.syntax.jsx)
        pieces, position = list[str](), 0
        for found in spans.free_matches(self.syntax.marks, text):
            start = found.start()
            if start < position or is_escaped(text, start):
                continue
            piece = self._piece(text, start, spans, line, depth)
            if piece is None:
                continue
            end, new = piece
            pieces.append(placed(text[position:start], new, text, start))
            position = end
        if not position:
            return text
        return spaced("".join([*pieces, text[position:]]))

    def _piece(
        self, text: str, start: int, spans: CodeSpans, line: int, depth: int
    ) -> tuple[int, str] | None:
        """(end, Markdown) of what begins at `start`; None for what stays."""
        if comment := HTML_COMMENT.match(text, start):
            own_line = not text[text.rfind("\n", 0, start) + 1 : start].strip()
            return comment.end(), Block() if own_line else ""
        here = line + text.count("\n", 0, start)
        if text.startswith("{{", start) and self.syntax.shortcodes and (tag := read_shortcode(text, start)):
            return self._element(tag, text, spans, here, depth)
        if text[start] == "{":
            return self._expression(text, start, here, depth) if self.syntax.jsx else None
        found = read_tag(text, start, jsx=self.syntax.jsx and self.failures < MAX_FAILURES)
        if found is None:
            self.failures += "{" in text[start : start + 500]
            return None
        return self._element(found, text, spans, here, depth)

    def _expression(self, text: str, start: int, line: int, depth: int) -> tuple[int, str] | None:
        end = balanced_end(text, start) if self.failures < MAX_FAILURES else None
        if end is None:
            self.failures += 1
            return None
        inner, own_line = text[start + 1 : end - 1], not text[text.rfind("\n", 0, start) + 1 : start].strip()
        shown, markup = shown_expression(inner)
        if markup and depth < MAX_DEPTH:
            shown = self.convert(markup, line, depth + 1)
        if shown is None:
            return end, Block() if own_line else ""
        if not shown:
            self.note("{...}", LEFT_OUT, line)
        return end, Block(shown) if markup and own_line else shown

    def _element(
        self, tag: Tag, text: str, spans: CodeSpans, line: int, depth: int
    ) -> tuple[int, str] | None:
        rule = self._rule(tag)
        if rule is None or depth >= MAX_DEPTH:
            return None
        if tag.name.lower() == "br":
            return line_break(text, tag)
        droppable = tag.shortcode or tag.name.lower() in OPEN_ENDED
        if tag.closing:
            return (tag.end, Block()) if droppable else None
        closing = None if tag.alone else self._closing(tag, text, spans)
        if closing is None and not tag.alone and not droppable:
            return None  # `List<String>` is prose
        end = closing.end if closing else tag.end
        raw = text[tag.end : closing.start] if closing else ""
        element = self._read(tag, raw, line, depth, block=stands_alone(text, tag.start, end))
        shown = rule(element)
        self._tell(tag, shown, line)
        return end, shown

    def _read(self, tag: Tag, raw: str, line: int, depth: int, *, block: bool) -> Element:
        inner = raw
        if tag.name.lower() not in LITERAL:
            raw = dedented(_labelled_tabs(tag, raw))
            inner = self.convert(raw, line, depth + 1)
        name = tag.name.rpartition(".")[2].lower()
        return Element(name, tag.attributes, inner, raw, block, lambda address: self.link(address, line))

    def _rule(self, tag: Tag) -> Rule | None:
        """None for a tag that stays: in Markdown, `<String>` is prose."""
        name = tag.name.rpartition(".")[2].lower()
        if tag.shortcode or (self.syntax.jsx and not tag.name.islower()):
            return COMPONENT_RULES.get(name, other)
        return HTML_RULES.get(name) or (other if self.syntax.jsx else None)

    def _tell(self, tag: Tag, shown: str, line: int) -> None:
        if tag.shortcode:
            self.note("{{< " + tag.name + " >}}", _outcome(shown), line)
        elif not tag.name.islower() or tag.name in NOTED_HTML:
            self.note(f"<{tag.name}>", _outcome(shown), line)

    def _closing(self, tag: Tag, text: str, spans: CodeSpans) -> Tag | None:
        """The tag that closes this one, counting those of its name within."""
        pattern = _tags_named(tag)
        level = 1
        for found in spans.free_matches(pattern, text, tag.end):
            self.looks += 1
            if self.looks > MAX_LOOKS:
                return None
            start = found.start()
            other_tag = (
                read_shortcode(text, start) if tag.shortcode else read_tag(text, start, jsx=self.syntax.jsx)
            )
            if other_tag is None or other_tag.alone:
                continue
            level += -1 if other_tag.closing else 1
            if level == 0:
                return other_tag
        return None


def _tags_named(tag: Tag) -> re.Pattern[str]:
    name = re.escape(tag.name)
    if tag.shortcode:
        return re.compile(rf"\{{\{{[<%]\s*/?\s*{name}\b")
    return re.compile(rf"</?{name}(?=[\s/>])" if name else "</?>", re.IGNORECASE)


LITERAL = frozenset({"pre", "code", "script", "style", "svg", "highlight"})
OPEN_ENDED = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "a", "font", "center"})


def _outcome(shown: str) -> str:
    return BECAME_TEXT if shown.strip() else LEFT_OUT


def _labelled_tabs(tag: Tag, raw: str) -> str:
    """`<Tabs items={["a", "b"]}>` names its tabs in order."""
    items = tag.attributes.get("items")
    if not isinstance(items, list) or not tag.name.lower().startswith("tab"):
        return raw
    names = iter([name for name in items if isinstance(name, str)])

    def labelled(found: re.Match[str]) -> str:
        name = next(names, "").replace('"', "'")
        return f'{found[0]} label="{name}"' if name else found[0]

    return TABS.sub(labelled, raw)
