"""Empties the tables, the log's among them: `flush` is no action and may write."""

from typing import Any

from django.core.management.commands import flush

from apps.events.guard import opened


class Command(flush.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with opened():
            super().handle(*args, **options)
