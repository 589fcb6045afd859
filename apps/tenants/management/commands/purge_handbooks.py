"""Delete for good what owners asked to delete, or say what will be."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.tenants.chores import purge_due
from apps.tenants.models import Handbook


class Command(BaseCommand):
    help = "Deletes the handbooks whose last day is over. The server does so by itself every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="only say which are to be deleted, and when")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for handbook in Handbook.objects.filter(ends_at__isnull=False).order_by("ends_at"):
                self.stdout.write(f"/{handbook.slug}/ on {handbook.ends_at:%Y-%m-%d %H:%M} UTC")
            return
        while purged := purge_due():
            for _id, slug in purged:
                self.stdout.write(f"/{slug}/ is deleted")
