"""One run as its record tells it: the same for all members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, cast
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from apps.queries.projections import select

from ..models.run import Kind, State
from ..pictures import WIDTHS, wanted_widths
from ..text import shortened
from .handbook import Crumb, HandbookView, page_url
from .pages import filled
from .run_rows import (
    EntryRow,
    Names,
    PersonView,
    RunRow,
    StateRow,
    assignees_of,
    run_address,
    runs_of_url,
)

SEPARATOR: Final = "\n<hr>\n"  # no item's HTML holds a line or a rule
type Level = Literal[2, 3, 4, 5, 6]
ON_ITEMS: Final = (Kind.TICKED, Kind.UNTICKED, Kind.SKIPPED)
LABEL_CHARS: Final = 80


@dataclass(frozen=True)
class PhotoView:
    url: str
    thumb_url: str
    width: int | None
    height: int | None


@dataclass(frozen=True)
class EntryView:
    """Something that was done. `text` is the note, the reason, the name signed with, or whom it is about."""

    kind: str
    name: str
    at: datetime
    text: str
    photo: PhotoView | None


@dataclass(frozen=True)
class ItemView:
    """`by` and `at` are of its state; "" and None where nobody has touched it. `earlier` are the ticks
    that do not show in its state any more, `said` its notes and photos."""

    id: str
    number: int
    html: Markup
    label: str
    is_required: bool
    is_gone: bool
    depth: int
    state: str
    by: str
    at: datetime | None
    said: tuple[EntryView, ...]
    earlier: tuple[EntryView, ...]


@dataclass(frozen=True)
class GroupView:
    """Items that stand below the same headings; `headings` are those to show above them."""

    headings: tuple[HeadingView, ...]
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class HeadingView:
    level: Level
    text: str


@dataclass(frozen=True)
class RunView:
    """`page` leads to the page it is of, None where readers do not see it; `list_url` to its runs, or all.
    `newer_revision` is the id of a newer text, "" where there is none. `left` are the required items that
    are open."""

    id: UUID
    document_id: UUID
    title: str
    url: str
    work_url: str
    list_url: str
    page: Crumb | None
    page_title: str
    is_binned: bool
    started_by: str
    started_at: datetime
    due_on: date | None
    assignees: tuple[PersonView, ...]
    finished_by: str
    finished_at: datetime | None
    settled: int
    total: int
    left: tuple[ItemView, ...]
    groups: tuple[GroupView, ...]
    gone: tuple[ItemView, ...]
    history: tuple[EntryView, ...]
    revision_number: int
    newer_revision: str


def run_view(handbook: HandbookView, row: RunRow, known: Names = MappingProxyType({})) -> RunView:
    """In eight queries at most, however many items it has. `known`: names of people read before."""
    states = {state.item_id: state for state in select(StateRow, handbook.id, run_id=row.id)}
    entries = select(EntryRow, handbook.id, run_id=row.id, order=("at", "id"))
    by_item: dict[str, list[EntryRow]] = {}
    for entry in entries:
        by_item.setdefault(entry.item_id, []).append(entry)
    html = _filled_items(handbook, row.items)
    items = [
        _item(handbook, number, item, html[number - 1], states.get(item["id"]), by_item.get(item["id"], []))
        for number, item in enumerate(row.items, start=1)
    ]
    text = [item for item in items if not item.is_gone]
    return RunView(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        url=run_address(handbook, "run", row.id),
        work_url=run_address(handbook, "run_work", row.id),
        list_url=runs_of_url(handbook, row.document_id) if row.is_shown else handbook.runs_url,
        page=Crumb(row.page_title, page_url(handbook.slug, row.path)) if row.is_shown else None,
        page_title=row.page_title,
        is_binned=row.binned_at is not None,
        started_by=row.started_name,
        started_at=row.started_at,
        due_on=row.due_on,
        assignees=assignees_of(handbook, [row.id], known).get(row.id, ()),
        finished_by=row.finished_name,
        finished_at=row.finished_at,
        settled=row.settled,
        total=row.total,
        left=tuple(item for item in text if item.is_required and item.state == State.OPEN),
        groups=_groups(row.items, text),
        gone=tuple(item for item in items if item.is_gone),
        history=tuple(_entry(handbook, entry) for entry in by_item.get("", [])),
        revision_number=row.number,
        newer_revision=str(row.current_id) if row.current_id != row.revision_id else "",
    )


def _filled_items(handbook: HandbookView, items: list[dict[str, Any]]) -> list[Markup]:
    """The links of all items are resolved together."""
    html = filled(handbook, SEPARATOR.join(item["html"] for item in items))
    return [Markup(each) for each in html.split(SEPARATOR)]  # noqa: S704 - parts of what filled() gave


def _item(
    handbook: HandbookView,
    number: int,
    item: dict[str, Any],
    html: Markup,
    state: StateRow | None,
    entries: list[EntryRow],
) -> ItemView:
    ticks = [entry for entry in entries if entry.kind in ON_ITEMS]
    if state is not None and state.state != State.OPEN:
        stands = next((n for n in range(len(ticks) - 1, -1, -1) if ticks[n].at == state.at), len(ticks))
        ticks = [entry for n, entry in enumerate(ticks) if n != stands]
    label = shortened(item["label"], LABEL_CHARS) or _("Item %(number)d") % {"number": number}
    return ItemView(
        id=item["id"],
        number=number,
        html=html or Markup.escape(label),
        label=label,
        is_required=item["required"],
        is_gone=item["gone"],
        depth=min(item["depth"], 4),
        state=state.state if state else State.OPEN.value,
        by=state.by_name if state else "",
        at=state.at if state else None,
        said=tuple(_entry(handbook, entry) for entry in entries if entry.kind not in ON_ITEMS),
        earlier=tuple(_entry(handbook, entry) for entry in ticks),
    )


def _entry(handbook: HandbookView, row: EntryRow) -> EntryView:
    return EntryView(row.kind, row.name, row.at, row.text, _photo(handbook, row))


def _photo(handbook: HandbookView, row: EntryRow) -> PhotoView | None:
    if row.digest is None:
        return None
    at = {"handbook": handbook.slug, "digest": row.digest, "name": row.file_name}
    url = reverse("documents:media_file", kwargs=at)
    small = wanted_widths(row.content_type or "", row.width)
    return PhotoView(url, f"{url}?w={WIDTHS[0]}" if small else url, row.width, row.height)


def _groups(raw: list[dict[str, Any]], items: list[ItemView]) -> tuple[GroupView, ...]:
    headings = {item["id"]: item["headings"] for item in raw}
    found: list[tuple[list[Any], list[ItemView]]] = []
    for item in items:
        above = headings[item.id]
        if above or not found:
            found.append((above, []))
        found[-1][1].append(item)
    return tuple(GroupView(tuple(map(_heading, above)), tuple(together)) for above, together in found)


def _heading(heading: tuple[int, str]) -> HeadingView:
    """Below the run's own title."""
    return HeadingView(cast(Level, min(heading[0] + 1, 6)), heading[1])
