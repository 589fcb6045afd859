"""Where code stands in Markdown: nothing that the importer changes may lie in it."""

import re
from bisect import bisect_right
from collections.abc import Iterator

FENCE = re.compile(r"[ \t]*(?:>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)*[ \t]*(`{3,}(?=[^`\n]*$)|~{3,})")
LIST_ITEM = re.compile(r"([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\S|\[\^[^\]\n]+\]:")
INDENTED = re.compile(r"^(?: {4}| {0,3}\t)", re.MULTILINE)
QUOTED = re.compile(r"[ \t]*>")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
BACKTICKS = re.compile(r"`+")
BLANK_LINE = re.compile(r"\n[ \t]*(?:\n|\Z)")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
FOOTNOTE_INDENT = 4


class CodeSpans:
    """The stretches of a text that are code; `comments` adds HTML comments to them.

    `indented` is False where four blanks do not make code (MDX).
    """

    def __init__(self, text: str, *, indented: bool = True, comments: bool = False) -> None:
        has_blocks = "```" in text or "~~~" in text or (indented and INDENTED.search(text) is not None)
        blocks = list(_blocks(text, indented=indented)) if has_blocks else []
        spans = [*blocks, *_inline(text, blocks)] if "`" in text else blocks
        if comments and "<!--" in text:
            spans.extend(
                found.span() for found in COMMENT.finditer(text) if not _covers(spans, found.start())
            )
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def end_of(self, position: int) -> int | None:
        """Where the code around this position ends; None outside of code."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self._spans[index][1]:
            return None
        return self._spans[index][1]

    def free_matches(self, pattern: re.Pattern[str], text: str, position: int = 0) -> Iterator[re.Match[str]]:
        """Matches that begin outside of code."""
        while found := pattern.search(text, position):
            end = self.end_of(found.start())
            if end is None:
                yield found
                end = found.end()
            position = max(end, found.start() + 1)


def is_escaped(text: str, position: int) -> bool:
    """Whether an odd number of backslashes stands before."""
    count = 0
    while position > count and text[position - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def _covers(spans: list[tuple[int, int]], position: int) -> bool:
    return any(start <= position < end for start, end in spans)


def _blocks(text: str, *, indented: bool) -> Iterator[tuple[int, int]]:
    """Fenced and indented code, by lines. An open fence reaches to the end."""
    position, fence, start, quoted = 0, "", 0, False
    blank, offset = True, 0
    for line in LINE.findall(text):  # str.splitlines knows ends of lines that Markdown does not
        if fence:
            bare = line.strip(" \t\n>" if quoted else " \t\n")
            left_quote = quoted and QUOTED.match(line) is None
            if left_quote or (len(bare) >= len(fence) and not bare.strip(fence[0])):
                yield start, position + (0 if left_quote else len(line))
                fence = ""
        elif ("```" in line or "~~~" in line) and (found := FENCE.match(line.rstrip("\n"))):
            fence, start, quoted = found[1], position, ">" in found[0]
        elif line.strip():
            width = _indent(line)
            if indented and blank and width >= offset + 4:
                yield position, position + len(line)
            else:
                offset = _offset(line, width, offset)
                blank = False
        else:
            blank = True
        position += len(line)
    if fence:
        yield start, len(text)


def _indent(line: str) -> int:
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks.expandtabs(4))


def _offset(line: str, width: int, offset: int) -> int:
    """The column at which the content of the innermost list item begins (0 outside of lists)."""
    item = LIST_ITEM.match(line)
    if item is None:
        return min(offset, width)
    return len(item[1].expandtabs(4)) if item[1] else FOOTNOTE_INDENT


def _inline(text: str, blocks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Code between runs of as many backticks, within one paragraph."""
    position = 0
    for start, end in [*blocks, (len(text), len(text))]:
        yield from _inline_between(text, position, start)
        position = end


def _inline_between(text: str, position: int, end: int) -> Iterator[tuple[int, int]]:
    while opening := BACKTICKS.search(text, position, end):
        position = opening.end()
        if is_escaped(text, opening.start()):
            continue
        paragraph = BLANK_LINE.search(text, position, end)
        limit = paragraph.start() if paragraph else end
        for closing in BACKTICKS.finditer(text, position, limit):
            if len(closing[0]) == len(opening[0]):
                yield opening.start(), closing.end()
                position = closing.end()
                break
