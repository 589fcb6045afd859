"""Small scenes, explored whole: what was before, two to four actors, and a look at everything after."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.caching.network import Network
from tests.caching.scenes import PAGES, Site, undone
from tests.caching.stage import Choose, Explorer, at_random
from tests.caching.world import BOOK, PERSON, Process, World, move, retitle, retitle_all, show

type Act = Callable[[], object]
HERE, THERE = 0, 1


@dataclass(frozen=True)
class Scene:
    """`prepare` is played by one actor, whole; then `actors` meet."""

    name: str
    prepare: Callable[[Site], None]
    actors: Callable[[Site], tuple[Act, ...]]
    tags_max: int = 1_000
    preemptions: int = 2  # of a crowd
    follows: bool = True  # each process, before all else


def play(scene: Scene, choose: Choose, network: Network | None = None) -> World:
    """Raises StaleError."""
    world = World(network)
    site = Site(world)
    for _ in range(2):
        Process(world, tags_max=scene.tags_max)
    with world.driven():
        if scene.follows:
            alone(world, partial(follow_all, world))
        alone(world, partial(scene.prepare, site))
        for number, act in enumerate(scene.actors(site)):
            world.stage.enter(f"actor {number}", act)
        world.stage.play(choose)
        alone(world, partial(read_kept, site))
    return world


def alone(world: World, act: Act) -> None:
    world.stage.enter("alone", act)
    world.stage.play(lambda ready, _last: ready[-1])


def follow_all(world: World) -> None:
    for process in world.processes:
        process.follow(0)


def read_kept(site: Site) -> None:
    """What is in memory is all that could be old."""
    for process in site.world.processes:
        for name in PAGES:
            if process.memory.get(BOOK, name) is not None:
                site.read(process, name)


def read_all(site: Site) -> None:
    for name in PAGES:
        site.read(site.world.processes[HERE], name)


def heard_of(site: Site) -> None:
    """Memory is empty, and the streams are known."""
    for process in site.world.processes:
        process.hearing.contact(BOOK)
        process.hearing.contact(PERSON)


def read(site: Site, name: str, at: int = HERE, *, fails: bool = False) -> Act:
    return lambda: site.read(site.world.processes[at], name, fails=fails)


def write(site: Site, change: object, at: int = HERE, *, stream: object = BOOK, then: str = "") -> Act:
    """One action, and then the writer reads a page, where it was written and elsewhere."""

    def act() -> None:
        world = site.world
        wrote = world.write(world.processes[at], stream, change)  # type: ignore[arg-type]
        if then:
            site.read(world.processes[at], then, wrote)
            site.read(world.processes[1 - at], then, wrote)

    return act


def follow(site: Site, at: int = HERE) -> Act:
    return lambda: site.world.processes[at].follow(0)


def in_turn(*acts: Act) -> Act:
    def act() -> None:
        for each in acts:
            each()

    return act


def nothing(_site: Site) -> None:
    """Memory is empty."""


def known(site: Site) -> None:
    heard_of(site)
    read_all(site)


def all_hidden(site: Site) -> None:
    for id in "abc":
        write(site, show(id, shown=False))()
    known(site)


def cut_off(site: Site) -> None:
    """Two events, of which the one was heard by looking, the other not at all; then silence."""
    read_all(site)
    site.world.now += 1.1
    write(site, retitle("a"), THERE)()
    read(site, "one")()
    write(site, retitle("a"), THERE)()


def unheard(site: Site) -> None:
    """Written elsewhere, and no wake-up came; longer ago than memory is trusted."""
    known(site)
    write(site, retitle("a"), THERE)()
    site.world.now += 1.1


def trimmed(site: Site) -> None:
    """What was heard and has to leave for what comes."""
    known(site)
    write(site, retitle("a"))()


def part_known(site: Site) -> None:
    heard_of(site)
    read(site, "built")()
    site.world.processes[HERE].memory.drop(BOOK, "built")


def restored(site: Site) -> None:
    for change in (retitle("a"), retitle("c")):
        write(site, change)()
    follow_all(site.world)
    read_all(site)
    site.world.restore(BOOK, 0)


def looks_twice(site: Site) -> Act:
    """A follower who hears of no wake-up, and a reader a while later."""

    def act() -> None:
        process = site.world.processes[HERE]
        process.follow(0)
        site.world.now += 1.1
        process.follow(0)
        site.read(process, "page")

    return act


def undoes(site: Site) -> Act:
    return lambda: undone(site, site.world.processes[HERE], BOOK, retitle("a"), "one")


PAIRS: Final = (
    Scene("a fill and a write", heard_of, lambda s: (read(s, "one"), write(s, retitle("a")))),
    Scene(
        "a fill and a write elsewhere", heard_of, lambda s: (read(s, "one"), write(s, retitle("a"), THERE))
    ),
    Scene("a hit and a write", known, lambda s: (read(s, "one"), write(s, retitle("a")))),
    Scene("a hit and a follower", known, lambda s: (read(s, "one"), follow(s))),
    Scene("two writers", known, lambda s: (write(s, retitle("a")), write(s, retitle("a"), THERE))),
    Scene("two fills", nothing, lambda s: (read(s, "one"), read(s, "one"))),
    Scene("a move and a fill", known, lambda s: (write(s, move("a", "2")), read(s, "built"))),
    Scene("much at once and a hit", known, lambda s: (write(s, retitle_all(BOOK)), read(s, "one"))),
    Scene("a hiding and a page that cannot be made", known, lambda s: (
        write(s, show("a", shown=False)), read(s, "lists", fails=True),
    )),
    Scene("whether there is one, and it is hidden", known, lambda s: (
        write(s, show("c", shown=False)), read(s, "has"),
    )),
    Scene("whether there is one, and it is moved", known, lambda s: (
        write(s, move("c", "1")), read(s, "has"),
    )),
    Scene("whether there is one, and one is shown", all_hidden, lambda s: (
        write(s, show("c", shown=True)), read(s, "has"),
    )),
    Scene("what is hidden, and those who see it", all_hidden, lambda s: (
        write(s, retitle("a")), read(s, "all"),
    )),
    Scene("an undone action and a reader", heard_of, lambda s: (undoes(s), read(s, "one"))),
    Scene("a restored log and a write", restored, lambda s: (read(s, "one"), write(s, retitle("c")))),
)  # fmt: skip

# Larger: all schedules with so many pre-emptions at most. Three are of two actors who pass too many points to
# meet in every order: "trimming and a hit" has 29,185, those with a follower have many times more.
CROWDS: Final = (
    Scene("a follower who does not look", unheard, lambda s: (
        read(s, "one"), follow(s),
    ), preemptions=3),
    Scene("trimming and a hit", trimmed, lambda s: (
        read(s, "one"), write(s, retitle("c")),
    ), tags_max=4, preemptions=4),
    Scene("a fill, a hit and a hiding", heard_of, lambda s: (
        read(s, "one"), write(s, show("a", shown=False)), read(s, "one"),
    )),
    Scene("a part that is known, a write and a reader", part_known, lambda s: (
        read(s, "built"), write(s, retitle("a")), read(s, "one"),
    )),
    Scene("an old fill and a writer who reads", heard_of, lambda s: (
        read(s, "one"), write(s, retitle("a"), then="one"), read(s, "one", THERE),
    )),
    Scene("two who are cut off and a follower", cut_off, lambda s: (
        read(s, "one"), follow(s),
    ), preemptions=3),
    Scene("an early id that comes late", known, lambda s: (
        write(s, retitle("p"), THERE, stream=PERSON), write(s, retitle("a"), THERE), looks_twice(s),
    )),
    Scene("a process that begins to follow", read_all, lambda s: (
        follow(s), in_turn(write(s, retitle("c"), THERE), write(s, retitle("a"), THERE)),
        in_turn(read(s, "has"), read(s, "one")),
    ), follows=False),
    Scene("trimming with all who look", known, lambda s: (
        read(s, "one"), write(s, retitle("a")), read(s, "lists"), follow(s),
    ), tags_max=4),
)  # fmt: skip

SCENES: Final = {scene.name: scene for scene in (*PAIRS, *CROWDS)}


def explore(
    scene: Scene, preemptions: int | None, network: Callable[[], Network | None] = lambda: None
) -> int:
    """Every schedule of it; how many. Raises StaleError and names the schedule."""
    explorer = Explorer(preemptions)
    for choose in explorer.schedules():
        try:
            play(scene, choose, network())
        except Exception as error:
            error.add_note(f"scene {scene.name!r}, schedule {explorer.told()}")
            raise
    return explorer.runs


def by_chance(name: str, seed: int) -> World:
    return play(SCENES[name], at_random(random.Random(seed)))
