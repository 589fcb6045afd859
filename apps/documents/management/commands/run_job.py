"""manage.py run_job ID: an import or export that was asked for in the browser; the server starts it."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from ...jobs.running import run_job

NICENESS = 5  # readers come first


class Command(BaseCommand):
    help = "Do an import or export that somebody asked for in the browser. The server starts this by itself."
    requires_system_checks = []  # it is started often

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", metavar="ID", type=UUID)

    def handle(self, *_args: Any, job: UUID, **_options: Any) -> None:
        os.nice(NICENESS)
        run_job(job)
