"""Who is told of what is said: those mentioned, and those who said something before."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import rename_person
from apps.documents.actions.comments import change_comment, delete_comment
from apps.documents.actions.publishing import unpublish_document
from apps.events.relay import drain
from apps.notifications.actions import mark_read
from apps.notifications.handlers import notify
from apps.notifications.selectors import my_notices, unread_count
from apps.tenants.actions import remove_member
from tests.documents import sample
from tests.documents.talking import address, answer, say

pytestmark = pytest.mark.django_db


def told(person) -> list[tuple[str, str]]:
    drain([notify])
    return [(row.told.text, row.told.excerpt) for row in my_notices(sample.actor(person))]


def test_who_is_mentioned_is_told_and_led_to_the_comment(anna, emil, rita, stove):
    comment = say(emil, stove, "@Rita and @Emil, is it *warm*?")
    assert told(rita) == [("Emil mentioned you in the talk of “Stove”", "@Rita and @Emil, is it warm?")]
    assert told(emil) == told(anna) == []
    [row] = my_notices(sample.actor(rita))
    assert row.told.url == address(stove, f"#c-{comment.pk}")


def test_links_to_pages_are_told_by_their_titles(anna, emil, rita, book, stove):
    sample.page(book, anna, "Storm checklist")
    say(emil, stove, "@Rita, see [[storm-checklist]] and [[Gauges]], not [the old one](/stove)")
    assert told(rita) == [
        (
            "Emil mentioned you in the talk of “Stove”",
            "@Rita, see Storm checklist and Gauges, not the old one",
        )
    ]


def test_answers_are_told_to_those_who_said_something_there_together(anna, emil, rita, stove):
    comment = say(emil, stove, "Warm?")
    say(anna, stove, "Elsewhere")
    answer(rita, comment, "Yes.")
    assert told(emil) == [("Rita answered in the talk of “Stove”", "Yes.")]
    answer(anna, comment, "No.")
    assert told(emil) == [("2 answers in the talk of “Stove”, last by Anna", "No.")]
    assert told(rita) == [("Anna answered in the talk of “Stove”", "No.")]
    assert told(anna) == []


def test_what_one_says_oneself_is_not_told_as_the_answer(emil, rita, stove):
    first = say(emil, stove, "Warm?")
    reply = answer(rita, first, "Yes.")
    answer(emil, first, "Thanks.")
    assert told(emil) == [("Rita answered in the talk of “Stove”", "Yes.")]
    [row] = my_notices(sample.actor(emil))
    assert row.told.url == address(stove, f"#c-{reply.pk}")


def test_in_a_long_talk_the_thread_is_named_and_many_cost_no_more_queries(
    anna, emil, rita, book, stove, monkeypatch
):
    monkeypatch.setattr("apps.documents.selectors.comments.PAGE_COMMENTS", 2)

    def queries() -> int:
        drain([notify])
        with CaptureQueriesContext(connection) as captured:
            my_notices(sample.actor(emil))
        return len(captured)

    first = say(emil, stove, "Warm?")
    reply = answer(rita, first, "@Emil, yes.")
    answer(rita, first, "Really.")
    few = queries()
    for number in range(4):
        page = sample.page(book, anna, f"Page {number}")
        answer(rita, say(emil, page, "And here?"), "@Emil, there.")
        answer(rita, say(emil, stove, "More?"), "No.")
    assert queries() == few
    urls = {row.told.url for row in my_notices(sample.actor(emil))}
    assert address(stove, f"?thread={first.thread_id}#c-{reply.pk}") in urls
    assert sum("?thread=" in url for url in urls) == 6


def test_who_is_mentioned_in_an_answer_is_told_once(emil, rita, stove):
    comment = say(rita, stove, "Warm?")
    answer(emil, comment, "@Rita, yes.")
    assert told(rita) == [("Emil mentioned you in the talk of “Stove”", "@Rita, yes.")]


def test_a_changed_comment_tells_those_alone_whom_it_did_not_mention_before(anna, emil, rita, stove):
    comment = say(emil, stove, "@Rita, warm?")
    assert len(told(rita)) == 1
    change_comment(sample.actor(emil), comment.pk, source="@Rita and @Anna, warm?")
    assert told(anna) == [("Emil mentioned you in the talk of “Stove”", "@Rita and @Anna, warm?")]
    assert told(rita) == [("Emil mentioned you in the talk of “Stove”", "@Rita and @Anna, warm?")]


def test_who_is_mentioned_no_more_need_not_look(anna, emil, rita, stove):
    comment = say(emil, stove, "@Rita and @Anna, warm?")
    assert len(told(rita)) == len(told(anna)) == 1
    change_comment(sample.actor(emil), comment.pk, source="@Anna, warm?")
    assert told(rita) == []
    assert unread_count(rita.pk) == 0
    assert len(told(anna)) == 1


def test_what_was_deleted_or_is_not_to_be_seen_is_told_no_more(anna, emil, rita, stove):
    first = say(emil, stove, "@Rita, canary")
    second = say(rita, stove, "Mine")
    answer(emil, second, "@Rita, again")
    assert len(told(rita)) == 2
    delete_comment(sample.actor(emil), first.pk)
    assert [excerpt for _text, excerpt in told(rita)] == ["@Rita, again"]
    unpublish_document(sample.actor(anna), stove.pk)
    assert told(rita) == []


def test_the_bell_counts_nothing_that_was_deleted(anna, emil, rita, stove):
    first = say(rita, stove, "Warm?")
    mention = say(emil, stove, "@Rita, canary")
    replies = [answer(emil, first, "Yes."), answer(emil, first, "No.")]
    drain([notify])
    assert unread_count(rita.pk) == 2
    for comment, left in zip([mention, *replies], (1, 1, 0), strict=True):
        delete_comment(sample.actor(emil), comment.pk)
        drain([notify])
        assert (unread_count(rita.pk), len(told(rita))) == (left, left)


def test_an_answer_stays_told_when_somebody_else_deletes_theirs(anna, emil, rita, stove):
    first = say(emil, stove, "Warm?")
    answer(rita, first, "Yes.")
    mine = answer(anna, first, "No.")
    assert told(emil) == [("2 answers in the talk of “Stove”, last by Anna", "No.")]
    delete_comment(sample.actor(anna), mine.pk)
    assert told(emil) == [("Rita answered in the talk of “Stove”", "Yes.")]
    assert unread_count(emil.pk) == 1


def test_what_was_said_before_or_read_or_told_as_a_mention_is_not_the_answer(anna, emil, rita, stove):
    first = say(rita, stove, "Cold?")
    answer(emil, first, "Warm?")
    answer(rita, first, "@Emil, yes.")
    mine = answer(anna, first, "No.")
    assert len(told(emil)) == 2
    delete_comment(sample.actor(anna), mine.pk)
    assert told(emil) == [("Rita mentioned you in the talk of “Stove”", "@Emil, yes.")]
    answer(rita, first, "Thanks.")
    assert len(told(emil)) == 2
    mark_read(sample.actor(emil), emil.pk)
    mine = answer(anna, first, "Not now.")
    assert told(emil) == [("Anna answered in the talk of “Stove”", "Not now.")]
    delete_comment(sample.actor(anna), mine.pk)
    assert told(emil) == []
    assert unread_count(emil.pk) == 0


def test_who_has_left_is_not_told(anna, emil, rita, stove):
    comment = say(rita, stove, "Warm?")
    remove_member(sample.actor(anna), stove.handbook_id, rita.pk)
    answer(emil, comment)
    assert told(rita) == []


def test_names_are_those_of_today(emil, rita, stove):
    say(emil, stove, "@Rita?")
    rename_person(sample.actor(rita), rita.pk, name="Rita Rossi")
    rename_person(sample.actor(emil), emil.pk, name="Emil Ek")
    assert told(rita) == [("Emil Ek mentioned you in the talk of “Stove”", "@Rita Rossi?")]
