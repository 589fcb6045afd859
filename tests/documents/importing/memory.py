"""A source that lies in memory: what a test writes is what the importer reads."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO

from apps.documents.importing.limits import Limits
from apps.documents.importing.names import checked_name
from apps.documents.importing.plan import ImportPlan, PlannedPage
from apps.documents.importing.planning import plan_import
from apps.documents.importing.source import Source, SourceFile


class MemorySource(Source):
    def __init__(self, files: Mapping[str, str | bytes], limits: Limits | None = None) -> None:
        super().__init__("memory", limits or Limits())
        self._data = {
            checked_name(path, self.limits): data.encode() if isinstance(data, str) else data
            for path, data in files.items()
        }
        self._admit([SourceFile(path, len(data)) for path, data in self._data.items()])

    def close(self) -> None:
        """Nothing is held open."""

    def _open(self, path: str) -> IO[bytes]:
        return BytesIO(self._data[path])

    def _check_growth(self, path: str, size: int) -> None:
        """Bytes in memory are what they are."""


def plan_of(files: Mapping[str, str | bytes], dialect: str | None = None) -> ImportPlan:
    return plan_import(MemorySource(files), dialect)  # type: ignore[arg-type]


def pages_of(plan: ImportPlan) -> dict[str, PlannedPage]:
    return {page.path: page for page in plan.pages}


def text_of(markdown: str, name: str = "page.md", dialect: str = "plain", **files: str | bytes) -> str:
    """What one page's text becomes. `files` are others beside it, by name with `__` for a dot."""
    others = {path.replace("__", "."): data for path, data in files.items()}
    plan = plan_of({name: markdown, **others}, dialect)
    return next(page.source for page in plan.pages if page.origin == name)
