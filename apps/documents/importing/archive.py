import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from apps.documents.importing.limits import Limits, size_text
from apps.documents.importing.names import checked_name, is_ignored, printable
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source, SourceFile
from apps.documents.importing.told import Told

END_OF_DIRECTORY, END_BYTES, MAX_COMMENT_BYTES = b"PK\x05\x06", 22, 65_535
ZIP64_LOCATOR, ZIP64_LOCATOR_BYTES = b"PK\x06\x07", 20
ENTRY_BYTES = 46  # of a directory entry, before its name and extra fields
SMALL_BYTES = 1_000_000  # below this a high ratio harms nobody
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class ZipSource(Source):
    """A zip file. One folder that wraps everything in it is left out of the paths."""

    broken = BROKEN

    def __init__(self, file: Path, limits: Limits) -> None:
        super().__init__(file.name, limits)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        refuse_large_directory(file, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise ImportRefusedError(
                self.name, Told("is not a readable zip file (%(error)s)", error=str(error))
            ) from error
        try:
            self._admit(self._listed())
        except ImportRefusedError:
            self.close()
            raise

    def close(self) -> None:
        self._zip.close()

    def _listed(self) -> list[SourceFile]:
        self._check_count(len(self._zip.infolist()))
        for info in self._zip.infolist():
            path = self._checked(info)
            if info.is_dir() or not path or any(is_ignored(part) for part in path.split("/")):
                continue
            if path in self._entries:
                raise ImportRefusedError(path, Told("stands twice in the zip file"))
            self._entries[path] = info
        self._entries = without_wrapper(self._entries)
        return [SourceFile(path, info.file_size) for path, info in self._entries.items()]

    def _checked(self, info: zipfile.ZipInfo) -> str:
        # zipfile cuts names at NUL: the original tells what the archive says
        path = checked_name(info.orig_filename, self.limits)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ImportRefusedError(path, Told("is a symbolic link; links are not followed"))
        if info.flag_bits & 0x1:
            raise ImportRefusedError(path, Told("is encrypted"))
        return path

    def _open(self, path: str) -> IO[bytes]:
        return self._zip.open(self._entries[path])

    def _check_growth(self, path: str, size: int) -> None:
        packed = max(self._entries[path].compress_size, 1)
        if size > SMALL_BYTES and size / packed > self.limits.max_ratio:
            raise ImportRefusedError(
                path,
                Told(
                    "unpacks from %(packed)s to %(size)s or more; at most %(max)d times is allowed",
                    packed=size_text(packed),
                    size=size_text(size),
                    max=self.limits.max_ratio,
                ),
            )


def without_wrapper(entries: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    tops = {path.split("/")[0] for path in entries}
    if len(tops) != 1 or any("/" not in path for path in entries):
        return entries
    return {path.partition("/")[2]: info for path, info in entries.items()}


def refuse_large_directory(file: Path, limits: Limits) -> None:
    """`zipfile` reads the whole directory at once, so its size is checked before."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - END_BYTES - MAX_COMMENT_BYTES - ZIP64_LOCATOR_BYTES))
        tail = stream.read()
    end = tail.rfind(END_OF_DIRECTORY)
    if end < 0 or len(tail) - end < END_BYTES:
        raise ImportRefusedError(printable(file.name), Told("is not a zip file"))
    if tail[max(0, end - ZIP64_LOCATOR_BYTES) : end].startswith(ZIP64_LOCATOR):
        raise ImportRefusedError(
            printable(file.name), Told("is a ZIP64 file, which only too large ones need")
        )
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if directory > limits.max_files * (ENTRY_BYTES + limits.max_name_chars):
        raise ImportRefusedError(
            printable(file.name),
            Told(
                "its directory of %(size)s is for more than %(max)s files",
                size=size_text(directory),
                max=f"{limits.max_files:,}",
            ),
        )
