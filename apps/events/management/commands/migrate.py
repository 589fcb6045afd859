"""Migrations may write."""

from typing import Any

from django.core.management.commands import migrate

from apps.events.guard import opened


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with opened():
            super().handle(*args, **options)
