"""A whole handbook as an export writes it."""

from __future__ import annotations

from uuid import UUID

from ..exporting.layout import ExportedPage
from ..models import Care, Document, Media


def exported_pages(handbook_id: UUID) -> list[ExportedPage]:
    """Every document that is not in the bin, drafts too, in tree order within each parent."""
    rows = Document.objects.filter(handbook_id=handbook_id, binned_at=None).select_related("revision")
    labels = dict(Care.objects.filter(handbook_id=handbook_id).values_list("document_id", "labels"))
    pages: list[ExportedPage] = []
    seen: dict[UUID | None, int] = {}
    for row in rows.order_by("position", "pk").iterator(chunk_size=500):
        order = seen.get(row.parent_id, 0)
        seen[row.parent_id] = order + 1
        source = row.revision.source if row.revision else ""
        pages.append(
            ExportedPage(
                row.path,
                row.title,
                row.pk,
                order,
                row.published_at is not None,
                source,
                tuple(name for _slug, name in labels.get(row.pk, ())),
            )
        )
    return sorted(pages, key=lambda page: page.path.split("/") if page.path else [])


def media_digests(handbook_id: UUID) -> set[str]:
    """Of what pages may show: photos of checklists are no part of them."""
    shown = Media.objects.filter(handbook_id=handbook_id, for_members=False)
    return set(shown.values_list("digest", flat=True))
