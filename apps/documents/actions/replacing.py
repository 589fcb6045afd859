"""A new text in place of the current one: worked out before the lock is taken, written under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError
from apps.events.unit import Recorder
from apps.tenants.permissions import NotFoundError, Right, require

from ..models import Document, Revision
from ..models.revision import stored_blocks
from ..text import Composed
from .editing import editing, handbook_of
from .places import change_slug
from .texts import slug_for, write_text

ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Prepared:
    """What a document is to say, worked out against the revision that was current."""

    against: Revision
    title: str
    composed: Composed
    message: str = ""


def current_revision(document_id: UUID) -> Revision:
    """Raises NotFoundError."""
    current = Document.objects.filter(pk=document_id).values("revision")
    revision = Revision.objects.filter(pk__in=current).first()
    if revision is None:
        raise NotFoundError
    return revision


def replace_text(
    type: str,
    actor: Actor,
    document_id: UUID,
    operation_id: UUID | None,
    prepare: Callable[[], Prepared],
) -> Document:
    """Write what `prepare` works out; where somebody saved between that and the lock, it is asked again."""
    require(actor, handbook_of(document_id), Right.EDIT)  # before anything of the text is told
    for _attempt in range(ATTEMPTS):
        prepared = prepare()
        with editing(type, actor, document_id, operation_id) as (change, document):
            if document.revision_id == prepared.against.pk:
                return _write(change, document, prepared, actor.id)
    raise RefusedError(_("Others save this page so often that your save found no gap. Please try again."))


def _write(change: Recorder, document: Document, prepared: Prepared, author_id: UUID | None) -> Document:
    unchanged = stored_blocks(prepared.composed.blocks) == prepared.against.blocks
    if unchanged and prepared.title == document.title:
        return document
    follows_title = document.slug == slug_for(document.title)
    if prepared.title != document.title and follows_title:
        document = change_slug(change, document, slug_for(prepared.title))
    change.update(document, title=prepared.title)
    write_text(change, document, prepared.composed, message=prepared.message, author_id=author_id)
    return document
