"""Bringing in a whole folder of pages: all of it in one short unit of work, or nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import Right, require

from .. import tree
from ..importing.plan import Notice, PlannedPage
from ..imports.matching import Matches, match_pages
from ..imports.prepared import Prepared, imported_revision
from ..models import Document, Link, Media, Revision
from ..text import Composed
from .places import checked_path
from .tagging import add_tags
from .texts import body_values, new_links


class ImportOutdatedError(Exception):
    """Somebody wrote to the handbook after the import was prepared: prepare it again."""


@dataclass(frozen=True)
class ImportResult:
    dialect: str
    created: int
    updated: int
    unchanged: int
    files: int
    notices: tuple[Notice, ...]


@action
def import_pages(
    actor: Actor, handbook_id: UUID, prepared: Prepared, *, operation_id: UUID | None = None
) -> ImportResult:
    """Write what `imports.preparing` worked out. Raises ImportOutdatedError, and writes nothing, where
    the documents concerned are no longer as they were then."""
    with record(
        "pages_imported", handbook_stream(handbook_id), actor_id=actor.id, operation_id=operation_id
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        matches = match_pages(handbook_id, prepared.plan.pages)
        if not prepared.matches.still_hold(matches):
            raise ImportOutdatedError
        return _Import(change, actor, handbook_id, prepared, matches).write()


class _Import:
    """One run, inside its unit of work."""

    def __init__(
        self, change: Recorder, actor: Actor, handbook_id: UUID, prepared: Prepared, matches: Matches
    ) -> None:
        self.change = change
        self.actor = actor
        self.handbook_id = handbook_id
        self.prepared = prepared
        self.matches = matches
        self.now: datetime = timezone.now()

    def write(self) -> ImportResult:
        plan, matches, composed = self.prepared.plan, self.matches, self.prepared.composed
        new = [page for page in plan.pages if page.path in matches.new_ids]
        changed = [page for page in plan.pages if page.path in matches.existing and page.path in composed]
        self._insert(new)
        self._update(changed)
        tags = {self.prepared.new[page.path].document.pk: page.tags for page in new}
        tags |= {matches.existing[page.path].id: page.tags for page in changed}
        add_tags(self.change, self.handbook_id, tags)
        self._insert_media()
        return ImportResult(
            dialect=plan.dialect,
            created=len(new),
            updated=len(changed),
            unchanged=len(plan.pages) - len(new) - len(changed),
            files=len(self.prepared.media),
            notices=(*plan.notices, *matches.notices, *self.prepared.notices),
        )

    def _insert_media(self) -> None:
        """Without those that somebody uploaded since they were looked for."""
        digests = [media.digest for media in self.prepared.media]
        here = Media.objects.filter(handbook_id=self.handbook_id, digest__in=digests)
        known = {row.digest: row for row in here}
        self.change.update_many((row, {"for_members": False}) for row in known.values())
        fresh = [media for media in self.prepared.media if media.digest not in known]
        for media in fresh:
            media.uploaded_by_id = self.actor.id
        self.change.insert_many(fresh)

    def _insert(self, pages: list[PlannedPage]) -> None:
        rows = [self.prepared.new[page.path] for page in pages]
        self._place(pages)
        for row in rows:
            row.revision.author_id = self.actor.id
        self.change.insert_many([row.document for row in rows])
        self.change.insert_many([row.revision for row in rows])
        self.change.insert_many([row.body for row in rows])
        self.change.insert_many([link for row in rows for link in row.links])

    def _place(self, pages: list[PlannedPage]) -> None:
        """Parents come before children, so a parent is there or was just placed. New pages stand behind
        what is there, in the order of the source."""
        known = {row.pk: row for row in Document.objects.filter(handbook_id=self.handbook_id, binned_at=None)}
        here = {path: known[match.id] for path, match in self.matches.existing.items()}
        here.setdefault("", next(row for row in known.values() if row.parent_id is None))
        last: dict[UUID, int] = {}
        slugs: dict[UUID, set[str]] = defaultdict(set)
        for row in known.values():
            if row.parent_id is not None:
                last[row.parent_id] = max(row.position, last.get(row.parent_id, row.position))
                slugs[row.parent_id].add(row.slug)
        for page in pages:
            above, _slash, slug = page.path.rpartition("/")
            parent, document = here[above], self.prepared.new[page.path].document
            document.parent = parent
            document.slug = tree.free_slug(slug, slugs[parent.pk])
            document.path = checked_path(tree.join(parent.path, document.slug))
            document.position = last[parent.pk] = last.get(parent.pk, -tree.GAP) + tree.GAP
            document.published_at = self.now if page.published and parent.published_at else None
            slugs[parent.pk].add(document.slug)
            here[page.path] = document

    def _update(self, pages: list[PlannedPage]) -> None:
        ids = [self.matches.existing[page.path].id for page in pages]
        documents = Document.objects.select_related("body").in_bulk(ids)
        numbers = dict(
            Revision.objects.filter(document_id__in=ids)
            .values_list("document_id")
            .annotate(last=Max("number"))
        )
        texts: dict[Document, Composed] = {}
        revisions: list[Revision] = []
        for page, id in zip(pages, ids, strict=True):
            document, composed = documents[id], self.prepared.composed[page.path]
            texts[document] = composed
            revisions.append(imported_revision(document, page, composed, number=numbers[id] + 1))
            revisions[-1].author_id = self.actor.id
        self.change.insert_many(revisions)
        self.change.update_many(
            (r.document, {"title": r.title, "revision_id": r.pk, "updated_at": self.now}) for r in revisions
        )
        self.change.update_many((d.body, body_values(d.title, composed)) for d, composed in texts.items())
        self._update_links(texts)

    def _update_links(self, texts: dict[Document, Composed]) -> None:
        here: dict[UUID, dict[str, Link]] = defaultdict(dict)
        for link in Link.objects.filter(source__in=list(texts)):
            here[link.source_id][link.key] = link
        fresh = (
            link
            for document, composed in texts.items()
            for link in new_links(document, [key for key in composed.links if key not in here[document.pk]])
        )
        gone = (
            link
            for document, composed in texts.items()
            for key, link in here[document.pk].items()
            if key not in composed.links
        )
        self.change.insert_many(list(fresh))
        self.change.delete(*gone)
