"""Readers and what they must never be given.

(a) No process that has heard an event gives what the event changed and what was read before it: but where
the reader came before it was heard and every round of filling met with a change. (b) What is gone is not
given even then, nor where rendering fails. (c) Nothing misses an event that was committed more than
TRUST_S before its reader came, however deaf the process is. (d) A writer is given what they wrote.
And (e): nothing is given that was never committed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from apps.caching.fills import FillInTransactionError, Made, UnsettledError
from apps.caching.hearing import TRUST_S
from apps.caching.marks import State
from apps.caching.reads import Reads, reading
from apps.caching.tags import ANY, BOTH, column_tag, key_tag, place_tag
from tests.caching.network import Network, ended
from tests.caching.stage import Choose, at_random
from tests.caching.world import (
    BOOK,
    PERSON,
    STREAMS,
    CutError,
    PointedMade,
    Process,
    Read,
    Row,
    Rows,
    Step,
    Value,
    World,
    drop,
    hangs_on,
    move,
    retitle,
    retitle_all,
    show,
)

LIFE_S: Final = 2.0
SHARED_TAGS_MAX: Final = (3, 6, 1_000)


class StaleError(AssertionError):
    """Somebody was given what they must not be given."""


class RenderError(RuntimeError):
    """A page that cannot be made today."""


# -- pages


@dataclass(frozen=True)
class Asked:
    """One query: of what stream, by which tags it is known, what it finds."""

    stream: UUID
    tags: Callable[[Rows], frozenset[str]]
    find: Callable[[Rows], Any]
    ids: Callable[[Any], frozenset[str]] = lambda _found: frozenset()


def row(stream: UUID, id: str) -> Asked:
    tags = frozenset({key_tag("doc", "id", id, "title"), key_tag("doc", "id", id)})

    def find(rows: Rows) -> Any:
        found = rows.get(id)
        return (id, found.title) if found and found.shown and found.stream == stream else None

    return Asked(stream, lambda _rows: tags, find, lambda found: frozenset({found[0]} if found else ()))


def children(stream: UUID, parent: str, *, coarse: bool = False) -> Asked:
    if coarse:
        tags = frozenset({column_tag("doc", "title"), column_tag("doc", "+"), column_tag("doc", "parent")})
    else:
        columns = ("title", "parent", "+")
        tags = frozenset(key_tag("doc", "parent", parent, column) for column in columns)

    def find(rows: Rows) -> Any:
        return tuple(
            sorted(
                (id, each.title)
                for id, each in rows.items()
                if each.shown and each.stream == stream and each.parent == parent
            )
        )

    return Asked(stream, lambda _rows: tags, find, lambda found: frozenset(id for id, _title in found))


def has_children(stream: UUID, parent: str) -> Asked:
    """Whether there is one that readers see: known by the first of them, or by there being none."""

    def first(rows: Rows) -> str | None:
        ids = (
            id for id, each in rows.items() if each.shown and (each.stream, each.parent) == (stream, parent)
        )
        return min(ids, default=None)

    def tags(rows: Rows) -> frozenset[str]:
        id = first(rows)
        return frozenset(
            {key_tag("doc", "parent", parent, ANY) if id is None else place_tag("doc", "parent", id)}
        )

    return Asked(stream, tags, lambda rows: first(rows) is not None)


def with_hidden(stream: UUID, parent: str) -> Asked:
    """All there are, whether readers see them or not, as a list of whoever may see both."""
    columns = [side + column for column in ("title", "parent", "+") for side in BOTH]
    tags = frozenset(key_tag("doc", "parent", parent, column) for column in columns)

    def find(rows: Rows) -> Any:
        return tuple(
            sorted(
                (id, each.title, each.shown)
                for id, each in rows.items()
                if (each.stream, each.parent) == (stream, parent)
            )
        )

    return Asked(stream, lambda _rows: tags, find)


ROWS: Final[dict[str, Row]] = {
    "a": Row(BOOK, "1"),
    "b": Row(BOOK, "1"),
    "c": Row(BOOK, "2"),
    "p": Row(PERSON, ""),
}
FRAGMENT: Final = (children(BOOK, "1"),)
PAGES: Final[dict[str, tuple[Asked, ...]]] = {
    "one": (row(BOOK, "a"),),
    "page": (row(BOOK, "a"), row(PERSON, "p")),
    "lists": (children(BOOK, "2"), children(BOOK, "1")),
    "whole": (row(PERSON, "p"), children(BOOK, "1", coarse=True)),
    "built": (row(BOOK, "c"),),  # and the fragment
    "has": (has_children(BOOK, "2"), has_children(BOOK, "1")),
    "all": (with_hidden(BOOK, "1"),),
}
NAMES: Final = ("page", "lists", "whole", "built", "has", "all")
WHOSE: Final = dict.fromkeys(PAGES, BOOK)


class Came:
    """What was when a reader came."""

    def __init__(self, world: World, process: Process, stream: UUID, wrote: int | None) -> None:
        self.steps = len(world.steps)
        self.at = world.now
        self.knew = {number for number, step in enumerate(world.steps) if process.has_heard(step)}
        self.stream = stream
        restored = any(not step.position for step in world.steps)
        self.wrote = 0 if wrote is None or restored else wrote  # the cookie does not name the log


class Site:
    """Pages of a world, made and served as the edge does."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.rows = dict(ROWS)
        self.first = world.rows

    def ask(self, reads: Reads, asked: Asked) -> Read:
        world = self.world
        reads.watch(asked.stream)
        world.stage.point()
        at, rows = len(world.steps), world.view()
        found, tags = asked.find(rows), asked.tags(rows)
        world.stage.point()
        reads.note(asked.stream, tags)
        return Read(asked.stream, at, asked.find, found, asked.ids(found))

    def make(self, process: Process, name: str, *, fails: bool = False) -> Callable[[Reads], Made]:
        def make(reads: Reads) -> Made:
            parts = [self.ask(reads, asked) for asked in PAGES[name]]
            if name == "built":
                parts += self.fragment(process, reads)
            if fails:
                raise RenderError(name)
            return PointedMade(Value(tuple(parts)), 100, LIFE_S)

        return make

    def fragment(self, process: Process, outer: Reads) -> tuple[Read, ...]:
        """A part of a page, kept for itself; the page carries its tags, on a hit as on a miss."""
        for asked in FRAGMENT:
            outer.watch(asked.stream)
        entry = process.memory.get(BOOK, "fragment")
        trusted = entry is not None and process.hearing.trusted()
        if entry is not None and trusted and entry.state(process.index, process.clock()) is State.FRESH:
            self.world.seen["fragment hits"] += 1
            outer.include(entry.stamps, entry.tags)
            kept: Value = entry.value
            return kept.reads
        with reading(process.hearing) as reads:
            value = Value(tuple(self.ask(reads, asked) for asked in FRAGMENT))
        if self.world.transaction() is None:

            def again(own: Reads) -> Made:
                own.include(reads.stamps, reads.tags())
                return Made(value, 50, None)

            process.fills._make(process.memory, BOOK, "fragment", again)  # in this thread
        outer.include(reads.stamps, reads.tags())
        return value.reads

    def read(self, process: Process, name: str, wrote: int | None = None, *, fails: bool = False) -> None:
        with suppress(CutError):
            self.answer(process, name, wrote, fails=fails)

    def answer(self, process: Process, name: str, wrote: int | None, *, fails: bool) -> None:
        """As the edge answers: from memory where that may be, else by a fill."""
        stream, hearing, index, clock = WHOSE[name], process.hearing, process.index, process.clock
        came = Came(self.world, process, stream, wrote)
        make = self.make(process, name, fails=fails)

        def has_heard() -> bool:
            cursor = index.heard(stream)
            return wrote is None or (cursor is not None and cursor.position >= wrote)

        def give(value: Value, tags: Any, how: str) -> None:
            self.check(process, value, tags, how, came)

        entry = process.memory.get(stream, name)
        fresh = hearing.trusted() and entry is not None and entry.state(index, clock()) is State.FRESH
        if entry is not None and fresh and has_heard():
            give(entry.value, entry.tags, "hit")
            return
        self.world.stage.point()
        if not hearing.trusted():
            hearing.confirm((stream,))
        elif not has_heard():
            hearing.refresh(stream)
        entry = process.memory.get(stream, name)
        old = None
        if entry is not None:
            if not hearing.trusted():
                hearing.confirm(entry.stamps)
            state = entry.state(index, clock())
            if state <= State.EXPIRED:
                if state is State.EXPIRED:
                    process.fills.renew(process.memory, stream, name, make, process.shared)
                give(entry.value, entry.tags, state.name)
                return
            old = entry
        try:
            filled = ended(process.fills.fetch(process.memory, stream, name, make, process.shared))
        except RenderError:
            if old is not None and old.state(index, clock()) is not State.GONE:
                give(old.value, old.tags, "failed")
            return
        except (UnsettledError, FillInTransactionError) as error:
            self.world.seen[type(error).__name__] += 1
            return
        self.world.seen["made elsewhere"] += filled.shared
        give(filled.value, filled.tags, "filled")

    # -- what nobody may be given

    def check(self, process: Process, value: Value, tags: Any, how: str, came: Came) -> None:
        world, steps = self.world, self.world.steps
        world.seen[how] += 1
        for read in value.reads:
            then = steps[read.at - 1].after if read.at else self.first
            if read.query(then) != read.result:
                raise StaleError(f"(e) {how}: {read.result} was never committed")
            for number in range(read.at, len(steps)):
                step = steps[number]
                if not self.touches(read, step, tags):
                    continue
                if process.has_heard(step):
                    self.judge(read, step, how, new=number not in came.knew)
                if how != "failed" and number < came.steps and step.position and not world.is_left(step):
                    late_s = came.at - step.at
                    if late_s > TRUST_S + 1e-9:
                        raise StaleError(
                            f"(c) {how}: {read.result} misses what is {late_s:.2f} s old: {step}"
                        )
                    if step.stream == came.stream and step.position <= came.wrote:
                        raise StaleError(f"(d) {how}: {read.result} misses what its reader wrote: {step}")

    def judge(self, read: Read, step: Step, how: str, *, new: bool) -> None:
        is_gone = bool(step.gone & read.ids) or (step.dropped is not None and step.dropped[1] is State.GONE)
        if how == "failed" and not is_gone and step.position:
            self.world.seen["last good one"] += 1
            return
        if how == "filled" and new and not is_gone and step.position:
            self.world.seen["changed in every round"] += 1
            return
        raise StaleError(f"({'b' if is_gone else 'a'}) {how}: {read.result} of before {step}")

    @staticmethod
    def touches(read: Read, step: Step, tags: Any) -> bool:
        if step.dropped is not None:
            if step.dropped[1] is State.EXPIRED or step.stream != read.stream:
                return False
            return hangs_on(tags.get(step.stream, frozenset()), step.dropped[0])
        return bool(read.query(step.before) != read.query(step.after))


# -- scenes by chance


def scene(seed: int, network: Network | None = None) -> tuple[World, Site]:
    """Actors, their work and the world's weather, all from one seed."""
    chance = random.Random(seed)
    world = World(network, SHARED_TAGS_MAX[seed % len(SHARED_TAGS_MAX)], slots=3 if seed % 4 == 3 else 1)
    site = Site(world)
    tags_max = chance.choice((3, 6, 1_000, 1_000))
    kept = chance.choice((3_000, 10_000_000, 10_000_000))
    for _ in range(2):
        Process(world, tags_max=tags_max, skew_s=chance.uniform(-600, 600), kept=kept)
    loses = chance.random() < 0.5
    for number in range(chance.randint(2, 3)):
        world.stage.enter(f"reader {number}", reader(site, chance))
    for number in range(chance.randint(1, 2)):
        world.stage.enter(f"writer {number}", writer(site, chance, loses=loses))
    for process in world.processes:
        deaf = chance.random() < 0.25
        times = 1 if deaf else chance.randint(1, 4)
        world.stage.enter("follower", partial(process.follow, times if network is None else 3 * times))
    world.stage.enter("time", time_goes_on(world, chance))
    if chance.random() < 0.2:
        stream, position = chance.choice(STREAMS), chance.randint(0, 2)
        world.stage.enter("operator", lambda: world.restore(stream, position))
    if network is not None:
        redis_has_weather(site, network, random.Random(f"redis {seed}"))
    return world, site


def redis_has_weather(site: Site, network: Network, chance: random.Random) -> None:
    """Lost answers, an emptied cluster, one that lost what it acknowledged, a relay, and a deploy."""
    world, stage, masters = site.world, site.world.stage, network.masters
    network.loses = chance.choice((0, 0, 0, 0.1))

    def later(steps: int) -> None:
        for _ in range(steps):
            stage.point()

    def empty() -> None:
        later(chance.randint(5, 25))
        masters.flush()
        world.seen["emptied"] += 1

    def fail_over() -> None:
        later(chance.randint(3, 20))
        kept = masters.kept()
        later(chance.randint(3, 10))
        masters.take_over(kept)
        world.seen["failed over"] += 1

    def relay() -> None:
        for event in list(world.events()):
            told = event.copy()
            told.log_id = world.logs[event.stream_id].log_id
            with suppress(CutError):
                world.processes[0].replay.apply(told)  # type: ignore[union-attr, arg-type]
            stage.point()

    def deploy() -> None:
        later(chance.randint(1, 20))
        process = Process(world)
        process.follow(0)
        for name in chance.sample(NAMES, 2):
            site.read(process, name)

    for name, act, share in (
        ("flush", empty, 0.2), ("failover", fail_over, 0.2), ("relay", relay, 0.5), ("deploy", deploy, 0.7),
    ):  # fmt: skip
        if chance.random() < share:
            stage.enter(name, act)


def reader(site: Site, chance: random.Random) -> Callable[[], None]:
    often = chance.choice(site.world.processes)
    plan = [
        (
            chance.choice((often, often, *site.world.processes)),
            chance.choice(NAMES),
            chance.random() < 0.1,
        )
        for _ in range(3)
    ]

    def run() -> None:
        for process, name, fails in plan:
            site.read(process, name, fails=fails)

    return run


def changes(chance: random.Random) -> tuple[UUID, Any]:
    id = chance.choice("abc")
    return chance.choice(
        (
            (BOOK, retitle(id)),
            (BOOK, retitle(id)),
            (BOOK, move(id, chance.choice("12"))),
            (BOOK, show(id, shown=False)),
            (BOOK, show(id, shown=True)),
            (BOOK, retitle_all(BOOK)),
            (PERSON, retitle("p")),
            (
                BOOK,
                drop(chance.choice(("doc", key_tag("doc", "id", "a"), "doc.title")), chance.choice(DROPS)),
            ),
        )
    )


DROPPED: Final = ("doc", "doc.title", key_tag("doc", "id", "a"))
DROPS: Final = (State.EXPIRED, State.CHANGED, State.GONE)


def writer(site: Site, chance: random.Random, *, loses: bool) -> Callable[[], None]:
    world = site.world
    plan = [(chance.choice(world.processes), *changes(chance), chance.random()) for _ in range(2)]

    def run() -> None:
        for process, stream, change, luck in plan:
            others = tuple(each for each in world.processes if each is not process)
            wakes = () if loses and luck < 0.5 else others
            if luck > 0.9:
                undone(site, process, stream, change)
                continue
            wrote = world.write(process, stream, change, wakes=wakes, tells=not loses or luck > 0.25)
            if stream == BOOK:
                name = "lists" if luck < 0.5 else "page"
                site.read(process, name, wrote)
                site.read(others[0], name, wrote)

    return run


def undone(site: Site, process: Process, stream: UUID, change: Any, name: str = "page") -> None:
    """An action that fails after it has written; somewhere in it, a page is asked for."""

    def inside() -> None:
        try:
            process.fills._make(process.memory, BOOK, name, site.make(process, name))
        except FillInTransactionError:
            site.world.seen["refused in a transaction"] += 1

    site.world.write(process, stream, change, inside=inside, undo=True)


def time_goes_on(world: World, chance: random.Random) -> Callable[[], None]:
    plan = [chance.choice((0.1, 0.4, 0.7, 1.1)) for _ in range(4)]

    def run() -> None:
        for seconds in plan:
            world.stage.point()
            world.now += seconds

    return run


def play(seed: int, choose: Choose | None = None, network: Network | None = None) -> World:
    """One schedule by chance. Raises StaleError with the seed."""
    world, _site = scene(seed, network)
    with world.driven():
        try:
            world.stage.play(choose or at_random(random.Random(-seed - 1)))
        except Exception as error:
            error.add_note(f"seed {seed}: play({seed}) plays it again")
            raise
    return world
