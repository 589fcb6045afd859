"""manage.py export_handbook SLUG DIR: Markdown and media that import back to the same text."""

from __future__ import annotations

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.tenants.models import Handbook

from ...exporting.layout import Layout, lay_out
from ...media import file_path
from ...progress import ProgressBar
from ...selectors.export import exported_pages, media_digests


class Command(BaseCommand):
    help = "Write a handbook as a folder of Markdown files with its media. The folder must be new or empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handbook", metavar="SLUG")
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_args: Any, handbook: str, folder: Path, **_options: Any) -> None:
        row = Handbook.objects.filter(slug=handbook).first()
        if row is None:
            raise CommandError(f"There is no handbook “{handbook}”.")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} is there already and not empty; nothing was written.")
        layout = lay_out(exported_pages(row.pk), media_digests(row.pk))
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: written beside its place, then renamed.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
            target = Path(temporary) / "export"
            self._write(row.pk, layout, target)
            if folder.exists():
                folder.rmdir()
            target.rename(folder)
        self.stdout.write(f"{len(layout.files) - 1} pages and {len(layout.media)} files are in {folder}.")

    def _write(self, handbook_id: UUID, layout: Layout, target: Path) -> None:
        bar = ProgressBar(self.stderr)
        total = len(layout.files) + len(layout.media)
        for done, file in enumerate(layout.files, start=1):
            path = target / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
            bar.step("write", done, total)
        for done, media in enumerate(layout.media, start=len(layout.files) + 1):
            path = target / media.path
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file_path(handbook_id, media.digest), path)
            bar.step("write", done, total)
        bar.finish()
