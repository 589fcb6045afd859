"""Tags that files bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from apps.events.actions import RefusedError

from ..actions.care import checked_tags
from ..importing.plan import Notice, PlannedPage


def usable_tags(tags: Iterable[str], here: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Slug -> name of what a page with the tags `here` has in the end, and why others are left out. Nothing
    is taken away: people may have added tags since."""
    found, refused = dict(here), []
    for tag in tags:
        try:
            found = checked_tags([*found.values(), tag])
        except RefusedError as error:
            refused.append(error.message)
    return found, refused


def tag_notices(pages: Iterable[PlannedPage]) -> Iterator[Notice]:
    for page in pages:
        for message in usable_tags(page.tags, {})[1]:
            yield Notice(page.origin, 1, message)
