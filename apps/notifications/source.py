"""What the rooms above tell: the setting NOTICES names an object that knows what events mean to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from apps.accounts.people import Actor
from apps.events.models import Event

from .models import Notification


@dataclass(frozen=True)
class Kind:
    """`title` is what the settings call it, `icon` one of templates/icons.html. `together`: while one about
    the same subject is unread, another only counts it up."""

    name: str
    title: Any  # a lazy translation
    icon: str
    together: bool = False


@dataclass(frozen=True)
class Notice:
    """`person_id` is concerned by what happened to a subject of a handbook."""

    person_id: UUID
    kind: str
    handbook_id: UUID
    subject_id: UUID
    actor_id: UUID | None = None


@dataclass(frozen=True)
class Due(Notice):
    """Told by time. `source` names the occasion: one is told once."""

    source: str = ""


@dataclass(frozen=True)
class Done:
    """What people were told of a subject is dealt with: for one of them, or (None) for all."""

    kind: str
    subject_id: UUID
    person_id: UUID | None = None


@dataclass(frozen=True)
class Told:
    """A notification in words, for somebody who may still see what it is about."""

    text: str
    url: str
    excerpt: str
    handbook: str
    color: str
    icon: str


class Source(Protocol):
    kinds: Sequence[Kind]

    def of_event(self, event: Event) -> Iterable[Notice]:
        """Whom an event concerns; of people who may see what it is about."""

    def done_by(self, event: Event) -> Iterable[Done]:
        """What need not be told any more."""

    def due(self, now: datetime) -> Iterable[Due]:
        """What time alone brings, also what was told before."""

    def told(self, person: Actor, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
        """By id; without those whose subject is gone or no longer theirs to see."""


@cache
def source() -> Source:
    found: Source = import_string(settings.NOTICES)
    return found


def kinds() -> dict[str, Kind]:
    return {kind.name: kind for kind in source().kinds}
