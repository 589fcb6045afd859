"""Kinds of people x things x ways in: who may is answered, everybody else as if there were no such thing."""

from __future__ import annotations

import pytest

from tests.matrix.answers import Browsers, tables
from tests.matrix.asked import Nothing, faults, questions
from tests.matrix.routes import STAFFS, routes
from tests.matrix.table import ROUTES
from tests.matrix.world import PEOPLE, PRIVATE, PUBLIC, World

pytestmark = pytest.mark.django_db


def test_every_route_is_declared():
    """A new one is to say who may."""
    found = {name for name in routes() if not routes()[name].pattern.startswith(STAFFS)}
    assert found - {*ROUTES} == set()
    assert {*ROUTES} - found == set()


@pytest.mark.parametrize("slug", [PRIVATE, PUBLIC])
@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_is_answered_and_nobody_else(world: World, browsers: Browsers, who: str, slug: str):
    asked, nothing = list(questions(world, who, world.books[slug])), Nothing(world, browsers)
    found = [f"{each}: {fault}" for each in asked for fault in faults(world, browsers, nothing, each)]
    print(*found, sep="\n")
    assert len(found) == 0
    assert len(asked) > 100
    assert tables() == browsers.before
