"""The one Markdown parser: CommonMark without HTML, plus what Cairn's pages need.

Tables, ~~strikethrough~~, task lists, footnotes, callouts, wiki links, bare addresses. The parser
is built once; a parse keeps its state in `env`, so threads may share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, cast

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref, footnote_tail

from apps.documents.text.blocks import Segment, segments
from apps.documents.text.callouts import callouts_plugin
from apps.documents.text.links import is_allowed_url
from apps.documents.text.render import PageRenderer
from apps.documents.text.source import MAX_NESTING, NestedTooDeeplyError, normalise
from apps.documents.text.wiki import wiki_plugin

# Above these a paragraph is shown as it was typed: emphasis and brackets are quadratic in hostile text.
MAX_INLINE_CHARS: Final = 30_000
MAX_BRACKET_REACH: Final = 2_000_000
_BRACKET: Final = re.compile(r"[\[\]]")
_CONTAINERS: Final = frozenset({"blockquote_open", "list_item_open", "alert_open", "footnote_reference_open"})


@dataclass(frozen=True, slots=True)
class Parsed:
    tokens: list[Token]
    segments: list[Segment]
    env: dict[str, Any]


def parse(source: str) -> Parsed:
    """Tokens and blocks of a normalised source. Raises NestedTooDeeplyError."""
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(source, env)
    return Parsed(tokens, env.get("segments", []), env)


def render(parsed: Parsed) -> str:
    """HTML, not yet sanitised."""
    html: str = _PARSER.renderer.render(parsed.tokens, _PARSER.options, parsed.env)
    return html


def render_inline(children: list[Token]) -> str:
    """HTML of one line's tokens alone, not yet sanitised."""
    return _RENDERER.renderInline(children, _PARSER.options, {})


def split_blocks(source: str) -> tuple[str, ...]:
    """The texts of the blocks alone, for merging: a fraction of the time of `compose`.

    Raises TextLimitError.
    """
    source = normalise(source)
    env: dict[str, Any] = {}
    tokens = _PARSER.block.parse(source, _PARSER, env, []) or []
    refuse_deep(tokens)
    return tuple(segment.text for segment in segments(source, tokens))


def build() -> MarkdownIt:
    """A parser of pages; other texts take away from it."""
    options = {"html": False, "tasklists": True, "inline_definitions": True, "maxNesting": MAX_NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=PageRenderer)
    parser.options["xhtmlOut"] = False
    parser.enable(["table", "strikethrough"])
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.after("image", "footnote_ref", footnote_ref)
    parser.core.ruler.after("inline", "footnote_tail", footnote_tail)
    parser.use(callouts_plugin).use(wiki_plugin)
    parser.core.ruler.after("block", "segments", _note_segments)
    parser.core.ruler.at("inline", _inline)
    parser.validateLink = is_allowed_url  # type: ignore[method-assign]
    return parser


def _note_segments(state: StateCore) -> None:
    refuse_deep(state.tokens)
    state.env["segments"] = segments(state.src, state.tokens)


def refuse_deep(tokens: list[Token]) -> None:
    """The parser skips what lies deeper: better to refuse than to hide text."""
    for token in tokens:
        if token.level >= MAX_NESTING - 1 and token.type in _CONTAINERS:
            raise NestedTooDeeplyError(token.map[0] + 1 if token.map else 0)


def _inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline" or not token.content:
            continue
        if _is_costly(token.content):
            token.children = [Token("text", "", 0, content=token.content)]
        else:
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


_PARSER: Final = build()
_RENDERER: Final = cast(PageRenderer, _PARSER.renderer)


def _is_costly(text: str) -> bool:
    """Whether the parser would look for closing brackets over too many characters, taken together."""
    if len(text) > MAX_INLINE_CHARS:
        return True
    if text.count("[") * len(text) < MAX_BRACKET_REACH:
        return False
    reach = 0
    opened: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            reach += bracket.start() - opened.pop()
    return reach + sum(len(text) - start for start in opened) > MAX_BRACKET_REACH
