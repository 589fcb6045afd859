"""Comments as rows and events: appended, never rewritten; mentions; what is erased; who races whom."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.actions import rename_person
from apps.documents.actions import comments, editing
from apps.documents.actions.comments import (
    change_comment,
    delete_comment,
    reopen_thread,
    reply_to_thread,
    resolve_thread,
    start_thread,
)
from apps.documents.actions.revisions import restore_revision
from apps.documents.models import Comment, Thread
from apps.events.actions import RefusedError
from apps.events.models import Event
from apps.tenants.actions import remove_member
from tests.contract.snapshot import every_table
from tests.documents import sample
from tests.documents.talking import answer, blocks, rewrite, said, say, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna Berg")


@pytest.fixture
def book(anna):
    return sample.handbook(anna)


@pytest.fixture
def page(book, anna):
    return sample.page(book, anna, "Water", "The spring.\n\nTwo cans.")


@pytest.fixture
def bo(book, anna):
    return sample.member(book, anna, "reader", "Bo")


def events() -> list[Event]:
    return list(Event.objects.filter(type__regex="comment|thread").order_by("id"))


def test_the_log_is_appended_to_and_nothing_in_it_is_changed(page, anna, bo):
    comment, kept = say(bo, page), []
    for act in (
        lambda: answer(anna, comment),
        lambda: change_comment(sample.actor(bo), comment.pk, source="Why not?"),
        lambda: resolve_thread(sample.actor(anna), comment.thread_id),
        lambda: reopen_thread(sample.actor(bo), comment.thread_id),
        lambda: delete_comment(sample.actor(bo), comment.pk),
    ):
        before = list(Event.objects.order_by("id").values())
        act()
        after = list(Event.objects.order_by("id").values())
        assert after[: len(before)] == before
        kept.append(len(after) - len(before))
    assert kept == [1] * 5
    assert [(event.type, event.about_id, event.actor_id) for event in events()] == [
        ("comment_added", page.pk, bo.pk),
        ("comment_added", page.pk, anna.pk),
        ("comment_changed", page.pk, bo.pk),
        ("thread_resolved", page.pk, anna.pk),
        ("thread_reopened", page.pk, bo.pk),
        ("comment_deleted", page.pk, bo.pk),
    ]


def test_what_is_done_already_is_not_done_again(page, anna, bo):
    comment = say(bo, page)
    for act in (resolve_thread, reopen_thread):
        for who in (anna, bo):
            act(sample.actor(who), comment.thread_id)
    for who in (bo, anna):
        delete_comment(sample.actor(who), comment.pk)
    assert [event.type for event in events()] == [
        *("comment_added", "thread_resolved", "thread_reopened", "comment_deleted")
    ]


def test_a_comment_keeps_the_id_it_was_given_and_is_made_once(page, anna, bo):
    comment_id = uuid4()
    first = start_thread(sample.actor(bo), page.pk, source="Why?", comment_id=comment_id)
    again = start_thread(sample.actor(bo), page.pk, source="Why?", comment_id=comment_id)
    assert first.comment.pk == again.comment.pk == comment_id
    other = sample.page(page.handbook, anna, "Other")
    before = every_table()
    for who, where in ((anna, page), (bo, other)):
        with pytest.raises(RefusedError):
            start_thread(sample.actor(who), where.pk, source="Mine", comment_id=comment_id)
    assert every_table() == before


def test_a_mention_is_whoever_had_the_name_when_it_was_written(page, anna, bo):
    comment = say(bo, page, "@Anna Berg, look; `@Bo`")
    assert comment.mentions == {"Anna Berg": str(anna.pk)}
    rename_person(sample.actor(anna), anna.pk, name="Anna <Falk>")
    sample.member(page.handbook, anna, "reader", "Anna Berg")  # another one
    [[first]] = said(shown(page).open)
    assert first == "@Anna <Falk>, look; @Bo"
    assert "@Anna &lt;Falk&gt;</span>" in shown(page).open[0].comments[0].html
    changed = change_comment(sample.actor(bo), comment.pk, source="@Anna Berg, look again").comment
    assert changed.mentions == {"Anna Berg": str(anna.pk)}


def test_who_has_left_can_be_mentioned_no_more_but_stays_where_they_were(page, anna, bo):
    comment = say(anna, page, "@Bo, look")
    remove_member(sample.actor(anna), page.handbook_id, bo.pk)
    assert said(shown(page).open) == [["@Bo, look"]]
    assert say(anna, page, "@Bo?").mentions == {}
    assert change_comment(sample.actor(anna), comment.pk, source="@Bo, see").comment.mentions == {
        "Bo": str(bo.pk)
    }


def test_who_leaves_while_they_are_mentioned_is_told_nothing(page, anna, bo, monkeypatch):
    begin = editing.handbook_stream

    def leave_first(handbook_id):
        monkeypatch.setattr(editing, "handbook_stream", begin)
        remove_member(sample.actor(anna), page.handbook_id, bo.pk)
        return begin(handbook_id)

    monkeypatch.setattr(editing, "handbook_stream", leave_first)
    with pytest.raises(RefusedError, match="Somebody you mention has just left"):
        say(anna, page, "@Bo, look")
    assert Comment.objects.count() == 0


def test_of_a_deleted_comment_no_word_is_left_anywhere(page, anna, bo):
    comment = say(bo, page, "Secret words, @Anna")
    delete_comment(sample.actor(bo), comment.pk)
    row = Comment.objects.get(pk=comment.pk)
    assert (row.source, row.html, row.mentions) == ("", "", {})
    assert "Secret" not in repr(every_table())
    assert shown(page).open == ()


def test_a_thread_has_room_for_so_many_and_says_so(page, bo, monkeypatch):
    monkeypatch.setattr(comments, "THREAD_MAX", 2)
    comment = say(bo, page)
    answer(bo, comment)
    before = every_table()
    with pytest.raises(RefusedError, match="has 2 comments"):
        answer(bo, comment)
    assert every_table() == before


class TestTheAnchor:
    def test_follows_a_block_that_moves(self, page, anna, bo):
        say(bo, page, block=blocks(page)["Two cans."])
        rewrite(anna, page, "Two cans.\n\nThe spring.")
        [thread] = shown(page).open
        assert (thread.place, thread.quote) == ("block", "Two cans.")

    def test_says_that_the_text_has_changed_and_what_it_was(self, page, anna, bo):
        block = blocks(page)["Two cans."]
        say(bo, page, block=block)
        rewrite(anna, page, "The spring.\n\nTwo cans, and a cup.")
        [thread] = shown(page).open
        assert (thread.place, thread.quote) == ("changed", "Two cans.")
        assert thread.place_url.endswith(f"/water/#b-{block}")
        rewrite(anna, page, "The spring.\n\nTwo cans.")
        assert [each.place for each in shown(page).open] == ["block"]

    def test_says_so_when_the_block_is_gone_and_finds_it_when_it_is_back(self, page, anna, bo):
        say(bo, page, "Three.", blocks(page)["Two cans."])
        say(bo, page, "And the rest?")
        rewrite(anna, page, "The spring.")
        view = shown(page)
        assert (said(view.open), said(view.gone)) == ([["And the rest?"]], [["Three."]])
        [thread] = view.gone
        assert (thread.place, thread.quote, thread.place_url) == ("gone", "Two cans.", "")
        restore_revision(sample.actor(anna), page.pk, number=1)
        assert [each.place for each in shown(page).open] == ["page", "block"]

    def test_quotes_what_was_read_where_somebody_saved_meanwhile(self, page, anna, bo):
        block, read = blocks(page)["Two cans."], page.revision_id
        rewrite(anna, page, "The spring.\n\nTwo cans, and a cup.")
        say(bo, page, block=block, revision_id=read)
        [thread] = shown(page).open
        assert (thread.place, thread.quote) == ("changed", "Two cans.")
        assert Thread.objects.get().revision_id == read

    def test_is_told_in_the_order_of_the_text(self, page, anna, bo):
        for text in ("Two cans.", "The spring."):
            say(bo, page, text, blocks(page)[text])
        say(bo, page, "All of it.")
        settled = say(bo, page, "Settled.")
        resolve_thread(sample.actor(anna), settled.thread_id)
        view = shown(page)
        assert said(view.open) == [["All of it."], ["The spring."], ["Two cans."]]
        assert said(view.resolved) == [["Settled."]]

    def test_leads_to_a_heading_by_its_own_id(self, page, anna, bo):
        rewrite(anna, page, "## What to bring\n\nTwo cans.")
        say(bo, page, block=blocks(page)["## What to bring"])
        [thread] = shown(page).open
        assert (thread.quote, thread.place_url.rpartition("/")[2]) == ("What to bring", "#what-to-bring")

    def test_a_long_block_is_quoted_short(self, page, anna, bo):
        long = "word " * 1_000 + "end"
        rewrite(anna, page, long)
        say(bo, page, block=blocks(page)[long])
        [thread] = shown(page).open
        assert (len(thread.quote), thread.quote[-1], thread.place) == (240, "…", "block")
        rewrite(anna, page, long + "!")
        assert [each.place for each in shown(page).open] == ["changed"]


def test_replies_are_those_of_their_thread(page, anna, bo):
    first, second = say(bo, page, "One"), say(bo, page, "Two")
    answer(anna, second, "Two!")
    reply_to_thread(sample.actor(anna), first.thread_id, source="One!")
    assert said(shown(page).open) == [["One", "One!"], ["Two", "Two!"]]
