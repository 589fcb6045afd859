"""GitHub wikis' `[[Page Name]]` and `[[label|Page Name]]`."""

import re
from collections.abc import Callable

from apps.documents.importing.code_spans import CodeSpans
from apps.documents.importing.elements import label, link
from apps.documents.importing.markdown_links import apply_edits
from apps.documents.importing.resolving import Resolver

LINK = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,300}))?\]\]")
IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)\Z", re.IGNORECASE)
ALT = re.compile(r"(?:^|\|)alt=([^|]*)")


def exchange_wiki_links(text: str, resolver: Resolver, unresolved: Callable[[str, int], None]) -> str:
    """Links by name as Markdown links. One that names no page becomes Cairn's `[[Page Name|label]]`:
    wikis write the label first."""
    edits: list[tuple[int, int, str]] = []
    for found in CodeSpans(text, comments=True).free_matches(LINK, text):
        new = _exchanged(found, resolver)
        if new is None:
            unresolved((found[2] or found[1]).strip(), text.count("\n", 0, found.start()))
            new = f"[[{found[2].strip()}|{found[1].strip()}]]" if found[2] else found[0]
        edits.append((*found.span(), new))
    return apply_edits(text, edits)


def _exchanged(found: re.Match[str], resolver: Resolver) -> str | None:
    first, second = found[1].strip(), (found[2] or "").strip()
    if IMAGE.search(first):
        alt = ALT.search(second)
        target = resolver.resolve(first if first.startswith("/") else f"/{first}")
        if target.kind != "file":
            target = resolver.resolve(first)
        return f"!{link(label(alt[1] if alt else ''), target.address)}" if target.kind == "file" else None
    name = second or first
    if re.match(r"https?://", name):
        return link(label(first), name)
    target = resolver.named(name)
    return link(label(first), target.address) if target.kind == "page" else None
