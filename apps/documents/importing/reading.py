from pathlib import Path

from apps.documents.importing.archive import ZipSource
from apps.documents.importing.folder import FolderSource
from apps.documents.importing.limits import Limits
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source
from apps.documents.importing.told import Told


def read_source(path: Path, limits: Limits | None = None) -> Source:
    """A folder or a zip file as a `Source`. Close it (or use it as a context) when the plan is done.

    `ImportRefusedError` for a path that is neither, for unsafe names, links, encrypted or doubled
    entries, for more or larger files than `limits` allow, and where no Markdown is found.
    """
    limits = limits or Limits()
    if path.is_dir():
        return FolderSource(path, limits)
    if path.is_file():
        return ZipSource(path, limits)
    raise ImportRefusedError(str(path), Told("no such folder or zip file"))
