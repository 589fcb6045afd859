"""Marks: what one event says to caches, from old and new values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.caching.marks import DROPPED, Marks, State, marks_of, marks_of_event
from apps.events.models import Event
from apps.events.touches import Op, Seen, Touch
from tests.caching.saying import PRESENCE, many, row

CHANGED, GONE, EXPIRED = State.CHANGED, State.GONE, State.EXPIRED


def test_a_changed_column_marks_the_row_its_keys_and_all_above() -> None:
    marks = marks_of([row("~", "title", path=("a", "a"))], PRESENCE)
    assert marks == Marks(
        {
            "*": CHANGED,
            "document": CHANGED,
            "document.title": CHANGED,
            "document[id=7].title": CHANGED,
            "document[path=a].title": CHANGED,
        }
    )


def test_an_event_marks_its_type_beside_what_it_touched() -> None:
    touch = row("-", path=("a", "a"))
    marks = marks_of_event(Event(type="page_purged", touches=[touch.to_json()]), PRESENCE)
    touched = marks_of([touch], PRESENCE)
    assert marks.exact == touched.exact | {"event": CHANGED, "event.page_purged": CHANGED}
    assert marks.exact["*"] is GONE
    assert marks.below == touched.below


def test_a_changed_key_marks_its_old_value_and_its_new_one() -> None:
    marks = marks_of([row("~", "path", path=("a", "b"))], PRESENCE)
    assert {tag for tag in marks.exact if "[path" in tag} == {
        *("document[path=a].path", "document[path=a].+", "document[path=a].?"),
        *("document[path=b].path", "document[path=b].+", "document[path=b].?"),
    }
    assert {tag for tag in marks.exact if "[id" in tag} == {"document[id=7].path", "document[id+path=7].?"}
    assert set(marks.exact.values()) == {CHANGED}


@pytest.mark.parametrize(
    ("op", "keys", "state", "path"),
    [("+", (None, "a"), CHANGED, "a"), ("-", ("a", None), GONE, "a")],
)
def test_a_row_that_comes_or_goes_marks_which_rows_there_are(
    op: Op, keys: tuple[str | None, str | None], state: State, path: str
) -> None:
    marks = marks_of([row(op, path=keys)], PRESENCE)
    assert marks.exact == {
        "*": state,
        "document": state,
        "document.+": state,
        "document[id=7].+": state,
        f"document[path={path}].+": state,
        "document.?": CHANGED,
        "document[id=7].?": CHANGED,
        f"document[path={path}].?": CHANGED,
        "document[id+path=7].?": CHANGED,
    }


def test_a_row_that_readers_see_no_more_makes_gone_what_showed_it() -> None:
    marks = marks_of([row("~", "published_at", path=("a", "a"), seen=(True, False))], PRESENCE)
    assert marks.exact["document[path=a].+"] is GONE
    assert marks.exact["document[id=7].published_at"] is GONE
    assert marks.exact["document[path=a].?"] is CHANGED
    assert marks.exact["document[path=a].~+"] is GONE


@pytest.mark.parametrize("seen", [(False, True), (True, True)])
def test_nothing_is_gone_where_readers_see_the_row(seen: Seen) -> None:
    marks = marks_of([row("~", "published_at", path=("a", "a"), seen=seen)], PRESENCE)
    assert set(marks.exact.values()) == {CHANGED}
    assert marks.exact.keys() >= {"document[path=a].+", "document[id=7].+", "document[path=a].?"}
    assert ("document[path=a].~+" in marks.exact) is (seen == (False, True))


@pytest.mark.parametrize(
    ("touch", "state"),
    [
        (row("+", path=(None, "a"), seen=(False, False)), CHANGED),
        (row("~", "title", path=("a", "a"), seen=(False, False)), CHANGED),
        (row("~", "published_at", path=("a", "b"), seen=(False, False)), CHANGED),
        (row("-", path=("a", None), seen=(False, False)), GONE),
        (replace(many("+"), seen=(False, False)), CHANGED),
    ],
)
def test_what_readers_do_not_see_marks_nothing_that_they_do(touch: Touch, state: State) -> None:
    marks = marks_of([touch], PRESENCE)
    tags = {*marks.exact, *marks.below} - {"*", "document"}
    assert tags
    assert all(tag.rpartition(".")[2].startswith("~") for tag in tags)
    assert max(*marks.exact.values(), *marks.below.values()) is state


def test_of_what_is_not_known_all_is_marked() -> None:
    marks = marks_of([Touch("document", "~", ("published_at",), "7", {"path": ("a", "a")})], PRESENCE)
    assert {marks.exact[f"document[path=a].{each}"] for each in ("+", "~+", "published_at")} == {GONE}
    assert "link[id=7].~key" not in marks_of([Touch("link", "~", ("key",), "7")], PRESENCE).exact


def test_many_rows_mark_columns_with_all_below_and_what_is_above() -> None:
    assert marks_of([many("~", "title")], PRESENCE) == Marks(
        {"*": CHANGED, "document": CHANGED},
        {"document.title": CHANGED, "document.+": CHANGED, "document.?": CHANGED},
    )
    assert marks_of([many("-")], PRESENCE) == Marks(
        {"*": GONE, "document": GONE}, {"document.+": GONE, "document.?": CHANGED}
    )


def test_every_event_marks_the_root() -> None:
    assert marks_of([], PRESENCE) == Marks({"*": CHANGED})


@pytest.mark.parametrize(
    ("tag", "state", "exact", "below"),
    [
        ("page:/a/b/", GONE, {"*": GONE}, {"page:/a/b/": GONE}),
        ("page:/a/b/", EXPIRED, {"*": CHANGED}, {"page:/a/b/": EXPIRED}),
        ("document[id=7].title", CHANGED, {"*": CHANGED, "document": CHANGED}, {}),
        (None, GONE, {"*": CHANGED}, {"*": GONE}),
    ],
)
def test_a_tag_dropped_by_hand_takes_what_is_below(
    tag: str | None, state: State, exact: dict[str, State], below: dict[str, State]
) -> None:
    marks = marks_of([Touch(DROPPED, "~", (state.name,), tag)], PRESENCE)
    assert exact.items() <= marks.exact.items()
    assert (below or {tag: state}).items() <= marks.below.items()


def test_a_page_dropped_by_hand_leaves_the_page_above_it() -> None:
    marks = marks_of([Touch(DROPPED, "~", ("GONE",), "page:/a/b/")], PRESENCE)
    assert "page:/a/" not in marks.exact
