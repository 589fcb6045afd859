"""Tags that an import brings: they are added, none is taken away, as people may have given some since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from apps.events.actions import RefusedError
from apps.events.unit import Recorder

from ..models import Care, Label
from .care import checked_tags


def usable_tags(tags: Iterable[str], here: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Slug -> name of what a page with the tags `here` has in the end, and why others are left out."""
    found, refused = dict(here), []
    for tag in tags:
        try:
            found = checked_tags([*found.values(), tag])
        except RefusedError as error:
            refused.append(error.message)
    return found, refused


def add_tags(change: Recorder, handbook_id: UUID, tags: Mapping[UUID, tuple[str, ...]]) -> None:
    """By document, within a change. A page that gets none needs no care."""
    cares = Care.objects.in_bulk([id for id, names in tags.items() if names])
    new_cares, updates, new_labels = [], [], []
    for id, names in tags.items():
        here = dict(cares[id].labels) if id in cares else {}
        found = usable_tags(names, here)[0]
        added = {slug: name for slug, name in found.items() if slug not in here}
        if not added:
            continue
        rows = [list(each) for each in found.items()]
        if id in cares:
            updates.append((cares[id], {"labels": rows}))
        else:
            new_cares.append(Care(document_id=id, handbook_id=handbook_id, labels=rows))
        new_labels += [
            Label(document_id=id, handbook_id=handbook_id, slug=slug, name=name)
            for slug, name in added.items()
        ]
    change.insert_many(new_cares)
    change.update_many(updates)
    change.insert_many(new_labels)
