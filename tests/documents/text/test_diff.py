from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import DiffLine, Fold, Span, folded, word_diff

TEXTS = st.lists(
    st.sampled_from(["the oil  valve", "the oil valve!", "x", "", "  fuel, then water", "é ß"])
).map("\n".join)


def side(lines: tuple[DiffLine, ...], kind: str) -> str:
    return "\n".join(
        "".join(span.text for span in line.spans if span.kind in ("same", kind))
        for line in lines
        if line.kind in ("same", "changed", kind)
    )


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    lines = word_diff(old, new)
    assert side(lines, "removed") == old
    assert side(lines, "added") == new


def test_words_are_marked_within_a_changed_line() -> None:
    assert word_diff("a\nCheck the oil level daily.\nz", "a\nCheck the fuel level daily, twice.\nz") == (
        DiffLine("same", (Span("same", "a"),)),
        DiffLine(
            "changed",
            (
                Span("same", "Check the "),
                Span("removed", "oil"),
                Span("added", "fuel"),
                Span("same", " level daily"),
                Span("added", ", twice"),
                Span("same", "."),
            ),
        ),
        DiffLine("same", (Span("same", "z"),)),
    )


def test_a_space_alone_does_not_cut_a_changed_phrase() -> None:
    (line,) = word_diff("keep this: one two three, and that", "keep this: four five six, and that")
    assert line.spans == (
        Span("same", "keep this: "),
        Span("removed", "one two three"),
        Span("added", "four five six"),
        Span("same", ", and that"),
    )


def test_lines_with_little_in_common_are_removed_and_added() -> None:
    assert word_diff("Check the oil.", "Nobody knows why!") == (
        DiffLine("removed", (Span("removed", "Check the oil."),)),
        DiffLine("added", (Span("added", "Nobody knows why!"),)),
    )


def test_equal_texts_have_no_difference() -> None:
    assert all(line.kind == "same" for line in word_diff("a\n\nb", "a\n\nb"))
    assert word_diff("", "") == ()


def test_unchanged_stretches_fold_but_for_three_lines_beside_a_change() -> None:
    old = [f"line number {n}" for n in range(20)]
    new = [*old[:10], "something else!", *old[10:]]
    parts = folded(word_diff("\n".join(old), "\n".join(new)))
    assert [len(part.lines) if isinstance(part, Fold) else part.kind for part in parts] == [
        7,
        *["same"] * 3,
        "added",
        *["same"] * 3,
        7,
    ]


def test_a_single_line_is_not_folded() -> None:
    lines = word_diff("a\nb\nc\nd", "a\nb\nc\nd\nnew")
    assert folded(lines) == lines


@pytest.mark.parametrize("kind", ["one long line", "many lines", "all different", "repetition"])
def test_large_texts_end_in_bounded_time(kind: str) -> None:
    chance = random.Random(7)
    words = [
        chance.choice(["oil", "fuel", "valve", "check", "open", "close"]) + str(chance.randrange(99))
        for _ in range(40_000)
    ]
    old, new = {
        "one long line": (" ".join(words), " ".join(words[::-1])),
        "many lines": ("\n".join(words[:20_000]), "\n".join(words[10_000:30_000])),
        "all different": ("\n".join(map(str, range(20_000))), "\n".join(map(str, range(20_000, 40_000)))),
        "repetition": ("a b " * 40_000, "b a a " * 30_000),
    }[kind]
    started = time.process_time()
    lines = word_diff(old, new)
    assert time.process_time() - started < 30
    assert side(lines, "removed") == old
    assert side(lines, "added") == new
