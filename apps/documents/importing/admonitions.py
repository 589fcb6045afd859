"""MkDocs' indented blocks: `!!! note "Title"`, `??? tip`, `=== "Tab"`."""

import re
from dataclasses import dataclass

from apps.documents.importing.callouts import callout
from apps.documents.importing.code_spans import FENCE
from apps.documents.importing.elements import strong
from apps.documents.importing.placement import dedented

OPENING = re.compile(
    r'^([ \t]*)(?:(!!!|\?\?\?\+?)[ \t]+([\w-]+)[^"\n]*(?:"([^"\n]*)")?|===[!+]?[ \t]+"([^"\n]*)")[ \t]*$'
)
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A text and, for each of its lines, the line it came from."""

    text: str
    lines: tuple[int, ...]

    def line_of(self, index: int) -> int:
        return self.lines[min(index, len(self.lines) - 1)]


def numbered(text: str) -> NumberedText:
    return NumberedText(text, tuple(range(text.count("\n") + 1)))


def convert_admonitions(source: NumberedText, depth: int = 0) -> NumberedText:
    """Callouts for admonitions, a bold name above each tab. Code in fences stays."""
    if not re.search(r"^[ \t]*(?:!!!|\?\?\?|===)", source.text, re.MULTILINE) or depth > MAX_DEPTH:
        return source
    lines, out, numbers, index = source.text.split("\n"), list[str](), list[int](), 0
    fence = ""
    while index < len(lines):
        line = lines[index]
        opening = None if fence else OPENING.match(line)
        if opening is None:
            fence = _fence_after(line, fence)
            out.append(line)
            numbers.append(source.lines[index])
            index += 1
            continue
        end = _content_end(lines, index + 1, len(opening[1].expandtabs(4)))
        new = _converted(opening, lines[index:end], source.lines[index:end], depth)
        out += new.text.split("\n")
        numbers += new.lines
        if end < len(lines) and lines[end].strip():
            out.append("")
            numbers.append(source.lines[end])
        index = end
    return NumberedText("\n".join(out), tuple(numbers))


def _converted(
    opening: re.Match[str], lines: list[str], numbers: tuple[int, ...], depth: int
) -> NumberedText:
    margin, _, name, title, tab = opening.groups()
    body = dedented("\n".join(["", *lines[1:]])).lstrip("\n")
    above = len(lines) - 1 - body.count("\n") if body else 0
    inner = convert_admonitions(NumberedText(body, numbers[above:] or numbers[-1:]), depth + 1)
    bare = inner.text.strip("\n")
    if tab is not None:
        new = f"{strong(tab)}\n\n{bare}"
    else:
        new = callout(name, name.capitalize() if title is None else title, bare)
    shown = new.split("\n")
    head = next((index for index, line in enumerate(shown) if bare and line.endswith(bare.split("\n")[0])), 0)
    of_lines = [
        inner.line_of(max(0, index - head)) if index >= head else numbers[0] for index in range(len(shown))
    ]
    return NumberedText("\n".join(f"{margin}{line}".rstrip() for line in shown), tuple(of_lines))


def _content_end(lines: list[str], start: int, margin: int) -> int:
    """The line after the indented content; blank lines at its end are not part of it."""
    end = index = start
    while index < len(lines):
        line = lines[index].expandtabs(4)
        if line.strip():
            if len(line) - len(line.lstrip()) < margin + 4:
                break
            end = index + 1
        index += 1
    return end


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open below this line."""
    bare = line.strip(" \t>")
    if fence:
        return "" if len(bare) >= len(fence) and not bare.strip(fence[0]) else fence
    found = FENCE.match(line)
    return found[1] if found else ""
