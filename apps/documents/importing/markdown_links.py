"""Finding and exchanging the destinations of links and images; all else stays to the character."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from apps.documents.importing.code_spans import CodeSpans, is_escaped

TITLE = r"""(?:[ \t\n]++(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?[ \t\n]*+\)"""
OPENING = re.compile(r"\]\(")
ANGLE = re.compile(r"[ \t]*+\n?[ \t]*+<((?:[^<>\n\\]|\\.)*+)>" + TITLE)
BARE = re.compile(
    r"[ \t]*+\n?[ \t]*+((?!<)(?:[^\s()\\\x00-\x1f]|\\.|\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\))++)"
    + TITLE
)
LOOSE = re.compile(
    r"""[ \t]*((?!<)[^\n()]{0,300}?(?:\([^\n()]{0,300}\)[^\n()]{0,300}?){0,3}?)"""
    r"""(?:[ \t]+(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?[ \t]*\)"""
)
DEFINITION = re.compile(
    r"""^[ \t>]*\[(?!\^)(?:[^\[\]\n\\]|\\.)++\]:[ \t]*+(?:<([^<>\n]*+)>|(?!<)(\S++))"""
    r"""(?=[ \t]*$|[ \t]+["'(])""",
    re.MULTILINE,
)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination as written, where it stands; `loose` when it holds bare spaces (no CommonMark)."""

    start: int
    end: int
    written: str
    loose: bool = False

    @property
    def address(self) -> str:
        """Without Markdown's escapes and HTML's entities; percent-escapes stay."""
        return unescape(ESCAPED.sub(r"\1", self.written))


def find_destinations(text: str, spans: CodeSpans) -> Iterator[Destination]:
    for opening in spans.free_matches(OPENING, text):
        if is_escaped(text, opening.start()):
            continue
        for pattern in (ANGLE, BARE, LOOSE):
            if found := pattern.match(text, opening.end()):
                yield Destination(*found.span(1), found[1], loose=pattern is LOOSE)
                break
    for found in spans.free_matches(DEFINITION, text):
        group = 1 if found[1] is not None else 2
        yield Destination(*found.span(group), found[group])


type Exchange = Callable[[Destination], str | None]


def exchange_destinations(text: str, spans: CodeSpans, exchange: Exchange) -> str:
    """The text with each destination replaced by what `exchange` gives for it, if anything."""
    if "](" not in text and "]:" not in text:
        return text
    edits: list[tuple[int, int, str]] = []
    for found in find_destinations(text, spans):
        new = exchange(found)
        if new is not None and new != found.written:
            edits.append((found.start, found.end, new))
    return apply_edits(text, edits)


def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Replace stretches of the text; of two that overlap the first one counts."""
    pieces, position = list[str](), 0
    for start, end, new in sorted(edits):
        if start >= position:
            pieces += [text[position:start], new]
            position = end
    return "".join([*pieces, text[position:]])
