"""Making, saving, binning documents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import NotFoundError, Right, require

from .. import tree
from ..models import Document, Revision
from ..text import Composed, Conflict, Kept, merge_blocks, merged_text
from .places import apply_places, change_slug, handbook_of, live, nodes, subtree, surroundings
from .texts import (
    blocks_of,
    checked_message,
    checked_title,
    compose_checked,
    new_body,
    new_links,
    new_revision,
    slug_for,
    stored_blocks,
    write_text,
)

ATTEMPTS = 5
type Parts = tuple[Kept | Conflict, ...]


class RevisionConflictError(Exception):
    """Somebody saved the same blocks meanwhile. Nothing was written; `parts` holds both sides."""

    def __init__(self, parts: Parts, theirs: Revision) -> None:
        super().__init__(f"conflicts with revision {theirs.number}")
        self.parts = parts
        self.theirs = theirs


@action
def create_document(
    actor: Actor,
    handbook_id: UUID,
    *,
    parent_id: UUID,
    title: str,
    source: str = "",
    message: str = "",
    publish: bool = False,
    document_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> Document:
    """A new last child of `parent_id`; a draft unless `publish`."""
    title, message, composed = checked_title(title), checked_message(message), compose_checked(source)
    with record(
        "document_created", handbook_stream(handbook_id), actor_id=actor.id, operation_id=operation_id
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        parent = live(handbook_id, parent_id)
        if publish and not parent.published_at:
            text = _("“%s” is a draft: publish it first, or save this page as a draft.")
            raise RefusedError(text % parent.title, "parent")
        siblings = [
            tree.Node(row.pk, row.parent_id, row.position, row.slug, row.path)
            for row in Document.objects.filter(parent=parent, binned_at=None).order_by("position")
        ]
        position, _shifted = tree.place(siblings, siblings[-1].id if siblings else None)
        slug = tree.free_slug(slug_for(title), {node.slug for node in siblings})
        now = timezone.now()
        document = Document(
            id=document_id or new_id(),
            handbook_id=handbook_id,
            parent=parent,
            position=position,
            slug=slug,
            path=tree.join(parent.path, slug),
            title=title,
            published_at=now if publish else None,
            created_at=now,
            updated_at=now,
        )
        return insert_document(change, document, composed, message=message, author_id=actor.id)


def insert_document(
    change: Recorder, document: Document, composed: Composed, *, message: str, author_id: UUID | None
) -> Document:
    """A document with its first revision, body and links."""
    revision = new_revision(document, composed, number=1, message=message, author_id=author_id)
    document.revision_id = revision.pk  # they refer to each other; foreign keys are checked at commit
    change.insert(document)
    change.insert(revision)
    change.insert(new_body(document, composed))
    change.insert_many(new_links(document, composed.links))
    change.describe(about_id=document.pk, revision_id=revision.pk)
    return document


@dataclass(frozen=True)
class Prepared:
    """A save worked out against a revision, before the lock is taken."""

    against: Revision
    title: str
    composed: Composed
    merged: bool


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
    handbook_id = handbook_of(document_id)
    title, message = checked_title(title), checked_message(message)
    require(actor, handbook_id, Right.EDIT)
    for _attempt in range(ATTEMPTS):
        prepared = _prepare(document_id, title, source, base_revision_id)
        with record(
            "document_saved",
            handbook_stream(handbook_id),
            actor_id=actor.id,
            operation_id=operation_id,
            about_id=document_id,
        ) as change:
            require(actor, handbook_id, Right.EDIT)
            document = live(handbook_id, document_id)
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
        return Prepared(current, title, compose_checked(source, blocks_of(current)), merged=False)
    parts = merge_against(base, current, source)
    if any(isinstance(part, Conflict) for part in parts):
        raise RevisionConflictError(parts, current)
    composed = compose_checked(merged_text(parts), blocks_of(current))
    return Prepared(current, current.title if title == base.title else title, composed, merged=True)


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


@action
def bin_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> None:
    """Into the bin, with all below it. Its path is free for others from then on."""
    handbook_id = handbook_of(document_id)
    with record(
        "document_binned",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
        within=document_id,
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        document = live(handbook_id, document_id)
        if document.parent_id is None:
            raise RefusedError(_("The home page cannot go into the bin."))
        now = timezone.now()
        rows = Document.objects.filter(subtree(document))
        change.update_many((row, {"binned_at": now, "bin_root_id": document_id}) for row in rows)


@action
def restore_document(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Document:
    """Out of the bin with what went in with it, last below its old parent (or the nearest ancestor
    that is there); as a draft where that parent is one."""
    handbook_id = handbook_of(document_id)
    with record(
        "document_restored",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
        within=document_id,
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        binned = {
            row.pk: row
            for row in Document.objects.filter(handbook_id=handbook_id, bin_root_id=document_id)
            if row.binned_at
        }
        if document_id not in binned:
            raise NotFoundError
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
