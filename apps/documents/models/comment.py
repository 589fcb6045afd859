"""What members say about a page and its blocks."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook

from ..text import DIGEST_CHARS, QUOTE_MAX
from .document import Document
from .revision import Revision

BLOCK_MAX = 16


class Thread(Tracked):
    """Comments that answer each other. `block` is the id of the block they are about, "" for the whole
    page; it stays, whatever becomes of the block. `quote` is what the block said in `revision`, cut short,
    and `digest` stands for all of it: whether it says the same today is seen when it is read."""

    entity = "thread"
    keys = ("document_id",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="threads")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=BLOCK_MAX, blank=True)
    quote = models.CharField(max_length=QUOTE_MAX, blank=True)
    digest = models.CharField(max_length=DIGEST_CHARS, blank=True)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.quote or str(self.document_id)


class Comment(Tracked):
    """`html` is neutral, as that of pages. `mentions` holds ids of people by the name that was typed. Of a
    deleted one nothing is left but that it was there."""

    entity = "comment"
    keys = ("document_id", "thread_id")
    presence = ("deleted_at",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    source = models.TextField()
    html = models.TextField()
    mentions = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("document", "created_at"), name="comment_of_document"),)

    def __str__(self) -> str:
        return self.source[:80]
