"""Who is asked to see to a checklist is told, once, and only while they may see it."""

from __future__ import annotations

import pytest

from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.run_items import tick_run_item
from apps.documents.actions.run_terms import assign_run, unassign_run
from apps.documents.actions.runs import finish_run, start_run
from apps.events.relay import drain
from apps.notifications.handlers import notify
from apps.notifications.selectors import my_notices, unread_count
from tests.documents import sample

pytestmark = pytest.mark.django_db


def told(person) -> list[tuple[str, str]]:
    drain([notify])
    return [(row.told.text, row.told.url) for row in my_notices(sample.actor(person))]


def test_whoever_is_asked_is_told(anna, emil, rita, book):
    page = sample.page(book, anna, "Opening", "- [ ] Look")
    run = start_run(sample.actor(emil), page.pk, title="Opening in May", assignee_ids=[rita.pk, emil.pk])
    ticks = f"/hut/-/runs/{run.pk}/ticks/"
    assert told(rita) == [("Emil asks you to see to “Opening in May”", ticks)]
    assert told(emil) == []
    assign_run(sample.actor(emil), run.pk, person_id=anna.pk)
    tick_run_item(sample.actor(emil), run.pk, run.items[0]["id"])
    assert told(anna) == [("Emil asks you to see to “Opening in May”", ticks)]
    assert len(told(rita)) == 1
    unpublish_document(sample.actor(anna), page.pk)
    assert told(rita) == []
    assert len(told(anna)) == 1


def test_what_is_finished_asks_for_nobody(anna, emil, rita, book):
    page = sample.page(book, anna, "Opening", "- [ ] Look")
    run = start_run(sample.actor(emil), page.pk, assignee_ids=[rita.pk, anna.pk])
    drain([notify])
    assert unread_count(rita.pk) == unread_count(anna.pk) == 1
    finish_run(sample.actor(anna), run.pk)
    drain([notify])
    assert unread_count(rita.pk) == unread_count(anna.pk) == 0


def test_who_is_released_is_asked_no_more_until_asked_again(anna, emil, rita, book):
    page = sample.page(book, anna, "Opening", "- [ ] Look")
    run = start_run(sample.actor(emil), page.pk, assignee_ids=[rita.pk, anna.pk])
    drain([notify])
    unassign_run(sample.actor(emil), run.pk, person_id=rita.pk)
    drain([notify])
    assert (unread_count(rita.pk), unread_count(anna.pk)) == (0, 1)
    assign_run(sample.actor(emil), run.pk, person_id=rita.pk)
    drain([notify])
    assert unread_count(rita.pk) == 1
