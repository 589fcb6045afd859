"""Sends the digests that are due now; the running site does so by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ...digests import send_due


class Command(BaseCommand):
    help = "Send the e-mail digests that are due. The running site does so by itself, every few minutes."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{send_due()} sent")
