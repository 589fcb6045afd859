"""The list of cached pages, and one of them: what is shown, searched, sorted, and why it is so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.caching.marks import State
from apps.console import catalogue
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.rendering.actions import drop_cached
from apps.rendering.audit import Tail
from apps.rendering.models import CachedPage, CacheMinute
from tests import given
from tests.console.shown import addresses, links, main_text, states, with_class, words
from tests.rendering.kept import keep

LIST = "/-/console/hut/"
WATER = "/-/console/hut/page/?address=/hut/water/&audience=members"


def save(owner, title: str, source: str) -> None:
    row = Document.objects.get(title=title)
    save_document(owner, row.pk, title=title, source=source, message="", base_revision_id=row.revision_id)


@pytest.fixture
def kept(book) -> None:
    keep("/hut/water/", hits=2, render_ms=30.0, size_bytes=9_000)
    keep("/hut/stove/", hits=8, render_ms=3.0, size_bytes=4_000)
    keep("/hut/stove/wood/", hits=1, render_ms=12.0, size_bytes=50_000)
    for number, slug in enumerate(("water", "stove/wood", "stove")):
        at = timezone.now() - timedelta(minutes=5 * (number + 1), seconds=20)
        CachedPage.objects.filter(address=f"/hut/{slug}/").update(made_at=at)


def test_nothing_is_kept_yet(at_hut):
    assert "Nothing is kept yet" in main_text(at_hut.get(LIST))


@pytest.mark.usefixtures("kept")
def test_a_row_tells_address_state_age_size_render_time_and_hits(at_hut):
    page = at_hut.get(LIST)
    (row,) = [words(each) for each in with_class(page, "of-address") if "water" in each.text]
    assert row == "/hut/water/ Members only"
    cells = {
        name: [words(each) for each in with_class(page, f"of-{name}") if each.tag == "td"]
        for name in ("state", "age", "size", "render", "hits")
    }
    at = addresses(page).index("/hut/water/")
    assert {name: found[at] for name, found in cells.items()} == {
        "state": "Fresh",
        "age": "Age 5 min",
        "size": "Size 9 kB",
        "render": "Render time 30 ms",
        "hits": "Hits 2",
    }
    assert "hits are up to 10 s old" in main_text(page)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["stove", "water", "stove/wood"]),  # most hits first
        ("hits", ["stove/wood", "water", "stove"]),
        ("address", ["stove", "stove/wood", "water"]),
        ("-address", ["water", "stove/wood", "stove"]),
        ("age", ["water", "stove/wood", "stove"]),
        ("-age", ["stove", "stove/wood", "water"]),
        ("size", ["stove", "water", "stove/wood"]),
        ("-size", ["stove/wood", "water", "stove"]),
        ("render", ["stove", "stove/wood", "water"]),
        ("-render", ["water", "stove/wood", "stove"]),
        ("nonsense", ["stove", "water", "stove/wood"]),
    ],
)
@pytest.mark.parametrize("state", ["", "fresh"])
def test_it_is_sorted_by_any_column_also_among_those_of_a_state(at_hut, sort, expected, state):
    page = at_hut.get(LIST, {name: value for name, value in (("sort", sort), ("state", state)) if value})
    assert addresses(page) == [f"/hut/{slug}/" for slug in expected]


@pytest.mark.usefixtures("kept")
def test_a_heading_sorts_and_turns_round_and_says_how(at_hut):
    page = at_hut.get(LIST)
    assert {name: links(page)[name] for name in ("Address", "Size", "Hits ↓")} == {
        "Address": "/-/console/hut/?sort=address",
        "Size": "/-/console/hut/?sort=-size",
        "Hits ↓": "/-/console/hut/?sort=hits",
    }
    turned = at_hut.get(links(page)["Hits ↓"])
    (heading,) = [each for each in with_class(turned, "of-hits") if each.tag == "th"]
    assert heading.attributes["aria-sort"] == "ascending"
    assert links(turned)["Hits ↑"] == "/-/console/hut/"


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("STOVE", ["/hut/stove/", "/hut/stove/wood/"]),
        ("wood", ["/hut/stove/wood/"]),
        ("/hut/", ["/hut/stove/", "/hut/water/", "/hut/stove/wood/"]),
        ("%", []),
        ("_", []),
        ("zebra", []),
    ],
)
def test_it_is_searched_by_parts_of_addresses(at_hut, query, expected):
    page = at_hut.get(LIST, {"q": query})
    assert addresses(page) == expected
    assert ("Nothing found" in main_text(page)) is not bool(expected)


def test_states_after_what_really_happened(owner, book, at_hut):
    for slug in ("water", "stove", "stove/wood", "-/changes"):
        keep(f"/hut/{slug}/", fresh_for_s=60 if slug == "-/changes" else 3600)
    CachedPage.objects.filter(address="/hut/-/changes/").update(made_at=timezone.now() - timedelta(hours=1))
    assert states(at_hut.get(LIST)) == {
        "/hut/water/": "Fresh",
        "/hut/stove/": "Fresh",
        "/hut/stove/wood/": "Fresh",
        "/hut/-/changes/": "Expired",
    }
    save(owner, "Water", "Other words. [[Stove]]")
    assert states(at_hut.get(LIST))["/hut/water/"] == "Changed"
    assert states(at_hut.get(LIST))["/hut/stove/wood/"] == "Fresh"
    drop_cached(owner, book, tags=["page:/hut/stove/."], state=State.EXPIRED, warm=True)
    assert states(at_hut.get(LIST))["/hut/stove/"] == "Renewing"
    unpublish_document(owner, Document.objects.get(title="Wood").pk)
    assert states(at_hut.get(LIST))["/hut/stove/wood/"] == "Gone"
    keep("/hut/water/")
    assert states(at_hut.get(LIST))["/hut/water/"] == "Fresh"


def test_one_state_alone_and_the_list_by_state(owner, book, at_hut):
    for slug in ("water", "stove", "stove/wood"):
        keep(f"/hut/{slug}/")
    save(owner, "Water", "Other words. [[Stove]]")
    drop_cached(owner, book, tags=["page:/hut/stove/wood/."], state=State.EXPIRED)
    assert addresses(at_hut.get(LIST, {"state": "changed"})) == ["/hut/water/"]
    assert addresses(at_hut.get(LIST, {"state": "gone"})) == []
    ordered = ["/hut/stove/", "/hut/stove/wood/", "/hut/water/"]
    assert addresses(at_hut.get(LIST, {"sort": "state"})) == ordered
    assert addresses(at_hut.get(LIST, {"sort": "-state"})) == ordered[::-1]
    shares = {words(each): each.attributes["href"] for each in elements_of_legend(at_hut.get(LIST))}
    assert shares == {
        "Fresh 1": "/-/console/hut/?state=fresh",
        "Expired 1": "/-/console/hut/?state=expired",
        "Changed 1": "/-/console/hut/?state=changed",
    }


def elements_of_legend(page):
    (legend,) = with_class(page, "state-legend")
    return [each for each in legend.inside if each.tag == "a"]


def test_only_pages_seen_last_are_asked_for_their_state_and_it_says_so(book, at_hut, monkeypatch):
    for slug in ("water", "stove", "stove/wood"):
        keep(f"/hut/{slug}/")
    monkeypatch.setattr(catalogue, "STATES_MAX", 2)
    page = at_hut.get(LIST)
    assert len(states(page)) == 3
    assert "States are told of the 2,000 pages that were seen last." in main_text(page)
    assert len(addresses(at_hut.get(LIST, {"state": "fresh"}))) == 2


def test_a_long_list_is_paged_and_keeps_what_was_asked(book, at_hut, monkeypatch):
    monkeypatch.setattr(catalogue, "SHOWN", 2)
    for slug in ("water", "stove", "stove/wood"):
        keep(f"/hut/{slug}/")
    first = at_hut.get(LIST, {"sort": "address", "q": "hut"})
    assert addresses(first) == ["/hut/stove/", "/hut/stove/wood/"]
    second = at_hut.get(links(first)["Next"])
    assert addresses(second) == ["/hut/water/"]
    assert addresses(at_hut.get(links(second)["Previous"])) == addresses(first)
    assert addresses(at_hut.get(LIST, {"page": "99"})) == []
    assert addresses(at_hut.get(LIST, {"page": "-1", "sort": "address"})) == addresses(first)


def test_a_page_tells_its_state_its_cause_and_what_it_depends_on(owner, book, at_hut):
    keep("/hut/water/", hits=4, render_ms=7.25)
    save(owner, "Water", "Other words. [[Stove]]")
    text = main_text(at_hut.get(WATER))
    assert "Changed Something it was made from is another now" in text
    assert "Page saved by Olga, 0 s ago" in text
    for said in (
        "Times made 1",
        "In 7.2 ms",
        "Hits 4 (counted up to 10 s ago)",
        "For members",
        "Fresh for 1 h",
    ):
        assert said in text
    assert "the page at /hut/water/ page:/hut/water/." in text
    assert "page “Stove”, by its address: which there are, last part of the address, title" in text
    assert "document[path=stove].+ document[path=stove].slug document[path=stove].title" in text
    assert "pages below “Guide”: which there are, address, order, title" in text
    assert "pages below “Water”: which there are, whether there are any" in text
    assert "page “Wood”: place" in text
    assert "links to “water”: which there are, source" in text


def test_a_fresh_page_tells_what_dropped_it_last(owner, book, at_hut):
    keep("/hut/water/")
    save(owner, "Water", "Other words. [[Stove]]")
    save(owner, "Wood", "Wet.")  # which Water does not show
    keep("/hut/water/")
    text = main_text(at_hut.get(WATER))
    assert "Why" not in text
    assert "What dropped it last Page saved by Olga, 0 s ago" in text


def test_the_audience_may_be_left_out(book, at_hut):
    keep("/hut/water/")
    assert at_hut.get("/-/console/hut/page/?address=/hut/water/").status_code == 200


@pytest.mark.parametrize("asked", ["", "?address=/hut/zebra/", "?address=/hut/water/&audience=public"])
def test_a_page_that_is_not_kept_is_not_found(book, at_hut, asked):
    keep("/hut/water/")
    assert at_hut.get(f"/-/console/hut/page/{asked}").status_code == 404


def test_pages_of_another_handbook_are_not_shown(owner, book, at_hut):
    other = given.person()
    given.handbook(other, "other", is_public=True)
    keep("/other/")
    assert at_hut.get("/-/console/hut/page/?address=/other/").status_code == 404
    assert "/other/" not in at_hut.get(LIST).content.decode()


def test_the_last_hour_in_four_numbers(book, at_hut):
    keep("/hut/water/")
    CacheMinute.objects.all().delete()
    now = timezone.now()
    for minutes, hits in ((1, 95), (30, 0), (70, 1000)):
        at = now - timedelta(minutes=minutes)
        CacheMinute.objects.create(handbook_id=book, minute=at, hits=hits, fills=5, render_ms=100)
    (tiles,) = with_class(at_hut.get(LIST), "tiles")
    assert words(tiles) == (
        "Pages kept 1 Hit rate, last hour 90.5 % Requests, last hour 105 Render time, last hour 20 ms"
    )


def test_the_list_of_handbooks_tells_rate_pages_size_and_the_last_drop(owner, book, at_hut):
    keep("/hut/water/", hits=3, size_bytes=2_000)
    keep("/hut/stove/", size_bytes=3_000)
    text = main_text(at_hut.get("/-/console/"))
    assert "Hit rate, last hour 60 % Pages kept 2 Size 5 kB Last dropped by hand never" in text
    drop_cached(owner, book, tags=["*"])
    assert "Last dropped by hand never" not in main_text(at_hut.get("/-/console/"))


def test_the_list_looks_for_no_causes(owner, book, at_hut, monkeypatch):
    """Event by event and tag by tag: for thousands of pages that would take minutes."""
    keep("/hut/water/")
    save(owner, "Water", "Other words. [[Stove]]")
    monkeypatch.delattr(Tail, "cause")
    assert states(at_hut.get(LIST)) == {"/hut/water/": "Changed"}


def test_a_nul_is_looked_for_nowhere(at_hut):
    assert at_hut.get(f"{LIST}?q=%00").status_code == 200
    for query in ("address=%00", "address=/hut/%00/&audience=%00"):
        assert at_hut.get(f"{LIST}page/?{query}").status_code == 404
