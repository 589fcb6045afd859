"""The beginning of every action on a document: its stream locked, the right asked for, the row read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import NotFoundError, Right, require

from ..models import Document
from ..models.document import is_seen


def handbook_of(document_id: UUID) -> UUID:
    """The handbook of a document: it never changes, so it may be read before the lock."""
    found = Document.objects.filter(pk=document_id).values_list("handbook_id", flat=True).first()
    if found is None:
        raise NotFoundError
    return found


def live(handbook_id: UUID, document_id: UUID) -> Document:
    """A document that is not in the bin. Raises NotFoundError."""
    document = Document.objects.filter(pk=document_id, handbook_id=handbook_id, binned_at=None).first()
    if document is None:
        raise NotFoundError
    return document


def live_parent(handbook_id: UUID, parent_id: UUID) -> Document:
    """What a document is to stand below. Raises RefusedError."""
    try:
        return live(handbook_id, parent_id)
    except NotFoundError:
        text = _("The page it should stand below is not there any more.")
        raise RefusedError(text, "parent") from None


def seen(handbook_id: UUID, document_id: UUID, right: Right) -> Document:
    """A document as far as somebody with this right sees it. Raises NotFoundError."""
    document = live(handbook_id, document_id)
    if not is_seen(document, right):
        raise NotFoundError
    return document


@contextmanager
def recording(
    type: str,
    actor: Actor,
    document_id: UUID,
    operation_id: UUID | None,
    *,
    right: Right = Right.EDIT,
    subtree: bool = False,
) -> Iterator[tuple[Recorder, Right]]:
    """A change of one document (`subtree`: and what stands below it), and the right of the actor: this one,
    or more. Raises NotFoundError, ForbiddenError."""
    handbook_id = handbook_of(document_id)
    with record(
        type,
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
        within=document_id if subtree else None,
    ) as change:
        yield change, require(actor, handbook_id, right)


@contextmanager
def editing(
    type: str, actor: Actor, document_id: UUID, operation_id: UUID | None, *, subtree: bool = False
) -> Iterator[tuple[Recorder, Document]]:
    """recording() of a document that is not in the bin, and its row."""
    with recording(type, actor, document_id, operation_id, subtree=subtree) as (change, _right):
        yield change, live(handbook_of(document_id), document_id)


@contextmanager
def taking_part(
    type: str, actor: Actor, document_id: UUID, operation_id: UUID | None
) -> Iterator[tuple[Recorder, Document]]:
    """recording() by a member of a document that they see, and its row."""
    with recording(type, actor, document_id, operation_id, right=Right.TAKE_PART) as (change, right):
        yield change, seen(handbook_of(document_id), document_id, right)
