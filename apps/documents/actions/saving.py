"""Saving a text: merged with what others saved meanwhile, or given back to choose from."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.tenants.permissions import NotFoundError

from ..models import Document, Revision
from ..models.revision import blocks_of
from ..text import Conflict, Kept, merge_blocks, merged_text
from .replacing import Prepared, current_revision, replace_text
from .texts import checked_message, checked_title, compose_checked

type Parts = tuple[Kept | Conflict, ...]


class RevisionConflictError(Exception):
    """Somebody saved the same blocks meanwhile. Nothing was written; `parts` holds both sides, `title`
    is what the page would be called."""

    def __init__(self, parts: Parts, theirs: Revision, title: str) -> None:
        super().__init__(f"conflicts with revision {theirs.number}")
        self.parts = parts
        self.theirs = theirs
        self.title = title


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
    prepare = partial(_prepare, document_id, title, source, base_revision_id, message)
    return replace_text("document_saved", actor, document_id, operation_id, prepare)


def _prepare(document_id: UUID, title: str, source: str, base_id: UUID, message: str) -> Prepared:
    """Merge with what is current. Raises NotFoundError, RevisionConflictError, RefusedError."""
    current = current_revision(document_id)
    base = Revision.objects.filter(pk=base_id, document_id=document_id).first()
    if base is None:
        raise NotFoundError
    if base.pk == current.pk:
        return Prepared(current, title, compose_checked(source, blocks_of(current)), message)
    if title == base.title:
        title = current.title  # only they renamed the page
    parts = merge_against(base, current, source)
    if any(isinstance(part, Conflict) for part in parts):
        raise RevisionConflictError(parts, current, title)
    return Prepared(current, title, compose_checked(merged_text(parts), blocks_of(current)), message)


def merge_against(base: Revision, theirs: Revision, source: str) -> Parts:
    """What was written on top of `base`, merged with what others made of it. Writes nothing."""
    mine = compose_checked(source).blocks
    sides = (blocks_of(base), blocks_of(theirs), mine)
    return merge_blocks(*([block.text for block in blocks] for blocks in sides))
