"""Expired, changed, gone, failed, too large: what of a stored page is served, and what is said of it."""

from __future__ import annotations

from math import inf

import pytest

from apps.caching.process import absent, hearing, memory
from apps.documents.actions.binning import bin_document
from apps.documents.actions.documents import create_document
from apps.documents.actions.publishing import unpublish_document
from apps.rendering.keeping import BODY_MAX_BYTES
from apps.tenants.actions import change_handbook, close_handbook
from tests import given
from tests.rendering import trial_urls
from tests.rendering.trial_urls import trial

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trials")]
TITLES = "/guide/-/titles/"
LIFE_S = 3600.0


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def guide(owner):
    return given.handbook(owner, "guide", is_public=True)


def grow_older(book, seconds: float) -> None:
    for _key, entry in memory.items(book.pk):
        entry.made_at -= seconds


def test_an_expired_page_is_served_while_one_renews_it(ask, guide):
    assert ask.get(TITLES).text == "Guide text"
    trial.text = "new"
    grow_older(guide, LIFE_S)
    old = ask.get(TITLES)
    assert (old.said, old.text) == ("expired", "Guide text")
    ask.settle()
    new = ask.get(TITLES)
    assert (new.said, new.text) == ("hit", "Guide new")
    assert len(trial.made) == 2


def test_a_page_that_is_nearly_over_is_renewed_before_anybody_waits(ask, guide):
    ask.get(TITLES)
    grow_older(guide, 0.95 * LIFE_S)
    assert ask.get(TITLES).said == "hit"
    ask.settle()
    assert len(trial.made) == 2
    assert ask.get(TITLES).said == "hit"
    assert len(trial.made) == 2


def test_a_renewal_that_fails_leaves_the_old_one(ask, guide):
    ask.get(TITLES)
    grow_older(guide, LIFE_S)
    trial.fails = True
    for _ in range(3):
        reply = ask.get(TITLES)
        assert (reply.status, reply.said, reply.text) == (200, "expired", "Guide text")


def test_of_a_changed_page_the_last_good_one_is_served_where_rendering_fails_and_says_so(ask, owner, guide):
    ask.get(TITLES)
    given.page(owner, given.home(guide.pk), "Tent", publish=True)
    trial.fails = True
    reply = ask.get(TITLES)
    assert (reply.status, reply.said, reply.text) == (200, "failed", "Guide text")
    assert ask.get(TITLES).said == "failed"
    trial.fails = False
    good = ask.get(TITLES)
    assert (good.said, good.text) == ("changed", "Guide Tent text")
    assert ask.get(TITLES).said == "hit"


@pytest.mark.parametrize("leave", ["unpublish", "bin", "private", "closed"])
def test_what_is_gone_is_not_served_even_where_rendering_fails(ask, owner, guide, leave):
    tent = given.page(owner, given.home(guide.pk), "Tent", publish=True)
    assert ask.get(TITLES).text == "Guide Tent text"
    trial.fails = True
    if leave == "private":
        change_handbook(owner, guide.pk, is_public=False)
    elif leave == "closed":
        close_handbook(owner, guide.pk, title=guide.title)
    else:
        {"unpublish": unpublish_document, "bin": bin_document}[leave](owner, tent.pk)
    reply = ask.get(TITLES)
    assert reply.status == (404 if leave in ("private", "closed") else 500)
    assert b"Tent" not in reply.all_bytes


def test_what_goes_unheard_while_rendering_fails_is_not_served_either(ask, owner, guide, monkeypatch):
    tent = given.page(owner, given.home(guide.pk), "Tent", publish=True)
    assert ask.get(TITLES).text == "Guide Tent text"
    given.page(owner, given.home(guide.pk), "Stove", publish=True)

    def cut_off(*_args, **_kwargs):
        monkeypatch.setattr(hearing, "_confirmed_at", lambda: -inf)
        monkeypatch.setattr(hearing, "listen", lambda _event: None)
        unpublish_document(owner, tent.pk)
        raise ZeroDivisionError

    monkeypatch.setattr(trial_urls, "select", cut_off)
    reply = ask.get(TITLES)
    assert reply.status == 500
    assert b"Tent" not in reply.all_bytes


def test_a_page_over_the_limit_is_sent_and_not_stored(ask, guide, caplog):
    trial.text = "x" * BODY_MAX_BYTES
    for _ in range(2):
        reply = ask.get(TITLES)
        assert (reply.status, reply.said, len(reply.text)) == (200, "miss", BODY_MAX_BYTES + len("Guide "))
    assert (len(memory), len(absent)) == (0, 0)
    assert f"{TITLES} has " in caplog.text
    assert "not kept as page, 1000000 are allowed" in caplog.text
    trial.text = "x" * (BODY_MAX_BYTES - len("Guide "))
    assert [ask.get(TITLES).said for _ in range(2)] == ["miss", "hit"]


def test_a_page_of_another_status_is_sent_and_not_stored(ask, guide):
    for _ in range(2):
        reply = ask.get("/guide/-/teapot/")
        assert (reply.status, reply.said) == (418, "miss")
    assert (len(memory), len(absent)) == (0, 0)


def test_a_tag_that_changes_while_the_page_is_made_makes_it_be_made_once_more(ask, owner, guide, monkeypatch):
    select, home, inserted = trial_urls.select, given.home(guide.pk), []

    def select_and_write(*args, **kwargs):
        found = select(*args, **kwargs)
        if not inserted:
            inserted.append(True)
            create_document(owner, guide.pk, parent_id=home.pk, title="Tent", source="", publish=True)
        return found

    monkeypatch.setattr(trial_urls, "select", select_and_write)
    assert ask.get(TITLES).text == "Guide Tent text"
    assert len(trial.made) == 2


def test_missing_pages_push_out_no_page(ask, guide, monkeypatch):
    ask.get(TITLES)
    monkeypatch.setattr(absent, "max_bytes", 40_000)
    for number in range(100):
        assert ask.get(f"/guide/nothing-{number}/").status == 404
    assert ask.get(TITLES).said == "hit"
    assert (len(memory), absent.bytes < 40_000, len(absent) > 5) == (1, True, True)
