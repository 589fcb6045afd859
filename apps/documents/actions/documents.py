"""Making documents."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import Right, require

from .. import tree
from ..models import Document
from ..text import Composed
from .editing import live_parent
from .places import checked_path, publish_upwards
from .texts import (
    checked_message,
    checked_title,
    compose_checked,
    new_body,
    new_links,
    new_revision,
    slug_for,
)


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
    """A new last child of `parent_id`; a draft unless `publish`, which publishes what stands above too.
    A `document_id` that is there already is returned as it is."""
    title, message, composed = checked_title(title), checked_message(message), compose_checked(source)
    with record(
        "document_created", handbook_stream(handbook_id), actor_id=actor.id, operation_id=operation_id
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        id = document_id or new_id()
        earlier = Document.objects.filter(pk=id, handbook_id=handbook_id).first()
        if earlier is not None:
            return earlier  # the same form, sent twice
        parent = live_parent(handbook_id, parent_id)
        if publish:
            publish_upwards(change, parent)
        siblings = [
            tree.Node(row.pk, row.parent_id, row.position, row.slug, row.path)
            for row in Document.objects.filter(parent=parent, binned_at=None).order_by("position")
        ]
        position, _shifted = tree.place(siblings, siblings[-1].id if siblings else None)
        slug = tree.free_slug(slug_for(title), {node.slug for node in siblings})
        now = timezone.now()
        document = Document(
            id=id,
            handbook_id=handbook_id,
            parent=parent,
            position=position,
            slug=slug,
            path=checked_path(tree.join(parent.path, slug)),
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
