"""The normal form of a text: which blocks it has, and that nothing but blank lines changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import TextLimitError, compose, normalise, split_blocks

PIECES = [
    *("# h", "para", "two\nlines", "- a\n- b", "- [ ] t", "1. x\n   - y", "> q\n> r", "---", "* * *", "-"),
    *("```\ncode\n```", "```\nopen", "~~~\n~~~", "    indented", "\ttab", "| a |\n|---|\n| b |"),
    *("[x]: /u", "[^n]: note\n    more", "use[^n] [x] [[W]]", "setext\n===", "> [!NOTE]\n> n"),
    *(":::note T\nin\n:::", ":::tip\nopen", ":::", "\\", "\u00a0", "\x0b"),
]
GAPS = ["\n", "\n\n", "\n \n", "\n\n\n", "\r\n\r\n"]
TEXTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)).map("".join)).map("".join),
    st.text(alphabet="ab \t\n#>-*`[]()^:|!~_1.\\\r\0", max_size=80),
)


def lines_of(text: str) -> list[str]:
    return [line for line in normalise(text).split("\n") if line.strip(" \t")]


@given(TEXTS)
def test_blocks_hold_every_line_that_is_not_blank(source: str) -> None:
    composed = compose(source)
    assert lines_of(composed.source) == lines_of(source)


@given(TEXTS)
def test_the_normal_form_is_stable(source: str) -> None:
    first = compose(source)
    again = compose(first.source, first.blocks)
    assert again == first
    assert again.source == first.source


@given(TEXTS)
def test_splitting_alone_gives_the_same_blocks(source: str) -> None:
    assert split_blocks(source) == tuple(block.text for block in compose(source).blocks)


def test_only_line_ends_and_blank_lines_between_blocks_are_normalised() -> None:
    source = "\ufeff\r\n# a\r\ntext  \nmore\0\r\r\n\n\n\n```\n\n\nx\n```\n- a\n\n\n- b\n\n"
    assert compose(source).source == "# a\n\ntext  \nmore\ufffd\n\n```\n\n\nx\n```\n\n- a\n\n\n- b"


def test_kinds_of_blocks() -> None:
    source = (
        "# h\n\np\n\n- l\n\n1. o\n\n```\nc\n```\n\n    c\n\n> q\n\n> [!TIP]\n> t\n\n:::note\nn\n:::\n\n"
        "| t |\n|---|\n\n***\n\n[d]: /x\n\n[^f]: x"
    )
    assert [block.kind for block in compose(source).blocks] == [
        "heading", "paragraph", "list", "list", "code", "code", "quote", "callout", "callout",
        "table", "rule", "definition", "definition",
    ]  # fmt: skip


def test_neighbouring_definitions_are_one_block() -> None:
    assert split_blocks("a\n\n[x]: /1\n[y]: /2\n[^n]: z\n\n[q]: /3") == (
        "a",
        "[x]: /1\n[y]: /2\n[^n]: z",
        "[q]: /3",
    )


def test_every_block_that_shows_can_be_found_in_the_html() -> None:
    composed = compose("# h\n\np\n\n- l\n\n```\nc\n```\n\n> q\n\n| t |\n|---|\n\n***\n\n:::tip\nx\n:::")
    for block in composed.blocks:
        name = f'data-block="{block.id}"' if block.kind == "heading" else f'id="b-{block.id}"'
        assert composed.html.count(name) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("é" * 500_001, "The text has 1,000,002 bytes; a document may have at most 1,000,000."),
        ("\n" * 20_000, "The text has 20,001 lines; a document may have at most 20,000."),
        ("> " * 100_000 + "a", "Quotes and lists are nested more than 20 levels deep near line 1."),
    ],
)
def test_a_text_beyond_a_limit_is_refused_with_the_limit(source: str, message: str) -> None:
    for read in (compose, split_blocks):
        with pytest.raises(TextLimitError) as refusal:
            read(source)
        assert str(refusal.value) == message


def test_nesting_up_to_the_limit_is_drawn() -> None:
    assert "deep" in compose("> " * 39 + "deep").html
    assert "deep" in compose("- " * 19 + "deep").html
