"""How far an operation is: which of the pages it concerns were made anew since its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.utils import timezone

from apps.caching.marks import DROPPED, WARM
from apps.caching.tags import ROOT
from apps.events.models import Event
from apps.rendering.audit import stamp_of
from apps.rendering.listed import listed
from apps.rendering.models import CachedPage
from apps.tenants.permissions import NotFoundError

from .eventwords import DROPPED_TYPES, Who, fate_words
from .tagwords import tag_words

FOLLOWED: Final = timedelta(minutes=2)  # by a page that asks again by itself
WARM_IN: Final = timedelta(minutes=1)  # what servers make at once is anew by then, and written down

type Phase = Literal["done", "making", "waiting"]


@dataclass(frozen=True)
class Operation:
    """`phase`: all pages are anew; servers make them; the rest waits for its next reader. `ends`: nothing
    more happens by itself."""

    what: str
    fate: str
    who: str
    at: datetime
    done: int
    total: int
    phase: Phase
    ends: bool


def operation_of(handbook_ids: list[UUID], id: UUID) -> Operation:
    """Over all handbooks that it concerned. Raises NotFoundError."""
    rows = Event.objects.filter(stream_id__in=handbook_ids, operation_id=id, type__in=DROPPED_TYPES)
    events = list(rows.order_by("stream_id", "position"))
    if not events:
        raise NotFoundError
    done = total = 0
    for event in events:
        for page in _pages(event):
            total += 1
            done += stamp_of(page, event.stream_id)[0].position >= event.position
    first = events[0]
    touches = [touch for touch in first.touched() if touch.entity == DROPPED]
    fields = touches[0].fields
    words = tag_words(first.stream_id, [touch.id or ROOT for touch in touches])
    age = timezone.now() - first.at
    phase = _phase(done, total, warm=WARM in fields, age=age)
    return Operation(
        what=", ".join(words.values()),
        fate=fate_words(fields),
        who=Who([first.actor_id], [first.about_id])(first.actor_id, first.about_id),
        at=first.at,
        done=done,
        total=total,
        phase=phase,
        ends=phase == "done" or age > FOLLOWED,
    )


def _phase(done: int, total: int, *, warm: bool, age: timedelta) -> Phase:
    if done == total:
        return "done"
    return "making" if warm and age < WARM_IN else "waiting"


def _pages(event: Event) -> list[CachedPage]:
    found = {}
    for touch in event.touched():
        if touch.entity == DROPPED:
            found.update({page.pk: page for page in listed(event.stream_id, touch.id or ROOT)})
    return list(found.values())
