from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text.matching import match, replaced
from apps.documents.text.sequences import common_pairs, gaps, rising

LISTS = st.lists(st.sampled_from("abcdef"), max_size=30)


def longest(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for text in old:
        before = 0
        for j, other in enumerate(new):
            here = row[j + 1]
            row[j + 1] = before + 1 if text == other else max(row[j + 1], row[j])
            before = here
    return row[-1]


def check_common(old: list[str], new: list[str], pairs: list[tuple[int, int]]) -> None:
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(LISTS, LISTS)
def test_common_pairs_are_equal_and_in_order_in_both(old: list[str], new: list[str]) -> None:
    check_common(old, new, common_pairs(old, new))


@given(LISTS)
def test_a_sequence_has_all_in_common_with_itself(texts: list[str]) -> None:
    assert common_pairs(texts, texts) == [(i, i) for i in range(len(texts))]


@given(LISTS, LISTS, LISTS)
def test_one_insertion_leaves_everything_in_common(
    head: list[str], middle: list[str], tail: list[str]
) -> None:
    assert len(common_pairs(head + tail, head + middle + tail)) == len(head + tail)


@given(st.lists(st.sampled_from("ab"), max_size=12), st.lists(st.sampled_from("ab"), max_size=12))
def test_without_unique_texts_the_longest_is_found(old: list[str], new: list[str]) -> None:
    if not any(old.count(text) == new.count(text) == 1 for text in "ab"):
        pairs = common_pairs(old, new)
        assert len(pairs) <= longest(old, new)
        check_common(old, new, pairs)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a"] * 30_000, ["b", *["a"] * 15_000, "c"]),
        (["a", "b"] * 15_000, ["b", "b", "a"] * 10_000),
        ([f"{n}" for n in range(30_000)], [f"{n}" for n in reversed(range(30_000))]),
        ([f"{n // 2}" for n in range(1, 30_000)], [f"{n // 3}" for n in range(1, 30_000)]),
    ],
    ids=["one text", "two texts", "reversed", "pairs and triples"],
)
def test_large_and_repetitive_sequences_end_in_bounded_time(old: list[str], new: list[str]) -> None:
    started = time.process_time()
    check_common(old, new, common_pairs(old, new))
    match(old, new)
    assert time.process_time() - started < 20  # a table of all pairs would take an hour


def test_rising_takes_the_longest_order() -> None:
    assert rising([(0, 5), (1, 1), (2, 2), (3, 0), (4, 3)]) == [(1, 1), (2, 2), (4, 3)]


def test_gaps_are_what_lies_between() -> None:
    assert gaps([(1, 0), (2, 2)], (0, 3, 0, 5)) == [(0, 1, 0, 0), (2, 2, 1, 2), (3, 3, 3, 5)]


@given(LISTS, LISTS)
def test_no_old_text_is_matched_twice(old: list[str], new: list[str]) -> None:
    used = [i for i in match(old, new) if i is not None]
    assert len(set(used)) == len(used)


@given(LISTS, LISTS)
def test_equal_texts_are_always_used_up(old: list[str], new: list[str]) -> None:
    found = match(old, new)
    exact = [j for j, i in enumerate(found) if i is not None and old[i] == new[j]]
    assert len(exact) == sum(min(old.count(text), new.count(text)) for text in set(old))


def test_the_most_similar_wins_in_order() -> None:
    old = [
        "check the oil of the main engine before the start",
        "open the fuel valve of the main engine slowly",
    ]
    new = [
        "new words here that nobody has written before now",
        "open the fuel valve of the aft engine slowly",
    ]
    assert match(old, new) == [None, 1]


def test_what_stands_in_a_place_replaces_what_stood_there() -> None:
    assert replaced(["a", "Red", "b"], ["a", "Green", "b", "Blue"]) == [(0, 0), (1, 1), (2, 2)]
