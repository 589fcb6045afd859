"""Reading an upload no further than its greatest size."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError

from ..conf import FORM_BYTES, conf
from ..media import TooLargeError, Upload, checked_upload


class SizeLimit(FileUploadHandler):
    """Passes on files of at most `max_bytes` together and drops the first that goes beyond, with what
    follows; the form's other fields are read all the same (the CSRF token may come last)."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self.left = max_bytes
        self.dropped = ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            self.dropped = self.dropped or self.file_name or "?"
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind keep it."""


def limit_upload(request: HttpRequest) -> None:
    """To be called before anything reads the form. Raises TooLargeError where the sender says so."""
    sent = request.META.get("CONTENT_LENGTH") or "0"
    if sent.isdecimal() and int(sent) > conf.max_upload_bytes + FORM_BYTES:
        raise TooLargeError(_("The file"))
    limit_file(request)


def limit_file(request: HttpRequest) -> None:
    """To be called before anything reads the form, where the other fields must not be lost with a file that
    is too large: received_upload() refuses it."""
    request.upload_handlers.insert(0, SizeLimit(conf.max_upload_bytes))


class IntoFolder(FileUploadHandler):
    """Writes the files straight to their place, whatever their size: nothing is kept in memory or copied
    later. `refused` says what is wrong with the first that cannot be taken."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.refused = ""
        self._file: BinaryIO | None = None

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._close()  # the one before may have been broken off
        name = self.file_name or ""
        try:
            self._file = (self.folder / name).open("xb")
        except FileExistsError:
            self._refuse(_("“%s” was chosen twice. Files beside each other have different names.") % name)
        except (OSError, ValueError):
            self._refuse(_("“%s” cannot be kept under this name. Please give it a shorter one.") % name)

    def _refuse(self, why: str) -> None:
        self.refused = self.refused or why
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._file is not None:
            self._file.write(raw_data)

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        self._close()
        return SimpleUploadedFile(self.file_name or "", b"")  # that it came; its bytes lie in the folder

    def upload_interrupted(self) -> None:
        self._close()

    def upload_complete(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def receive_import(request: HttpRequest, folder: Path) -> list[str]:
    """The names of the files that were sent, now in `folder`. To be called before anything else reads the
    form. Raises RefusedError: at most conf.max_import_bytes together, one zip or files beside each other."""
    limit, keeper = SizeLimit(conf.max_import_bytes), IntoFolder(folder)
    sent = request.META.get("CONTENT_LENGTH") or "0"
    try:
        request.upload_handlers = [limit, keeper]
        if sent.isdecimal() and int(sent) > conf.max_import_bytes + FORM_BYTES:
            raise _too_large()
        names = [file.name or "" for file in request.FILES.getlist("files")]
    except TooManyFilesSent as error:
        text = _("More than %(max)d files were chosen. Please send them in one zip file.")
        raise RefusedError(text % {"max": settings.DATA_UPLOAD_MAX_NUMBER_FILES}, "files") from error
    if limit.dropped:
        raise _too_large()
    if keeper.refused:
        raise RefusedError(keeper.refused, "files")
    if not names:
        raise RefusedError(_("Choose a zip file, or Markdown files, first."), "files")
    if len(names) > 1 and (zips := [name for name in names if name.lower().endswith(".zip")]):
        text = _("“%s” stands beside other files. Please send one zip file alone, or files without a zip.")
        raise RefusedError(text % zips[0], "files")
    return names


def _too_large() -> RefusedError:
    text = _("What was chosen is larger than %(max)s MB, the most that is allowed for one import.")
    return RefusedError(text % {"max": f"{conf.max_import_bytes / 1e6:g}"}, "files")


def sends_file(request: HttpRequest) -> bool:
    """Whether a file was chosen, one that was dropped as too large as well."""
    return bool(request.FILES) or any(getattr(each, "dropped", "") for each in request.upload_handlers)


def received_upload(request: HttpRequest) -> Upload:
    """The file of a limited request, looked at. Raises RefusedError."""
    file = request.FILES.get("file")
    limits = [handler for handler in request.upload_handlers if isinstance(handler, SizeLimit)]
    if limits and limits[0].dropped:
        raise TooLargeError(limits[0].dropped)
    if file is None:
        raise RefusedError(_("Choose a file first."), "file")
    return checked_upload(file.name or "", file.read())
