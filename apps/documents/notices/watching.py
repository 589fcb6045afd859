"""Pages that somebody watches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.selectors import watchers
from apps.notifications.source import Kind, Notice, Told

from ..models import Document, Revision
from ..models.document import is_seen
from ..selectors.handbook import read_url
from .topics import Seen, Topic, members

CHANGED = "page_changed"


def _of_page(event: Event) -> Iterable[Notice]:
    """Whoever watches the page and may see it as it is now."""
    document = Document.objects.filter(pk__in=[event.about_id], handbook_id=event.stream_id).first()
    if document is None:
        return
    watching = watchers([document.pk])
    rights = members(document.handbook_id) if watching else {}
    for subject_id, person_id in watching:
        if person_id in rights and is_seen(document, rights[person_id]):
            yield Notice(person_id, CHANGED, document.handbook_id, subject_id, event.actor_id)


def _told(seen: Seen, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
    documents = Document.objects.in_bulk({row.subject_id for row in rows})
    newest = Revision.objects.filter(pk__in={each.revision_id for each in documents.values()})
    messages: dict[tuple[UUID | None, UUID | None], str] = {
        (id, author_id): text for id, author_id, text in newest.values_list("pk", "author_id", "message")
    }
    found = {}
    for row in rows:
        document = documents.get(row.subject_id)
        if document is None or not seen.sees(document):
            continue
        message = messages.get((document.revision_id, row.actor_id), "")  # of whom it is told, or of nobody
        slug, is_published = seen.books[row.handbook_id].slug, document.published_at is not None
        url = read_url(slug, document.pk, document.path, is_published=is_published)
        found[row.pk] = seen.told(row, _words(row, seen.who(row), document.title), url, message)
    return found


def _words(row: Notification, who: str, title: str) -> str:
    values = {"who": who or _("Cairn"), "page": title, "num": row.count}
    if row.count == 1:
        return _("%(who)s changed “%(page)s”") % values
    return (
        ngettext(
            "“%(page)s” was changed %(num)d time, last by %(who)s",
            "“%(page)s” was changed %(num)d times, last by %(who)s",
            row.count,
        )
        % values
    )


WATCHING = Topic(
    kinds=(Kind(CHANGED, gettext_lazy("A page that you watch was changed"), "eye", together=True),),
    events=dict.fromkeys(("document_saved", "revision_restored", "document_published"), _of_page),
    told=_told,
)
