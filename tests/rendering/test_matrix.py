"""Shared pages through the edge, once they are stored: the same bytes for all who may, and for everybody
else the answer that nothing would get, whatever they say they have already."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.urls import resolve

from apps.rendering.pages import Page
from tests.matrix.answers import PASSED_OVER, Answer
from tests.matrix.asked import Nothing, Question, Verdict, expected, faults, questions
from tests.matrix.routes import Address
from tests.matrix.world import MEMBERS, PEOPLE, PRIVATE, PUBLIC, World, make_world
from tests.rendering.asking import Asker, session_of

pytestmark = pytest.mark.django_db(transaction=True)
OWNER_FIRST = ("owner", *(who for who in PEOPLE if who != "owner"))


class AtEdge:
    """Browsers of all people, who all send the ETag that the owner got."""

    def __init__(self, world: World, asker: Asker) -> None:
        self.asker = asker
        self.cookies = {who: session_of(actor) for who, actor in world.people.items()} | {"visitor": {}}
        self.etag = ""

    def get(self, who: str, at: Address, **_also: Any) -> Answer:
        sent = {"if_none_match": self.etag} if self.etag else {}
        reply = self.asker.get(at.path, cookies=self.cookies[who], **sent)
        named = [(name.decode(), value.decode("latin-1")) for name, value in reply.headers]
        set_cookies = SimpleCookie("; ".join(value for name, value in named if name == "set-cookie"))
        kept = tuple(sorted(pair for pair in named if pair[0] not in PASSED_OVER))
        return Answer(reply.status, kept, frozenset(set_cookies), reply.text if reply.body else "")


def shared(asked: Question) -> bool:
    return asked.method == "GET" and isinstance(resolve(asked.at.path.partition("?")[0]).func, Page)


def is_allowed(world: World, asked: Question) -> bool:
    return expected(world, asked) is Verdict.ALLOWED


def test_stored_pages_are_given_to_those_who_may(ask: Asker) -> None:
    world = make_world()
    browsers = AtEdge(world, ask)
    nothing, found, stored = Nothing(world, browsers), [], {}  # type: ignore[arg-type, var-annotated]
    for who in OWNER_FIRST:
        for asked in (
            each for slug in (PRIVATE, PUBLIC) for each in questions(world, who, world.books[slug])
        ):
            if not shared(asked):
                continue
            browsers.etag = ""
            if is_allowed(world, asked):
                answer = browsers.get(who, asked.at)
                ask.settle()
                first = stored.setdefault(asked.at.path, answer)
                found += [] if answer.body == first.body else [f"{asked}: other bytes"]
            elif asked.at.path in stored:
                browsers.etag = dict(stored[asked.at.path].headers).get("etag", "")
            found += [f"{asked}: {fault}" for fault in faults(world, browsers, nothing, asked)]  # type: ignore[arg-type]
    assert "\n".join(found) == ""
    assert len(stored) > 20


def test_my_work_is_ones_own(ask: Asker) -> None:
    world = make_world()
    browsers = AtEdge(world, ask)
    for who in PEOPLE:
        answer = browsers.get(who, Address("/-/me/", ()))
        assert answer.status == (302 if who == "visitor" else 200)
        assert [mark for mark in world.hidden_from(who) if mark in answer.all_of_it] == []
        assert ("zqzboursbookzz" in answer.all_of_it) is (who in MEMBERS)
