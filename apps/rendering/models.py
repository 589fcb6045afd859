"""Tokens of scripts, and what the servers write down of their page caches: pages and minutes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook


class ApiToken(Tracked):
    """May drop what is cached of one handbook. `digest` is SHA-256 of the secret, in hex."""

    entity = "token"
    presence = ("revoked_at",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class CachedPage(models.Model):
    """A page that a server made and kept: the last time, and how often it was asked for since it was
    first seen. Written a few seconds behind; no validity rests on it. `stamps` and `tags` by stream."""

    id = models.CharField(primary_key=True, max_length=64)  # digest of handbook, audience and address
    handbook_id = models.UUIDField()
    audience = models.CharField(max_length=20)
    address = models.TextField()
    made_at = models.DateTimeField()
    fresh_for_s = models.FloatField()
    render_ms = models.FloatField()
    size_bytes = models.PositiveIntegerField()
    stamps = models.JSONField()
    tags = models.JSONField()
    hits = models.BigIntegerField(default=0)
    fills = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("handbook_id", "address"), name="cachedpage_address"),)

    def __str__(self) -> str:
        return self.address


class CacheMinute(models.Model):
    """What the page cache of one handbook did in one minute, over all servers."""

    id = models.BigAutoField(primary_key=True)
    handbook_id = models.UUIDField()
    minute = models.DateTimeField()
    hits = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    fills = models.BigIntegerField(default=0)
    render_ms = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("handbook_id", "minute"), name="one_row_a_minute"),)

    def __str__(self) -> str:
        return f"{self.handbook_id} {self.minute}"


class Flush(models.Model):
    """A batch of counts that was added: it is never added twice."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
