"""Talking about a page through the site: who may, what is shown, what comes back when it is refused."""

from __future__ import annotations

from html import escape
from uuid import uuid4

import pytest
from django.test import Client

from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.comments import delete_comment, resolve_thread
from apps.documents.actions.publishing import unpublish_document
from apps.documents.models import Comment, Thread
from apps.tenants.actions import change_handbook
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, heading, notices
from tests.contract.snapshot import every_table
from tests.documents import sample
from tests.documents.talking import address, answer, blocks, of_thread, rewrite, say

pytestmark = pytest.mark.django_db
TEXT = "The spring is behind the hut.\n\n## What to bring\n\nTwo cans."


@pytest.fixture
def anna():
    return sample.person("Anna Berg")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", is_public=True)


@pytest.fixture
def page(book, anna):
    return sample.page(book, anna, "Water", TEXT)


@pytest.fixture
def bo(book, anna):
    return sample.member(book, anna, "reader", "Bo")


@pytest.fixture
def reader(bo):
    return signed_in(bo)


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_reader_comments_on_the_page_and_is_led_to_the_comment(page, reader):
    form = reader.get(address(page, "new/"))
    assert (form.status_code, heading(form)) == (200, "Comment")
    answer = reader.post(address(page, "new/"), {**fields(form), "source": "Is it *cold*?"})
    [comment] = Comment.objects.all()
    assert (answer.status_code, answer["Location"]) == (302, address(page, f"#c-{comment.pk}"))
    shown = text_of(reader.get(address(page)))
    assert "<p>Is it <em>cold</em>?</p>" in shown
    assert "About the whole page" in shown
    assert "csrfmiddlewaretoken" not in shown


def test_a_comment_on_a_block_quotes_it_and_leads_to_it(page, reader):
    block = blocks(page)["Two cans."]
    form = reader.get(address(page, f"new/?block={block}"))
    assert "Two cans." in text_of(form)
    assert fields(form)["block"] == block
    reader.post(address(page, "new/"), {**fields(form), "source": "Three."})
    assert f'<a href="/hut/water/#b-{block}">Two cans.</a>' in text_of(reader.get(address(page)))


def test_without_a_block_one_is_chosen_by_its_heading(page, reader):
    form = text_of(reader.get(address(page, "new/")))
    spring, what, cans = blocks(page).values()
    assert [*(part.split('"')[0] for part in form.split('<option value="')[1:])] == ["", spring, what, cans]
    assert '<optgroup label="Water">' in form
    assert '<optgroup label="What to bring">' in form


def test_the_same_form_sent_twice_says_it_once(page, reader):
    given = {**fields(reader.get(address(page, "new/"))), "source": "Cold?"}
    first, second = (reader.post(address(page, "new/"), given) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == Thread.objects.count() == 1


def test_answering_resolving_and_opening_again(page, anna, reader):
    comment = say(anna, page, "Cold?")
    reply = reader.get(address(page, of_thread(comment.thread_id, "reply")))
    assert "Cold?" in text_of(reply)
    reader.post(address(page, of_thread(comment.thread_id, "reply")), {**fields(reply), "source": "Very."})
    assert [row.source for row in Comment.objects.order_by("created_at")] == ["Cold?", "Very."]
    for what, label, resolved in (("resolve", "Reopen", True), ("reopen", "Resolve", False)):
        url = address(page, of_thread(comment.thread_id, what))
        assert reader.get(url).status_code == 200
        assert (Thread.objects.get().resolved_at is not None) is not resolved
        assert reader.post(url)["Location"] == address(page, f"#t-{comment.thread_id}")
        shown = text_of(reader.get(address(page)))
        assert f"{label}</a>" in shown
        assert ("1 conversation resolved" in shown) is resolved


def test_what_was_settled_is_said_in_the_language_of_who_did_it(page, anna, reader):
    comment = say(anna, page, "Cold?")
    reader.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    for what, said in (("resolve", "Abgeschlossen."), ("reopen", "Wieder offen.")):
        reader.post(address(page, of_thread(comment.thread_id, what)))
        assert notices(reader.get("/hut/-/bar/")) == [said]


def test_whatever_is_done_in_a_talk_of_several_pages_leads_back_to_its_thread(page, bo, reader, monkeypatch):
    for module in ("threads", "comments"):
        monkeypatch.setattr(f"apps.documents.selectors.{module}.PAGE_COMMENTS", 2)
    comment = [say(bo, page, f"Number {number}.") for number in range(3)][-1]
    thread = comment.thread_id
    for what, told in (
        (of_thread(thread, "resolve"), "conversation resolved"),
        (of_thread(thread, "reopen"), "Number 2."),
    ):
        answer = reader.post(address(page, what))
        assert answer["Location"] == address(page, f"?thread={thread}#t-{thread}")
        shown = text_of(reader.get(answer["Location"]))
        assert (told in shown, f'id="t-{thread}"' in shown) == (True, True)
    answer = reader.post(address(page, f"comments/{comment.pk}/delete/"))
    assert answer["Location"] == address(page, f"?thread={thread}#t-{thread}")
    assert "Number 0." in text_of(reader.get(answer["Location"]))


def test_one_changes_and_deletes_ones_own(page, anna, bo, reader):
    first = say(bo, page, "Cold?")
    answer(anna, first, "Very.")
    form = reader.get(address(page, f"comments/{first.pk}/"))
    assert "Cold?" in text_of(form)
    reader.post(address(page, f"comments/{first.pk}/"), {"source": "Warm?"})
    shown = text_of(reader.get(address(page)))
    assert "<p>Warm?</p>" in shown
    assert "edited" in shown
    reader.post(address(page, f"comments/{first.pk}/delete/"))
    shown = text_of(reader.get(address(page)))
    assert "A comment by Bo was deleted." in shown
    assert "Warm?" not in shown
    assert "Very." in shown
    assert reader.get(address(page, f"comments/{first.pk}/")).status_code == 404


def test_what_another_wrote_is_changed_by_nobody_and_deleted_by_owners(page, anna, bo, reader):
    theirs, mine = say(anna, page, "Anna's"), say(bo, page, "Bo's")
    before = every_table()
    asked = reader.get(address(page, f"comments/{theirs.pk}/"))
    assert asked.status_code == 200
    assert "Only who wrote a comment may change it." in text_of(asked)
    assert "Delete" not in text_of(asked)
    refused = reader.post(address(page, f"comments/{theirs.pk}/"), {"source": "Ha"})
    assert refused.status_code == 403
    assert "Ha</textarea>" in text_of(refused)
    assert reader.post(address(page, f"comments/{theirs.pk}/delete/")).status_code == 403
    assert every_table() == before
    owner = signed_in(anna)
    asked = owner.get(address(page, f"comments/{mine.pk}/"))
    assert "Only who wrote a comment may change it." in text_of(asked)
    assert owner.post(address(page, f"comments/{mine.pk}/delete/")).status_code == 302
    assert Comment.objects.get(pk=mine.pk).source == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (" ", "A comment has 1 to 10000 characters; this one has 0."),
        ("a" * 10_001, "A comment has 1 to 10000 characters; this one has 10001."),
        ("> " * 60 + "deep", "Quotes and lists are nested more than 20 levels deep near line 1."),
        (
            "@Cy, look",
            "“@Cy” may be one of several people. Write one of these: @Cy Ek, @Cy Falk.",
        ),
    ],
)
def test_what_is_refused_comes_back_with_the_reason(book, page, anna, reader, source, expected):
    for name in ("Cy Ek", "Cy Falk"):
        sample.member(book, anna, "reader", name)
    before = every_table()
    refused = reader.post(address(page, "new/"), {"source": source})
    assert (refused.status_code, errors(refused)) == (422, [expected])
    assert f"\n{escape(source)}</textarea>" in text_of(refused)
    assert every_table() == before


def test_a_name_that_is_nobodys_stays_text_and_is_told_of(page, reader):
    sample.person("Zoe")  # has an account, and is no member
    reader.post(address(page, "new/"), {"source": "@Zoe and @media"})
    [comment] = Comment.objects.all()
    assert (comment.html, comment.mentions) == ("<p>@Zoe and @media</p>\n", {})
    assert notices(reader.get("/hut/-/bar/")) == [
        "Sent.",
        "Nobody here is called “Zoe”, so it stays plain text and nobody is told.",
        "Nobody here is called “media”, so it stays plain text and nobody is told.",
    ]


def test_a_comment_on_a_block_that_is_gone_keeps_its_words_and_asks_where_else(page, anna, reader):
    block = blocks(page)["Two cans."]
    given = {**fields(reader.get(address(page, f"new/?block={block}"))), "source": "Three?"}
    rewrite(anna, page, "Nothing like it.")
    refused = reader.post(address(page, "new/"), given)
    gone = "The part of the page you comment on is gone. Choose another one, or the whole page."
    assert (refused.status_code, errors(refused)) == (422, [gone])
    assert "\nThree?</textarea>" in text_of(refused)
    assert "The whole page</option>" in text_of(refused)
    assert Comment.objects.count() == 0
    asked = reader.get(address(page, f"new/?block={block}"))
    assert (asked.status_code, errors(asked)) == (
        200,
        ["That part of the page is gone. Choose another one, or the whole page."],
    )


def test_who_answers_what_was_thrown_away_gets_the_words_back(page, anna, reader):
    comment = say(anna, page)
    bin_document(sample.actor(anna), page.pk)
    refused = reader.post(address(page, of_thread(comment.thread_id, "reply")), {"source": "My long answer."})
    assert refused.status_code == 404
    assert "My long answer.</textarea>" in text_of(refused)


def test_who_changes_what_an_owner_deleted_meanwhile_gets_the_words_back(page, anna, bo, reader):
    comment = say(bo, page)
    delete_comment(sample.actor(anna), comment.pk)
    refused = reader.post(address(page, f"comments/{comment.pk}/"), {"source": "My words."})
    assert (refused.status_code, errors(refused)) == (
        422,
        ["This comment was deleted meanwhile. What you wrote is below."],
    )
    assert "\nMy words.</textarea>" in text_of(refused)


class TestWhoSees:
    def everything(self, page, comment) -> list[str]:
        thread = comment.thread_id
        return [
            "",
            "part/",
            "new/",
            *(of_thread(thread, what) for what in ("reply", "resolve", "reopen")),
            f"comments/{comment.pk}/",
        ]

    def test_visitors_of_a_public_handbook_are_asked_to_sign_in_and_shown_no_names(self, page, anna, bo):
        comment = say(bo, page, "Hidden words")
        visitor, stranger = Client(), signed_in(sample.person("Cy"))
        for rest in self.everything(page, comment):
            answer = visitor.get(address(page, rest))
            assert answer["Location"] == f"/-/sign-in/?next={address(page, rest)}"
            assert stranger.get(address(page, rest)).status_code == 403
        assert stranger.get("/hut/-/talk/people/").status_code == 403
        for url in ("/hut/water/", "/hut/-/changes/", "/hut/-/search/?q=hidden", "/hut/-/bar/"):
            told = text_of(visitor.get(url))
            assert "Hidden words" not in told
            assert "Bo</" not in told
            assert str(bo.pk) not in told
        before = every_table()
        for rest in self.everything(page, comment)[2:]:
            assert stranger.post(address(page, rest), {"source": "Mine"}).status_code == 403
        assert every_table() == before

    def test_a_private_handbook_is_not_there_for_strangers(self, anna):
        page = sample.page(sample.handbook(anna, slug="den", is_public=False), anna, "Water", TEXT)
        comment = say(anna, page)
        stranger = signed_in(sample.person("Cy"))
        told = {
            stranger.get(address(page, rest)).content for rest in (*self.everything(page, comment), "draft/")
        }
        assert told == {stranger.get("/nowhere/-/talk/").content}

    def test_guessed_ids_of_another_handbook_are_nothing(self, page, anna, bo, reader):
        elsewhere = sample.page(sample.handbook(anna, slug="den", is_public=False), anna, "Sea")
        theirs, mine = say(anna, elsewhere), say(bo, page)
        before = every_table()
        guessed = [
            f"/hut/-/talk/{elsewhere.pk}/",
            f"/hut/-/talk/{elsewhere.pk}/new/",
            address(page, of_thread(theirs.thread_id, "reply")),
            address(page, of_thread(theirs.thread_id, "resolve")),
            address(page, f"comments/{theirs.pk}/"),
            address(page, of_thread(uuid4(), "reply")),
            f"/hut/-/talk/{elsewhere.pk}/comments/{mine.pk}/",
        ]
        assert [reader.get(url).status_code for url in guessed] == [404] * 7
        assert {reader.get(url).content for url in guessed[1:]} == {reader.get("/hut/-/talk/x/").content}
        assert [reader.post(url, {"source": "Mine"}).status_code for url in guessed[1:]] == [404] * 6
        assert reader.post(address(page, f"comments/{theirs.pk}/delete/")).status_code == 404
        assert every_table() == before

    def test_the_talk_goes_and_comes_with_its_page(self, page, anna, reader):
        say(anna, page, "Cold?")
        bin_document(sample.actor(anna), page.pk)
        assert reader.get(address(page)).status_code == 404
        assert signed_in(anna).get(address(page, "draft/")).status_code == 404
        restore_document(sample.actor(anna), page.pk)
        assert "Cold?" in text_of(reader.get(address(page)))
        unpublish_document(sample.actor(anna), page.pk)
        assert reader.get(address(page)).status_code == 404

    def test_drafts_are_talked_about_by_those_who_may_see_them(self, book, page, anna, bo, reader):
        comment = say(anna, page, "Cold?")
        unpublish_document(sample.actor(anna), page.pk)
        urls = ["draft/", "new/", of_thread(comment.thread_id, "reply"), f"comments/{comment.pk}/"]
        assert reader.get(address(page, urls[0])).status_code == 403
        assert [reader.get(address(page, url)).status_code for url in urls[1:]] == [404] * 3
        editor = signed_in(sample.member(book, anna, "editor", "Emil"))
        assert "Cold?" in text_of(editor.get(address(page, "draft/")))
        answer = editor.post(address(page, urls[2]), {"source": "Very."})
        assert answer["Location"].startswith(address(page, "draft/#c-"))


def test_search_does_not_look_in_it_nor_does_the_list_of_changes_tell_of_it(page, anna, reader):
    say(anna, page, "Canaryword")
    for url in ("/hut/-/search/?q=canaryword", "/hut/-/changes/", "/hut/water/"):
        told = text_of(reader.get(url))
        assert "Canaryword" not in told
        assert "comment added" not in told.lower()
    assert "Nothing found" in text_of(reader.get("/hut/-/search/?q=canaryword"))


def test_the_foot_of_a_page_has_its_open_conversations_in_short(page, anna, reader):
    block = blocks(page)["Two cans."]
    comment = say(anna, page, "Three *cans*?", block)
    answer(anna, comment)
    settled = say(anna, page, "Done.")
    resolve_thread(sample.actor(anna), settled.thread_id)
    part = text_of(reader.get(address(page, "part/")))
    url = address(page, f"#t-{comment.thread_id}")
    assert f'<a href="{url}">Three cans?</a>' in part
    assert "2 comments" in part
    assert "1 open conversation</a>" in part
    mark = part.partition(f'<a class="talk-mark" href="{url}" data-for="b-{block}">')[2].partition("</a>")[0]
    assert mark == (
        '<span aria-hidden="true">2</span><span class="visually-hidden">2 comments on this part</span>'
    )
    assert "Done." not in part


@pytest.mark.parametrize(
    ("language", "words"), [("en", "1 comment on this part"), ("de", "1 Kommentar zu dieser Stelle")]
)
def test_one_comment_on_a_part_is_said_so(page, anna, reader, language, words):
    change_handbook(sample.actor(anna), page.handbook_id, language=language)
    say(anna, page, "Three cans?", blocks(page)["Two cans."])
    assert f">{words}</span></a>" in text_of(reader.get(address(page, "part/")))


def test_members_are_offered_as_names_and_never_as_addresses(book, anna, bo, reader):
    twins = [sample.member(book, anna, "reader", "Twin") for _ in range(2)]
    names = text_of(reader.get("/hut/-/talk/people/"))
    found = [part.split("<")[0] for part in names.split('<li role="option">')[1:]]
    ends = sorted(str(twin.pk)[-4:] for twin in twins)
    assert found == ["Anna Berg", "Bo", *(f"Twin ({end})" for end in ends)]
    assert "@example.org" not in names
