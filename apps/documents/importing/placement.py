"""Where a converted element stands in its text: on lines of its own, or within a sentence."""

import re

from apps.documents.importing.elements import Block
from apps.documents.importing.tags import Tag

BLOCK = "\x1e"  # an empty line belongs here; source text never holds it
BLANK_LINES = re.compile(r"(?:[ \t]*+\n)*+")
LINE_START = re.compile(r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?\Z")


def stands_alone(text: str, start: int, end: int) -> bool:
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)]
    return LINE_START.match(text, line_start, start) is not None and not rest.strip()


def placed(before: str, new: str, text: str, start: int) -> str:
    """What stood before, and the new piece: a block with its indentation and quote marks."""
    if not isinstance(new, Block):
        return before + new
    line_start = text.rfind("\n", 0, start) + 1
    prefix = text[line_start:start]
    if prefix.lstrip().startswith("|"):
        return before + " ".join(new.split())
    if LINE_START.match(text, line_start, start) is None:
        return f"{before}{BLOCK}{new}{BLOCK}"
    later = re.sub(r"[^>\s]", " ", prefix)
    if not new:
        return before if ">" in prefix else f"{before}{BLOCK}"
    lines = new.split("\n")
    body = "\n".join([lines[0], *((later + line).rstrip() for line in lines[1:])])
    if prefix.strip():
        return f"{before}{body}" + ("" if ">" in prefix else BLOCK)
    return f"{before.removesuffix(prefix)}{BLOCK}{prefix}{body}{BLOCK}"


def spaced(text: str) -> str:
    """One empty line on each side of a block, however many stood there."""
    first, *others = text.split(BLOCK)
    pieces = [first.rstrip(" \t\n"), *(piece[_blank_end(piece) :].rstrip(" \t\n") for piece in others)]
    return "\n\n".join(piece for piece in pieces if piece.strip()).strip("\n")


def _blank_end(text: str) -> int:
    found = BLANK_LINES.match(text)
    return found.end() if found else 0


def line_break(text: str, tag: Tag) -> tuple[int, str]:
    """A hard break within a paragraph; in a table a slash; nothing where a paragraph ends anyway."""
    line_start, line_end = text.rfind("\n", 0, tag.start) + 1, text.find("\n", tag.end)
    line_end = len(text) if line_end < 0 else line_end
    before, after = text[line_start : tag.start], text[tag.end : line_end]
    if before.lstrip().startswith("|"):
        return tag.end, " / " if before.rstrip()[-1:] != "|" and after.strip()[:1] != "|" else ""
    if not before.strip() or (
        not text[tag.end : line_end + 1].strip()
        and not text[line_end + 1 :].split("\n", maxsplit=1)[0].strip()
    ):
        return tag.end, ""
    return (tag.end, "\\") if not after.strip() else (tag.end, "\\\n")


def dedented(text: str) -> str:
    """Without the indentation that all lines (but the first, which follows a tag) share."""
    first, newline, rest = text.partition("\n")
    lines = rest.split("\n")
    margins = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    margin = min(margins, default=0)
    return first + newline + "\n".join(line[margin:] for line in lines)
