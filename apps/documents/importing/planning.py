"""From the files of a source to the plan of an import."""

import re
from collections.abc import Callable, Iterable
from functools import partial

from apps.documents.importing.arrangement import Arrangement, read_arrangement
from apps.documents.importing.converting import ConvertedPage, PageJob, convert_page
from apps.documents.importing.dialects import DIALECTS, Dialect, DialectName, detect_dialect
from apps.documents.importing.front_matter import FrontMatter
from apps.documents.importing.page_files import is_export_media, read_pages
from apps.documents.importing.plan import ImportPlan, Notice, PlannedMedia, PlannedPage, media_digest
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.resolving import TOKEN
from apps.documents.importing.site import build_site
from apps.documents.importing.source import Source
from apps.documents.importing.titles import readable_name
from apps.documents.importing.told import Told
from apps.documents.importing.tree import Placed, place_pages

MAX_NAME_CHARS = 150
UNSAFE_IN_NAMES = re.compile(r"[^\w.-]+")

type Run = Callable[[Callable[[PageJob], ConvertedPage], Iterable[PageJob]], Iterable[ConvertedPage]]


def plan_import(source: Source, dialect: DialectName | None = None, run: Run = map) -> ImportPlan:
    """What importing `source` would write. Reads, writes nothing; `ImportRefusedError` for input
    that cannot be taken whole.

    `run` converts the pages, in order: `map` here, `partial(pool.map, chunksize=64)` in a process
    pool. The source must stay open until media were read through the plan.
    """
    rules = DIALECTS[dialect] if dialect else detect_dialect(file.path for file in source)
    arrangement = read_arrangement(source, rules)
    files = read_pages(source, rules, arrangement.root)
    if not files:
        raise ImportRefusedError(source.name, Told("no Markdown file of it is a page"))
    placed = place_pages(files, rules, arrangement)
    site = build_site(rules, arrangement.root, placed, (file.path for file in source))
    jobs = [_job(place, rules, arrangement) for place in placed]
    converted = list(run(partial(convert_page, site), jobs))
    media = _media(source, converted)
    pages, hidden = _pages(placed, converted, media)
    notices = [notice for page in converted for notice in page.notices]
    notices += [*hidden, *_head_notices(placed)]
    return ImportPlan(pages, _distinct(media), tuple(notices), rules.name, source)


def _job(place: Placed, dialect: Dialect, arrangement: Arrangement) -> PageJob:
    page = place.page
    name = readable_name(place.name, dialect) if place.path else "Home"
    folder_title = arrangement.folder_titles.get(place.folder, "") if place.folder else ""
    if page is None:
        return PageJob(place.origin, place.path, folder_title or name, name, "", 0)
    listed = arrangement.titles.get(page.origin, "")
    title = page.head.title or (listed if place.path else "")
    fallback = page.head.sidebar_label or folder_title or name
    return PageJob(page.origin, place.path, title, fallback, page.body, page.lines_above)


def _media(source: Source, converted: list[ConvertedPage]) -> dict[str, PlannedMedia]:
    """Every file that a page links to, by its place in the source."""
    origins = sorted({origin for page in converted for origin in page.files})
    return {
        origin: PlannedMedia(media_digest(source.read(origin)), media_name(origin), origin)
        for origin in origins
    }


def media_name(origin: str) -> str:
    """The name of a file as it stands in an address: letters, digits, `.`, `_` and `-`."""
    name = origin.rpartition("/")[2]
    if is_export_media(origin):
        name = name.partition("-")[2]
    name = UNSAFE_IN_NAMES.sub("-", name).strip("-") or "file"
    stem, dot, suffix = name.rpartition(".")
    return name if len(name) <= MAX_NAME_CHARS else f"{stem[: MAX_NAME_CHARS - len(suffix) - 1]}{dot}{suffix}"


def _distinct(media: dict[str, PlannedMedia]) -> tuple[PlannedMedia, ...]:
    """The same bytes under the same name once."""
    return tuple({(entry.digest, entry.name): entry for entry in media.values()}.values())


def _pages(
    placed: tuple[Placed, ...], converted: list[ConvertedPage], media: dict[str, PlannedMedia]
) -> tuple[tuple[PlannedPage, ...], list[Notice]]:
    """The pages, and a notice for each that a draft above it hides."""

    def address(found: re.Match[str]) -> str:
        return f"/-/media/{media[found[1]].digest}/{media[found[1]].name}"

    pages: list[PlannedPage] = []
    hidden: list[Notice] = []
    drafts: set[str] = set()
    for place, page in zip(placed, converted, strict=True):
        under_draft = place.path.rpartition("/")[0] in drafts if "/" in place.path else "" in drafts
        published = place.published and not under_draft
        if not published:
            drafts.add(place.path)
        if place.published and not published:
            hidden.append(Notice(place.origin, 0, Told("becomes a draft, as a page above it is one")))
        head = place.page.head if place.page else FrontMatter()
        text = TOKEN.sub(address, page.source)
        pages.append(
            PlannedPage(
                place.path, page.title, text, place.order, head.id, published, place.origin, head.tags
            )
        )
    return tuple(pages), hidden


def _head_notices(placed: tuple[Placed, ...]) -> Iterable[Notice]:
    for place in placed:
        for name in place.page.head.noted if place.page else ():
            yield Notice(place.origin, 1, Told("%(name)s in the front matter is not used yet", name=name))
