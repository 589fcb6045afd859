"""Into the bin and out of it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.tenants.permissions import NotFoundError

from .. import tree
from ..models import Document
from .editing import recording
from .places import apply_places, nodes, subtree, surroundings


@action
def bin_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> None:
    """Into the bin, with all below it. Its path is free for others from then on. What is there already
    stays as it is."""
    with recording("document_binned", actor, document_id, operation_id, subtree=True) as (change, _right):
        document = Document.objects.get(pk=document_id)
        if document.parent_id is None:
            raise RefusedError(_("The home page cannot go into the bin."))
        if document.binned_at:
            return
        now = timezone.now()
        rows = Document.objects.filter(subtree(document))
        change.update_many((row, {"binned_at": now, "bin_root_id": document_id}) for row in rows)


@action
def restore_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Out of the bin with what went in with it, last below its old parent (or the nearest ancestor
    that is there); as a draft where that parent is one. What is out of it already stays as it is."""
    with recording("document_restored", actor, document_id, operation_id, subtree=True) as (change, _right):
        document = Document.objects.get(pk=document_id)
        if document.binned_at is None:
            return document
        if document.bin_root_id != document_id:
            raise NotFoundError
        binned = {row.pk: row for row in Document.objects.filter(bin_root_id=document_id)}
        parent = _parent_to_return_to(binned[document_id])
        rows = surroundings(binned[document_id], parent) | binned
        last = Document.objects.filter(parent=parent, binned_at=None).order_by("-position")
        after = last.values_list("pk", flat=True).first()
        back = {"binned_at": None, "bin_root_id": None}
        if not parent.published_at:
            back["published_at"] = None
        changed = tree.move(nodes(rows), document_id, parent.pk, after)
        apply_places(change, rows, changed)
        change.update_many((row, back) for row in binned.values())
        return binned[document_id]


def _parent_to_return_to(document: Document) -> Document:
    parent = document.parent
    while parent is not None and parent.binned_at:
        parent = parent.parent
    return parent or Document.objects.get(handbook_id=document.handbook_id, parent=None)
