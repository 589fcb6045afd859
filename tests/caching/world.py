"""A small world for the shipped caches: one database in memory, processes that follow its log, time.

Nothing of the caches is modelled here. TagIndex, Memory, Entry, Reads, Hearing, Fills, Follower and
FollowerThread are the shipped ones; only the tables, the clocks, the threads and the network are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from greenlet import getcurrent

from apps.caching import fills, shared
from apps.caching.fills import Fills, Made
from apps.caching.hearing import REPLAY_MAX, Hearing
from apps.caching.index import TagIndex
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.replay import Replay
from apps.caching.shared import Shared
from apps.caching.shared_index import SharedIndex
from apps.caching.tags import above
from apps.events import follower as following
from apps.events import wake
from apps.events.follower import Cursor, FollowerThread
from apps.events.touches import Touch, roll_up
from tests.caching.futures import Outcome, Threads, waited_for
from tests.caching.network import Loop, Network
from tests.caching.stage import Actor, Stage, Turn, swapped

BOOK, PERSON = UUID(int=1), UUID(int=2)
STREAMS: Final = (BOOK, PERSON)
PRESENCE: Final = {"doc": ("shown",)}
KEPT_BYTES: Final = 10_000_000


@dataclass(frozen=True)
class Row:
    stream: UUID
    parent: str
    title: int = 0
    shown: bool = True


type Rows = Mapping[str, Row]
type Query = Callable[[Rows], Any]


class CutError(ConnectionError):
    """The connection was lost while something was read."""


class Told:
    """An event, as hearing takes it."""

    __slots__ = ("_touches", "id", "log_id", "position", "stream_id")
    type: Final = "rows_written"

    def __init__(self, id: int, stream: UUID, position: int, touches: tuple[Touch, ...]) -> None:
        self.id, self.stream_id, self.position, self._touches = id, stream, position, touches
        self.log_id: UUID | None = None

    def touched(self) -> tuple[Touch, ...]:
        return self._touches

    def copy(self) -> Told:
        return Told(self.id, self.stream_id, self.position, self._touches)


@dataclass(frozen=True)
class Step:
    """One commit, or a restore (`position` 0): what was before and after, and what it took from readers."""

    stream: UUID
    log_id: UUID
    position: int
    at: float
    before: Rows
    after: Rows
    gone: frozenset[str] = frozenset()
    dropped: tuple[str, State] | None = None


@dataclass
class Log:
    log_id: UUID
    position: int = 0
    events: list[Told] = field(default_factory=list)


@dataclass
class Transaction:
    """What its own connection sees before it commits."""

    rows: dict[str, Row]
    events: list[Told]
    after_commit: list[Callable[[], None]] = field(default_factory=list)


class World:
    """With a `network`, processes share what they make."""

    def __init__(self, network: Network | None = None, shared_tags_max: int = 1_000, slots: int = 1) -> None:
        self.network = network
        self.shared_tags_max = shared_tags_max
        self.slots = slots  # places that a stream's entries are spread over
        self.values: list[Value] = []
        self.stage = Stage()
        self.now = 1_000.0
        self.rows: dict[str, Row] = {}
        self.logs = {stream: Log(UUID(int=100 + number)) for number, stream in enumerate(STREAMS)}
        self.steps: list[Step] = []
        self.locks = {stream: Turn(self.stage) for stream in STREAMS}
        self.newest_id = 0
        self.era = 0
        self.processes: list[Process] = []
        self.seen: Counter[str] = Counter()  # what happened, so that a test sees that it tests something

    # -- as a connection sees the tables

    def transaction(self) -> Transaction | None:
        return getattr(getcurrent(), "transaction", None)

    def view(self) -> Rows:
        mine = self.transaction()
        return mine.rows if mine else self.rows

    def events(self) -> Iterator[Told]:
        for log in self.logs.values():
            yield from log.events
        mine = self.transaction()
        if mine:
            yield from mine.events

    def writing(self) -> frozenset[int]:
        """As the follower asks: an id is taken when a transaction begins."""
        self.stage.point()
        open_ones = (actor.transaction for actor in self.stage.actors if actor is not getcurrent())
        return frozenset(each.events[0].id for each in open_ones if each is not None)

    def position(self, stream: UUID) -> int:
        mine = self.transaction()
        return self.logs[stream].position + (sum(e.stream_id == stream for e in mine.events) if mine else 0)

    def cursor(self, stream: UUID) -> Cursor:
        self.stage.point()
        self.connect()
        found = Cursor(self.logs[stream].log_id, self.position(stream))
        self.stage.point()
        return found

    def connect(self) -> None:
        getcurrent().era = self.era  # type: ignore[attr-defined]

    def require_connection(self) -> None:
        """A restore cuts every connection: nobody reads a stream's row before it and events after it."""
        if getattr(getcurrent(), "era", self.era) != self.era:
            raise CutError("the database was restored")

    def after(self, stream: UUID, position: int) -> list[Told]:
        found = [
            each.copy() for each in self.events() if each.stream_id == stream and each.position > position
        ]
        self.stage.point()
        self.require_connection()
        return sorted(found, key=lambda each: each.position)[:REPLAY_MAX]

    # -- writing

    def write(
        self, process: Process, stream: UUID, change: Callable[[dict[str, Row]], Any], *,
        wakes: tuple[Process, ...] = (), inside: Callable[[], None] | None = None, undo: bool = False,
        tells: bool = True,
    ) -> int:  # fmt: skip
        """One action of a process. `change` returns (touches, gone ids, dropped). Returns the position.
        One that dies after its commit `tells` Redis nothing."""
        log = self.logs[stream]
        with self.locks[stream]:
            rows = dict(self.rows)
            touches, gone, dropped = change(rows)
            self.newest_id += 1
            event = Told(self.newest_id, stream, log.position + 1, touches)
            mine = getcurrent().transaction = Transaction(rows, [event])  # type: ignore[attr-defined]
            wake.hear_here[:] = [process.thread.hear]
            wake.announce([event], {stream: log.log_id})  # type: ignore[list-item]
            if inside is not None:
                inside()
            self.stage.point()
            getcurrent().transaction = None  # type: ignore[attr-defined]
            if undo:
                return log.position
            touched = {id: row for id, row in rows.items() if row.stream == stream}
            after = {**{id: row for id, row in self.rows.items() if row.stream != stream}, **touched}
            self._commit(Step(stream, log.log_id, event.position, self.now, self.rows, after, gone, dropped))
            log.position += 1
            log.events.append(event)
        for other in wakes:
            other.woken.append({stream: event.position})
        self.stage.point()
        wake.hear_here[:] = [process.thread.hear]
        wake.after_commit[:] = [process.replay.hear] if process.replay and tells else []  # type: ignore[list-item]
        for call in mine.after_commit:
            with suppress(CutError):  # as Django does: robust
                call()
        return event.position

    def restore(self, stream: UUID, position: int) -> None:
        """A backup is put back: another log id, fewer events, the rows of then."""
        with self.locks[stream]:
            log = self.logs[stream]
            if position >= log.position:
                return
            then = self.rows
            for step in reversed(self.steps):
                if step.stream == stream and step.log_id == log.log_id and step.position > position:
                    then = step.before
            kept = {id: row for id, row in self.rows.items() if row.stream != stream}
            rows = {**kept, **{id: row for id, row in then.items() if row.stream == stream}}
            log.log_id = UUID(int=200 + len(self.steps))
            log.position = position
            log.events = [each for each in log.events if each.position <= position]
            self._commit(Step(stream, log.log_id, 0, self.now, self.rows, rows))
            self.era += 1
            self.seen["restored"] += 1

    def is_left(self, step: Step) -> bool:
        """Whether the log it stood in was replaced by a restored one."""
        return step.log_id != self.logs[step.stream].log_id

    def _commit(self, step: Step) -> None:
        self.steps.append(step)
        self.rows = dict(step.after)

    def on_commit(self, call: Callable[[], None], *, robust: bool = False) -> None:
        mine = self.transaction()
        assert mine is not None
        mine.after_commit.append(call)

    @contextmanager
    def driven(self) -> Iterator[None]:
        """The tables, clock, transaction and event loop that shipped modules use are this world's."""
        loop = Loop(self)
        with swapped(
            (following, "Event", Table(_Events(self))),
            (following, "Stream", Table(_Streams(self))),
            (following, "time", self),
            (following, "writing", self.writing),
            (following, "Max", str),
            (following, "Min", str),
            (wake, "transaction", self),
            (wake, "connection", self),
            (wake, "after_commit", []),  # who waits for other processes is not on this stage
            (fills, "Future", partial(Outcome, self.stage)),
            (fills, "asyncio", loop),
            (shared, "asyncio", loop),
        ):
            if self.network is not None:
                self.network.world = self
                self.network.masters.flush()
            yield

    vendor = "sqlite"

    def monotonic(self) -> float:
        """The clock of the process whose follower asks: see Process.look."""
        return self.now + self.skew_s

    skew_s = 0.0


@dataclass
class Read:
    """One query of a fill: after how many steps it was made, and what it found."""

    stream: UUID
    at: int
    query: Query
    result: Any
    ids: frozenset[str]


@dataclass(frozen=True)
class Value:
    reads: tuple[Read, ...]


class PointedMade(Made):
    """What a page made, and others go on after it was checked and before it is stamped and stored."""

    def __getattribute__(self, name: str) -> Any:
        actor = getcurrent()
        if name == "fresh_for_s" and isinstance(actor, Actor):
            actor.stage.point()
        return super().__getattribute__(name)


class PointedIndex(TagIndex):
    """The shipped index, and others go on before and after it is asked."""

    stage: Stage

    def state(self, stamps: Any, tags: Any) -> State:
        self.stage.point()
        return super().state(stamps, tags)


class ToldHearing(Hearing):
    """The shipped hearing, and what it was told is written down."""

    stage: Stage
    told: set[tuple[UUID, UUID, int]]
    logs_told: set[tuple[UUID, UUID]]

    def _hear(self, event: Any, log_id: UUID) -> None:
        super()._hear(event, log_id)
        self.told.add((event.stream_id, log_id, event.position))
        self.logs_told.add((event.stream_id, log_id))
        self.stage.point()


class Numbered:
    """Values are kept by the world; what is shared is their number."""

    def __init__(self, values: list[Value]) -> None:
        self._values = values

    def dump(self, value: Value) -> bytes:
        self._values.append(value)
        return str(len(self._values) - 1).encode()

    def load(self, data: bytes, left_s: float) -> Value:
        return self._values[int(data)]

    def size_of(self, value: Value) -> int:
        return 1


class Process:
    def __init__(self, world: World, *, tags_max: int = 1_000, skew_s: float = 0.0, kept: int = KEPT_BYTES):
        self.world, self.skew_s = world, skew_s
        self.index = PointedIndex(tags_max)
        self.index.stage = world.stage
        self.woken: list[dict[UUID, int]] = []
        self.deaf = False
        self.hearing = ToldHearing(
            self.index,
            world,  # type: ignore[arg-type]
            clock=self.clock,
            confirmed_at=lambda: self.thread.confirmed_at,
            presence=lambda: PRESENCE,
        )
        self.hearing.stage, self.hearing.told, self.hearing.logs_told = world.stage, set(), set()
        self.memory = Memory(kept)
        self.hearing._beginning = Turn(world.stage)
        self.thread = FollowerThread([self.hearing.listen], [self.hearing.begin])  # type: ignore[list-item]
        self.thread._turn = Turn(world.stage)  # type: ignore[assignment]
        threads: Any = Threads(world.stage)
        self.fills = Fills(
            self.index,
            self.hearing,
            threads,
            clock=self.clock,
            in_transaction=lambda: world.transaction() is not None,
            wait=waited_for,  # type: ignore[arg-type]
        )
        self.replay: Replay | None = None
        self.shared: Shared | None = None
        store: Any = world.network
        if store is not None:
            shared_index = SharedIndex(store, world.shared_tags_max)
            self.replay = Replay(shared_index, world, lambda: PRESENCE)  # type: ignore[arg-type]
            self.shared = Shared(
                store, shared_index, self.replay, self.hearing, threads, Numbered(world.values),
                kind="page", digest="d", clock=self.clock, slots=world.slots,
            )  # fmt: skip
        world.processes.append(self)

    def clock(self) -> float:
        return self.world.now + self.skew_s

    def look(self) -> None:
        """As the follower's thread does when nobody woke it. It asks the clock before others can go on."""
        world, follower = self.world, self.thread.follower
        assert follower is not None
        world.skew_s = self.skew_s
        self.thread._look(follower)

    def hear_woken(self) -> None:
        while self.woken:
            self.thread.hear(self.woken.pop(0))

    def follow(self, times: int) -> None:
        """As the follower's thread does: what goes wrong is tried again."""
        for turn in range(times + 1):
            with suppress(CutError):
                if self.thread.follower is None:
                    self.thread.begin()
                else:
                    self.hear_woken()
                    self.world.stage.point()
                self.look()
            if turn < times:
                self.world.stage.point()

    def has_heard(self, step: Step) -> bool:
        if step.position == 0:
            return (step.stream, step.log_id) in self.hearing.logs_told
        return (step.stream, step.log_id, step.position) in self.hearing.told


# -- the two tables, as far as the follower asks them


class Table:
    def __init__(self, objects: Any) -> None:
        self.objects = objects


class _Streams:
    def __init__(self, world: World) -> None:
        self._world = world

    def filter(self, pk__in: Any) -> list[Any]:
        world = self._world
        world.connect()
        found = [_Stream(id, world.logs[id].log_id, world.position(id)) for id in pk__in]
        world.stage.point()
        return found


@dataclass(frozen=True)
class _Stream:
    pk: UUID
    log_id: UUID
    position: int


class _Events:
    def __init__(self, world: World, found: list[Told] | None = None) -> None:
        self._world, self._found = world, found

    def aggregate(self, newest: Any) -> dict[str, int | None]:
        self._world.stage.point()
        return {"newest": max((each.id for each in self._world.events()), default=None)}

    def filter(self, **wanted: Any) -> _Events:
        """`id__gt` or `position__gt`, of all streams or of one (`stream_id`)."""
        events = self._world.events()
        if "stream_id" not in wanted:
            self._world.stage.point()
            return _Events(self._world, [each for each in events if each.id > wanted["id__gt"]])
        own = [each.copy() for each in events if each.stream_id == wanted["stream_id"]]
        if "id__gt" in wanted:
            return _Events(self._world, [each for each in own if each.id > wanted["id__gt"]])
        return _Events(self._world, [each for each in own if each.position > wanted["position__gt"]])

    def order_by(self, _name: str) -> list[Told]:
        found = sorted(self._found or [], key=lambda each: each.position)
        self._world.stage.point()
        self._world.require_connection()
        return found

    def values_list(self, _name: str) -> _Events:
        return self

    def annotate(self, first: Any) -> list[tuple[UUID, int]]:
        least: dict[UUID, int] = {}
        for each in self._found or []:
            least[each.stream_id] = min(each.position, least.get(each.stream_id, each.position))
        self._world.stage.point()
        return list(least.items())


# -- what writers do


def touch(id: str, old: Row, new: Row, *fields: str) -> Touch:
    keys = {"parent": (old.parent, new.parent)}
    return Touch("doc", "~", fields, id, keys, seen=(old.shown, new.shown))


def retitle(id: str) -> Callable[[dict[str, Row]], Any]:
    def change(rows: dict[str, Row]) -> Any:
        row = rows.get(id)
        if row is None:
            return (), frozenset(), None
        rows[id] = replace(row, title=row.title + 1)
        return (touch(id, row, rows[id], "title"),), frozenset(), None

    return change


def move(id: str, parent: str) -> Callable[[dict[str, Row]], Any]:
    def change(rows: dict[str, Row]) -> Any:
        row = rows.get(id)
        if row is None:
            return (), frozenset(), None
        rows[id] = replace(row, parent=parent)
        return (touch(id, row, rows[id], "parent"),), frozenset(), None

    return change


def show(id: str, *, shown: bool) -> Callable[[dict[str, Row]], Any]:
    def change(rows: dict[str, Row]) -> Any:
        row = rows.get(id)
        if row is None or row.shown == shown:
            return (), frozenset(), None
        rows[id] = replace(row, shown=shown)
        gone = frozenset() if shown else frozenset({id})
        return (touch(id, row, rows[id], "shown"),), gone, None

    return change


def retitle_all(stream: UUID) -> Callable[[dict[str, Row]], Any]:
    """Too many to be named: rolled up."""

    def change(rows: dict[str, Row]) -> Any:
        mine = [id for id, row in rows.items() if row.stream == stream]
        told = [touch(id, rows[id], rows[id], "title") for id in mine]
        for id in mine:
            rows[id] = replace(rows[id], title=rows[id].title + 1)
        return tuple(roll_up(told, None)), frozenset(), None

    return change


def drop(tag: str, state: State) -> Callable[[dict[str, Row]], Any]:
    def change(_rows: dict[str, Row]) -> Any:
        return (Touch("tag", "~", (state.name,), tag),), frozenset(), (tag, state)

    return change


def hangs_on(tags: frozenset[str], dropped: str) -> bool:
    return any(dropped == tag or dropped in above(tag) for tag in tags)
