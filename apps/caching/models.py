"""What caches keep in the database: purges that a CDN has not acknowledged yet."""

from __future__ import annotations

from django.db import models


class Purge(models.Model):
    """Tags that an endpoint is to purge from `due_at` on. It goes once the endpoint has acknowledged."""

    id = models.BigAutoField(primary_key=True)
    endpoint = models.CharField(max_length=300)
    tags = models.TextField()  # names, separated by spaces
    soft = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=("endpoint", "due_at"), name="purge_due"),)

    def __str__(self) -> str:
        return f"{len(self.tags.split())} tags at {self.endpoint}"
