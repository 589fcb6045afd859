"""What is due by time: done here only, as often as declared, whatever else fails."""

from __future__ import annotations

import logging
import threading

from apps.events.chores import Chore, ChoreThread

PATIENCE_S = 30


def run(*chores: Chore, here=lambda: True) -> ChoreThread:
    thread = ChoreThread(chores, here, look_s=0.01)
    thread.start()
    return thread


def end(thread: ChoreThread) -> None:
    thread.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_a_chore_is_done_soon_and_again_when_its_time_has_come():
    often, seldom, thrice = [], [], threading.Event()

    def do():
        often.append(1)
        if len(often) == 3:
            thrice.set()

    thread = run(Chore(lambda: seldom.append(1), 3600), Chore(do, 0.01))
    assert thrice.wait(PATIENCE_S)
    end(thread)
    assert len(seldom) == 1


def test_one_that_fails_is_told_and_holds_up_nobody(caplog):
    done = threading.Event()

    def fail():
        raise ValueError("no")

    with caplog.at_level(logging.ERROR):
        thread = run(Chore(fail, 3600), Chore(done.set, 3600))
        assert done.wait(PATIENCE_S)
        end(thread)
    assert "it is tried again in 3600 s" in caplog.text


def test_elsewhere_nothing_is_done():
    done, looked, here = [], threading.Event(), [False]

    def mine():
        looked.set()
        return here[0]

    thread = run(Chore(lambda: done.append(1), 0.01), here=mine)
    assert looked.wait(PATIENCE_S)
    end(thread)
    assert done == []
