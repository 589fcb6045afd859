"""Tags: a tree in which whoever depends on a parent sees what its children see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.caching import tags
from apps.caching.index import StreamIndex
from apps.caching.marks import DROPPED, State, marks_of
from apps.caching.tags import KEY_CHARS_MAX, ROOT, above, column_tag, key_tag, page_tag, rolled_up
from apps.events.touches import Touch
from tests.caching.saying import PRESENCE, at, many, row

COLUMNS = ("title", "path", "+")
LEAVES = (
    *(key_tag("document", "id", id, column) for id in "789" for column in COLUMNS),
    *(key_tag("document", "parent_id", id, column) for id in ("1", "2", None) for column in COLUMNS),
    *(key_tag("document", "path", path, column) for path in ("a", "a].b", "[x=") for column in COLUMNS),
    *(column_tag("document", column) for column in COLUMNS),
    "document",
    page_tag("/cairn/a/"),
)


@pytest.mark.parametrize(
    ("tag", "parents"),
    [
        ("*", ()),
        ("document", ("*",)),
        ("document.title", ("document", "*")),
        ("document[id=7].title", ("document.title", "document", "*")),
        ("document[path=a].b[c=d].+", ("document.+", "document", "*")),
        ("document[parent_id is null].+", ("document.+", "document", "*")),
        ("page:/cairn/a/b/", ("page:/cairn/a/", "page:/cairn/", "page", "*")),
        ("page:/cairn/", ("page", "*")),
    ],
)
def test_above_names_every_parent_nearest_first(tag: str, parents: tuple[str, ...]) -> None:
    assert above(tag) == parents


def test_addresses_that_anybody_may_make_up_are_not_remembered() -> None:
    before = tags._above.cache_info().currsize
    for number in range(100):
        assert above(page_tag(f"/cairn/{number}/")) == (f"page:/cairn/{number}/", "page:/cairn/", "page", "*")
    assert tags._above.cache_info().currsize == before


def test_key_tags_tell_nothing_from_an_empty_text() -> None:
    assert key_tag("document", "parent_id", None) == "document[parent_id is null].+"
    assert key_tag("document", "path", "", "title") == "document[path=].title"


def test_long_values_are_cut_and_share_a_tag() -> None:
    long = "a" * KEY_CHARS_MAX
    assert key_tag("d", "path", long + "b") == key_tag("d", "path", long + "c") == f"d[path={long}].+"


def test_few_tags_stay_as_they_are() -> None:
    assert rolled_up({"document[id=7].title", "document.path"}, 2) == {
        "document[id=7].title",
        "document.path",
    }


def test_the_largest_family_becomes_its_parent() -> None:
    tags = {key_tag("document", "id", id, "title") for id in range(9)} | {"document[id=1].path", "link.key"}
    assert rolled_up(tags, 3) == {"document.title", "document[id=1].path", "link.key"}


def test_what_holds_the_root_needs_no_other_tag() -> None:
    assert rolled_up({ROOT, *(key_tag("document", "id", id) for id in range(9))}, 3) == {ROOT}


@given(
    st.sets(st.sampled_from(LEAVES), min_size=1),
    st.integers(1, 8),
    st.sampled_from(
        [
            row("~", "title", parent_id=("1", "1"), path=("a", "a")),
            row("~", "path", parent_id=("1", "1"), path=("a", "[x=")),
            row("~", "parent_id", parent_id=("1", "2"), path=("a", "a")),
            row("~", "published_at", parent_id=("1", "1"), path=("a", "a")),
            row("+", parent_id=(None, "2"), path=(None, "a].b")),
            row("-", id="8", parent_id=("2", None), path=("a", None)),
            row("~", "parent_id", id="9", parent_id=(None, "2"), path=("a", "a")),
            many("~", "title"),
            many("+"),
            many("-"),
            Touch(DROPPED, "~", ("CHANGED",), "document[id=7].title"),
            Touch(DROPPED, "~", ("GONE",), "document.title"),
        ]
    ),
)
def test_rolled_up_tags_see_every_change_that_their_leaves_saw(
    tags: set[str], most: int, touch: Touch
) -> None:
    index = StreamIndex(at(5))
    index.advance(at(6), marks_of([touch], PRESENCE))
    before, after = index.state(at(5), tags), index.state(at(5), rolled_up(tags, most))
    assert len(rolled_up(tags, most)) <= most
    assert after >= before
    assert before is State.FRESH or after is not State.FRESH
