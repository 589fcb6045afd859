"""The last gate: whatever the renderer wrote, only these tags, attributes and classes leave.

Raw HTML never reaches the renderer (`html` is off), so this is a second lock, not the first.
"""

from __future__ import annotations

from typing import Final

import nh3

from apps.documents.text import callouts, highlight, links

_BLOCK: Final = {"id"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title", "rel", "data-page", "data-anchor", "data-title", "data-label"},
    "blockquote": _BLOCK,
    "div": {"id", "role", "tabindex", "data-label"},
    "h2": {"id", "data-block"},
    "hr": _BLOCK,
    "img": {"src", "alt", "title", "loading", "decoding"},
    "input": {"checked", "disabled", "aria-label"},
    "li": {"id", "data-item", "data-block"},
    "ol": {"id", "start"},
    "p": {"id", "data-word"},
    "pre": {"id", "tabindex", "data-lang", "data-title"},
    "section": {"data-label"},
    "span": {"data-person"},
    "sup": _BLOCK,
    "ul": _BLOCK,
    **{f"h{level}": {"id", "data-block"} for level in range(1, 7)},
}
_TAGS: Final = {
    *_ATTRIBUTES,
    *("br", "code", "del", "em", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"),
}
_ALIGNMENTS: Final = {"align-left", "align-center", "align-right"}
_CLASSES: Final[dict[str, set[str]]] = {
    "a": {"footnote-back"},
    "div": {"callout", "table-wrap", *(f"callout-{kind}" for kind in callouts.KINDS)},
    "li": {"task"},
    "p": {"callout-title"},
    "pre": {"code"},
    "section": {"footnotes"},
    "span": {"mention", *highlight.CLASSES},
    "sup": {"footnote-ref"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
    "ul": {"tasks"},
    "ol": {"tasks"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=set(links.SCHEMES),
    tag_attribute_values={"input": {"type": {"checkbox"}}},
    link_rel=None,  # the renderer says rel itself: links within the handbook need none
)


def sanitise(html: str) -> str:
    """The HTML with everything else dropped; attribute order is kept, `"<>&` are escaped in values."""
    return _CLEANER.clean(html)
