"""What people are told, what they watch, and how they want to be told. All of it is on their own streams."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked

KIND_MAX = 30


class Notification(Tracked):
    """Something happened to `subject_id` that concerns a person. It holds no text: what it was is looked up
    with the person's right when it is shown.

    `id` follows from event, person and kind, so an event that is handled twice tells once. `count`: how
    often it happened since it was last read, of kinds that are told together.
    """

    entity = "notification"
    keys = ("person_id",)

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    handbook_id = models.UUIDField()
    kind = models.CharField(max_length=KIND_MAX)
    subject_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    source = models.CharField(max_length=60)  # what told it: an event's place, or what was due
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "-at"), name="notification_newest"),
            models.Index(fields=("person",), condition=models.Q(read_at=None), name="notification_unread"),
            models.Index(fields=("person", "kind", "subject_id"), name="notification_subject"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject_id} for {self.person_id}"


class Watch(Tracked):
    """A person wants to be told what happens to a subject."""

    entity = "watch"
    keys = ("person_id", "subject_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    handbook_id = models.UUIDField()
    subject_id = models.UUIDField(db_index=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "subject_id"), name="one_watch_each"),)

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.subject_id}"


class Digest(models.TextChoices):
    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


class Wishes(Tracked):
    """How a person wants to be told; who has none has the defaults. `unwanted` and `unmailed` are kinds that
    are not told at all, and that are not mailed."""

    entity = "wishes"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT)
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.DAILY)
    unwanted = models.JSONField(default=list)
    unmailed = models.JSONField(default=list)
    digest_at = models.DateTimeField(null=True)  # when the last one was sent
    failed_at = models.DateTimeField(null=True)  # when one could not be sent, if none was since

    def __str__(self) -> str:
        return f"{self.person_id}: {self.digest}"
