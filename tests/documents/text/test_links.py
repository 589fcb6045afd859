from __future__ import annotations

import pytest

from apps.documents.text import compose, link_key
from apps.documents.text.links import is_allowed_url, readable


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("Getting Started", "getting-started"),
        ("/ops/Cold Start#fuel", "ops/cold-start"),
        ("/ops/./backups/?page=2", "ops/backups"),
        ("/", ""),
        ("", ""),
        ("🎉", "-"),
    ],
)
def test_a_link_key_is_the_slugified_path(target: str, key: str) -> None:
    assert link_key(target) == key


def test_links_to_pages_are_placeholders_without_the_address_of_the_page() -> None:
    html = compose("[[Ops/Cold Start#Fuel up|the *start*]] and [more](/a/b%20c#d 'tip')").html
    assert (
        '<a data-page="ops/cold-start" data-anchor="fuel-up" data-title="Cold Start">the *start*</a>' in html
    )
    assert '<a data-page="a/b-c" data-anchor="d">more</a>' in html


def test_a_wiki_link_without_a_label_leaves_the_words_to_the_page_it_means() -> None:
    composed = compose("# About [[Pumps]]\n\nSee [[Pumps]].")
    assert composed.html.count('<a data-page="pumps"></a>') == 2
    assert composed.links == ("pumps",)
    assert composed.outline[0].text == "About Pumps"
    assert composed.plain == "About Pumps\nSee Pumps."


def test_link_keys_come_in_order_and_once() -> None:
    assert compose("[[b]] [x](/a) [[B]] [home](/) ![i](/-/media/ab/i.png) [m](/-/x)").links == ("b", "a", "")


def test_a_wiki_link_in_a_table_may_write_its_bar_escaped() -> None:
    html = compose("| a |\n|---|\n| [[One Page\\|label]] |").html
    assert '<td><a data-page="one-page" data-title="One Page">label</a></td>' in html


@pytest.mark.parametrize(
    "source",
    ["[[1]](https://e.org)", "[[1]]\n\n[1]: https://e.org"],
)
def test_brackets_that_commonmark_reads_as_a_link_stay_commonmark(source: str) -> None:
    html = compose(source).html
    assert 'href="https://e.org"' in html
    assert "data-page" not in html


def test_a_link_to_a_place_on_the_same_page_needs_no_page() -> None:
    assert '<a href="#fuel-up">Fuel up</a>' in compose("[[#Fuel up]]").html


def test_links_that_leave_the_site_say_so_and_others_do_not() -> None:
    html = compose(
        "[a](https://e.org/x) [b](//e.org) [c](/-/media/ab/c.pdf) [d](other) [e](mailto:a@b.cd)"
    ).html
    assert '<a href="https://e.org/x" rel="noopener nofollow ugc">a</a>' in html
    assert '<a href="//e.org" rel="noopener nofollow ugc">b</a>' in html
    assert '<a href="/-/media/ab/c.pdf">c</a>' in html
    assert '<a href="other">d</a>' in html
    assert '<a href="mailto:a@b.cd">e</a>' in html


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://e.org/a_b_(c).", "https://e.org/a_b_(c)"),
        ("(https://e.org/x)", "https://e.org/x"),
        ("**http://localhost:8000/**", "http://localhost:8000/"),
        ("write to a.b+c@mail.example.org.", "mailto:a.b+c@mail.example.org"),
    ],
)
def test_bare_addresses_become_links_without_the_punctuation_around_them(text: str, link: str) -> None:
    assert f'href="{link}"' in compose(text).html


@pytest.mark.parametrize(
    "text", ["xhttp://e.org", "a@b", "http://", "`https://e.org`", "ftp://e.org", "@a.b"]
)
def test_what_only_looks_like_an_address_stays_text(text: str) -> None:
    assert "<a" not in compose(text).html


def test_a_link_inside_a_link_is_not_made() -> None:
    html = compose("[see https://a.org now](https://b.org)").html
    assert html.count("<a") == 1
    html = compose("[see [[x]] now](/b)").html
    assert ">[see <a data-page=" in html  # as in CommonMark, the inner one wins
    assert html.count("<a") == 1


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("a/b:c", True),
        ("#x", True),
        ("HTTPS://e.org", True),
        ("tel:+49", True),
        ("javascript:alert(1)", False),
        ("DATA:text/html,x", False),
        ("data:image/png;base64,xx", False),
        ("file:///etc/passwd", False),
        ("blob:x", False),
    ],
)
def test_only_listed_schemes_are_allowed(url: str, *, allowed: bool) -> None:
    assert is_allowed_url(url) is allowed


def test_a_key_reads_as_a_title() -> None:
    assert readable("ops/cold-start") == "Cold start"
