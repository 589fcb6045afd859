"""What is said to somebody: mentions, and answers where they said something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from markupsafe import Markup

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Kind, Notice, Told
from apps.queries.people import names_of

from ..models import Comment
from ..selectors.comments import comment_url
from ..selectors.documents import is_seen
from ..selectors.handbook import handbook_view
from ..text import fill_people, mentioned_people
from .topics import Seen, Topic, members

MENTIONED, ANSWERED = "mentioned", "answered"


def _of_comment(event: Event) -> Iterable[Notice]:
    """Who is mentioned; of a new comment also whoever said something in its conversation before."""
    touched = [touch.id for touch in event.touched() if touch.entity == Comment.entity and touch.id]
    comment = Comment.objects.filter(pk__in=touched, deleted_at=None).select_related("document").first()
    if comment is None:
        return
    rights = members(comment.handbook_id)
    concerned = dict.fromkeys(_others(comment) if event.type == "comment_added" else (), ANSWERED)
    concerned |= dict.fromkeys((UUID(id) for id in comment.mentions.values()), MENTIONED)
    if event.type == "comment_changed":
        for person_id in _told_before(comment):
            concerned.pop(person_id, None)
    for person_id, kind in concerned.items():
        if person_id in rights and is_seen(comment.document, rights[person_id]):
            subject = comment.pk if kind == MENTIONED else comment.thread_id
            yield Notice(person_id, kind, comment.handbook_id, subject, event.actor_id)


def _others(comment: Comment) -> Iterable[UUID]:
    before = Comment.objects.filter(thread_id=comment.thread_id, created_at__lt=comment.created_at)
    said = before.filter(deleted_at=None)
    return said.exclude(author=None).values_list("author_id", flat=True).distinct()


def _told_before(comment: Comment) -> Iterable[UUID]:
    told = Notification.objects.filter(kind=MENTIONED, subject_id=comment.pk)
    return told.values_list("person_id", flat=True)


def _told(seen: Seen, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
    mentions = {row.subject_id for row in rows if row.kind == MENTIONED}
    threads = {row.subject_id for row in rows if row.kind == ANSWERED}
    stands = Comment.objects.filter(deleted_at=None).select_related("document")
    comments = {each.pk: each for each in stands.filter(pk__in=mentions)}
    for each in stands.filter(thread_id__in=threads).order_by("created_at"):
        comments[each.thread_id] = each  # the last one is what is told of
    people = {UUID(id) for each in comments.values() for id in mentioned_people(each.html)}
    names = {str(id): name for id, name in names_of(people).items()}
    found = {}
    for row in rows:
        comment = comments.get(row.subject_id)
        if comment is None or not seen.sees(comment.document):
            continue
        url = comment_url(handbook_view(seen.books[row.handbook_id]), comment.document, comment)
        excerpt = Markup(fill_people(comment.html, names, _("Somebody"))).striptags()  # noqa: S704 - sanitised
        found[row.pk] = seen.told(row, _words(row, seen.who(row), comment.document.title), url, excerpt)
    return found


def _words(row: Notification, who: str, title: str) -> str:
    values = {"who": who or _("Cairn"), "page": title, "num": row.count}
    if row.kind == MENTIONED:
        return _("%(who)s mentioned you in the talk of “%(page)s”") % values
    if row.count == 1:
        return _("%(who)s answered in the talk of “%(page)s”") % values
    return (
        ngettext(
            "%(num)d answer in the talk of “%(page)s”, last by %(who)s",
            "%(num)d answers in the talk of “%(page)s”, last by %(who)s",
            row.count,
        )
        % values
    )


TALKING = Topic(
    kinds=(
        Kind(MENTIONED, gettext_lazy("Somebody mentions you"), "comment"),
        Kind(ANSWERED, gettext_lazy("Somebody answers where you said something"), "comment", together=True),
    ),
    events=dict.fromkeys(("comment_added", "comment_changed"), _of_comment),
    told=_told,
)
