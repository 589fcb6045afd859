"""`mkdocs.yml`: where the pages lie, their order and their titles."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from apps.documents.importing.bounded_yaml import YamlRefusedError, load_yaml
from apps.documents.importing.front_matter import decode_text
from apps.documents.importing.names import is_markdown
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source
from apps.documents.importing.told import Told


@dataclass(slots=True)
class Navigation:
    """Positions and titles by the page's path in the source; section titles by folder."""

    root: str
    positions: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    folder_titles: dict[str, str] = field(default_factory=dict)

    def add(self, entries: object) -> list[str]:
        """Take in one level of `nav`; returns the pages below it."""
        pages: list[str] = []
        for title, target in _entries(entries):
            if isinstance(target, list):
                below = self.add(target)
                self._name_folder(title, below)
                pages.extend(below)
            elif isinstance(target, str) and is_markdown(target):
                pages.append(self._add_page(title, target))
        return pages

    def _add_page(self, title: str, target: str) -> str:
        origin = posixpath.normpath(posixpath.join(self.root, target))
        self.positions.setdefault(origin, len(self.positions))
        if title:
            self.titles.setdefault(origin, title)
        return origin

    def _name_folder(self, title: str, pages: list[str]) -> None:
        """A section whose pages are all of one folder is that folder."""
        folders = {posixpath.dirname(page) for page in pages}
        if len(folders) > 1:
            folders = {posixpath.commonpath([folder or "." for folder in folders])}
        for folder in folders - {self.root, "", "."}:
            self.folder_titles.setdefault(folder, title)


def _entries(entries: object) -> Iterator[tuple[str, object]]:
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield from ((str(title), target) for title, target in entry.items())
        else:
            yield "", entry


def read_mkdocs(source: Source) -> Navigation:
    name = next(name for name in ("mkdocs.yml", "mkdocs.yaml") if name in source)
    try:
        settings = load_yaml(decode_text(source.read(name), name))
    except YamlRefusedError as error:
        raise ImportRefusedError(
            name, Told("line %(line)d: not readable: %(error)s", line=error.line, error=str(error))
        ) from error
    if not isinstance(settings, dict):
        settings = {}
    root = posixpath.normpath(str(settings.get("docs_dir") or "docs"))
    navigation = Navigation("" if root == "." else root)
    if not any(
        is_markdown(file.path) and posixpath.dirname(file.path + "/").startswith(root) for file in source
    ):
        raise ImportRefusedError(name, Told("its docs_dir %(name)r holds no Markdown file", name=root))
    navigation.add(settings.get("nav"))
    return navigation
