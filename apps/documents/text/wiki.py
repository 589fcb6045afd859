"""The inline rules that CommonMark lacks: wiki links and bare addresses."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline

from apps.documents.text.links import page_reference, placeholder, readable

# Lengths are bounded so that a row of `[[` costs no more than its length.
_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{0,300}))?\]\]")
_BARE_URL = re.compile(r"://[^\s<>\"`]{1,2000}")
_BEFORE_URL = re.compile(r"(?:^|[\s(*_~\"'\u2018\u201c])(https?)\Z", re.IGNORECASE)
_LOCAL_PART = re.compile(r"[A-Za-z0-9.+_\-]{1,64}\Z")
_DOMAIN = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.[A-Za-z0-9]){1,8}[A-Za-z0-9\-]{0,62}")
_TRAILING = "?!.,:*_~'\";"


def wiki_plugin(md: MarkdownIt) -> None:
    """Adds `[[Title]]`, `[[path#anchor|label]]`, bare `https://...` and e-mail addresses."""
    md.inline.ruler.before("link", "wiki_link", _wiki_link)
    md.inline.ruler.push("bare_url", _bare_url)
    md.inline.ruler.push("bare_email", _bare_email)


def _wiki_link(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos):
        return False
    found = _WIKI.match(state.src, state.pos, state.posMax)
    if found is None or state.linkLevel or _is_markdown_link(state, found):
        return False
    if not silent:
        # Inside a table the bar is written `\|`, and people write it so elsewhere too.
        _push_wiki(state, found[1].rstrip("\\").strip(), (found[2] or "").strip())
    state.pos = found.end()
    return True


def _is_markdown_link(state: StateInline, found: re.Match[str]) -> bool:
    """`[[1]](url)`, and `[[1]]` where `[1]: url` is defined, are CommonMark's."""
    if found[1].strip() == "" or state.src.startswith("(", found.end()):
        return True
    return normalizeReference(found[1]) in state.env.get("references", ())


def _push_wiki(state: StateInline, target: str, label: str) -> None:
    reference = page_reference(target)
    shown = target.split("#", 1)[0].rsplit("/", 1)[-1].strip()
    same_page = target.startswith("#")
    token = state.push("link_open", "a", 1)
    if same_page:
        token.attrs = {"href": f"#{reference.anchor}"}
        label = label or target[1:].strip()
    else:
        typed = shown if shown != readable(reference.key) else ""
        token.attrs = dict(placeholder(reference, typed))
    # A link without a label shows its target's title: what was typed is for search and anchors.
    text = state.push("text" if label else "wiki_title", "", 0)
    text.content = label or shown
    state.push("link_close", "a", -1)


def _bare_url(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _BEFORE_URL.search(state.pending[-7:])
    rest = _BARE_URL.match(state.src, state.pos, state.posMax) if scheme else None
    if scheme is None or rest is None:
        return False
    tail = _without_trailing(rest[0])
    if not tail[3:4].isalnum():
        return False
    return _push_link(state, scheme[1], tail, scheme[1] + tail)


def _bare_email(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or state.src[state.pos] != "@":
        return False
    local = _LOCAL_PART.search(state.pending[-64:])
    domain = _DOMAIN.match(state.src, state.pos, state.posMax) if local else None
    if local is None or domain is None:
        return False
    tail = domain[0].rstrip("-")
    return _push_link(state, local[0], tail, f"mailto:{local[0]}{tail}")


def _push_link(state: StateInline, before: str, after: str, url: str) -> bool:
    """Takes back `before` from the pending text and makes it a link together with `after`."""
    state.pending = state.pending[: -len(before)]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": state.md.normalizeLink(url)}
    state.push("text", "", 0).content = before + after
    state.push("link_close", "a", -1)
    state.pos += len(after)
    return True


def _without_trailing(url: str) -> str:
    """Closing punctuation belongs to the sentence, a bracket only if it was opened in the URL."""
    while url:
        if url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
            url = url[:-1]
        else:
            break
    return url
