"""Processes that write to one log at once, and one that follows meanwhile. A script: ROLE, NUMBER."""

from __future__ import annotations

import json
import sys
from contextlib import closing, suppress
from uuid import UUID

import django

STREAMS = tuple(UUID(int=number) for number in range(1, 4))
ROUNDS = 25


def write(number: int) -> None:
    """Each round: one action on a stream of its own choice, now and then one on two streams."""
    from apps.accounts.actions import rename_person
    from apps.accounts.people import SYSTEM
    from apps.events.streams import person_stream
    from apps.events.unit import unit

    for turn in range(ROUNDS):
        one, two = (STREAMS[(number + turn + step) % len(STREAMS)] for step in range(2))
        with unit(person_stream(one), person_stream(two)):
            rename_person(SYSTEM, one, name=f"{number} {turn} one")
            if turn % 3 == 0:
                rename_person(SYSTEM, two, name=f"{number} {turn} two")
            if turn % 7 == 0:
                fail(one)


def fail(stream: UUID) -> None:
    """A joined action that leaves nothing of itself."""
    from apps.accounts.models import User
    from apps.events.streams import person_stream
    from apps.events.unit import record

    with suppress(ZeroDivisionError), record("x_failed", person_stream(stream), actor_id=None) as change:
        change.update(User.objects.get(pk=stream), name="lost")
        raise ZeroDivisionError


def follow(events: int) -> None:
    """Tells every position heard of each stream, in the order heard, and every gap seen in the table."""
    from django.db.models import Count, Max

    from apps.events.follower import Follower
    from apps.events.models import Event
    from apps.events.wake import waker

    heard: dict[str, list[int]] = {}
    gaps: list[object] = []

    def listen(event: Event) -> None:
        heard.setdefault(str(event.stream_id), []).append(event.position)

    with closing(waker()) as source:
        follower = Follower([listen])
        print("ready", flush=True)
        while follower.heard < events:
            moves = source.wait(1.0)
            follower.look() if moves is None else follower.catch_up(moves)
            seen = Event.objects.values("stream_id").annotate(count=Count("id"), last=Max("position"))
            gaps += [str(row) for row in seen if row["count"] != row["last"]]
    print(json.dumps({"heard": heard, "gaps": gaps}))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "follow":
        follow(int(sys.argv[2]))
    else:
        print("ready", flush=True)
        sys.stdin.readline()
        write(int(sys.argv[2]))
