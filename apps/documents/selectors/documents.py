"""A document as its editors see it: drafts included."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.tenants.permissions import NotFoundError, Right

from ..models import Document
from ..models.document import is_seen
from ..tree import paths_above
from .handbook import Crumb, HandbookView, read_url

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class DocumentHead:
    id: UUID
    title: str
    url: str
    edit_url: str
    history_url: str
    talk_url: str
    care_url: str
    breadcrumbs: tuple[Crumb, ...]
    is_published: bool
    is_home: bool


def live_document(handbook: HandbookView, document_id: UUID, *, or_binned: bool = False) -> Document:
    """Raises NotFoundError for what is elsewhere or in the bin (unless `or_binned`)."""
    found = Document.objects.filter(pk=document_id, handbook_id=handbook.id)
    if not or_binned:
        found = found.filter(binned_at=None)
    document = found.select_related("revision").first()
    if document is None:
        raise NotFoundError
    return document


def made_document(handbook: HandbookView, document_id: UUID) -> Document | None:
    """In the bin or not; None while nobody has made it here."""
    return Document.objects.filter(pk=document_id, handbook_id=handbook.id).select_related("revision").first()


def seen_document(handbook: HandbookView, document_id: UUID, right: Right) -> Document:
    """Raises NotFoundError for what is elsewhere or not to be seen with this right."""
    document = live_document(handbook, document_id)
    if not is_seen(document, right):
        raise NotFoundError
    return document


def require_here(handbook: HandbookView, document_id: UUID) -> None:
    """Raises NotFoundError for a document of another handbook, or none; the bin counts."""
    if not Document.objects.filter(pk=document_id, handbook_id=handbook.id).exists():
        raise NotFoundError


def document_address(handbook: HandbookView, document_id: UUID) -> str | None:
    """Where a document is read; None for one in the bin."""
    row = Document.objects.filter(pk=document_id, handbook_id=handbook.id, binned_at=None).first()
    return document_head(handbook, row).url if row else None


def document_head(handbook: HandbookView, document: Document) -> DocumentHead:
    at = {"handbook": handbook.slug, "document_id": document.pk}
    published = document.published_at is not None
    return DocumentHead(
        id=document.pk,
        title=document.title,
        url=read_url(handbook.slug, document.pk, document.path, is_published=published),
        edit_url=reverse("documents:edit", kwargs=at),
        history_url=reverse("documents:history", kwargs=at),
        talk_url=reverse(f"documents:{'talk' if published else 'draft_talk'}", kwargs=at),
        care_url=reverse("documents:care", kwargs=at),
        breadcrumbs=tuple(_ancestors(handbook, document)),
        is_published=published,
        is_home=document.parent_id is None,
    )


def _ancestors(handbook: HandbookView, document: Document) -> list[Crumb]:
    way = paths_above(document.path)
    if not way:
        return []
    rows = Document.objects.filter(handbook_id=handbook.id, binned_at=None, path__in=way)
    crumbs = []
    for id, title, path, published_at in sorted(
        rows.values_list("pk", "title", "path", "published_at"), key=lambda row: len(row[2])
    ):
        url = read_url(handbook.slug, id, path, is_published=published_at is not None)
        crumbs.append(Crumb(title, url))
    return crumbs


def author_name(author: User | None) -> str:
    return str(author) if author else _("Cairn")
