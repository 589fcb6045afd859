"""Where documents stand: reading the part of the tree that a move needs, writing what it changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.unit import Recorder

from .. import tree
from ..models import Document, Redirect
from ..models.document import LEVELS_MAX, PATH_MAX, PATH_MAX_BYTES
from .editing import editing, live_parent

type Rows = dict[UUID, Document]


def subtree(document: Document) -> Q:
    """The live document and all below it."""
    below = Q(path__startswith=f"{document.path}/") if document.path else Q()
    return Q(handbook_id=document.handbook_id, binned_at=None) & (Q(pk=document.pk) | below)


def surroundings(document: Document, parent: Document) -> Rows:
    """The rows that moving `document` below `parent` can touch or must look at."""
    around = Q(parent=parent) | Q(path__in=[*tree.paths_above(parent.path), parent.path])
    rows = Document.objects.filter(handbook_id=document.handbook_id, binned_at=None)
    return {row.pk: row for row in rows.filter(around | subtree(document))}


def nodes(rows: Rows) -> dict[UUID, tree.Node[UUID]]:
    return {id: tree.Node(id, row.parent_id, row.position, row.slug, row.path) for id, row in rows.items()}


def apply_places(change: Recorder, rows: Rows, changed: dict[UUID, tree.Node[UUID]]) -> None:
    """Write moved nodes; every path that was readable keeps leading to its document."""
    for node in changed.values():
        checked_path(node.path)
    left = [(rows[id], rows[id].path) for id, node in changed.items() if rows[id].path != node.path]
    shifted = {
        id for id, node in changed.items() if (rows[id].parent_id, rows[id].path) == (node.parent, node.path)
    }  # neighbours who make room: not of the branch that moves
    for outside in (False, True):
        here = [node for node in changed.values() if (node.id in shifted) == outside]
        change.update_many(((rows[node.id], _values(node)) for node in here), outside=outside)
    if left:
        redirect(change, left)


def _values(node: tree.Node[UUID]) -> dict[str, Any]:
    return {"parent_id": node.parent, "position": node.position, "slug": node.slug, "path": node.path}


def redirect(change: Recorder, left: list[tuple[Document, str]]) -> None:
    """Lead the paths that documents left to them, and drop redirects from paths now taken."""
    handbook_id = left[0][0].handbook_id
    old_paths = {path for _, path in left}
    taken = {row.path for row, _ in left}
    known = {
        row.path: row for row in Redirect.objects.filter(handbook_id=handbook_id, path__in=old_paths | taken)
    }
    change.delete(*(row for path, row in known.items() if path in taken), outside=True)
    fresh = [(row, path) for row, path in left if path not in taken]
    change.update_many(
        ((known[path], {"document_id": row.pk}) for row, path in fresh if path in known), outside=True
    )
    change.insert_many(
        [
            Redirect(handbook_id=handbook_id, document=row, path=path, slug=path.rpartition("/")[2])
            for row, path in fresh
            if path not in known
        ],
        outside=True,
    )


@action
def move_document(
    actor: Actor,
    document_id: UUID,
    *,
    parent_id: UUID,
    after_id: UUID | None,
    operation_id: UUID | None = None,
) -> Document:
    """Move with all below it, behind the child `after_id` of the new parent (None: first)."""
    with editing("document_moved", actor, document_id, operation_id, subtree=True) as (change, document):
        parent = live_parent(document.handbook_id, parent_id)
        if document.published_at and not parent.published_at:
            text = _("“%s” is a draft: publish it first, or what you move would vanish for readers.")
            raise RefusedError(text % parent.title, "parent")
        rows = surroundings(document, parent)
        try:
            apply_places(change, rows, tree.move(nodes(rows), document_id, parent_id, after_id))
        except tree.MoveRefusedError as error:
            raise RefusedError(_("It cannot be moved there: %s.") % _(str(error)), "parent") from error
        return rows[document_id]


def checked_path(path: str) -> str:
    """The path, if it is no longer and no deeper than pages may stand. Raises RefusedError."""
    if len(path) > PATH_MAX or len(path.encode()) > PATH_MAX_BYTES:
        raise RefusedError(_("The address “%s” would be too long.") % path, "parent")
    if path.count("/") >= LEVELS_MAX:
        raise RefusedError(_("Pages stand at most %(max)d levels deep.") % {"max": LEVELS_MAX}, "parent")
    return path


def publish_upwards(change: Recorder, document: Document | None) -> None:
    """Within a change: publish a document and those of its ancestors that are drafts."""
    now, drafts = timezone.now(), []
    while document is not None and document.published_at is None:
        drafts.append(document)
        document = document.parent
    change.update_many((draft, {"published_at": now}) for draft in drafts)


def change_slug(change: Recorder, document: Document, slug: str) -> Document:
    """Within a change: another slug for a document, except the home page, which has none."""
    if document.parent is None or slug == document.slug:
        return document
    rows = surroundings(document, document.parent)
    apply_places(change, rows, tree.rename(nodes(rows), document.pk, slug))
    return rows[document.pk]
