"""The log's own tables. Nothing but this app writes them."""

from __future__ import annotations

import uuid

from django.db import models

from .touches import Touch


class Stream(models.Model):
    """The row that writers of one stream lock. No foreign key points at it: an insert elsewhere
    would share-lock its target, and two such inserts that then lock it for update would deadlock."""

    id = models.UUIDField(primary_key=True)
    kind = models.PositiveSmallIntegerField()
    log_id = models.UUIDField(default=uuid.uuid4)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.id}@{self.position}"


class Event(models.Model):
    """Outbox row, feed entry and audit entry in one. `id` is the order of insertion, used to find
    work; only (stream_id, position) is an order that readers may rely on."""

    id = models.BigAutoField(primary_key=True)
    stream_id = models.UUIDField()
    position = models.BigIntegerField()
    type = models.CharField(max_length=64)
    about_id = models.UUIDField(null=True)
    touches = models.JSONField(default=list)
    revision_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    operation_id = models.UUIDField()
    at = models.DateTimeField()
    applied = models.BooleanField(default=False)

    log_id: uuid.UUID | None = None  # of its stream, on events just committed or delivered

    class Meta:
        constraints = (models.UniqueConstraint(fields=("stream_id", "position"), name="event_position"),)
        indexes = (
            models.Index(fields=("id",), condition=models.Q(applied=False), name="event_unapplied"),
            models.Index(fields=("stream_id", "about_id", "position"), name="event_about"),
            models.Index(fields=("stream_id", "type", "position"), name="event_type"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.stream_id}@{self.position}"

    def touched(self) -> tuple[Touch, ...]:
        return tuple(Touch.from_json(thin) for thin in self.touches)


class Parked(models.Model):
    """An event whose handler failed. It waits here for its next try and holds up nobody else."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE)
    handler = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField(default=1)
    error = models.TextField()
    next_attempt_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("event", "handler"), name="parked_once"),)

    def __str__(self) -> str:
        return f"{self.handler} of event {self.event_id}: {self.error}"


class Process(models.Model):
    """A process that follows the log, by its last sign of life."""

    id = models.UUIDField(primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Acknowledgement(models.Model):
    """A process has heard an event that others wait for it to hear."""

    id = models.BigAutoField(primary_key=True)
    process_id = models.UUIDField()
    event_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("event_id", "process_id"), name="acknowledged_once"),)

    def __str__(self) -> str:
        return f"{self.process_id} heard {self.event_id}"
