"""Checklists that are run: a page's task items, ticked by several people, kept as a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.accounts.models import NAME_MAX
from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right

from .document import TITLE_MAX, Document
from .media import Media
from .revision import Revision

ITEM_ID_MAX = 20


class State(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"  # not applicable this time


class Kind(models.TextChoices):
    """What can happen to a run."""

    STARTED = "started"
    TICKED = "ticked"
    UNTICKED = "unticked"
    SKIPPED = "skipped"
    NOTED = "noted"
    PHOTOGRAPHED = "photographed"
    CHANGED = "changed"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    UPDATED = "updated"
    FINISHED = "finished"
    REOPENED = "reopened"


class Run(Tracked):
    """A checklist somebody started. It stays with the revision it was started on until somebody takes over
    a newer one. `item_ids` are that text's tasks, in order; `items` say how they are drawn ({id, html, label,
    required, depth, headings, gone}), with those that are gone: an earlier text of this run had them and
    somebody touched them. `settled` of `total` items, without those, are done or do not apply."""

    entity = "run"
    keys = ("handbook_id", "document_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="runs")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_MAX)
    items = models.JSONField(default=list)
    item_ids = models.JSONField(default=list)  # a tick need not read how all others are drawn
    settled = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_name = models.CharField(max_length=NAME_MAX)
    started_at = models.DateTimeField()
    finished_name = models.CharField(max_length=NAME_MAX, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("handbook", "-started_at"), name="run_handbook"),
            models.Index(fields=("document", "-started_at"), name="run_document"),
        )

    def __str__(self) -> str:
        return self.title


def is_run_seen(right: Right, *, page_is_shown: bool) -> bool:
    """Runs are for those who see their page: of a draft and of what is in the bin, its editors."""
    return page_is_shown or right >= Right.EDIT


class RunItem(Tracked):
    """How it stands with one item of a run; without a row it is open and nobody has touched it."""

    entity = "run_item"
    keys = ("run_id",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="states")
    item_id = models.CharField(max_length=ITEM_ID_MAX)
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=NAME_MAX)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "item_id"), name="one_state_an_item"),)

    def __str__(self) -> str:
        return f"{self.item_id} of {self.run_id}: {self.state}"


class RunEntry(Tracked):
    """What somebody did in a run: never changed, so the record tells it as it was, under the name the
    person had. `text` is the note, the reason, the name signed with, or whom it is about."""

    entity = "run_entry"
    keys = ("run_id",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="entries")
    operation_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    item_id = models.CharField(max_length=ITEM_ID_MAX, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=NAME_MAX)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    photo = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "operation_id"), name="one_run_entry_each"),)

    def __str__(self) -> str:
        return f"{self.kind} in {self.run_id}"


class RunAssignee(Tracked):
    """A member who is to see to a run."""

    entity = "run_assignee"
    keys = ("run_id", "person_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="assignees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "person"), name="one_assignment_each"),)

    def __str__(self) -> str:
        return f"{self.person_id} of {self.run_id}"
