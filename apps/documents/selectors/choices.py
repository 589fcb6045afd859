"""Where a document can stand, for forms."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.formview import Choice

from ..models import Document
from .handbook import HandbookView


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


def position_choices(parent: Document, document: Document) -> tuple[Choice, ...]:
    """Where among the children of `parent`, of the same handbook, the document can stand; what it stands
    behind now, or the last, is selected."""
    rows = list(
        Document.objects.filter(parent=parent, binned_at=None)
        .exclude(pk=document.pk)
        .order_by("position", "pk")
        .values_list("pk", "title", "position")
    )
    before = [row for row in rows if parent.pk != document.parent_id or row[2] < document.position]
    selected = before[-1][0] if before else None
    first = Choice("", _("First"), selected=selected is None)
    return (first, *(Choice(str(pk), title, selected=pk == selected) for pk, title, _position in rows))


def place_below(parent_id: UUID, after_id: UUID) -> UUID | None:
    """`after_id` where it stands below that parent, else the parent's last child: another parent was
    chosen after the places were listed."""
    children = Document.objects.filter(parent_id=parent_id, binned_at=None).order_by("position", "pk")
    ids = list(children.values_list("pk", flat=True))
    return after_id if after_id in ids else ids[-1] if ids else None
