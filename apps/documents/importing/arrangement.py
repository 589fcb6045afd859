"""What a tool's own settings say about where pages lie, how they are ordered and named."""

from dataclasses import dataclass, field

from apps.documents.importing.categories import read_categories
from apps.documents.importing.dialects import MARKER, Dialect, check_marker
from apps.documents.importing.mkdocs_nav import read_mkdocs
from apps.documents.importing.names import is_markdown
from apps.documents.importing.source import Source
from apps.documents.importing.wiki_sidebar import read_sidebar


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`root` is the folder of the pages ("" = all). Origins and folders are paths in the source."""

    root: str = ""
    positions: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    folder_titles: dict[str, str] = field(default_factory=dict)
    folder_orders: dict[str, float] = field(default_factory=dict)


def read_arrangement(source: Source, dialect: Dialect) -> Arrangement:
    root = _page_folder(source, dialect)
    if dialect.name == "cairn":
        check_marker(source.read(MARKER))
    if dialect.name == "mkdocs":
        nav = read_mkdocs(source)
        return Arrangement(nav.root, nav.positions, nav.titles, nav.folder_titles)
    if dialect.name == "docusaurus":
        titles, orders = read_categories(source)
        return Arrangement(root, folder_titles=titles, folder_orders=orders)
    if dialect.name == "github-wiki":
        return Arrangement(root, positions=read_sidebar(source))
    return Arrangement(root)


def _page_folder(source: Source, dialect: Dialect) -> str:
    for folder in dialect.page_folders:
        inside = f"{folder}/" if folder else ""
        if any(is_markdown(file.path) and file.path.startswith(inside) for file in source):
            return folder
    return ""
