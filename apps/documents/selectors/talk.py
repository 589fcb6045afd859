"""What is said about a page, the same for everybody who belongs to its handbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from apps.accounts.bar import initials
from apps.queries.people import names_of
from apps.queries.projections import projection, select

from ..models import Comment
from ..text import fill_links, fill_people, linked_keys, mentioned_people
from .handbook import HandbookView, read_url
from .links import resolve, targets
from .threads import IN_TIME, Discussed, Place, Placed, discussed, page_starts, placed_threads
from .words import words

type Names = dict[UUID, str]


@dataclass(frozen=True)
class CommentView:
    """`own_url` is where it is changed or deleted by who may."""

    id: UUID
    author_id: UUID | None
    author: str
    initials: str
    html: Markup
    created_at: datetime
    is_edited: bool
    is_deleted: bool
    own_url: str


@dataclass(frozen=True)
class ThreadView:
    """`place_url` is where the text stands that it is about, "" where there is none."""

    id: UUID
    place: Place
    quote: str
    place_url: str
    comments: tuple[CommentView, ...]
    reply_url: str
    settle_url: str
    is_resolved: bool
    resolved_by: str


@dataclass(frozen=True)
class TalkView:
    title: str
    page_url: str
    new_url: str
    open: tuple[ThreadView, ...]
    gone: tuple[ThreadView, ...]
    resolved: tuple[ThreadView, ...]
    newer_url: str | None
    older_url: str | None


@projection(Comment, stream="handbook_id")
class CommentRow:
    id: UUID
    thread_id: UUID
    author_id: UUID | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


def talk_view(
    handbook: HandbookView, document_id: UUID, *, start: int = 0, thread: str = "", drafts: bool = False
) -> TalkView | None:
    """The page of the talk that the `start`-th thread is on, or a `thread` by its id; None where no such
    document is to be read (`drafts`: or edited)."""
    document = discussed(handbook.id, document_id, drafts=drafts)
    if document is None:
        return None
    placed = placed_threads(handbook.id, document)
    start = next((n for n, each in enumerate(placed) if str(each.row.id) == thread), start)
    starts = page_starts(placed)
    page = max(n for n, first in enumerate(starts) if first <= start)
    end = starts[page + 1] if page + 1 < len(starts) else len(placed)
    shown = placed[starts[page] : end]
    groups: dict[str, list[ThreadView]] = defaultdict(list)
    for each, view in zip(shown, thread_views(handbook, document, shown), strict=True):
        groups[each.group].append(view)
    return TalkView(
        title=document.title,
        page_url=read_at(handbook, document),
        new_url=f"{talk_root(handbook, document_id)}new/",
        open=tuple(groups["open"]),
        gone=tuple(groups["gone"]),
        resolved=tuple(groups["resolved"]),
        newer_url=f"?from={starts[page - 1]}" if page else None,
        older_url=f"?from={end}" if end < len(placed) else None,
    )


def talk_root(handbook: HandbookView, document_id: UUID) -> str:
    """The address of the talk; all that belongs to it is below. Made once a page: there are many comments."""
    return reverse("documents:talk", kwargs={"handbook": handbook.slug, "document_id": document_id})


def read_at(handbook: HandbookView, document: Discussed) -> str:
    is_published = document.published_at is not None
    return read_url(handbook.slug, document.id, document.path, is_published=is_published)


def thread_views(handbook: HandbookView, document: Discussed, shown: Sequence[Placed]) -> list[ThreadView]:
    """With all their comments, in a few queries."""
    ids = [each.row.id for each in shown]
    among = Q(thread_id__in=ids)
    rows = select(CommentRow, handbook.id, document_id=document.id, where=among, order=IN_TIME) if ids else []
    names = _names(rows, shown)
    root, read = talk_root(handbook, document.id), read_at(handbook, document)
    said: dict[UUID, list[CommentView]] = defaultdict(list)
    for row, html in zip(rows, _filled(handbook, rows, names), strict=True):
        said[row.thread_id].append(_comment(row, html, names, root))
    return [_thread(each, tuple(said[each.row.id]), names, root, read) for each in shown]


def _thread(
    placed: Placed, comments: tuple[CommentView, ...], names: Names, root: str, read: str
) -> ThreadView:
    row, here = placed.row, f"{root}threads/{placed.row.id}/"
    return ThreadView(
        id=row.id,
        place=placed.place,
        quote=row.quote,
        place_url=f"{read}#{placed.anchor}" if placed.anchor else "",
        comments=comments,
        reply_url=f"{here}reply/",
        settle_url=f"{here}{'reopen' if row.resolved_at else 'resolve'}/",
        is_resolved=row.resolved_at is not None,
        resolved_by=_called(names, row.resolved_by_id) if row.resolved_at else "",
    )


def _comment(row: CommentRow, html: Markup, names: Names, root: str) -> CommentView:
    author = _called(names, row.author_id)
    return CommentView(
        id=row.id,
        author_id=row.author_id,
        author=author,
        initials=initials(author),
        html=html,
        created_at=row.created_at,
        is_edited=row.edited_at is not None,
        is_deleted=row.deleted_at is not None,
        own_url=f"{root}comments/{row.id}/",
    )


def _called(names: Names, person_id: UUID | None) -> str:
    """Who goes without a name is somebody: their address is nobody else's business."""
    return (names.get(person_id) or _("Somebody")) if person_id else _("Cairn")


def _names(rows: Iterable[CommentRow], shown: Iterable[Placed]) -> Names:
    """Of those who wrote, are mentioned, or resolved."""
    people = {row.author_id for row in rows} | {each.row.resolved_by_id for each in shown}
    people |= {UUID(id) for row in rows for id in mentioned_people(row.html)}
    return names_of({person for person in people if person})


def _filled(handbook: HandbookView, rows: Sequence[CommentRow], names: Names) -> list[Markup]:
    """What was said, sanitised when it was written, with links and names as they are now."""
    links = targets(handbook, resolve(handbook.id, {key for row in rows for key in linked_keys(row.html)}))
    called, said, nobody = {str(id): name for id, name in names.items()}, words(), _("Somebody")
    return [
        Markup(fill_people(fill_links(row.html, links, handbook.slug, said), called, nobody))  # noqa: S704
        for row in rows
    ]
