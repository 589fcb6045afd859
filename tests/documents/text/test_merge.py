from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.documents.text import (
    Conflict,
    Kept,
    Part,
    UnresolvedConflictError,
    merge_blocks,
    merged_text,
    resolve,
)

LINES = st.sampled_from(
    ["oil", "fuel", "check the valve", "open the port side", "- row a", "- row b", "- row c", "x"]
)
BLOCKS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)
TEXTS = st.lists(BLOCKS, max_size=6)


@st.composite
def edits(draw: st.DrawFn, base: list[str]) -> list[str]:
    """A base after some insertions, removals, moves and changes of lines."""
    result = list(base)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(result)))
        kind = draw(st.sampled_from(["insert", "remove", "replace", "line", "move"]))
        if kind == "insert" or place == len(result):
            result.insert(place, draw(BLOCKS))
        elif kind == "remove":
            del result[place]
        elif kind == "replace":
            result[place] = draw(BLOCKS)
        elif kind == "move":
            result.insert(draw(st.integers(0, len(result) - 1)), result.pop(place))
        else:
            lines = result[place].split("\n")
            lines[draw(st.integers(0, len(lines) - 1))] = draw(LINES)
            result[place] = "\n".join(lines)
    return result


THREE = TEXTS.flatmap(lambda base: st.tuples(st.just(base), edits(base), edits(base)))
ANY_THREE = st.one_of(THREE, st.tuples(TEXTS, TEXTS, TEXTS))


def texts(parts: tuple[Part, ...]) -> list[str]:
    return [
        text
        for part in parts
        for text in ((part.text,) if isinstance(part, Kept) else (part.base, part.theirs, part.mine))
    ]


def lines(blocks: list[str]) -> list[str]:
    return [line for block in blocks for line in block.split("\n")]


@given(ANY_THREE)
def test_every_line_of_a_side_is_kept_or_was_removed_by_the_other(
    three: tuple[list[str], list[str], list[str]],
) -> None:
    base, theirs, mine = three
    found = set(lines(texts(merge_blocks(base, theirs, mine))))
    for side, other in ((theirs, mine), (mine, theirs)):
        for line in set(lines(side)) - found:
            assert lines(other).count(line) < lines(base).count(line)


@given(ANY_THREE)
def test_no_line_comes_from_nowhere(three: tuple[list[str], list[str], list[str]]) -> None:
    base, theirs, mine = three
    parts = merge_blocks(base, theirs, mine)
    for part in parts:
        if isinstance(part, Kept):
            assert set(part.text.split("\n")) <= set(lines(theirs + mine))
        else:
            assert part.base in base
            assert part.theirs in [*theirs, ""]
            assert part.mine in [*mine, ""]
            assert part.theirs != part.mine


@given(TEXTS.flatmap(lambda base: st.tuples(st.just(base), st.one_of(edits(base), TEXTS))))
def test_one_side_alone_wins(pair: tuple[list[str], list[str]]) -> None:
    base, changed = pair
    expected = tuple(map(Kept, changed))
    assert merge_blocks(base, changed, base) == expected
    assert merge_blocks(base, base, changed) == expected
    assert merge_blocks(base, changed, changed) == expected


@given(ANY_THREE)
@example(([], ["oil", "oil\noil"], ["oil\noil", "oil"]))
def test_the_sides_may_be_exchanged(three: tuple[list[str], list[str], list[str]]) -> None:
    """Where both put the same in another order, either order may win, and one of them stands twice."""
    base, theirs, mine = three

    def shape(parts: tuple[Part, ...], *, swapped: bool) -> set[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for part in parts:
            if isinstance(part, Kept):
                rows.append(tuple(sorted(part.text.split("\n"))))
            else:
                sides = (part.mine, part.theirs) if swapped else (part.theirs, part.mine)
                rows.append((part.base, *sides))
        return set(rows)

    assert shape(merge_blocks(base, theirs, mine), swapped=False) == shape(
        merge_blocks(base, mine, theirs), swapped=True
    )


def test_changes_of_different_blocks_are_both_kept() -> None:
    assert merge_blocks(
        ["a a a", "b b b", "c c c"], ["a a x", "b b b", "c c c"], ["a a a", "b b b", "c c y"]
    ) == (
        Kept("a a x"),
        Kept("b b b"),
        Kept("c c y"),
    )


def test_two_changes_of_one_line_are_a_conflict() -> None:
    assert merge_blocks(["Red", "b"], ["Green", "b"], ["Blue", "b"]) == (
        Conflict("Red", "Green", "Blue"),
        Kept("b"),
    )


def test_changes_of_different_lines_of_one_block_are_merged() -> None:
    assert merge_blocks(["one\ntwo\nthree"], ["ONE\ntwo\nthree"], ["one\ntwo\nthree and more"]) == (
        Kept("ONE\ntwo\nthree and more"),
    )


def test_ticks_of_different_items_are_merged() -> None:
    base = "- [ ] oil\n- [ ] fuel\n- [ ] water"
    assert merge_blocks(
        [base], [base.replace("[ ] oil", "[x] oil")], [base.replace("[ ] fuel", "[x] fuel")]
    ) == (Kept("- [x] oil\n- [x] fuel\n- [ ] water"),)


def test_rows_added_by_both_in_one_place_are_both_kept() -> None:
    assert merge_blocks(["- a\n- b"], ["- a\n- b\n- t"], ["- a\n- b\n- m"]) == (Kept("- a\n- b\n- t\n- m"),)
    table = "| h |\n|---|\n| a |"
    assert merge_blocks([table], [table + "\n| t |"], [table + "\n| m |"]) == (
        Kept(table + "\n| t |\n| m |"),
    )


def test_lines_added_by_both_to_code_are_a_conflict() -> None:
    base = "```\na\n```"
    assert merge_blocks([base], ["```\na\nt\n```"], ["```\na\nm\n```"]) == (
        Conflict(base, "```\na\nt\n```", "```\na\nm\n```"),
    )


def test_blocks_added_by_both_in_one_place_are_both_kept_and_equal_ones_once() -> None:
    assert merge_blocks(["a"], ["a", "theirs", "both"], ["a", "mine", "both"]) == (
        Kept("a"),
        Kept("theirs"),
        Kept("mine"),
        Kept("both"),
    )


def test_a_block_removed_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    assert merge_blocks(["a", "b b b b", "c"], ["a", "c"], ["a", "b b b x", "c"]) == (
        Kept("a"),
        Conflict("b b b b", "", "b b b x"),
        Kept("c"),
    )


def test_a_block_removed_by_one_and_left_by_the_other_is_gone() -> None:
    assert merge_blocks(["a", "b", "c"], ["a", "c"], ["a", "b", "c"]) == (Kept("a"), Kept("c"))


@pytest.mark.parametrize(
    ("choice", "text"),
    [("base", "a\n\nRed"), ("theirs", "a\n\nGreen"), ("mine", "a\n\nBlue"), ("both", "a\n\nGreen\n\nBlue")],
)
def test_a_choice_settles_a_conflict(choice: str, text: str) -> None:
    parts = (Kept("a"), Conflict("Red", "Green", "Blue"))
    assert merged_text(resolve(parts, [choice])) == text  # type: ignore[list-item]


def test_choosing_the_side_that_removed_a_block_leaves_nothing_of_it() -> None:
    assert resolve([Conflict("Red", "", "Blue"), Kept("a")], ["theirs"]) == (Kept("a"),)


def test_a_text_with_open_conflicts_is_not_given_out() -> None:
    with pytest.raises(UnresolvedConflictError, match="1 conflicts are not resolved"):
        merged_text([Kept("a"), Conflict("x", "y", "z")])


@pytest.mark.parametrize("choices", [[], ["mine", "mine"]])
def test_choices_must_be_as_many_as_conflicts(choices: list[str]) -> None:
    with pytest.raises(ValueError, match="1 conflicts need 1 choices"):
        resolve([Conflict("x", "y", "z")], choices)  # type: ignore[arg-type]
