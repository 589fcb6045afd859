"""Search of a handbook: one contract for both databases."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.people import SYSTEM
from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.documents.selectors.handbook import handbook_view
from apps.documents.selectors.search import PAGE_SIZE, SearchPage, search_page
from apps.tenants.models import Handbook
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return sample.person()


@pytest.fixture
def book(owner):
    return sample.handbook(owner, title="Ship")


def find(book: Handbook, text: str, page: int = 1) -> SearchPage:
    return search_page(handbook_view(book), text, page)


def titles(book: Handbook, text: str) -> list[str]:
    return [hit.title for hit in find(book, text).results]


def save(page: Document, owner, *, title: str, source: str) -> None:
    page.refresh_from_db()
    save_document(sample.actor(owner), page.pk, title=title, source=source, base_revision_id=page.revision_id)


def test_a_page_is_found_by_any_word_of_its_title_or_text(book, owner):
    sample.page(book, owner, "Anchors", "Drop it **slowly** at [night](https://example.org).")
    assert titles(book, "anchors") == ["Anchors"]
    assert titles(book, "slowly") == ["Anchors"]
    assert titles(book, "night drop") == ["Anchors"]
    assert titles(book, "night quickly") == []
    assert titles(book, "example") == []  # an address is no text


def test_pages_called_so_come_first_then_those_with_it_in_their_title_then_the_text(book, owner):
    sample.page(book, owner, "Kitchen", "sails " * 300)
    sample.page(book, owner, "Mending sails", "Needle.")
    sample.page(book, owner, "Sails", "Cloth.")
    assert titles(book, "sails") == ["Sails", "Mending sails", "Kitchen"]


def test_a_text_that_is_more_about_it_comes_before_one_that_mentions_it(book, owner):
    sample.page(book, owner, "A", "rope " + "other words " * 200)
    sample.page(book, owner, "B", "rope, rope and more rope")
    assert titles(book, "rope") == ["B", "A"]


def test_equal_pages_stand_in_the_order_of_their_paths(book, owner):
    for title in ("Cc", "Aa", "Bb"):
        sample.page(book, owner, title, "rope")
    assert titles(book, "rope") == ["Aa", "Bb", "Cc"]


def test_case_accents_and_width_make_no_difference(book, owner):
    sample.page(book, owner, "Café Übersicht", "Ёлка ΆΝΘΡΩΠΟΣ ＦＵＬＬ naïve")
    for text in (
        "cafe",
        "CAFÉ",
        "uber",
        "ubersicht",
        "елка",
        "ανθρωπος",
        "full",
        "naive",
        "NAÏVE",
        "cafe\u0301",
    ):
        assert titles(book, text) == ["Café Übersicht"], text


def test_the_last_word_may_go_on_and_others_may_not(book, owner):
    sample.page(book, owner, "Installing", "the rudder")
    assert titles(book, "inst") == ["Installing"]
    assert titles(book, "rudder inst") == ["Installing"]
    assert titles(book, "inst rudder") == []
    assert titles(book, "i") == []
    assert titles(book, '"inst"') == []


def test_quoted_words_stand_together_in_this_order(book, owner):
    sample.page(book, owner, "One", "a red boat")
    sample.page(book, owner, "Two", "a boat, red")
    assert titles(book, '"red boat"') == ["One"]
    assert titles(book, "“red boat”") == ["One"]
    assert sorted(titles(book, "red boat")) == ["One", "Two"]
    assert titles(book, '"red bo') == ["One"]


def test_a_phrase_does_not_reach_from_the_title_into_the_text(book, owner):
    sample.page(book, owner, "Red", "boat")
    assert titles(book, '"red boat"') == []
    assert titles(book, "red boat") == ["Red"]


def test_words_after_a_minus_are_left_out(book, owner):
    sample.page(book, owner, "One", "boat engine")
    sample.page(book, owner, "Two", "boat")
    assert titles(book, "boat -engine") == ["Two"]
    assert titles(book, 'boat -"boat engine"') == ["Two"]
    assert titles(book, "-engine") == []
    assert titles(book, "boat - engine") == ["One"]


def test_names_with_punctuation_are_found_whole_and_by_their_parts(book, owner):
    sample.page(
        book, owner, "Files", "Look at `apps/documents/urls.py`, me@example.org, e-mail, 1.2.3 and foo_bar."
    )
    for text in (
        "apps/documents/urls.py",
        "documents",
        "urls.py",
        "me@example.org",
        "e-mail",
        "1.2.3",
        "bar",
        "foo_ba",
    ):
        assert titles(book, text) == ["Files"], text
    assert titles(book, "documents/apps") == []


def test_any_part_of_a_sentence_without_spaces_is_found(book, owner):
    sample.page(book, owner, "Languages", "我们的手册在这里。ที่นี่คือคู่มือ カタカナのテスト हिन्दी में")
    for text in ("手册", "我们的手册", "คู่มือ", "นี่คือ", "テスト", "हिन्दी", "हिन्"):
        assert titles(book, text) == ["Languages"], text
    assert titles(book, "册手") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        '""',
        "*",
        "-",
        "()",
        "a AND",
        "OR",
        "NEAR(a b)",
        "title:x",
        "'",
        "\\",
        "a:*",
        "!",
        "& | !",
        "<->",
        "\0",
        "a\0b",
        "x" * 10_000,
        "ab " * 5_000,
        "\U0001f600",
        "。、",
        "%",
        "_",
        "^a",
        "{a}",
        "a'b\"c",
        "'; DROP TABLE x; --",
        "\u202e",
        "\u0901",
        "²",
        "½ ㎏",
        "\ufffe",
        "-a -b",
        '- "',
        "a" + "\u0301" * 400,
    ],
)
def test_nothing_that_is_typed_is_an_error(book, owner, text):
    sample.page(book, owner, "Quiet", "nothing here")
    assert titles(book, text) == []


def test_drafts_binned_pages_and_other_handbooks_are_not_found(book, owner):
    other = sample.handbook(owner)
    sample.page(other, owner, "Elsewhere", "treasure")
    sample.page(book, owner, "Draft", "treasure", publish=False)
    binned = sample.page(book, owner, "Binned", "treasure")
    bin_document(SYSTEM, binned.pk)
    hidden = sample.page(book, owner, "Hidden", "treasure")
    unpublish_document(SYSTEM, hidden.pk)
    assert find(book, "treasure").total == 0
    restore_document(SYSTEM, binned.pk)
    assert titles(book, "treasure") == ["Binned"]
    assert titles(other, "treasure") == ["Elsewhere"]


def test_what_is_saved_is_found_at_once_and_what_it_replaced_no_more(book, owner):
    page = sample.page(book, owner, "First name", "first text")
    save(page, owner, title="Second name", source="second text")
    assert titles(book, "first") == []
    assert titles(book, "second") == ["Second name"]
    save(page, owner, title="Second name", source="third text")
    assert titles(book, "second text") == ["Second name"]
    assert titles(book, '"second text"') == []
    assert titles(book, "second third") == ["Second name"]


def test_the_excerpt_shows_the_words_marked_and_escaped(book, owner):
    sample.page(book, owner, "Page", "Filler words. " * 60 + "Then `<b>Rope</b>` & rope-work.")
    hit = find(book, "rope").results[0]
    assert str(hit.excerpt).endswith(
        "Then &lt;b&gt;<mark>Rope</mark>&lt;/b&gt; &amp; <mark>rope</mark>-work."
    )
    assert str(hit.excerpt).startswith("… ")


def test_the_trail_names_the_pages_above(book, owner):
    deck = sample.page(book, owner, "Deck")
    mast = sample.page(book, owner, "Mast", parent=deck)
    sample.page(book, owner, "Shroud", "steel wire", parent=mast)
    hit = find(book, "wire").results[0]
    assert [(crumb.title, crumb.url) for crumb in hit.trail] == [
        ("Deck", f"/{book.slug}/deck/"),
        ("Mast", f"/{book.slug}/deck/mast/"),
    ]
    assert hit.url == f"/{book.slug}/deck/mast/shroud/"


def test_many_results_come_by_pages_and_in_a_handful_of_queries(book, owner):
    parent = sample.page(book, owner, "Above")
    for number in range(PAGE_SIZE + 3):
        sample.page(book, owner, f"Page {number:02}", "rope", parent=parent)
    with CaptureQueriesContext(connection) as queries:
        first = find(book, "rope")
    assert len(queries) == 3
    assert (first.total, len(first.results), first.newer_url) == (23, 20, None)
    assert first.older_url == f"/{book.slug}/-/search/?q=rope&page=2"
    second = find(book, "rope", 2)
    assert (second.total, len(second.results), second.older_url) == (23, 3, None)
    assert second.newer_url == f"/{book.slug}/-/search/?q=rope"
    assert find(book, "rope", 99).results == ()


def test_a_megabyte_of_different_words_is_kept_and_found_by_its_beginning(book, owner):
    words = "\n\n".join(
        " ".join(f"w{number:06x}" for number in range(at, at + 500)) for at in range(0, 110_000, 500)
    )
    sample.page(book, owner, "Large", words)
    assert titles(book, "w000007") == ["Large"]
    assert titles(book, "w001000") == ["Large"]


@pytest.mark.sqlite_only("PostgreSQL needs no rows of ours to refer to its index")
@pytest.mark.django_db(transaction=True)
def test_the_index_survives_a_vacuum_and_is_sound(book, owner):
    pages = [sample.page(book, owner, f"Page {number}", f"rope {number}") for number in range(5)]
    bin_document(SYSTEM, pages[0].pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("SELECT id FROM documents_searchrow ORDER BY id")
        assert len(cursor.fetchall()) == 6
    save(pages[3], owner, title="Page 3", source="string")
    assert titles(book, "rope") == ["Page 1", "Page 2", "Page 4"]
    assert titles(book, "string") == ["Page 3"]


def test_the_page_is_the_same_for_everybody_who_may_read_it(owner, client):
    book = sample.handbook(owner, is_public=False)
    reader = sample.member(book, owner, "reader")
    sample.page(book, owner, "Anchors", "chain")
    address = f"/{book.slug}/-/search/?q=chain"
    assert client.get(address).status_code == 404
    client.force_login(owner)
    first = client.get(address)
    client.force_login(reader)
    second = client.get(address)
    assert first.status_code == 200
    assert first.content == second.content
    assert b"<mark>chain</mark>" in first.content
    assert first["Cache-Control"] == "private, no-cache"
    client.force_login(sample.person("Stranger"))
    assert client.get(address).status_code == 404


def test_the_page_echoes_the_query_escaped(book, client):
    answer = client.get(f"/{book.slug}/-/search/", {"q": '"><script>alert(1)</script>', "page": "x"})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert client.get(f"/{book.slug}/-/search/").status_code == 200
