"""Reading an upload no further than its greatest size."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError

from ..conf import conf
from ..media import TooLargeError, Upload, checked_upload

FORM_BYTES = 64 * 1024  # for the fields and the boundaries around the file


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
