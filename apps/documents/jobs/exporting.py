"""The work of an export: a zip that imports back to the same text."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError
from apps.tenants.permissions import Right, require

from ..exporting.layout import Layout, lay_out
from ..imports.preparing import Progress
from ..media import file_path
from ..models import Job
from ..models.job import State
from ..selectors.export import exported_pages, media_digests
from .folders import export_path
from .rows import end

RIGHT = Right.EDIT  # drafts are in it
ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same text is the same zip, whenever it is made


def export(actor: Actor, job: Job, progress: Progress) -> None:
    require(actor, job.handbook_id, RIGHT)
    progress("read", 0, 0)
    layout = lay_out(exported_pages(job.handbook_id), media_digests(job.handbook_id))
    path = export_path(job.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    total = len(layout.files) + len(layout.media)
    with zipfile.ZipFile(path, "w") as archive:  # it grows into a ZIP64 where it must
        for done, _name in enumerate(_written(archive, job.handbook_id, layout), start=1):
            progress("pack", done, total)
    require(actor, job.handbook_id, RIGHT)
    counts = {"pages": len(layout.files) - 1, "files": len(layout.media), "bytes": path.stat().st_size}
    end(job.pk, State.DONE, result=counts)


def _written(archive: zipfile.ZipFile, handbook_id: UUID, layout: Layout) -> Iterator[str]:
    """The names in the archive, each as it was written."""
    for file in layout.files:
        archive.writestr(_entry(file.path, zipfile.ZIP_DEFLATED), file.text.encode())
        yield file.path
    for media in layout.media:
        source = file_path(handbook_id, media.digest)
        if not source.exists():
            raise RefusedError(_("The file “%s” is missing on the server.") % media.name)
        entry = _entry(media.path, zipfile.ZIP_STORED)  # pictures are packed already
        entry.file_size = source.stat().st_size
        with source.open("rb") as original, archive.open(entry, "w") as copy:
            shutil.copyfileobj(original, copy)
        yield media.path


def _entry(name: str, packed: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ALWAYS)
    entry.compress_type = packed
    entry.external_attr = 0o644 << 16
    return entry
