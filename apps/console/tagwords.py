"""Tags in words: what of which page, link or person they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.caching.tags import ANY, HIDDEN, PAGE, PRESENCE, ROOT
from apps.documents.models import Document

type Kind = Literal[
    "page",
    "document",
    "body",
    "link",
    "redirect",
    "revision",
    "media",
    "talk",
    "runs",
    "people",
    "all",
    "other",
]

KINDS: Final[dict[Kind, Promise]] = {
    "page": gettext_lazy("This page by its address"),
    "document": gettext_lazy("Pages"),
    "body": gettext_lazy("Texts of pages"),
    "link": gettext_lazy("Links"),
    "redirect": gettext_lazy("Old addresses"),
    "revision": gettext_lazy("Revisions"),
    "media": gettext_lazy("Pictures and files"),
    "talk": gettext_lazy("Comments"),
    "runs": gettext_lazy("Checklists"),
    "people": gettext_lazy("People"),
    "all": gettext_lazy("Everything"),
    "other": gettext_lazy("The handbook"),
}
OF_ENTITY: Final[dict[str, Kind]] = {
    **{name: name for name in ("document", "body", "link", "redirect", "revision", "media")},
    "comment": "talk",
    "thread": "talk",
    "run": "runs",
    "run_item": "runs",
    "run_entry": "runs",
    "run_assignee": "runs",
    "person": "people",
    "membership": "people",
    "invitation": "people",
}
COLUMNS: Final[dict[str, Promise]] = {
    PRESENCE: gettext_lazy("which there are"),
    ANY: gettext_lazy("whether there are any"),
    "title": gettext_lazy("title"),
    "path": gettext_lazy("address"),
    "slug": gettext_lazy("last part of the address"),
    "position": gettext_lazy("order"),
    "updated_at": gettext_lazy("last change"),
    "parent_id": gettext_lazy("place"),
    "published_at": gettext_lazy("publishing"),
    "html": gettext_lazy("text"),
    "plain": gettext_lazy("words"),
    "outline": gettext_lazy("contents"),
    "name": gettext_lazy("name"),
    "language": gettext_lazy("language"),
    "color": gettext_lazy("colour"),
    "icon": gettext_lazy("sign"),
    "is_public": gettext_lazy("who may read"),
}
# Rows by their id; those that belong to a page share its id.
BY_ID: Final[dict[str, Promise]] = {
    "document": gettext_lazy("page %s"),
    "body": gettext_lazy("page %s"),
    "revision": gettext_lazy("revision %s"),
    "media": gettext_lazy("file %s"),
    "link": gettext_lazy("link %s"),
    "run": gettext_lazy("checklist %s"),
}
# Rows that are found by a key: what the key says of them.
KEYED: Final[dict[tuple[str, str], Promise]] = {
    ("document", "parent_id"): gettext_lazy("pages below %s"),
    ("document", "path"): gettext_lazy("whatever is at %s"),
    ("document", "slug"): gettext_lazy("pages whose address ends with %s"),
    ("link", "source_id"): gettext_lazy("links on %s"),
    ("link", "key"): gettext_lazy("links to %s"),
    ("redirect", "document_id"): gettext_lazy("old addresses of %s"),
    ("redirect", "path"): gettext_lazy("what was at %s"),
    ("redirect", "slug"): gettext_lazy("what was called %s"),
    ("revision", "document_id"): gettext_lazy("revisions of %s"),
    ("comment", "document_id"): gettext_lazy("comments on %s"),
    ("thread", "document_id"): gettext_lazy("conversations about %s"),
    ("run", "document_id"): gettext_lazy("checklists of %s"),
    ("run", "handbook_id"): gettext_lazy("checklists of %s"),
    ("run_item", "run_id"): gettext_lazy("ticks in checklist %s"),
    ("run_entry", "run_id"): gettext_lazy("record of checklist %s"),
    ("run_assignee", "run_id"): gettext_lazy("who sees to checklist %s"),
    ("media", "digest"): gettext_lazy("the file %s"),
    ("membership", "person_id"): gettext_lazy("membership of %s"),
}


@dataclass(frozen=True)
class Tag:
    """`entity[key=value].column`; a `*` has none of them, a page's address is the value of `page`. What
    readers do not see is called as what they see."""

    raw: str
    entity: str
    key: str = ""
    value: str = ""
    column: str = ""


@dataclass(frozen=True)
class TagLine:
    text: str
    raw: tuple[str, ...]


@dataclass(frozen=True)
class TagGroup:
    kind: Kind
    title: str
    lines: tuple[TagLine, ...]
    count: int


class Names:
    """Titles and names of what tags mention, three statements for all of them."""

    def __init__(self, handbook_id: UUID, tags: Collection[Tag]) -> None:
        ids = {id for tag in tags if (id := _uuid(tag.value))}
        documents = Document.objects.filter(pk__in=ids, handbook_id=handbook_id)
        self._known = {id: _("“%s”") % title for id, title in documents.values_list("pk", "title")}
        self._known[handbook_id] = _("this handbook")
        people = User.objects.filter(pk__in=ids - self._known.keys())
        self._known |= {person.pk: str(person) for person in people}

        paths = {tag.value for tag in tags if (tag.entity, tag.key) == ("document", "path")}
        there = Document.objects.filter(handbook_id=handbook_id, path__in=paths, binned_at=None)
        self.at_path = dict(there.values_list("path", "title"))

    def __call__(self, value: str) -> str:
        id = _uuid(value)
        return self._known.get(id, value[:8]) if id else (f"“{value}”" if value else _("the top"))


def parsed(raw: str) -> Tag:
    if raw.startswith(f"{PAGE}:"):
        return Tag(raw, PAGE, "", raw.removeprefix(f"{PAGE}:"))
    entity, bracket, rest = raw.partition("[")
    if not bracket:
        name, _dot, column = raw.partition(".")
        return Tag(raw, name, column=column.removeprefix(HIDDEN))
    condition, _end, column = rest.rpartition("].")
    key, _equals, value = condition.partition("=")
    key, _plus, kept = key.removesuffix(" is null").partition("+")  # id+parent_id: where a row is
    return Tag(raw, entity, key, value, kept or column.removeprefix(HIDDEN))


def groups_of(handbook_id: UUID, raw: Collection[str]) -> tuple[TagGroup, ...]:
    """All tags of a page, by what they are about; those of one row in one line."""
    tags = [parsed(each) for each in sorted(raw)]
    names = Names(handbook_id, tags)
    grouped: dict[Kind, dict[tuple[str, str, str], list[Tag]]] = {}
    for tag in tags:
        row = (tag.entity, tag.key, tag.value)
        grouped.setdefault(_kind(tag), {}).setdefault(row, []).append(tag)
    return tuple(
        TagGroup(
            kind,
            str(KINDS[kind]),
            tuple(_line(row, names) for row in grouped[kind].values()),
            sum(len(row) for row in grouped[kind].values()),
        )
        for kind in KINDS
        if kind in grouped
    )


def tag_words(handbook_id: UUID, raw: Collection[str]) -> dict[str, str]:
    """Each of some tags in words."""
    tags = [parsed(each) for each in raw]
    names = Names(handbook_id, tags)
    return {tag.raw: _line([tag], names).text for tag in tags}


def _kind(tag: Tag) -> Kind:
    if tag.raw == ROOT:
        return "all"
    return "page" if tag.entity == PAGE else OF_ENTITY.get(tag.entity, "other")


def _line(row: list[Tag], names: Names) -> TagLine:
    raw = tuple(tag.raw for tag in row)
    first = row[0]
    if first.raw == ROOT:
        return TagLine(_("everything"), raw)
    if first.entity == PAGE:
        return TagLine(_page_words(first.value), raw)
    columns = ", ".join(dict.fromkeys(_column(tag.column) for tag in row if tag.column))
    what = _what(first, names)
    return TagLine(_("%(what)s: %(columns)s") % {"columns": columns, "what": what} if columns else what, raw)


def _page_words(value: str) -> str:
    if not value:
        return _("every page")
    if value.endswith("."):
        return _("the page at %s") % value.removesuffix(".")
    return _("%s and all below it") % value


def _what(tag: Tag, names: Names) -> str:
    if not tag.key:
        kind = OF_ENTITY.get(tag.entity)
        return _("all of “%s”") % (str(KINDS[kind]) if kind else tag.entity)
    if tag.key == "id":
        return str(BY_ID.get(tag.entity, "%s")) % names(tag.value)
    if (tag.entity, tag.key) == ("document", "path") and tag.value in names.at_path:
        return _("page “%(title)s”, by its address") % {"title": names.at_path[tag.value]}
    words = KEYED.get((tag.entity, tag.key))
    return str(words) % names(tag.value) if words else f"{tag.entity} {tag.key} {names(tag.value)}"


def _column(name: str) -> str:
    return str(COLUMNS.get(name, name.removesuffix("_id").replace("_", " ")))


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
