"""Long work that somebody asked for in the browser: how far it is, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.events.ids import new_id


class Kind(models.TextChoices):
    IMPORT = "import"
    EXPORT = "export"


class State(models.TextChoices):
    """A job waits for its process, runs, asks whether to go on; the others are ends. Interrupted: its
    process died, nothing was written."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


AT_WORK = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """Carries no truth of the domain: the log does not follow it, and a day later it is gone.

    `is_confirmed`: an import was shown to its person, who wants it written. `seen_at`: when its process
    last gave a sign of life. `options` is what was asked for, `result` what the page of the job tells.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook_id = models.UUIDField()
    person_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=12, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    is_confirmed = models.BooleanField(default=False)
    options = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    message = models.TextField(default="")  # why it was refused
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("handbook_id", "kind"), condition=Q(state__in=AT_WORK), name="one_job_at_work"
            ),
        )
        indexes = (models.Index(fields=("created_at",), name="job_created"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
