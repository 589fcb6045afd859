"""The personal corner of the top bar: who is signed in, and what they may do here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from apps.accounts.bar import PersonBar, person_bar
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.notifications.selectors import is_watching
from apps.tenants.permissions import Right, right_of

from ..models import Document
from ..models.document import is_seen
from .care_form import has_confirmed
from .handbook import HandbookView


@dataclass(frozen=True)
class BarDocument:
    """What a person may do with a document. Addresses are None without the right to what is there."""

    is_published: bool
    talk_url: str
    watch_url: str
    is_watched: bool
    is_confirmed: bool
    edit_url: str | None = None
    new_child_url: str | None = None
    history_url: str | None = None
    care_url: str | None = None
    move_url: str | None = None
    publish_url: str | None = None
    unpublish_url: str | None = None
    bin_url: str | None = None


@dataclass(frozen=True)
class BarView(PersonBar):
    """Addresses are None without the right to what is there."""

    runs_url: str | None = None
    drafts_url: str | None = None
    due_url: str | None = None
    new_url: str | None = None
    bin_url: str | None = None
    media_url: str | None = None
    import_url: str | None = None
    export_url: str | None = None
    settings_url: str | None = None
    members_url: str | None = None
    cached_url: str | None = None
    person_id: UUID | None = None
    document: BarDocument | None = None


def bar_view(actor: Actor, handbook: HandbookView, document_id: UUID | None) -> BarView:
    """The personal corner of the top bar: what this person may do here."""
    person = User.objects.filter(pk=actor.id).first() if actor.id else None
    right = right_of(actor, handbook.id)
    takes_part = right is not None and right >= Right.TAKE_PART
    edits, manages = right is not None and right >= Right.EDIT, right is Right.MANAGE
    document = None
    if document_id and right is not None and takes_part:
        document = _bar_document(actor, handbook, document_id, right)
    return BarView(
        **vars(person_bar(person)),
        runs_url=handbook.runs_url if takes_part else None,
        drafts_url=handbook.drafts_url if edits else None,
        due_url=handbook.due_url if edits else None,
        new_url=handbook.new_url if edits else None,
        bin_url=handbook.bin_url if edits else None,
        media_url=handbook.media_url if edits else None,
        import_url=handbook.import_url if edits else None,
        export_url=handbook.export_url if edits else None,
        settings_url=handbook.settings_url if manages else None,
        members_url=handbook.members_url if takes_part else None,
        cached_url=reverse(settings.CACHED_PAGES, kwargs={"slug": handbook.slug}) if manages else None,
        document=document,
        person_id=actor.id if takes_part else None,
    )


def _bar_document(
    actor: Actor, handbook: HandbookView, document_id: UUID, right: Right
) -> BarDocument | None:
    document = Document.objects.filter(pk=document_id, handbook_id=handbook.id).first()
    if document is None or not is_seen(document, right):
        return None

    def address(name: str) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, "document_id": document_id})

    shown = BarDocument(
        is_published=document.published_at is not None,
        talk_url=address("talk" if document.published_at else "draft_talk"),
        watch_url=address("watch"),
        is_watched=is_watching(actor, document_id),
        is_confirmed=has_confirmed(actor, document_id),
    )
    if right < Right.EDIT:
        return shown
    below_home = document.parent_id is not None
    return replace(
        shown,
        edit_url=address("edit"),
        new_child_url=f"{handbook.new_url}?parent={document_id}",
        history_url=address("history"),
        care_url=address("care"),
        move_url=address("move") if below_home else None,
        publish_url=None if shown.is_published else address("publish"),
        unpublish_url=address("unpublish") if below_home and shown.is_published else None,
        bin_url=address("put_into_bin") if below_home else None,
    )
