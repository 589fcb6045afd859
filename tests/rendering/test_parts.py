"""The engine: parts beside each other on threads, each within its time, none of them breaking another."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from functools import partial
from threading import Event

import pytest
from django.utils import translation

from apps.documents.selectors.handbook import Crumb
from apps.rendering.parts import Part, arrivals, arriving, in_turn, threads

WAIT_S = 30


def part(name: str, load=None, **values) -> Part:
    """One that says its name in a link, at once or after what `load` does."""

    def loaded():
        said = load() if load else None
        return {"backlinks": (Crumb(str(said or name), f"/{name}/"),)}

    return Part(name, loaded, "documents/backlinks.html", **{"timeout_s": WAIT_S, **values})


def waits_for(gate: Event):
    def wait():
        assert gate.wait(WAIT_S)

    return wait


def fails():
    raise ValueError("as the test wants it")


def test_parts_come_as_they_get_ready():
    gate = Event()
    coming = arrivals([part("slow", waits_for(gate)), part("quick")], "en")
    first = next(coming)
    assert (first.name, first.whole, first.reads) == ("quick", True, None)
    assert '<a href="/quick/">quick</a>' in first.html
    gate.set()
    assert [arrival.name for arrival in coming] == ["slow"]


def test_parts_run_beside_each_other():
    """Each waits for the other to have begun."""
    gates = [Event(), Event()]

    def meet(own: int):
        gates[own].set()
        assert gates[1 - own].wait(WAIT_S)

    met = list(arrivals([part("a", partial(meet, 0)), part("b", partial(meet, 1))], "en"))
    assert sorted(arrival.name for arrival in met) == ["a", "b"]
    assert all(arrival.whole for arrival in met)


@pytest.mark.parametrize("make", [arrivals, in_turn])
def test_a_part_that_fails_shows_its_fallback_and_is_logged(caplog, make):
    came = {each.name: each for each in make([part("bad", fails, title="Bad <one>"), part("good")], "en")}
    assert came["good"].whole is True
    assert came["bad"].whole is False
    assert "<h2>Bad &lt;one&gt;</h2>" in came["bad"].html
    (record,) = caplog.records
    assert (record.levelno, record.args) == (logging.ERROR, ("bad",))
    assert record.exc_info[0] is ValueError


def test_a_part_that_is_late_shows_its_fallback_and_is_logged(caplog):
    gate = Event()
    late = part("late", waits_for(gate), timeout_s=0.01)
    came = {each.name: each for each in arrivals([late, part("good")], "en")}
    assert (came["late"].whole, came["good"].whole) == (False, True)
    (record,) = caplog.records
    assert (record.levelno, record.args) == (logging.WARNING, ("late", 0.01))
    gate.set()


def test_a_template_that_fails_is_a_part_that_fails(caplog):
    (came,) = arrivals([Part("bad", dict, "documents/backlinks.html")], "en")
    assert came.whole is False
    assert len(caplog.records) == 1


def test_parts_speak_the_language_of_their_page():
    with translation.override("fr"):
        (came,) = arrivals([part("said", translation.get_language)], "de")
        (turn,) = in_turn([part("said", translation.get_language)], "de")
    assert '<a href="/said/">de</a>' in came.html
    assert turn.html == came.html


def test_an_event_loop_gets_parts_as_they_get_ready():
    gate = Event()

    async def follow():
        names = []
        async with aclosing(arriving([part("slow", waits_for(gate)), part("quick")], "en")) as coming:
            async for arrival in coming:
                names.append(arrival.name)
                gate.set()
        return names

    assert asyncio.run(follow()) == ["quick", "slow"]


def test_an_event_loop_gets_the_fallback_of_what_is_late_and_of_what_fails(caplog):
    gate = Event()

    async def follow():
        parts = [part("late", waits_for(gate), timeout_s=0.01), part("bad", fails), part("good")]
        return {arrival.name: arrival.whole async for arrival in arriving(parts, "en")}

    assert asyncio.run(follow()) == {"late": False, "bad": False, "good": True}
    assert sorted(record.args[0] for record in caplog.records) == ["bad", "late"]
    gate.set()


def test_leaving_drops_what_has_not_begun(monkeypatch):
    """As many as there are threads hold them up; the next ones are never made."""
    gate, made = Event(), []
    holding = [part(f"h{number}", waits_for(gate)) for number in range(threads._max_workers)]
    queued = part("queued", lambda: made.append("queued"))

    async def leave():
        async with aclosing(arriving([part("first"), *holding, queued], "en")) as coming:
            async for _arrival in coming:
                return

    asyncio.run(leave())
    gate.set()
    assert [arrival.name for arrival in arrivals([part("after")], "en")] == ["after"]
    assert made == []


def test_a_cancelled_reader_stops_the_parts():
    gate, begun, ended = Event(), Event(), Event()

    def wait():
        begun.set()
        gate.wait(WAIT_S)
        ended.set()

    async def follow():
        async for _arrival in arriving([part("slow", wait)], "en"):
            pass

    async def cancel():
        reader = asyncio.ensure_future(follow())
        await asyncio.to_thread(begun.wait, WAIT_S)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader

    asyncio.run(cancel())
    gate.set()
    assert ended.wait(WAIT_S)
