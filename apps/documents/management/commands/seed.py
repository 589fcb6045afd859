"""manage.py seed --documents N --handbook SLUG: large, realistic data for trying and measuring."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.people import SYSTEM

from ...importing.plan import ImportPlan
from ...imports.bringing import bring_plan_in
from ...imports.preparing import all_cores
from ...progress import ProgressBar
from ...seeding import seed_pages


class Command(BaseCommand):
    help = "Make a public handbook of N pages. The same --seed gives the same pages; twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--documents", type=int, required=True, metavar="N")
        parser.add_argument("--handbook", required=True, metavar="SLUG")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *_args: Any, documents: int, handbook: str, seed: int, **_options: Any) -> None:
        if documents < 1:
            raise CommandError(f"--documents {documents}: at least 1 is allowed.")
        bar = ProgressBar(self.stderr)
        plan = ImportPlan(tuple(seed_pages(documents, seed)), (), ())
        with all_cores(documents) as run:
            title = handbook.replace("-", " ").capitalize()
            result = bring_plan_in(SYSTEM, handbook, plan, run, bar.step, title=title, is_public=True)
        bar.finish()
        self.stdout.write(f"/{handbook}/: {result.created} pages new, {result.updated} changed.")
