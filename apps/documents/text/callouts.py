"""Callouts: `> [!NOTE]` as GitHub writes them (the parser's own) and `:::note Title` of Docusaurus.

A container ends at the `:::` that closes it, counting containers opened within, or with the text
around it when it is not closed. An unknown name is left as text.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

from apps.documents.text.source import MAX_NESTING, NestedTooDeeplyError

type CalloutKind = Literal["note", "tip", "important", "warning", "caution"]
KINDS: Final[tuple[CalloutKind, ...]] = ("note", "tip", "important", "warning", "caution")
_NAMES: Final[dict[str, CalloutKind]] = {
    "note": "note",
    "info": "note",
    "secondary": "note",
    "tip": "tip",
    "success": "tip",
    "important": "important",
    "warning": "warning",
    "caution": "caution",
    "danger": "caution",
}
_OPENING = re.compile(r"(:{3,})[ \t]*([A-Za-z]+)(?:[ \t]*\[(.*)\]|[ \t]+(.*))?[ \t]*\Z")
_CLOSING = re.compile(r"(:{3,})[ \t]*\Z")


def callouts_plugin(md: MarkdownIt) -> None:
    """Adds `:::` containers beside the parser's own alerts; both give `alert_*` tokens."""
    md.options["alerts"] = True
    md.core.ruler.after("block", "callout_titles", _neutral_titles)
    md.block.ruler.before(
        "blockquote", "callout", _container, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _container(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    opening = _OPENING.match(_line(state, start_line))
    kind = _NAMES.get(opening[2].lower()) if opening else None
    if opening is None or kind is None:
        return False
    if not silent:
        _push(state, start_line, end_line, kind, (opening[3] or opening[4] or "").strip())
    return True


def _push(state: StateBlock, start_line: int, end_line: int, kind: CalloutKind, title: str) -> None:
    if state.level >= MAX_NESTING - 1:
        raise NestedTooDeeplyError(start_line + 1)
    last, after = _end(state, start_line + 1, end_line)
    old_parent, old_line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", last
    token = state.push("alert_open", "div", 1)
    token.block, token.meta = True, {"kind": kind}
    title_open = state.push("alert_title_open", "p", 1)
    title_open.meta = {"own": bool(title)}
    inline = state.push("inline", "", 0)
    inline.content, inline.children = title, []
    inline.map = [start_line, start_line + 1]
    state.push("alert_title_close", "p", -1)
    state.md.block.tokenize(state, start_line + 1, last)
    state.push("alert_close", "div", -1).block = True
    state.parentType, state.lineMax = old_parent, old_line_max
    state.line = after
    token.map = [start_line, after]


def _neutral_titles(state: StateCore) -> None:
    """A callout without a title of its own gets a word that is filled in the reader's language."""
    kind = ""
    for index, token in enumerate(state.tokens):
        if token.type == "alert_open":
            kind = str(token.meta["kind"]).lower()
        elif token.type == "alert_title_open" and not token.meta.get("own"):
            token.meta = {"word": kind}
            state.tokens[index + 1].content = ""


def _end(state: StateBlock, line: int, end_line: int) -> tuple[int, int]:
    """The line after the content, and the line where the text goes on after the `:::`, if there is one."""
    open_containers = 1
    while line < end_line:
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            break  # the list item around it ends here
        text = _line(state, line)
        if text.startswith(":::"):
            if _CLOSING.match(text):
                open_containers -= 1
                if open_containers == 0:
                    return line, line + 1
            elif (opening := _OPENING.match(text)) and opening[2].lower() in _NAMES:
                open_containers += 1
        line += 1
    return line, line


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
