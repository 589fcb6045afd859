"""Topics: each knows some kinds of notifications, the events behind them and their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Done, Due, Kind, Notice, Told
from apps.tenants.models import Handbook, Membership, Role
from apps.tenants.permissions import RIGHT_OF_ROLE, Right
from apps.tenants.selectors import rights_of

from ..models import Document
from ..models.document import is_seen
from ..text import shortened

EXCERPT_CHARS: Final = 140


@dataclass(frozen=True)
class Seen:
    """What a person may see of their handbooks, for telling them."""

    books: Mapping[UUID, Handbook]
    rights: Mapping[UUID, Right]
    names: Mapping[UUID, str]  # of those who did something

    def sees(self, document: Document) -> bool:
        right = self.rights.get(document.handbook_id)
        return right is not None and is_seen(document, right)

    def who(self, row: Notification) -> str:
        return self.names.get(row.actor_id, "") if row.actor_id else ""

    def told(self, row: Notification, text: str, url: str, excerpt: str = "") -> Told:
        book = self.books[row.handbook_id]
        return Told(text, url, shortened(excerpt, EXCERPT_CHARS), book.title, book.color, book.icon)


type Concerns = Callable[[Event], Iterable[Notice]]


def nothing_due(_now: datetime) -> Iterable[Due]:
    return ()


def nothing_done(_event: Event) -> Iterable[Done]:
    return ()


@dataclass(frozen=True)
class Topic:
    """`told` gets the rows of its own kinds, and leaves out those whose subject is not to be seen. `done`:
    what an event deals with, so that nobody need look at it any more."""

    kinds: tuple[Kind, ...]
    events: Mapping[str, Concerns]
    told: Callable[[Seen, Sequence[Notification]], Mapping[UUID, Told]]
    due: Callable[[datetime], Iterable[Due]] = field(default=nothing_due)
    done: Callable[[Event], Iterable[Done]] = field(default=nothing_done)


class DocumentNotices:
    """A Source: the topics together."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._topics = topics
        self.kinds = tuple(kind for topic in topics for kind in topic.kinds)

    def of_event(self, event: Event) -> Iterable[Notice]:
        """One notice a person and kind and subject."""
        found = {
            (notice.person_id, notice.kind, notice.subject_id): notice
            for topic in self._topics
            if event.type in topic.events
            for notice in topic.events[event.type](event)
        }
        return found.values()

    def done_by(self, event: Event) -> Iterable[Done]:
        return (done for topic in self._topics for done in topic.done(event))

    def due(self, now: datetime) -> Iterable[Due]:
        return (notice for topic in self._topics for notice in topic.due(now))

    def told(self, person: Actor, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
        seen = _seen(person, rows)
        found: dict[UUID, Told] = {}
        for topic in self._topics:
            own = {kind.name for kind in topic.kinds}
            mine = [row for row in rows if row.kind in own and row.handbook_id in seen.books]
            if mine:
                found |= topic.told(seen, mine)
        return found


def _seen(person: Actor, rows: Sequence[Notification]) -> Seen:
    rights = rights_of(person)
    names = User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})
    return Seen(
        {book.pk: book for book, _right in rights},
        {book.pk: right for book, right in rights},
        {each.pk: str(each) for each in names},
    )


def members(handbook_id: UUID) -> dict[UUID, Right]:
    """Everybody who takes part in a handbook."""
    rows = Membership.objects.filter(handbook_id=handbook_id, person__is_active=True)
    return {person: RIGHT_OF_ROLE[Role(role)] for person, role in rows.values_list("person_id", "role")}
