"""The revisions of a document and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from apps.tenants.permissions import NotFoundError

from ..models import Document, Revision
from ..text import DiffLine, Fold, folded, word_diff
from .documents import ROWS_A_PAGE, author_name
from .handbook import HandbookView


@dataclass(frozen=True)
class RevisionRow:
    number: int
    author: str
    created_at: datetime
    message: str
    url: str
    diff_url: str | None
    restore_url: str | None
    is_current: bool


def revision_row(
    handbook: HandbookView, document: Document, revision: Revision, *, may_edit: bool
) -> RevisionRow:
    at: dict[str, Any] = {"handbook": handbook.slug, "document_id": document.pk, "number": revision.number}
    is_current = revision.pk == document.revision_id
    return RevisionRow(
        number=revision.number,
        author=author_name(revision.author),
        created_at=revision.created_at,
        message=revision.message,
        url=reverse("documents:revision", kwargs=at),
        diff_url=reverse("documents:diff", kwargs=at) if revision.number > 1 else None,
        restore_url=reverse("documents:restore_revision", kwargs=at) if may_edit and not is_current else None,
        is_current=is_current,
    )


def revision_rows(
    handbook: HandbookView, document: Document, start: int, *, may_edit: bool
) -> tuple[RevisionRow, ...]:
    """Newest first."""
    rows = document.revisions.select_related("author").defer("blocks").order_by("-number")
    return tuple(
        revision_row(handbook, document, row, may_edit=may_edit) for row in rows[start : start + ROWS_A_PAGE]
    )


def revision_at(document: Document, number: int) -> Revision:
    """Raises NotFoundError."""
    revision = document.revisions.select_related("author").filter(number=number).first()
    if revision is None:
        raise NotFoundError
    return revision


def revision_by_id(document: Document, revision_id: UUID) -> Revision:
    """Raises NotFoundError."""
    revision = document.revisions.select_related("author").filter(pk=revision_id).first()
    if revision is None:
        raise NotFoundError
    return revision


def changes_between(old: Revision, new: Revision) -> tuple[DiffLine | Fold, ...]:
    """Title and text, as lines with their words; long stretches without a change are folded."""
    return folded(word_diff(f"{old.title}\n\n{old.source}", f"{new.title}\n\n{new.source}"))
