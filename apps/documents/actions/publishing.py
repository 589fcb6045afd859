"""Drafts and what readers see."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.streams import handbook_stream
from apps.events.unit import record
from apps.tenants.permissions import Right, require

from ..models import Document
from .places import handbook_of, live, subtree


@action
def publish_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Show it to readers, and with it those of its ancestors that are drafts: what is published can
    be reached from the home page."""
    handbook_id = handbook_of(document_id)
    with record(
        "document_published",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        document: Document | None = live(handbook_id, document_id)
        now, drafts = timezone.now(), []
        while document is not None and document.published_at is None:
            drafts.append(document)
            document = document.parent
        change.update_many((draft, {"published_at": now}) for draft in drafts)
        return drafts[0] if drafts else live(handbook_id, document_id)


@action
def unpublish_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Back to a draft, with all below it."""
    handbook_id = handbook_of(document_id)
    with record(
        "document_unpublished",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
        within=document_id,
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        document = live(handbook_id, document_id)
        if document.parent_id is None:
            raise RefusedError(_("The home page cannot become a draft."))
        rows = Document.objects.filter(subtree(document)).exclude(published_at=None)
        change.update_many((row, {"published_at": None}) for row in rows)
        return live(handbook_id, document_id)
