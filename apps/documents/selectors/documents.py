"""Documents as their editors see them: drafts and the bin included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.bar import PersonBar, person_bar
from apps.accounts.formview import Choice
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.events.models import Event
from apps.tenants.permissions import NotFoundError, Right, right_of

from ..models import Document
from .handbook import Crumb, HandbookView, page_url

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class DocumentHead:
    id: UUID
    title: str
    url: str
    edit_url: str
    history_url: str
    breadcrumbs: tuple[Crumb, ...]
    is_published: bool
    is_home: bool


@dataclass(frozen=True)
class BarDocument:
    edit_url: str
    new_child_url: str
    history_url: str
    move_url: str | None
    is_published: bool
    publish_url: str
    unpublish_url: str | None
    bin_url: str | None


@dataclass(frozen=True)
class BarView(PersonBar):
    """Addresses are None without the right to what is there."""

    drafts_url: str | None = None
    new_url: str | None = None
    bin_url: str | None = None
    media_url: str | None = None
    settings_url: str | None = None
    members_url: str | None = None
    document: BarDocument | None = None


@dataclass(frozen=True)
class DraftRow:
    title: str
    url: str
    edit_url: str
    author: str
    updated_at: datetime
    publish_url: str


@dataclass(frozen=True)
class BinRow:
    title: str
    path: str
    deleted_by: str
    deleted_at: datetime
    restore_url: str
    count_below: int


def live_document(handbook: HandbookView, document_id: UUID) -> Document:
    """Raises NotFoundError for what is elsewhere or in the bin."""
    found = Document.objects.filter(pk=document_id, handbook_id=handbook.id, binned_at=None)
    document = found.select_related("revision").first()
    if document is None:
        raise NotFoundError
    return document


def document_head(handbook: HandbookView, document: Document) -> DocumentHead:
    at = {"handbook": handbook.slug, "document_id": document.pk}
    published = document.published_at is not None
    draft_url = reverse("documents:draft", kwargs=at)
    return DocumentHead(
        id=document.pk,
        title=document.title,
        url=page_url(handbook.slug, document.path) if published else draft_url,
        edit_url=reverse("documents:edit", kwargs=at),
        history_url=reverse("documents:history", kwargs=at),
        breadcrumbs=tuple(_ancestors(handbook, document)),
        is_published=published,
        is_home=document.parent_id is None,
    )


def _ancestors(handbook: HandbookView, document: Document) -> list[Crumb]:
    if not document.path:
        return []
    steps = document.path.split("/")[:-1]
    way = ["", *("/".join(steps[: n + 1]) for n in range(len(steps)))]
    rows = Document.objects.filter(handbook_id=handbook.id, binned_at=None, path__in=way)
    crumbs = []
    for id, title, path, published_at in sorted(
        rows.values_list("pk", "title", "path", "published_at"), key=lambda row: len(row[2])
    ):
        draft = reverse("documents:draft", kwargs={"handbook": handbook.slug, "document_id": id})
        crumbs.append(Crumb(title, page_url(handbook.slug, path) if published_at else draft))
    return crumbs


def bar_view(actor: Actor, handbook: HandbookView, document_id: UUID | None) -> BarView:
    """The personal corner of the top bar: what this person may do here."""
    person = User.objects.filter(pk=actor.id).first() if actor.id else None
    right = right_of(actor, handbook.id)
    edits, manages = right is not None and right >= Right.EDIT, right is Right.MANAGE
    document = _bar_document(handbook, document_id) if edits and document_id else None
    return BarView(
        **vars(person_bar(person)),
        drafts_url=handbook.drafts_url if edits else None,
        new_url=handbook.new_url if edits else None,
        bin_url=handbook.bin_url if edits else None,
        media_url=handbook.media_url if edits else None,
        settings_url=handbook.settings_url if manages else None,
        members_url=handbook.members_url if manages else None,
        document=document,
    )


def _bar_document(handbook: HandbookView, document_id: UUID) -> BarDocument | None:
    row = Document.objects.filter(pk=document_id, handbook_id=handbook.id, binned_at=None)
    found = row.values_list("parent_id", "published_at").first()
    if found is None:
        return None
    parent_id, published_at = found

    def address(name: str) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, "document_id": document_id})

    below_home = parent_id is not None
    return BarDocument(
        edit_url=address("edit"),
        new_child_url=f"{handbook.new_url}?parent={document_id}",
        history_url=address("history"),
        move_url=address("move") if below_home else None,
        is_published=published_at is not None,
        publish_url=address("publish"),
        unpublish_url=address("unpublish") if below_home else None,
        bin_url=address("put_into_bin") if below_home else None,
    )


def draft_rows(handbook: HandbookView, start: int) -> tuple[DraftRow, ...]:
    rows = (
        Document.objects.filter(handbook_id=handbook.id, binned_at=None, published_at=None)
        .select_related("revision__author")
        .order_by("-updated_at", "pk")[start : start + ROWS_A_PAGE]
    )
    return tuple(_draft_row(handbook, row) for row in rows)


def _draft_row(handbook: HandbookView, row: Document) -> DraftRow:
    at = {"handbook": handbook.slug, "document_id": row.pk}
    return DraftRow(
        title=row.title,
        url=reverse("documents:draft", kwargs=at),
        edit_url=reverse("documents:edit", kwargs=at),
        author=author_name(row.revision.author if row.revision else None),
        updated_at=row.updated_at,
        publish_url=reverse("documents:publish", kwargs=at),
    )


def author_name(author: User | None) -> str:
    return str(author) if author else _("Cairn")


def bin_rows(handbook: HandbookView, start: int) -> tuple[BinRow, ...]:
    """What was put into the bin, each with what went along."""
    rows = list(
        Document.objects.filter(handbook_id=handbook.id, bin_root_id=F("pk"))
        .exclude(binned_at=None)
        .order_by("-binned_at", "pk")[start : start + ROWS_A_PAGE]
    )
    along = dict(
        Document.objects.filter(bin_root_id__in=[row.pk for row in rows])
        .values_list("bin_root_id")
        .annotate(n=Count("pk"))
    )
    who = _binned_by(handbook, [row.pk for row in rows])
    return tuple(
        BinRow(
            title=row.title,
            path=row.path,
            deleted_by=who.get(row.pk, _("Cairn")),
            deleted_at=row.binned_at,
            restore_url=reverse(
                "documents:restore", kwargs={"handbook": handbook.slug, "document_id": row.pk}
            ),
            count_below=along[row.pk] - 1,
        )
        for row in rows
        if row.binned_at
    )


def _binned_by(handbook: HandbookView, document_ids: list[UUID]) -> dict[UUID, str]:
    """Names of those who binned the documents last, from the log."""
    events = Event.objects.filter(
        stream_id=handbook.id, about_id__in=document_ids, type="document_binned"
    ).order_by("position")
    actors = {event.about_id: event.actor_id for event in events}
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=set(actors.values()))}
    return {id: names[actor] for id, actor in actors.items() if id and actor in names}


def parent_choices(
    handbook: HandbookView, selected: UUID | None, without: Document | None = None
) -> tuple[Choice, ...]:
    """Every place a document can stand below, in tree order; `without` and all below it left out."""
    rows = Document.objects.filter(handbook_id=handbook.id, binned_at=None)
    if without is not None:
        rows = rows.exclude(Q(pk=without.pk) | Q(path__startswith=f"{without.path}/"))
    below: dict[UUID | None, list[Document]] = {}
    for row in rows.order_by("position", "pk").only("pk", "parent_id", "title", "published_at"):
        below.setdefault(row.parent_id, []).append(row)
    choices: list[Choice] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        label = row.title if row.published_at else _("%(title)s (draft)") % {"title": row.title}
        choices.append(Choice(str(row.pk), label, selected=row.pk == selected, depth=depth))
        waiting.extend((child, depth + 1) for child in reversed(below.get(row.pk, [])))
    return tuple(choices)


def position_choices(parent_id: UUID, document: Document) -> tuple[Choice, ...]:
    """Where among the children of `parent_id` the document can stand; what it stands behind now, or
    the last, is selected."""
    rows = list(
        Document.objects.filter(parent_id=parent_id, binned_at=None)
        .exclude(pk=document.pk)
        .order_by("position", "pk")
        .values_list("pk", "title", "position")
    )
    before = [row for row in rows if parent_id != document.parent_id or row[2] < document.position]
    selected = before[-1][0] if before else None
    first = Choice("", _("First"), selected=selected is None)
    return (first, *(Choice(str(pk), title, selected=pk == selected) for pk, title, _position in rows))
