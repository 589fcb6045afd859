"""Drafts and what readers see."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action

from ..models import Document
from .editing import editing, live
from .places import publish_upwards, subtree


@action
def publish_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Show it to readers, and with it those of its ancestors that are drafts: what is published can
    be reached from the home page."""
    with editing("document_published", actor, document_id, operation_id) as (change, document):
        publish_upwards(change, document)
        return document


@action
def unpublish_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Back to a draft, with all below it."""
    with editing("document_unpublished", actor, document_id, operation_id, subtree=True) as (
        change,
        document,
    ):
        if document.parent_id is None:
            raise RefusedError(_("The home page cannot become a draft."))
        rows = Document.objects.filter(subtree(document)).exclude(published_at=None)
        change.update_many((row, {"published_at": None}) for row in rows)
        return live(document.handbook_id, document_id)
