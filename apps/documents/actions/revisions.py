"""Going back to what a document said before."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.tenants.permissions import NotFoundError

from ..models import Document, Revision
from ..models.revision import blocks_of
from .replacing import Prepared, current_revision, replace_text
from .texts import compose_checked


@action
def restore_revision(
    actor: Actor, document_id: UUID, *, number: int, operation_id: UUID | None = None
) -> Document:
    """A new revision with the text and title of an old one, unless these stand already. What was current
    stays in the history. Blocks that come back have their old ids: what was said about them is about them
    again."""
    prepare = partial(_prepare, document_id, number)
    return replace_text("revision_restored", actor, document_id, operation_id, prepare)


def _prepare(document_id: UUID, number: int) -> Prepared:
    current = current_revision(document_id)
    old = Revision.objects.select_related("handbook").filter(document_id=document_id, number=number).first()
    if old is None:
        raise NotFoundError
    now = blocks_of(current)
    known = {block.id for block in now}
    gone = (block for block in blocks_of(old) if block.id not in known)
    with translation.override(old.handbook.language):  # all who read the history read the same words
        message = _("Restored revision %(number)d") % {"number": number}
    return Prepared(current, old.title, compose_checked(old.source, (*now, *gone)), message)
