"""Saving a text: merged with what others saved meanwhile, or given back to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.unit import Recorder
from apps.tenants.permissions import NotFoundError, Right, require

from ..models import Document, Revision
from ..models.revision import blocks_of, stored_blocks
from ..text import Composed, Conflict, Kept, merge_blocks, merged_text
from .editing import editing, handbook_of
from .places import change_slug
from .texts import (
    checked_message,
    checked_title,
    compose_checked,
    slug_for,
    write_text,
)

ATTEMPTS = 5
type Parts = tuple[Kept | Conflict, ...]


class RevisionConflictError(Exception):
    """Somebody saved the same blocks meanwhile. Nothing was written; `parts` holds both sides, `title`
    is what the page would be called."""

    def __init__(self, parts: Parts, theirs: Revision, title: str) -> None:
        super().__init__(f"conflicts with revision {theirs.number}")
        self.parts = parts
        self.theirs = theirs
        self.title = title


@dataclass(frozen=True)
class Prepared:
    """A save worked out against a revision, before the lock is taken."""

    against: Revision
    title: str
    composed: Composed


@action
def save_document(
    actor: Actor,
    document_id: UUID,
    *,
    title: str,
    source: str,
    base_revision_id: UUID,
    message: str = "",
    operation_id: UUID | None = None,
) -> Document:
    """Save text that was written on top of `base_revision_id`. What others saved since is merged by
    block; where both changed the same block, RevisionConflictError carries both and nothing is
    written. Merging and rendering happen before the lock; a save that came between repeats them."""
    title, message = checked_title(title), checked_message(message)
    require(actor, handbook_of(document_id), Right.EDIT)  # before anything of the text is told
    for _attempt in range(ATTEMPTS):
        prepared = _prepare(document_id, title, source, base_revision_id)
        with editing("document_saved", actor, document_id, operation_id) as (change, document):
            if document.revision_id == prepared.against.pk:
                return _write_save(change, document, prepared, message, actor.id)
    raise RefusedError(_("Others save this page so often that your save found no gap. Please try again."))


def _prepare(document_id: UUID, title: str, source: str, base_id: UUID) -> Prepared:
    """Merge with what is current. Raises NotFoundError, RevisionConflictError, RefusedError."""
    current = Revision.objects.filter(
        pk__in=Document.objects.filter(pk=document_id).values("revision")
    ).first()
    base = Revision.objects.filter(pk=base_id, document_id=document_id).first()
    if current is None or base is None:
        raise NotFoundError
    if base.pk == current.pk:
        return Prepared(current, title, compose_checked(source, blocks_of(current)))
    if title == base.title:
        title = current.title  # only they renamed the page
    parts = merge_against(base, current, source)
    if any(isinstance(part, Conflict) for part in parts):
        raise RevisionConflictError(parts, current, title)
    composed = compose_checked(merged_text(parts), blocks_of(current))
    return Prepared(current, title, composed)


def merge_against(base: Revision, theirs: Revision, source: str) -> Parts:
    """What was written on top of `base`, merged with what others made of it. Writes nothing."""
    mine = compose_checked(source).blocks
    sides = (blocks_of(base), blocks_of(theirs), mine)
    return merge_blocks(*([block.text for block in blocks] for blocks in sides))


def _write_save(
    change: Recorder, document: Document, prepared: Prepared, message: str, author_id: UUID | None
) -> Document:
    unchanged = stored_blocks(prepared.composed.blocks) == prepared.against.blocks
    if unchanged and prepared.title == document.title:
        return document
    follows_title = document.slug == slug_for(document.title)
    if prepared.title != document.title and follows_title:
        document = change_slug(change, document, slug_for(prepared.title))
    change.update(document, title=prepared.title)
    write_text(change, document, prepared.composed, message=message, author_id=author_id)
    return document
