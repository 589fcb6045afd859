"""Ids of blocks and task items through edits."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import Block, Composed, Item, compose, mint_id

WORDS = st.sampled_from(["oil", "fuel", "valve", "check", "open", "close", "port", "engine", "slowly"])
PARAGRAPHS = st.lists(WORDS, min_size=3, max_size=12).map(" ".join)
DOCUMENTS = st.lists(PARAGRAPHS, max_size=12)


def composed(texts: list[str], before: Composed | None = None) -> Composed:
    return compose("\n\n".join(texts), before.blocks if before else ())


def ids(result: Composed) -> list[str]:
    return [block.id for block in result.blocks]


def test_a_new_id_is_ten_lower_case_base32_characters() -> None:
    assert re.fullmatch(r"[a-z2-7]{10}", mint_id())
    assert mint_id() != mint_id()


def test_a_minted_id_that_was_ever_used_here_is_not_taken() -> None:
    minted = iter(["aaaaaaaaaa", "aaaaaaaaaa", "oldoldoldo", "bbbbbbbbbb"])
    previous = (Block("oldoldoldo", "paragraph", "something else entirely"),)
    result = compose("one\n\ntwo", previous, mint=minted.__next__)
    assert ids(result) == ["aaaaaaaaaa", "bbbbbbbbbb"]


@given(DOCUMENTS, DOCUMENTS)
def test_ids_are_unique(old: list[str], new: list[str]) -> None:
    result = ids(composed(new, composed(old)))
    assert len(set(result)) == len(result)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_blocks_around_an_insertion_or_deletion_keep_their_ids(
    head: list[str], middle: list[str], tail: list[str]
) -> None:
    whole, ends = head + middle + tail, head + tail
    longer = composed(whole)
    shorter = composed(ends, longer)
    kept = {block.id: block.text for block in longer.blocks}
    assert all(kept.get(block.id) == block.text for block in shorter.blocks)
    again = composed(whole, shorter)
    back = {block.id: block.text for block in again.blocks}
    assert all(back.get(block.id) == block.text for block in shorter.blocks)


@given(st.lists(PARAGRAPHS, unique=True, min_size=1, max_size=12), st.randoms())
def test_moved_blocks_keep_their_ids(texts: list[str], random: object) -> None:
    before = composed(texts)
    shuffled = texts[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    after = composed(shuffled, before)
    assert {block.text: block.id for block in after.blocks} == {
        block.text: block.id for block in before.blocks
    }


@given(DOCUMENTS.filter(bool), st.data())
def test_an_edit_leaves_the_ids_of_all_other_blocks(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    before = composed(texts)
    after = composed([*texts[:place], "quite another thing: 42", *texts[place + 1 :]], before)
    assert ids(after)[:place] == ids(before)[:place]
    assert ids(after)[place + 1 :] == ids(before)[place + 1 :]


def test_an_edited_block_keeps_its_id_while_it_is_similar() -> None:
    before = composed(["# Instalation", "Check the oil level before you start the engine.", "- [ ] Fuel"])
    after = composed(
        ["# Installation", "Check the oil level twice before starting the main engine.", "- [x] Fuel"], before
    )
    assert ids(after) == ids(before)
    assert after.blocks[2].items == (Item(before.blocks[2].items[0].id, "Fuel", checked=True),)


def test_a_block_replaced_by_something_else_gets_a_new_id() -> None:
    before = composed(["Check the oil level before you start the engine.", "last"])
    after = composed(["Nobody may enter this room without a helmet on.", "last"], before)
    assert ids(after)[0] not in ids(before)
    assert ids(after)[1] == ids(before)[1]


def test_equal_blocks_keep_their_order() -> None:
    before = composed(["same", "a b c d", "same", "same"])
    after = composed(["first of all", "same", "a b c d", "same", "same"], before)
    assert ids(after)[1:] == ids(before)


def item_ids(result: Composed) -> dict[str, list[str]]:
    return {block.text.split("\n")[0]: [item.id for item in block.items] for block in result.blocks}


def test_equal_items_of_two_lists_stay_with_their_list_when_the_lists_change_places() -> None:
    port = "- [ ] port engine\n- [ ] oil\n- [ ] fuel"
    starboard = "- [ ] starboard engine\n- [ ] oil\n- [ ] fuel"
    before = composed([port, "between", starboard])
    after = composed([starboard, "between", port], before)
    assert item_ids(after) == item_ids(before)


def test_an_item_moved_to_another_list_keeps_its_id() -> None:
    before = composed(["- [ ] oil\n- [ ] fuel\n- [ ] water", "between", "- [ ] lights"])
    after = composed(["- [ ] oil\n- [ ] water", "between", "- [ ] lights\n- [x] fuel"], before)
    oil, fuel, water = before.blocks[0].items
    assert [item.id for item in after.blocks[0].items] == [oil.id, water.id]
    assert [item.id for item in after.blocks[2].items] == [before.blocks[2].items[0].id, fuel.id]


def test_previous_blocks_with_one_id_twice_do_not_give_it_twice() -> None:
    twice = Block("aaaaaaaaaa", "paragraph", "x")
    numbers = itertools.count()
    result = compose("x\n\nx", (twice, twice), mint=lambda: f"{next(numbers):010}")
    assert ids(result) == ["aaaaaaaaaa", "0000000000"]
