import os
import stat
from pathlib import Path
from typing import IO

from apps.documents.importing.limits import Limits
from apps.documents.importing.names import checked_name, is_ignored
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source, SourceFile
from apps.documents.importing.told import Told


class FolderSource(Source):
    """A folder on this machine. Links are refused, so nothing outside of it can be read."""

    def __init__(self, root: Path, limits: Limits) -> None:
        super().__init__(root.name or str(root), limits)
        self._root = root
        self._places: dict[str, str] = {}
        self._admit(self._listed())

    def close(self) -> None:
        """Nothing is held open."""

    def _listed(self) -> list[SourceFile]:
        files: list[SourceFile] = []
        for folder, subfolders, names in os.walk(self._root, onerror=self._unreadable):
            subfolders[:] = [name for name in subfolders if not is_ignored(name)]
            here = Path(folder).relative_to(self._root).as_posix()
            for name in [*subfolders, *names]:
                if not is_ignored(name):
                    files.extend(self._entry(f"{here}/{name}", f"{folder}/{name}"))
            self._check_count(len(files))
        return files

    def _entry(self, name: str, place: str) -> list[SourceFile]:
        path = checked_name(name, self.limits)
        status = os.lstat(place)
        if stat.S_ISLNK(status.st_mode):
            raise ImportRefusedError(path, Told("is a symbolic link; links are not followed"))
        if stat.S_ISDIR(status.st_mode):
            return []
        if not stat.S_ISREG(status.st_mode):
            raise ImportRefusedError(path, Told("is neither a file nor a folder"))
        if path in self._places:
            raise ImportRefusedError(path, Told("has the same name as another file"))
        self._places[path] = place
        return [SourceFile(path, status.st_size)]

    def _unreadable(self, error: OSError) -> None:
        raise ImportRefusedError(str(error.filename), error.strerror or "cannot be read")

    def _open(self, path: str) -> IO[bytes]:
        # a link that was put there after listing is not followed either
        return os.fdopen(os.open(self._places[path], os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb")

    def _check_growth(self, path: str, size: int) -> None:
        """A file is what it is."""
