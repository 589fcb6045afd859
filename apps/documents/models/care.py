"""Care of a page: its owner, its tags, its day of review, and who confirmed to have read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook

from .document import Document
from .revision import Revision

TAG_MAX = 40
TAG_SLUG_MAX = 60


class Care(Tracked):
    """A document has none until somebody looks after it. `labels` are its tags as pages show them,
    [slug, name] each; Label holds the same to find pages by.

    `confirm_from`: members are asked to confirm that they have read the revision of that number or a
    later one.
    """

    entity = "care"
    keys = ("handbook_id",)

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    labels = models.JSONField(default=list)
    review_on = models.DateField(null=True)
    review_every_months = models.PositiveSmallIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirm_from = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("handbook", "review_on"), name="care_review"),)

    def __str__(self) -> str:
        return f"care of {self.document_id}"

    @property
    def tags(self) -> list[str]:
        return [name for _slug, name in self.labels]


class Label(Tracked):
    """A tag of a document. What people call a tag is a label in the code: tags are what caches go by."""

    entity = "label"
    keys = ("handbook_id", "document_id", "slug")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="labels")
    slug = models.CharField(max_length=TAG_SLUG_MAX)
    name = models.CharField(max_length=TAG_MAX)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("document", "slug"), name="one_label_each"),)
        indexes = (models.Index(fields=("handbook", "slug"), name="label_slug"),)

    def __str__(self) -> str:
        return self.name


class Confirmation(Tracked):
    """Somebody has read a revision, and says so. Never changed."""

    entity = "confirmation"
    keys = ("document_id", "person_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # of the revision
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)  # that the person had then
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("revision", "person"), name="one_confirmation_each"),)

    def __str__(self) -> str:
        return f"{self.person_id} has read {self.revision_id}"
