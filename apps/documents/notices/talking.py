"""What is said to somebody: mentions, and answers where they said something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from markupsafe import Markup

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Done, Kind, Notice, Told
from apps.queries.people import names_of

from ..models import Comment
from ..models.document import is_seen
from ..selectors.comments import comment_at, long_talks
from ..selectors.handbook import HandbookView, handbook_view
from ..selectors.links import resolve, targets
from ..selectors.words import words
from ..text import Target, fill_links, fill_people, linked_keys, mentioned_people
from .answers import ANSWERED, answers
from .topics import Seen, Topic, members

MENTIONED = "mentioned"


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
        for person_id in _told_before(comment.pk):
            concerned.pop(person_id, None)
    for person_id, kind in concerned.items():
        if person_id in rights and is_seen(comment.document, rights[person_id]):
            subject = comment.pk if kind == MENTIONED else comment.thread_id
            yield Notice(person_id, kind, comment.handbook_id, subject, event.actor_id)


def _others(comment: Comment) -> Iterable[UUID]:
    before = Comment.objects.filter(thread_id=comment.thread_id, created_at__lt=comment.created_at)
    said = before.filter(deleted_at=None)
    return said.exclude(author=None).values_list("author_id", flat=True).distinct()


def _told_before(comment_id: UUID) -> Iterable[UUID]:
    told = Notification.objects.filter(kind=MENTIONED, subject_id=comment_id)
    return told.values_list("person_id", flat=True)


def _done(event: Event) -> Iterable[Done]:
    """What was deleted, or mentions somebody no more, is told no more."""
    if event.type not in ("comment_deleted", "comment_changed"):
        return
    for touch in event.touched():
        if touch.entity == Comment.entity and touch.id:
            yield from _done_with(UUID(touch.id))
            yield from _done_in(UUID(touch.keys["thread_id"][1]))


def _done_with(comment_id: UUID) -> Iterable[Done]:
    """Of the people told of a comment, those whom it does not mention as it stands now."""
    comment = Comment.objects.filter(pk=comment_id, deleted_at=None).first()
    meant = {UUID(id) for id in comment.mentions.values()} if comment else set()
    for person_id in _told_before(comment_id):
        if person_id not in meant:
            yield Done(MENTIONED, comment_id, person_id)


def _done_in(thread_id: UUID) -> Iterable[Done]:
    """Who was told of answers in a conversation of which none stands."""
    told = list(Notification.objects.filter(kind=ANSWERED, subject_id=thread_id, read_at=None))
    stands = answers(told)
    for row in told:
        if row.pk not in stands:
            yield Done(ANSWERED, thread_id, row.person_id)


def _told(seen: Seen, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
    comments = _told_of(rows)
    people = {UUID(id) for each in comments.values() for id in mentioned_people(each.html)}
    names = {str(id): name for id, name in names_of(people).items()}
    long = long_talks({each.document_id for each in comments.values()})
    books = {id: handbook_view(seen.books[id]) for id in {row.handbook_id for row in rows}}
    links = {id: _links(books[id], comments.values()) for id in books}
    found = {}
    for row in rows:
        comment = comments.get(row.pk)
        if comment is None or not seen.sees(comment.document):
            continue
        book, is_long = books[row.handbook_id], comment.document_id in long
        url = comment_at(book, comment.document, comment, is_long=is_long)
        html = fill_links(comment.html, links[book.id], book.slug, {**words(), "missing": ""})
        excerpt = Markup(fill_people(html, names, _("Somebody"))).striptags()  # noqa: S704 - sanitised
        found[row.pk] = seen.told(row, _words(row, comment), url, excerpt)
    return found


def _links(book: HandbookView, comments: Iterable[Comment]) -> dict[str, Target | None]:
    keys = {key for each in comments if each.handbook_id == book.id for key in linked_keys(each.html)}
    return targets(book, resolve(book.id, keys))


def _told_of(rows: Sequence[Notification]) -> dict[UUID, Comment]:
    """By notification: the comment that mentions, or the answer that is named."""
    ids = {row.pk: row.subject_id for row in rows if row.kind == MENTIONED}
    ids |= answers([row for row in rows if row.kind == ANSWERED])
    stands = Comment.objects.filter(pk__in=ids.values(), deleted_at=None).select_related("document", "author")
    comments = {each.pk: each for each in stands}
    return {row: comments[id] for row, id in ids.items() if id in comments}


def _words(row: Notification, comment: Comment) -> str:
    values = {"who": comment.author or _("Cairn"), "page": comment.document.title, "num": row.count}
    if row.kind == MENTIONED:
        return _("%(who)s mentioned you in the talk of “%(page)s”") % values
    if row.count == 1 or comment.author_id != row.actor_id:  # how many stand of the others is not known
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
    done=_done,
)
