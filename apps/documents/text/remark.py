"""The text of a comment: the small part of Markdown that a remark needs, and mentions.

Paragraphs, emphasis, code, links, lists and quotations; the rest is shown as it was typed. It goes
through the same renderer and sanitiser as pages do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from apps.documents.text.compose import point_links
from apps.documents.text.markdown import build, refuse_deep
from apps.documents.text.mentions import MARK, Called, People
from apps.documents.text.sanitise import sanitise
from apps.documents.text.source import normalise

NOT_IN_REMARKS: Final = (
    *("table", "heading", "lheading", "hr", "reference", "image", "callout", "callout_titles", "segments"),
    *("footnote_def", "footnote_ref", "footnote_tail"),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """`html` is sanitised and neutral: fill_links() and fill_people() complete it. `mentions` are ids of
    people by the name that was typed. `unknown` are names nobody has, `unclear` those that several have."""

    source: str
    html: str
    mentions: dict[str, str]
    unknown: tuple[str, ...]
    unclear: tuple[Called, ...]


@dataclass
class _Found:
    people: People
    called: dict[str, Called] = field(default_factory=dict)


def compose_remark(source: str, people: People) -> Remark:
    """Raises TextLimitError."""
    source = normalise(source).strip("\n")
    found = _Found(people)
    env: dict[str, Any] = {"found": found}
    tokens = _PARSER.parse(source, env)
    refuse_deep(tokens)
    point_links(tokens)
    html = sanitise(_PARSER.renderer.render(tokens, _PARSER.options, env))
    called = found.called.values()
    return Remark(
        source,
        html,
        {each.typed: each.person for each in called if each.person},
        tuple(each.typed for each in called if not each.person and not each.candidates),
        tuple(each for each in called if each.candidates),
    )


def _mention(state: StateInline, silent: bool) -> bool:
    """`@` at the beginning of a word."""
    before = state.src[state.pos - 1] if state.pos else ""
    if state.src[state.pos] != MARK or state.linkLevel or before.isalnum() or before == MARK:
        return False
    found: _Found = state.env["found"]
    called = found.people.called(state.src, state.pos + 1)
    if called is None:
        return False
    if not silent:
        found.called[called.typed] = called
    if not called.person:
        return False
    if not silent:
        state.push("mention", "span", 0).meta = {"person": called.person}
    state.pos += len(MARK) + len(called.typed)
    return True


def _build() -> MarkdownIt:
    parser = build().disable(NOT_IN_REMARKS)
    parser.options.update({"tasklists": False, "alerts": False, "inline_definitions": False})
    parser.inline.ruler.before("link", "mention", _mention)
    return parser


_PARSER: Final = _build()
