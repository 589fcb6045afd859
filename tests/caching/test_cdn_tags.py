"""Names of tags at a CDN: whatever the index calls old is purged, and little else."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.caching.cdn_tags import BELOW, EVERYTHING, header_of, name_of, names_of, purged_by
from apps.caching.index import TagIndex
from apps.caching.marks import DROPPED, Marks, State, marks_of
from apps.caching.tags import PRESENCE, ROOT, column_tag, key_tag, page_tag, subtree_tag
from apps.events.follower import Cursor
from apps.events.touches import Touch

BOOK, OTHER, LOG = UUID(int=1), UUID(int=2), UUID(int=3)
PRESENCES = {"page": ("shown",)}
TITLE_1 = key_tag("page", "id", 1, "title")


def marks(*touches: Touch) -> Marks:
    return marks_of(touches, PRESENCES)


def reached(touch: Touch, *tags: str) -> set[str]:
    """Whether a touch purges a page with these tags: hard, soft."""
    purged, names = purged_by(BOOK, marks(touch)), names_of({BOOK: tags})
    return {kind for kind, own in (("hard", purged.hard), ("soft", purged.soft)) if own & names}


def test_a_name_is_short_the_same_everywhere_and_of_one_stream_alone():
    assert name_of(BOOK, TITLE_1) == "t_fVrEX0"
    names = {
        name_of(stream, tag, kind)
        for stream in (BOOK, OTHER)
        for tag in (TITLE_1, ROOT)
        for kind in (b"exact", BELOW)
    }
    assert len(names) == 8
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{8}", name) for name in names)


def test_a_page_carries_its_tags_and_what_is_above_them():
    assert names_of({BOOK: [TITLE_1]}) == {
        EVERYTHING,
        name_of(BOOK, TITLE_1),
        *(name_of(BOOK, tag, BELOW) for tag in ("page.title", "page", ROOT)),
    }


def test_a_change_of_one_row_reaches_its_readers_and_those_of_all_rows_and_nobody_else():
    touch = Touch("page", "~", ("title",), "1")
    assert reached(touch, TITLE_1) == {"hard"}
    assert reached(touch, "page.title") == {"hard"}
    assert reached(touch, "page") == reached(touch, ROOT) == {"hard"}
    assert reached(touch, key_tag("page", "id", 2, "title")) == set()
    assert reached(touch, key_tag("page", "id", 1, "text")) == set()


def test_many_rows_that_are_not_named_reach_each_of_them():
    touch = Touch("page", "~", ("title",), count=200)
    assert reached(touch, TITLE_1) == {"hard"}
    assert reached(touch, "page") == {"hard"}
    assert reached(touch, key_tag("page", "id", 1, "text")) == set()


@pytest.mark.parametrize(("state", "kind"), [("EXPIRED", "soft"), ("CHANGED", "hard"), ("GONE", "hard")])
def test_a_drop_reaches_all_below_and_nothing_beside(state, kind):
    def drop(tag: str) -> Touch:
        return Touch(DROPPED, "~", (state,), tag)

    below = page_tag("/book/a/b/")
    assert reached(drop(subtree_tag("/book/a/")), below) == {kind}
    assert reached(drop(below), below) == {kind}
    assert reached(drop(subtree_tag("/book/b/")), below) == set()
    assert reached(drop(page_tag("/book/a/")), below) == set()
    assert reached(drop("page"), TITLE_1) == {kind}
    assert kind in reached(drop(ROOT), TITLE_1)


def test_what_does_not_fit_is_rolled_up_and_still_reached():
    tags = {BOOK: frozenset(key_tag("page", "id", number, "title") for number in range(100))}
    whole = header_of(tags, 8_000)
    assert len(whole.split()) == 104
    short = header_of(tags, 200)
    assert short == " ".join(sorted(names_of({BOOK: ["page.title"]})))
    assert set(short.split()) & purged_by(BOOK, marks(Touch("page", "~", ("title",), "7"))).hard


def test_what_fits_in_no_way_is_not_for_a_cdn():
    tags = {UUID(int=number): frozenset({TITLE_1}) for number in range(10)}
    assert header_of(tags, 200) is None
    assert len(header_of(tags, 400)) <= 400


columns = st.sampled_from(["title", "text", PRESENCE])
leaves = st.one_of(
    st.builds(
        lambda key, value, column: key_tag("page", key, value, column),
        st.sampled_from(["id", "parent"]),
        st.integers(1, 9),
        columns,
    ),
    st.builds(lambda column: column_tag("page", column), columns),
    st.builds(lambda path: page_tag(f"/book/{path}/"), st.sampled_from(["a", "a/b", "a/b/c", "d"])),
    st.sampled_from(["page", ROOT]),
)
fields = st.sets(st.sampled_from(["title", "text", "shown"]), min_size=1).map(
    lambda names: tuple(sorted(names))
)
ids = st.integers(1, 9).map(str)
touches = st.one_of(
    st.builds(
        lambda fields, id, old, new: Touch("page", "~", fields, id, {"parent": (old, new)}),
        fields,
        ids,
        ids,
        ids,
    ),
    st.builds(
        lambda op, id, parent: Touch("page", op, (), id, {"parent": (parent, parent)}),
        st.sampled_from("+-"),
        ids,
        ids,
    ),
    st.builds(
        lambda op, fields: Touch("page", op, fields if op == "~" else (), count=101),
        st.sampled_from("+~-"),
        fields,
    ),
    st.builds(
        lambda state, tag: Touch(DROPPED, "~", (state.name,), tag),
        st.sampled_from([State.EXPIRED, State.CHANGED, State.GONE]),
        st.one_of(leaves, st.sampled_from(["page:/book/", "page:/book/a/", "page:/book/a/b/", "page:"])),
    ),
)


@given(
    st.sets(leaves, min_size=1, max_size=40), st.lists(touches, min_size=1, max_size=3), st.integers(120, 500)
)
def test_whatever_the_index_calls_old_is_purged_rolled_up_or_not(tags, touched, max_bytes):
    index = TagIndex()
    index.contact(BOOK, Cursor(LOG, 0))
    heard = marks(*touched)
    index.advance(BOOK, Cursor(LOG, 1), heard)
    state = index.state({BOOK: Cursor(LOG, 0)}, {BOOK: tags})
    header, purged = header_of({BOOK: frozenset(tags)}, max_bytes), purged_by(BOOK, heard)
    assert header is not None
    assert len(header) <= max_bytes
    names = set(header.split())
    if state >= State.CHANGED:
        assert names & purged.hard
    elif state is State.EXPIRED:
        assert names & (purged.hard | purged.soft)
