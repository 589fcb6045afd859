"""manage.py import_handbook PATH --handbook SLUG: a folder or zip of Markdown becomes pages."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.people import SYSTEM
from apps.events.actions import RefusedError
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import unit
from apps.tenants.models import Handbook

from ...actions.handbooks import open_handbook
from ...actions.imports import ImportOutdatedError, ImportResult, import_pages
from ...importing.dialects import DIALECTS
from ...importing.limits import Limits
from ...importing.plan import ImportPlan, Notice
from ...importing.planning import plan_import
from ...importing.reading import read_source
from ...importing.refusal import ImportRefusedError
from ...preparing import all_cores, prepare
from ...progress import ProgressBar

ATTEMPTS = 3
NOTICES_SHOWN = 40


class Command(BaseCommand):
    help = "Import a folder or zip of Markdown or MDX: all of it, or nothing. Unchanged pages stay untouched."

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
                plan = plan_import(source, options["dialect"], run)
                result = self._write(handbook, options, plan, run, bar)
                bar.finish()
        except (ImportRefusedError, RefusedError) as refused:
            raise CommandError(f"Nothing was imported. {refused}") from refused
        self._summary(handbook, plan.dialect, result, all_notices=options["verbosity"] > 1)

    def _write(
        self, slug: str, options: dict[str, Any], plan: ImportPlan, run: Any, bar: ProgressBar
    ) -> ImportResult:
        for _attempt in range(ATTEMPTS):
            found = Handbook.objects.filter(slug=slug).first()
            id = found.pk if found else new_id()
            prepared = prepare(id, plan, run, bar.step)
            bar.say("Writing")
            try:
                with unit(handbook_stream(id)):
                    if found is None:
                        title = options["title"] or slug.replace("-", " ").capitalize()
                        open_handbook(
                            SYSTEM, handbook_id=id, slug=slug, title=title, is_public=options["public"]
                        )
                    return import_pages(SYSTEM, id, prepared)
            except ImportOutdatedError:
                bar.say("Somebody wrote to the handbook meanwhile: preparing again")
        raise CommandError("Nothing was imported: the handbook was written to each time. Please try again.")

    def _summary(self, slug: str, dialect: str, result: ImportResult, *, all_notices: bool) -> None:
        self.stdout.write(
            f"/{slug}/ ({dialect}): {result.created} pages new, {result.updated} changed, "
            f"{result.unchanged} unchanged, {result.files} files new."
        )
        shown = result.notices if all_notices else result.notices[:NOTICES_SHOWN]
        if shown:
            self.stdout.write("What to look at:")
        for line in _told(shown):
            self.stdout.write(f"  {line}")
        if len(shown) < len(result.notices):
            self.stdout.write(f"  and {len(result.notices) - len(shown)} more; -v 2 lists all.")


def _told(notices: tuple[Notice, ...]) -> list[str]:
    counted = Counter((n.origin, n.line, n.message) for n in notices)
    return [
        f"{origin}{f':{line}' if line else ''}: {message}{f' ({count} times)' if count > 1 else ''}"
        for (origin, line, message), count in counted.items()
    ]
