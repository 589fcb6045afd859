"""A document in the tree, and what is derived from its current text in the same unit of work."""

from __future__ import annotations

from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right

TITLE_MAX = 200
SLUG_MAX = 80
PATH_MAX = 900
PATH_MAX_BYTES = 2000  # PostgreSQL indexes values of at most 2,700 bytes
LEVELS_MAX = 30


class Document(Tracked):
    """A place in the tree. Each handbook has one root, its home page: no parent, path ''.

    `position` orders siblings, with gaps. `path` is the slugs from the root, unique among what is
    not in the bin. Readers see what is published; all ancestors of what is published are.
    """

    entity = "document"
    keys = ("parent_id", "path", "slug")
    visible = {"binned_at": None, "published_at__isnull": False}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    position = models.BigIntegerField(default=0)
    slug = models.CharField(max_length=SLUG_MAX, blank=True)
    path = models.CharField(max_length=PATH_MAX, blank=True)
    title = models.CharField(max_length=TITLE_MAX)
    revision = models.ForeignKey("documents.Revision", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    binned_at = models.DateTimeField(null=True)
    bin_root_id = models.UUIDField(null=True)  # with which document it went into the bin
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("handbook", "path"), condition=models.Q(binned_at=None), name="one_document_a_path"
            ),
        )
        indexes = (
            models.Index(fields=("parent", "position"), name="document_siblings"),
            models.Index(fields=("handbook", "slug"), name="document_slug"),
        )

    def __str__(self) -> str:
        return self.title


def is_seen(document: Document, right: Right) -> bool:
    """Whether somebody with this right sees the document: drafts are for editors, the bin is for nobody."""
    if document.binned_at is not None:
        return False
    return document.published_at is not None or right >= Right.EDIT


class Body(Tracked):
    """The current text, rendered: only the document's own words, other pages' titles and addresses
    are placeholders. Also what search reads: the words of title and text as finding.search_words()
    gives them. The database keeps its index of them by triggers (SQLite) or a generated column."""

    entity = "body"
    keys = ("title_words",)

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    title = models.CharField(max_length=TITLE_MAX)
    html = models.TextField()
    outline = models.JSONField(default=list)
    plain = models.TextField()
    title_words = models.TextField(default="")
    words = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=("handbook", "title_words"), name="body_title"),)

    def __str__(self) -> str:
        return self.title


class Link(Tracked):
    """A document names another by this key, whether or not there is one."""

    entity = "link"
    keys = ("source_id", "key")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    source = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="links")
    key = models.CharField(max_length=PATH_MAX)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="one_link_a_key"),)
        indexes = (models.Index(fields=("handbook", "key"), name="link_key"),)

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.key}"


class Redirect(Tracked):
    """A path that a document once had."""

    entity = "redirect"
    keys = ("document_id", "path", "slug")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="redirects")
    path = models.CharField(max_length=PATH_MAX)
    slug = models.CharField(max_length=SLUG_MAX)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("handbook", "path"), name="one_redirect_a_path"),)
        indexes = (models.Index(fields=("handbook", "slug"), name="redirect_slug"),)

    def __str__(self) -> str:
        return f"{self.path} -> {self.document_id}"
