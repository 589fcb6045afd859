"""What waits to be purged at the CDN."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.caching.conf import conf
from apps.caching.models import Purge
from apps.caching.purge_queue import enqueue_everything, tags_of


class Command(BaseCommand):
    help = "List the purges that the CDN has not acknowledged yet; --everything adds one of all pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everything", action="store_true", help="Purge every page, at every endpoint.")

    def handle(self, *_args: Any, everything: bool, **_options: Any) -> None:
        if not conf.cdn:
            raise CommandError("There is no CDN: CAIRN_CACHING_CDN_ENDPOINTS is empty.")
        if everything:
            enqueue_everything()
        rows = list(Purge.objects.order_by("endpoint", "due_at"))
        for row in rows:
            self.stdout.write(line(row))
        self.stdout.write(f"{len(rows)} purges of {len(tags_of(rows))} tags wait.")


def line(row: Purge) -> str:
    left_s = (row.due_at - timezone.now()).total_seconds()
    due = f"in {left_s:.0f} s" if left_s > 0 else f"since {-left_s:.0f} s"
    kind = "soft" if row.soft else "hard"
    tried = f", tried {row.attempts} times: {row.error}" if row.attempts else ""
    return f"{row.endpoint} {kind}, {len(row.tags.split())} tags, due {due}{tried}"
