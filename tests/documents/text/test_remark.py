"""The text of comments: the small Markdown, mentions, and nothing active whatever is typed."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import (
    Called,
    People,
    Remark,
    TextLimitError,
    compose,
    compose_remark,
    fill_links,
    fill_people,
    people_of,
    spellings,
)
from apps.documents.text.fill import block_anchors, mentioned_people
from tests.documents.text.test_sanitise import ATTRIBUTES, HOSTILE, Reader

NAMES = {"a1": "Anna Berg", "a2": "Anna Cole", "b1": "Bo", "b2": "Bo Li", "o1": "Eva O'Hara", "s1": "Strauß"}


def remark(source: str, names: dict[str, str] = NAMES, remembered: dict[str, str] | None = None) -> Remark:
    return compose_remark(source, People(names, remembered))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\ntwo\n\n*three* `four`", "<p>one\ntwo</p>\n<p><em>three</em> <code>four</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("> so", "<blockquote>\n<p>so</p>\n</blockquote>\n"),
        ("# A\n\nB\n===\n\n---", "<p># A</p>\n<p>B\n===</p>\n<p>---</p>\n"),
        ("|a|\n|-|\n|b|", "<p>|a|\n|-|\n|b|</p>\n"),
        ("- [ ] a", "<ul>\n<li>[ ] a</li>\n</ul>\n"),
        (":::note\nx\n:::", "<p>:::note\nx\n:::</p>\n"),
        ("a[^1]\n\n[^1]: b", "<p>a[^1]</p>\n<p>[^1]: b</p>\n"),
        ("![x](/-/media/a/b.png)", '<p>!<a href="/-/media/a/b.png">x</a></p>\n'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[[Stove]]", '<p><a data-page="stove"></a></p>\n'),
    ],
)
def test_a_remark_has_the_small_markdown(source, html):
    assert remark(source).html == html


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("@Anna Berg, look", {"Anna Berg": "a1"}),
        ("(@anna COLE)", {"anna COLE": "a2"}),
        ("@Bo and @Bo Li", {"Bo": "b1", "Bo Li": "b2"}),
        ("@Bo Lisa", {"Bo": "b1"}),
        ("@Eva's and @Eva O'Hara.", {"Eva O'Hara": "o1"}),
        ("@Eva: yes", {"Eva": "o1"}),
        ("*@Strauß*", {"Strauß": "s1"}),
        ("`@Bo` and\n\n    @Bo\n\n```\n@Bo\n```", {}),
        ("bo@Bo.org, x@Bo, @@Bo", {}),
        ("[@Bo](https://example.org/)", {}),
        ("\\@Bo", {}),
        ("@ Bo", {}),
    ],
)
def test_who_is_mentioned(source, mentions):
    assert remark(source).mentions == mentions


def test_several_of_one_name_are_told_apart():
    assert remark("@Anna").unclear == (Called("Anna", candidates=("Anna Berg", "Anna Cole")),)
    twins = {"x-7c1e": "Ida", "x-09ab": "Ida"}
    assert spellings(twins) == {"x-7c1e": "Ida (7c1e)", "x-09ab": "Ida (09ab)"}
    assert remark("@Ida", twins).unclear == (Called("Ida", candidates=("Ida (09ab)", "Ida (7c1e)")),)
    assert remark("@ida (09AB)", twins).mentions == {"ida (09AB)": "x-09ab"}


def test_names_that_nobody_has_stay_as_they_are():
    made = remark("@zoe and @media")
    assert (made.html, made.unknown, made.mentions) == ("<p>@zoe and @media</p>\n", ("zoe", "media"), {})


def test_a_name_means_whom_it_meant():
    assert remark("@Bo and @Old Name", remembered={"Bo": "z9", "Old Name": "z8"}).mentions == {
        "Bo": "z9",
        "Old Name": "z8",
    }


def test_names_are_looked_for_in_one_line_and_the_nameless_not_at_all():
    assert people_of([(1, " Anna \n Berg "), (2, "  ")]) == {"1": "Anna Berg"}


def test_mentions_are_shown_with_the_names_of_today():
    html = remark("@Bo and @Eva").html
    assert mentioned_people(html) == {"b1", "o1"}
    assert fill_people(html, {"b1": "<Bob>"}, "Somebody") == (
        '<p><span class="mention">@&lt;Bob&gt;</span> and <span class="mention">@Somebody</span></p>\n'
    )


def test_a_mention_cannot_be_forged():
    forged = '<span class="mention" data-person="b1"></span>'
    for source in (forged, f"`{forged}`", f'[x](/a "{forged}")', f"```\n{forged}\n```", f"@Bo{forged}"[3:]):
        assert mentioned_people(remark(source).html) == set()
        assert mentioned_people(compose(source).html) == set()


def test_blocks_lead_to_their_place():
    composed = compose("# A\n\nx[^n]\n\n[^n]: y\n\n- z")
    heading, words, note, items = (block.id for block in composed.blocks)
    assert block_anchors(composed.html) == {
        heading: "a",
        words: f"b-{words}",
        items: f"b-{items}",
        note: "fn:1",
    }


def check_harmless(html: str) -> None:
    shown = fill_people(fill_links(html, {}, "sea"), {}, "<nobody>")
    for text in (html, shown):
        for tag, attributes in Reader(text).tags:
            assert re.fullmatch("a|blockquote|br|code|em|li|ol|p|pre|span|strong|del|ul", tag)
            assert set(attributes) <= ATTRIBUTES | {"data-person"}
            url = (attributes.get("href") or "").strip().lower()
            assert not url.startswith(("javascript", "vbscript", "data", "file", "\x01"))


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_gives_nothing_active(source):
    check_harmless(remark(source).html)


@given(st.lists(st.sampled_from([*HOSTILE, "@Bo", "@", "[", "](", ")", "`", '"', "<", ">", "\n", "- ", "*"])))
def test_hostile_pieces_in_any_order_give_nothing_active(pieces):
    check_harmless(remark("".join(pieces)).html)


def test_deep_nesting_is_refused_as_in_pages():
    with pytest.raises(TextLimitError):
        remark("> " * 60 + "x")


def test_many_names_and_many_mentions_take_bounded_time():
    names = {f"{number:04}": f"Name {number} Long" for number in range(5_000)}
    people = People(names)
    began = time.process_time()
    compose_remark("@name " * 1_600, people)
    assert time.process_time() - began < 20
