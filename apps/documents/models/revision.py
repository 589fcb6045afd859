"""What a document's text was, each time somebody saved it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook

from ..text import Block, Item
from .document import TITLE_MAX, Document

MESSAGE_MAX = 300


class Revision(Tracked):
    """Never changed. `blocks` is the text itself: [id, kind, text, [[item id, text, checked], ...]]
    for each top-level block; joined by an empty line the texts are the source."""

    entity = "revision"
    keys = ("document_id",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_MAX)
    blocks = models.JSONField(default=list)
    import_digest = models.CharField(max_length=32, blank=True)  # of the file, where an import wrote it
    message = models.CharField(max_length=MESSAGE_MAX, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("document", "number"), name="one_revision_a_number"),)

    @property
    def source(self) -> str:
        return "\n\n".join(block[2] for block in self.blocks)

    def __str__(self) -> str:
        return f"{self.title}, revision {self.number}"


def blocks_of(revision: Revision) -> tuple[Block, ...]:
    """The blocks of a stored revision, with their ids."""
    return tuple(
        Block(id, kind, text, tuple(Item(*item) for item in items))
        for id, kind, text, items in revision.blocks
    )


def stored_blocks(blocks: Iterable[Block]) -> list[list[Any]]:
    """What blocks_of() reads back."""
    return [
        [block.id, block.kind, block.text, [[item.id, item.text, item.checked] for item in block.items]]
        for block in blocks
    ]
