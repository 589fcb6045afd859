from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import compose, split_blocks


def body(source: str) -> str:
    return compose(source, mint=iter(f"{n:010}" for n in range(99)).__next__).html


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_both_spellings_of_a_callout_give_the_same(kind: str) -> None:
    github = body(f"> [!{kind.upper()}]\n> Mind *this*.")
    assert github == body(f":::{kind}\nMind *this*.\n:::")
    assert github == (
        f'<div class="callout callout-{kind}" id="b-0000000000">\n'
        f'<p class="callout-title" data-word="{kind}"></p>\n<p>Mind <em>this</em>.</p>\n</div>\n'
    )


@pytest.mark.parametrize(
    "opening", [":::danger Mind the *gap*", "::: danger Mind the *gap*", ":::danger[Mind the *gap*]"]
)
def test_a_container_may_have_a_title_of_its_own(opening: str) -> None:
    html = body(f"{opening}\nx\n:::")
    assert '<div class="callout callout-caution"' in html
    assert '<p class="callout-title">Mind the <em>gap</em></p>' in html


def test_containers_nest_and_hold_other_blocks() -> None:
    source = ":::note Outer\n\n- a\n\n:::tip\ninner\n:::\n\n```\ncode\n```\n:::\n\nafter"
    assert split_blocks(source) == (source.removesuffix("\n\nafter"), "after")
    html = body(source)
    assert html.index("callout-note") < html.index("callout-tip") < html.index("inner") < html.index("code")
    assert html.count("</div>") == 2


def test_more_colons_nest_as_docusaurus_asks() -> None:
    html = body("::::note\n\n:::tip\nx\n:::\n\n::::\n\nafter")
    assert html.count('class="callout ') == 2
    assert html.endswith("after</p>\n")


def test_an_open_container_ends_with_the_text_around_it() -> None:
    html = body("- a\n\n  :::note\n  in the item\n- b\n\nafter")
    assert html.index("in the item") < html.index("</div>") < html.index("<p>b</p>") < html.index("after")


@given(
    st.lists(
        st.sampled_from(
            [
                "- ",
                "  ",
                "> ",
                "1. ",
                "   ",
                "    ",
                "# ",
                "",
                ":::note ",
                ":::tip\n",
                ":::\n",
                "\n",
                "- [ ] ",
            ]
        ),
        max_size=30,
    )
)
def test_no_word_is_hidden_however_blocks_are_nested(prefixes: list[str]) -> None:
    words = [f"w{index}" for index in range(len(prefixes))]
    source = "\n".join(prefix + word for prefix, word in zip(prefixes, words, strict=True))
    assert set(words) <= set(re.findall(r"w\d+", compose(source).plain))


@pytest.mark.parametrize("source", [":::unknown\nx\n:::", "::note\nx", ":::", "    :::note\n    x"])
def test_anything_else_is_text(source: str) -> None:
    assert "callout" not in body(source)


def test_a_callout_interrupts_a_paragraph() -> None:
    assert split_blocks("text\n:::note\nx\n:::\nmore") == ("text", ":::note\nx\n:::", "more")
