"""The pages that the catalogue lists, by what they depend on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from apps.caching.tags import PAGE, ROOT, above

from .models import CachedPage

LOOKED_AT: Final = 5_000  # pages, where a tag is asked for that is no address


def listed(handbook_id: UUID, tag: str) -> Iterator[CachedPage]:
    """Those at or below a tag of the handbook, the last seen first; without what they do not need for it."""
    rows = (
        CachedPage.objects.filter(handbook_id=handbook_id)
        .order_by("-seen_at")
        .only("address", "stamps", "tags")
    )
    if tag in (ROOT, PAGE):
        yield from rows.defer("tags").iterator()
    elif tag.startswith(f"{PAGE}:"):
        path = tag.removeprefix(f"{PAGE}:")
        single = path.endswith(".")
        path = path.removesuffix(".")
        for page in rows.filter(address__startswith=path).defer("tags").iterator():
            if not single or page.address.partition("?")[0] == path:
                yield page
    else:
        for page in rows[:LOOKED_AT]:
            own = page.tags.get(str(handbook_id), ())
            if any(tag in (each, *above(each)) for each in own):
                yield page
