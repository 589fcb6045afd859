"""Handbooks and who belongs to them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from apps.accounts.models import EMAIL_MAX
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
    """`ends_at`: it is to be deleted then, and closed to all but its owners until; `was_public` is what
    it is again when they take that back."""

    entity = "handbook"
    keys = ("slug",)
    presence = ("is_public", "ends_at")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=100)
    language = models.CharField(max_length=15, default="en")
    is_public = models.BooleanField(default=False)
    color = models.CharField(max_length=20, default="lake")
    icon = models.CharField(max_length=20, default="cairn")
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, db_index=True)
    was_public = models.BooleanField(default=False)

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


class Invitation(Tracked):
    """A link that makes whoever opens it a member. `digest` is SHA-256 of its secret, in hex; with an
    `email` it is for the account with that address alone."""

    entity = "invitation"
    keys = ("handbook_id",)
    presence = ("revoked_at",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Role.choices)
    email = models.EmailField(max_length=EMAIL_MAX, blank=True)
    uses_max = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.role} of {self.handbook_id} until {self.expires_at}"

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now and self.uses < self.uses_max
