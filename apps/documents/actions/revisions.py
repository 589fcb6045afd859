"""Going back to what a document said before."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.tenants.permissions import NotFoundError

from ..models import Document, Revision
from ..models.revision import blocks_of
from .editing import editing
from .texts import compose_checked, write_text


@action
def restore_revision(
    actor: Actor, document_id: UUID, *, number: int, operation_id: UUID | None = None
) -> Document:
    """A new revision with the text of an old one. What was current stays in the history. Blocks that come
    back have their old ids: what was said about them is about them again."""
    with editing("revision_restored", actor, document_id, operation_id) as (change, document):
        old = Revision.objects.filter(document=document, number=number).first()
        if old is None or document.revision is None:
            raise NotFoundError
        now = blocks_of(document.revision)
        known = {block.id for block in now}
        gone = (block for block in blocks_of(old) if block.id not in known)
        composed = compose_checked(old.source, (*now, *gone))
        change.update(document, title=old.title)
        message = _("Restored revision %(number)d") % {"number": number}
        write_text(change, document, composed, message=message, author_id=actor.id)
        return document
