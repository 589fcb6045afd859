"""Handbooks and who belongs to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked

COLORS = ("moss", "pine", "lake", "sky", "heather", "rose", "clay", "amber", "slate")
ICONS = (
    "cairn",
    "book",
    "compass",
    "anchor",
    "leaf",
    "flask",
    "heart",
    "wrench",
    "people",
    "shield",
    "bolt",
    "star",
)


class Role(models.TextChoices):
    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"


class Handbook(Tracked):
    entity = "handbook"
    keys = ("slug",)
    presence = ("is_public",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=100)
    language = models.CharField(max_length=15, default="en")
    is_public = models.BooleanField(default=False)
    color = models.CharField(max_length=20, default="lake")
    icon = models.CharField(max_length=20, default="cairn")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Membership(Tracked):
    entity = "membership"
    keys = ("handbook_id", "person_id")
    presence = ("role",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("handbook", "person"), name="one_membership_each"),)

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role} of {self.handbook_id}"
