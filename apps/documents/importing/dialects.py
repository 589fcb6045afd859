"""What differs between the tools whose documentation is imported: one table, one row a tool."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from apps.documents.importing.names import is_markdown
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told

type DialectName = Literal["cairn", "mkdocs", "docusaurus", "hugo", "github-wiki", "numbered", "plain"]
MARKER = "cairn.json"
NUMBERED = re.compile(r"(\d+)[-_. ]+(?=[^-_.\s])")
NOT_A_NUMBER = re.compile(r"\d{4}[-_.]\d{2}|\d+[-_.]\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one tool names, orders and links its pages.

    `index_stems`: names (lower case, without suffix) of a folder's own page, best first.
    `page_folders`: where the pages lie under the tool's root, first that exists.
    `static_folders`: where site-absolute addresses of files begin.
    `address_prefixes`: first segments of site-absolute links that are no folder of the pages.
    `strip_numbers`: `01-intro.md` is `intro` and comes first.
    `jsx_suffixes`: files in which `<Name>` and `{...}` are JSX.
    `own_ids`: `id` in the front matter is Cairn's. `verbatim`: text is kept as it is but for links.
    """

    name: DialectName
    index_stems: tuple[str, ...] = ("index", "readme", "_index", "home")
    page_folders: tuple[str, ...] = ("",)
    static_folders: tuple[str, ...] = ("static", "public")
    address_prefixes: tuple[str, ...] = ("docs",)
    skipped_stems: tuple[str, ...] = ()
    skips_underscore: bool = False
    folder_named_index: bool = False
    strip_numbers: bool = False
    zero_is_no_order: bool = False
    flat: bool = False
    jsx_suffixes: tuple[str, ...] = (".mdx",)
    indented_admonitions: bool = False
    shortcodes: bool = False
    wiki_links: bool = False
    own_ids: bool = False
    verbatim: bool = False


DIALECTS: dict[DialectName, Dialect] = {
    dialect.name: dialect
    for dialect in (
        Dialect("cairn", index_stems=("index",), address_prefixes=(), own_ids=True, verbatim=True),
        Dialect("mkdocs", index_stems=("index", "readme"), page_folders=("docs",), indented_admonitions=True),
        Dialect(
            "docusaurus",
            index_stems=("index", "readme"),
            page_folders=("docs", ""),
            skips_underscore=True,
            folder_named_index=True,
            strip_numbers=True,
            jsx_suffixes=(".md", ".mdx"),
        ),
        Dialect(
            "hugo",
            index_stems=("_index", "index"),
            page_folders=("content", ""),
            zero_is_no_order=True,
            shortcodes=True,
        ),
        Dialect(
            "github-wiki",
            index_stems=("home",),
            address_prefixes=("wiki",),
            skipped_stems=("_sidebar", "_footer", "_header"),
            flat=True,
            wiki_links=True,
        ),
        Dialect("numbered", strip_numbers=True, own_ids=True),
        Dialect("plain", own_ids=True),
    )
}


def detect_dialect(paths: Iterable[str]) -> Dialect:
    """The tool that wrote these files, by its tell-tale files; `plain` where nothing tells."""
    files = list(paths)
    tops = {path for path in files if "/" not in path}
    names = {path.rpartition("/")[2] for path in files}
    folders = {path.partition("/")[0] for path in files if "/" in path}
    if MARKER in tops:
        return DIALECTS["cairn"]
    if tops & {"mkdocs.yml", "mkdocs.yaml"}:
        return DIALECTS["mkdocs"]
    if _has_docusaurus(tops, names):
        return DIALECTS["docusaurus"]
    if "_index.md" in names or ("content" in folders and tops & HUGO_SETTINGS):
        return DIALECTS["hugo"]
    if _is_wiki(files, tops):
        return DIALECTS["github-wiki"]
    return DIALECTS["numbered" if _is_numbered(files) else "plain"]


HUGO_SETTINGS = frozenset(
    f"{name}.{suffix}" for name in ("hugo", "config") for suffix in ("toml", "yaml", "json")
)


def _has_docusaurus(tops: set[str], names: set[str]) -> bool:
    settings = any(name.startswith("docusaurus.config.") for name in tops)
    return settings or any(name.startswith("_category_.") for name in names)


def _is_wiki(files: list[str], tops: set[str]) -> bool:
    lowered = {name.lower() for name in tops}
    if "home.md" not in lowered:
        return False
    nested = any(is_markdown(path) and "/" in path for path in files)
    return "_sidebar.md" in lowered or not (nested or lowered & {"index.md", "readme.md"})


def _is_numbered(files: list[str]) -> bool:
    """Half or more of the pages' topmost names begin with a number."""
    names = {path.partition("/")[0] for path in files if is_markdown(path)}
    names = {name for name in names if name.partition(".")[0].lower() not in {"index", "readme"}}
    numbered = [name for name in names if split_number(name)[0] is not None]
    return len(numbered) >= 2 and 2 * len(numbered) >= len(names)


def split_number(name: str) -> tuple[int | None, str]:
    """`01-intro` is (1, "intro"); dates (`2024-05-01-x`) and versions (`7.0-x`) have no number."""
    found = NUMBERED.match(name)
    if found is None or NOT_A_NUMBER.match(name):
        return None, name
    return int(found[1][:9]), name[found.end() :]


def check_marker(data: bytes) -> None:
    """Refuse an export of a Cairn that writes another format than this one reads."""
    try:
        marker = json.loads(data)
    except ValueError as error:
        raise ImportRefusedError(MARKER, Told("is not JSON (%(error)s)", error=str(error))) from error
    version = marker.get("format") if isinstance(marker, dict) else None
    if version != 1:
        raise ImportRefusedError(
            MARKER, Told("says format %(format)r; this Cairn reads format 1", format=version)
        )
