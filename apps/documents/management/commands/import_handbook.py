"""manage.py import_handbook PATH --handbook SLUG: a folder or zip of Markdown becomes pages."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.people import SYSTEM
from apps.events.actions import RefusedError

from ...actions.imports import ImportOutdatedError, ImportResult
from ...importing.dialects import DIALECTS
from ...importing.limits import Limits
from ...importing.reading import read_source
from ...importing.refusal import ImportRefusedError
from ...imports.bringing import bring_in
from ...imports.preparing import all_cores
from ...imports.telling import EXAMPLES, told
from ...progress import ProgressBar

MORE = "  ... and %d more like this (-v 2 lists all)"


class Command(BaseCommand):
    help = "Import a folder or zip of Markdown or MDX: all of it, or nothing. Unchanged pages stay untouched."
    requires_system_checks = []  # they look at the code; an import is checked file by file

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--handbook", required=True, metavar="SLUG", help="made where there is none")
        parser.add_argument("--title", help="of a new handbook; else its address")
        parser.add_argument("--public", action="store_true", help="make a new handbook public")
        parser.add_argument("--from", dest="dialect", choices=sorted(DIALECTS), help="else found out")

    def handle(self, *_args: Any, path: Path, handbook: str, **options: Any) -> None:
        try:
            with read_source(path, Limits()) as source, all_cores(len(source)) as run:
                bar = ProgressBar(self.stderr)
                bar.say(f"Reading {len(source)} files of {path}")
                title = options["title"] or handbook.replace("-", " ").capitalize()
                values = {"title": title, "is_public": options["public"]}
                result = bring_in(SYSTEM, handbook, source, options["dialect"], run, bar.step, **values)
                bar.finish()
        except (ImportRefusedError, RefusedError) as refused:
            raise CommandError(f"Nothing was imported. {refused}") from refused
        except ImportOutdatedError as error:
            text = "Nothing was imported: others wrote to the handbook each time. Please try again."
            raise CommandError(text) from error
        self._summary(handbook, result, all_notices=options["verbosity"] > 1)

    def _summary(self, slug: str, result: ImportResult | None, *, all_notices: bool) -> None:
        if result is None:
            self.stdout.write(f"/{slug}/: these very files were imported last; nothing to do.")
            return
        self.stdout.write(
            f"/{slug}/ ({result.dialect}): {result.created} pages new, {result.updated} changed, "
            f"{result.unchanged} unchanged, {result.files} files new."
        )
        if result.notices:
            self.stdout.write("What to look at:")
        for line in told(result.notices, len(result.notices) if all_notices else EXAMPLES, MORE):
            self.stdout.write(f"  {line}")
