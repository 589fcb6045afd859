"""Touches: one for each row, rolled up above a cap, and never more in an event than it may hold."""

import json
from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.events.models import Event
from apps.events.touches import EVENT_MAX_BYTES, ROLL_UP_ABOVE, Touch, batches, combine, roll_up

IDS = st.uuids().map(str)
TEXTS = st.text(max_size=40)
KEYS = st.dictionaries(st.sampled_from(["path", "slug", "parent_id"]), st.tuples(TEXTS, TEXTS))
FIELDS = st.lists(st.sampled_from(["title", "path", "slug", "position"]), unique=True).map(sorted).map(tuple)
SEEN = st.none() | st.tuples(st.booleans(), st.booleans())
TOUCHES = st.builds(
    Touch,
    st.sampled_from(["document", "link"]),
    st.sampled_from("+~-"),
    FIELDS,
    IDS,
    KEYS,
    st.just(1),
    st.none(),
    SEEN,
)


def row(op, fields=(), old=None, new=None, seen=None):
    return Touch("document", op, fields, "1", {"path": (old, new)}, seen=seen)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (row("+", (), None, "a"), row("~", ("path",), "a", "b"), row("+", (), None, "b")),
        (row("+", (), None, "a"), row("-", (), "a", None), None),
        (
            row("~", ("path",), "a", "b"),
            row("~", ("title",), "b", "b"),
            row("~", ("path", "title"), "a", "b"),
        ),
        (row("~", ("path",), "a", "b"), row("-", (), "b", None), row("-", (), "a", None)),
        (
            row("+", (), None, "a", (False, False)),
            row("~", ("shown",), "a", "a", (False, True)),
            row("+", (), None, "a", (False, True)),
        ),
        (
            row("~", ("shown",), "a", "a", (True, False)),
            row("-", (), "a", None, (False, False)),
            row("-", (), "a", None, (True, False)),
        ),
        (
            row("~", ("shown",), "a", "a", (True, False)),
            row("~", ("shown",), "a", "a"),
            row("~", ("shown",), "a", "a"),
        ),
    ],
)
def test_two_touches_of_a_row_become_one(first, second, both):
    assert combine(first, second) == both


def test_a_row_cannot_come_back_in_the_change_that_deleted_it():
    with pytest.raises(ValueError, match="was deleted in this change"):
        combine(row("-", (), "a", None), row("+", (), None, "a"))


@given(TOUCHES)
def test_a_touch_survives_the_table(touch):
    assert Touch.from_json(json.loads(json.dumps(touch.to_json()))) == touch


def test_rows_outside_are_rolled_up_apart():
    touches = [Touch("document", "~", ("path",), str(n)) for n in range(3)]
    touches += [Touch("document", "~", ("position",), "9"), Touch("link", "-", (), None, {}, 7)]
    assert roll_up(touches, "root", {("document", "9")}) == [
        Touch("document", "~", ("path",), None, {}, 3, "root"),
        Touch("document", "~", ("position",), None, {}, 1, None),
        Touch("link", "-", (), None, {}, 7, None),
    ]


def test_what_readers_saw_is_rolled_up_apart():
    shown, hidden, left = (True, True), (False, False), (True, False)
    touches = [
        Touch("document", "~", ("title",), str(n), seen=seen)
        for n, seen in enumerate((shown, hidden, left, shown))
    ]
    assert roll_up(touches, None) == [
        Touch("document", "~", ("title",), None, {}, 2, seen=shown),
        Touch("document", "~", ("title",), None, {}, 1, seen=hidden),
        Touch("document", "~", ("title",), None, {}, 1, seen=left),
    ]


@given(st.lists(TOUCHES, max_size=2 * ROLL_UP_ABOVE), st.none() | IDS)
def test_batches_keep_every_touch_or_its_count(touches, within):
    told = [touch for batch in batches(touches, within) for touch in batch]
    if len(touches) <= ROLL_UP_ABOVE:
        assert told == touches
    counts: Counter[tuple[str, str]] = Counter()
    for touch in told:
        counts[touch.entity, touch.op] += touch.count
    assert counts == Counter((touch.entity, touch.op) for touch in touches)


@given(
    st.lists(
        st.builds(
            replace,
            TOUCHES,
            keys=st.dictionaries(st.just("path"), st.tuples(st.text(), st.text(max_size=900))),
        ),
        max_size=60,
    )
)
def test_no_event_is_larger_than_allowed(touches):
    for batch in batches(touches, str(uuid4())):
        longest = UUID(int=2**128 - 1)
        event = Event(
            id=2**63 - 1,
            stream_id=longest,
            position=2**63 - 1,
            type="t" * 64,
            about_id=longest,
            touches=[touch.to_json() for touch in batch],
            revision_id=longest,
            actor_id=longest,
            operation_id=longest,
            at=timezone.now(),
        )
        values = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
        text = json.dumps(values, default=str, separators=(",", ":"), ensure_ascii=False)
        assert len(text.encode()) <= EVENT_MAX_BYTES


def test_a_change_without_touches_is_one_empty_batch():
    assert batches([]) == [[]]
