"""The personal corner of the top bar: who is signed in, and what they may do here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from apps.accounts.bar import PersonBar, person_bar
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.tenants.permissions import Right, right_of

from ..models import Document
from .handbook import HandbookView


@dataclass(frozen=True)
class BarDocument:
    edit_url: str
    new_child_url: str
    history_url: str
    move_url: str | None
    is_published: bool
    publish_url: str
    unpublish_url: str | None
    bin_url: str | None


@dataclass(frozen=True)
class BarView(PersonBar):
    """Addresses are None without the right to what is there."""

    runs_url: str | None = None
    drafts_url: str | None = None
    new_url: str | None = None
    bin_url: str | None = None
    media_url: str | None = None
    settings_url: str | None = None
    members_url: str | None = None
    cached_url: str | None = None
    document: BarDocument | None = None


def bar_view(actor: Actor, handbook: HandbookView, document_id: UUID | None) -> BarView:
    """The personal corner of the top bar: what this person may do here."""
    person = User.objects.filter(pk=actor.id).first() if actor.id else None
    right = right_of(actor, handbook.id)
    edits, manages = right is not None and right >= Right.EDIT, right is Right.MANAGE
    document = _bar_document(handbook, document_id) if edits and document_id else None
    return BarView(
        **vars(person_bar(person)),
        runs_url=handbook.runs_url if right is not None and right >= Right.TAKE_PART else None,
        drafts_url=handbook.drafts_url if edits else None,
        new_url=handbook.new_url if edits else None,
        bin_url=handbook.bin_url if edits else None,
        media_url=handbook.media_url if edits else None,
        settings_url=handbook.settings_url if manages else None,
        members_url=handbook.members_url if manages else None,
        cached_url=reverse(settings.CACHED_PAGES, kwargs={"slug": handbook.slug}) if manages else None,
        document=document,
    )


def _bar_document(handbook: HandbookView, document_id: UUID) -> BarDocument | None:
    row = Document.objects.filter(pk=document_id, handbook_id=handbook.id, binned_at=None)
    found = row.values_list("parent_id", "published_at").first()
    if found is None:
        return None
    parent_id, published_at = found

    def address(name: str) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, "document_id": document_id})

    below_home = parent_id is not None
    return BarDocument(
        edit_url=address("edit"),
        new_child_url=f"{handbook.new_url}?parent={document_id}",
        history_url=address("history"),
        move_url=address("move") if below_home else None,
        is_published=published_at is not None,
        publish_url=address("publish"),
        unpublish_url=address("unpublish") if below_home else None,
        bin_url=address("put_into_bin") if below_home else None,
    )
