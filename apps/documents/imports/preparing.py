"""The long part of an import, done before anything is locked: matching, rendering on all cores,
storing files. What is left for the unit of work is writing rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError
from apps.events.ids import new_id

from ..actions.media import new_media
from ..actions.saving import merge_against
from ..actions.tagging import usable_tags
from ..actions.texts import new_body, new_links
from ..importing.plan import ImportPlan, Notice, PlannedMedia, PlannedPage
from ..importing.refusal import ImportRefusedError
from ..media import checked_upload, store_file
from ..models import Care, Document, Media, Revision
from ..models.revision import blocks_of
from ..text import Block, Composed, Conflict, merged_text
from ..text.jobs import compose_job
from .matching import Known, Matches, match_pages
from .prepared import NewRows, Prepared, imported_revision, is_unchanged

type Progress = Callable[[str, int, int], None]  # what is done, how many of how many
CHUNKS_A_CORE = 10
POOL_FROM_PAGES = 64


def prepare(handbook_id: UUID, plan: ImportPlan, run: Any, progress: Progress) -> Prepared:
    """`run` maps over a process pool; the handbook may not exist yet. Raises ImportRefusedError, which
    names the file that is wrong."""
    matches = match_pages(handbook_id, plan.pages)
    changed = [page for page in plan.pages if not is_unchanged(page, matches)]
    texts = _texts(matches, changed)
    composed: dict[str, Composed] = {}
    jobs = ((text.source, text.previous) for text in texts)
    for page, result in zip(changed, run(compose_job, jobs), strict=True):
        if isinstance(result, str):
            raise ImportRefusedError(page.origin, result)
        composed[page.path] = result
        progress("render", len(composed), len(changed))
    notices = (*(text.notice for text in texts if text.notice), *_tag_notices(matches, changed))
    new = {
        page.path: _new_rows(handbook_id, matches.new_ids[page.path], page, composed[page.path])
        for page in changed
        if page.path in matches.new_ids
    }
    return Prepared(plan, matches, composed, new, tuple(_media(handbook_id, plan, progress)), notices)


@dataclass(frozen=True)
class Place:
    """Where a page is, or will be."""

    path: str
    title: str


@dataclass(frozen=True)
class Foreseen:
    """What an import would do, before its texts are made. `files` is how many are not here yet."""

    new: tuple[Place, ...]
    changed: tuple[Place, ...]
    files: int
    notices: tuple[Notice, ...]


def foreseen(handbook_id: UUID, plan: ImportPlan) -> Foreseen:
    """Raises ImportRefusedError where two files would be one page."""
    matches = match_pages(handbook_id, plan.pages)
    pages = [page for page in plan.pages if not is_unchanged(page, matches)]
    lost = tuple(text.notice for text in _texts(matches, pages) if text.notice)
    here = matches.existing
    return Foreseen(
        new=tuple(Place(page.path, page.title) for page in pages if page.path not in here),
        changed=tuple(Place(here[page.path].path, page.title) for page in pages if page.path in here),
        files=len(_missing(handbook_id, plan)),
        notices=(*matches.notices, *lost, *_tag_notices(matches, pages)),
    )


def _new_rows(handbook_id: UUID, id: UUID | None, page: PlannedPage, composed: Composed) -> NewRows:
    now = timezone.now()
    document = Document(
        id=id or new_id(), handbook_id=handbook_id, title=page.title, created_at=now, updated_at=now
    )
    revision = imported_revision(document, page, composed, number=1)
    document.revision_id = revision.pk
    return NewRows(document, revision, new_body(document, composed), new_links(document, composed.links))


@dataclass(frozen=True)
class Text:
    """What becomes of a page: the source to write and the blocks whose ids it continues."""

    source: str
    previous: tuple[Block, ...] = ()
    notice: Notice | None = None


def _texts(matches: Matches, pages: list[PlannedPage]) -> list[Text]:
    known = [matches.existing[page.path] for page in pages if page.path in matches.existing]
    wanted = {id for one in known for id in (one.revision_id, one.imported_id) if id}
    revisions = Revision.objects.in_bulk(list(wanted))
    return [_text(page, matches.existing.get(page.path), revisions) for page in pages]


def _text(page: PlannedPage, known: Known | None, revisions: dict[UUID, Revision]) -> Text:
    """The file's text; merged with what people wrote here since the last import, where that goes
    without a question. Else the file wins, the other text stays in the history, and it is told."""
    if known is None:
        return Text(page.source)
    current = revisions[known.revision_id]
    if not known.edited_since:
        return Text(page.source, blocks_of(current))
    if known.imported_id is not None:
        parts = merge_against(revisions[known.imported_id], current, page.source)
        if not any(isinstance(part, Conflict) for part in parts):
            return Text(merged_text(parts), blocks_of(current))
    said = _("replaces “%(title)s”, which people wrote here; their text stays as revision %(number)d")
    values = {"title": known.title, "number": current.number}
    return Text(page.source, blocks_of(current), Notice(page.origin, 0, said % values))


def _tag_notices(matches: Matches, pages: list[PlannedPage]) -> Iterator[Notice]:
    """Why tags are left out, beside those that the page of a file has here."""
    known = [matches.existing[page.path].id for page in pages if page.path in matches.existing and page.tags]
    cares = Care.objects.in_bulk(known)
    for page in pages:
        here = matches.existing.get(page.path)
        care = cares.get(here.id) if here else None
        for message in usable_tags(page.tags, dict(care.labels) if care else {})[1]:
            yield Notice(page.origin, 1, message)


def _media(handbook_id: UUID, plan: ImportPlan, progress: Progress) -> Iterator[Media]:
    """Of files that are not here yet: stores them one by one, the rows are for the unit of work."""
    missing = _missing(handbook_id, plan)
    for number, media in enumerate(missing, start=1):
        try:
            upload = checked_upload(media.name, plan.read_media(media))
        except RefusedError as refused:
            raise ImportRefusedError(media.origin, refused.message) from refused
        store_file(handbook_id, upload)
        yield new_media(handbook_id, upload, None)
        progress("media", number, len(missing))


def _missing(handbook_id: UUID, plan: ImportPlan) -> list[PlannedMedia]:
    open_to_all = Media.objects.filter(handbook_id=handbook_id, for_members=False)
    here = set(open_to_all.values_list("digest", flat=True))
    return list({media.digest: media for media in plan.media if media.digest not in here}.values())


@contextmanager
def all_cores(pages: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """A map over a pool of processes that know neither Django nor the database; over none where
    starting them would take longer than the work."""
    cores = os.cpu_count() or 1
    if cores == 1 or pages < POOL_FROM_PAGES:
        yield map
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        # A chunk carries what all its jobs share (the map of the whole source), so few and large ones.
        chunk = max(1, pages // (cores * CHUNKS_A_CORE))
        yield lambda function, jobs: pool.map(function, jobs, chunksize=chunk)
