from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Self

from apps.documents.importing.limits import Limits, size_text
from apps.documents.importing.names import is_markdown, refuse_twins
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told, sentence

CHUNK_BYTES = 256 * 1024


MARKDOWN_TOO_LARGE = sentence("the file has %(size)s or more; Markdown files may have %(max)s")
FILE_TOO_LARGE = sentence("the file has %(size)s or more; other files may have %(max)s")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`path` is relative and POSIX, in NFC; `size` in bytes as the folder or zip declares it."""

    path: str
    size: int


class Source(ABC):
    """The files of one import, in sorted order; bytes are read when asked for, and counted then.

    Declared sizes are only a reason to refuse early: every limit is checked again on what was read.
    """

    broken: tuple[type[Exception], ...] = (OSError,)  # what reading raises for a damaged file

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self._files: dict[str, SourceFile] = {}
        self._counted: dict[str, int] = {}
        self._total = 0

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self._files.values())

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of what reading holds open."""

    def read(self, path: str) -> bytes:
        """The bytes of one file. `KeyError` for a path that is not in the import."""
        file = self._files[path]
        try:
            return b"".join(self._chunks(file))
        except self.broken as error:
            raise ImportRefusedError(path, Told("cannot be read (%(error)s)", error=str(error))) from error

    def _chunks(self, file: SourceFile) -> Iterator[bytes]:
        size = 0
        with self._open(file.path) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                size += len(chunk)
                self._check_size(file.path, size)
                self._check_growth(file.path, size)
                yield chunk

    @abstractmethod
    def _open(self, path: str) -> IO[bytes]: ...

    @abstractmethod
    def _check_growth(self, path: str, size: int) -> None:
        """Refuse a file of which so many bytes were read, where they cannot be honest."""

    def _admit(self, files: list[SourceFile]) -> None:
        """Take the files, sorted, or refuse: count, sizes, total, twins, no Markdown."""
        for file in files:
            self._check_size(file.path, file.size)
        self._counted, self._total = {}, 0
        refuse_twins(file.path for file in files)
        if not any(is_markdown(file.path) for file in files):
            raise ImportRefusedError(
                self.name, Told("there is no Markdown file in it (.md, .mdx or .markdown)")
            )
        self._files = {file.path: file for file in sorted(files, key=lambda file: file.path.split("/"))}

    def _check_count(self, count: int) -> None:
        if count > self.limits.max_files:
            raise ImportRefusedError(
                self.name, Told("it holds more than %(max)s files", max=f"{self.limits.max_files:,}")
            )

    def _check_size(self, path: str, size: int) -> None:
        text, most = MARKDOWN_TOO_LARGE, self.limits.max_markdown_bytes
        if not is_markdown(path):
            text, most = FILE_TOO_LARGE, self.limits.max_media_bytes
        if size > most:
            raise ImportRefusedError(path, Told(text, size=size_text(size), max=size_text(most)))
        before = self._counted.get(path, 0)
        self._counted[path] = max(size, before)
        self._total += max(0, size - before)
        if self._total > self.limits.max_total_bytes:
            most = self.limits.max_total_bytes
            raise ImportRefusedError(
                path, Told("with this file the import passes %(max)s in total", max=size_text(most))
            )
