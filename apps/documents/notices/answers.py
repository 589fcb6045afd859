"""Which comment a notification of answers names, as long as one stands of those it told of."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from apps.notifications.models import Notification

from ..models import Comment

ANSWERED = "answered"


def answers(rows: Collection[Notification]) -> dict[UUID, UUID]:
    """By notification of answers: the last that stands of whoever answered last; where none of theirs does,
    the last that stands of those it told of."""
    last = _last_said({row.subject_id for row in rows})
    found = {row.pk: last.get((row.subject_id, row.actor_id)) for row in rows}
    found |= _others_told([row for row in rows if not found[row.pk]])
    return {row: id for row, id in found.items() if id}


def _last_said(thread_ids: Collection[UUID]) -> dict[tuple[UUID, UUID | None], UUID]:
    """The newest comment that stands, of each author in each thread."""
    own = Window(
        RowNumber(),
        partition_by=[F("thread_id"), F("author_id")],
        order_by=[F("created_at").desc(), F("pk").desc()],
    )
    said = Comment.objects.filter(thread_id__in=thread_ids, deleted_at=None).annotate(place=own)
    newest = said.filter(place=1).values_list("thread_id", "author_id", "pk")
    return {(thread_id, author_id): id for thread_id, author_id, id in newest}


def _others_told(rows: Collection[Notification]) -> dict[UUID, UUID]:
    """By notification: the newest that stands of the answers it told of."""
    if not rows:
        return {}
    threads = {row.subject_id for row in rows}
    said = Comment.objects.filter(thread_id__in=threads).order_by("-created_at", "-pk")
    comments = list(said.defer("source", "html"))
    told = list(Notification.objects.filter(kind=ANSWERED, subject_id__in=threads))
    found = {row.pk: _newest_told(row, comments, told) for row in rows}
    return {row: id for row, id in found.items() if id}


def _newest_told(row: Notification, said: list[Comment], told: list[Notification]) -> UUID | None:
    """An answer is what another says after the person's first comment, without mentioning them; what they
    were told before, a notification before this one has told."""
    talk = [each for each in said if each.thread_id == row.subject_id]
    same = [each for each in told if each.subject_id == row.subject_id and each.person_id == row.person_id]
    first = [each.created_at for each in talk if each.author_id == row.person_id][-1:]
    since = max([each.at for each in same if each.at < row.at] + first, default=row.at)
    for each in talk:
        is_told = since < each.created_at <= row.at and str(row.person_id) not in each.mentions.values()
        if is_told and each.deleted_at is None and each.author_id != row.person_id:
            return each.pk
    return None
