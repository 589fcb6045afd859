"""Which document of a handbook a planned page is: by id, by path, or by a path it once had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..importing.plan import Notice, PlannedPage
from ..importing.refusal import ImportRefusedError
from ..models import Document, Redirect, Revision


@dataclass(frozen=True)
class Known:
    """A live document as far as an import must know it."""

    id: UUID
    path: str
    title: str
    revision_id: UUID
    imported_id: UUID | None  # the revision that the last import wrote, and the digest of its file
    imported_digest: str

    @property
    def edited_since(self) -> bool:
        """Whether people wrote here after the last import, or there was none."""
        return self.revision_id != self.imported_id


@dataclass(frozen=True)
class Matches:
    """For each planned path the document that is there, or the id that a new one gets (None: any).
    Equal matches mean that nothing relevant was written between."""

    existing: dict[str, Known]
    new_ids: dict[str, UUID | None]
    notices: tuple[Notice, ...]

    def still_hold(self, now: Matches) -> bool:
        """Whether a later look found the same. A handbook that was made between brought its home page."""
        if "" not in self.new_ids:
            return self == now
        return _below_home(self.existing) == _below_home(now.existing) and (
            _below_home(self.new_ids) == _below_home(now.new_ids)
        )


def _below_home[V](by_path: dict[str, V]) -> dict[str, V]:
    return {path: value for path, value in by_path.items() if path}


def match_pages(handbook_id: UUID, pages: Sequence[PlannedPage]) -> Matches:
    """Raises ImportRefusedError where two pages would be one document."""
    known = _known(handbook_id)
    by_path = {document.path: document for document in known.values()}
    once = Redirect.objects.filter(handbook_id=handbook_id).values_list("path", "document_id")
    moved = {path: known[id] for path, id in once if id in known}
    taken = _ids_taken({page.id for page in pages if page.id} - known.keys())
    existing: dict[str, Known] = {}
    new_ids: dict[str, UUID | None] = {}
    notices: list[Notice] = []
    for page in pages:
        found = known.get(page.id) if page.id else None
        found = found or by_path.get(page.path) or moved.get(page.path)
        if found is not None:
            existing[page.path] = found
            continue
        if page.id in taken:
            text = _("its id %(id)s belongs to another page; it gets a new one") % {"id": page.id}
            notices.append(Notice(page.origin, 1, text))
        new_ids[page.path] = None if page.id in taken else page.id
    _refuse_twins(pages, existing)
    return Matches(existing, new_ids, tuple(notices))


def _known(handbook_id: UUID) -> dict[UUID, Known]:
    imported = Revision.objects.filter(handbook_id=handbook_id).exclude(import_digest="")
    columns = ("document_id", "pk", "import_digest")
    last = {row[0]: row[1:] for row in imported.order_by("number").values_list(*columns)}
    rows = Document.objects.filter(handbook_id=handbook_id, binned_at=None)
    return {
        id: Known(id, path, title, revision_id, *last.get(id, (None, "")))
        for id, path, title, revision_id in rows.values_list("pk", "path", "title", "revision_id")
    }


def _ids_taken(ids: set[UUID]) -> set[UUID]:
    """Those that a document of another handbook has, or one in the bin."""
    return set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _refuse_twins(pages: Sequence[PlannedPage], existing: dict[str, Known]) -> None:
    origins: dict[UUID, str] = {}
    for page in pages:
        document = existing.get(page.path)
        if document is None:
            continue
        if document.id in origins:
            text = _("this file and %(other)s would both be the page “%(title)s”")
            values = {"other": origins[document.id], "title": document.title}
            raise ImportRefusedError(page.origin, text % values)
        origins[document.id] = page.origin
