from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.people import Actor
from tests import given


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


@pytest.fixture
def owner(db: None) -> Actor:
    return given.person(name="Olga")


@pytest.fixture
def book(owner: Actor) -> UUID:
    """/hut/ with pages Water, Stove and, below that, Wood; for members only."""
    id = given.handbook(owner, "hut").pk
    given.page(owner, given.home(id), "Water", "See [[Stove]].", publish=True)
    stove = given.page(owner, given.home(id), "Stove", "Warm.", publish=True)
    given.page(owner, stove, "Wood", "Dry.", publish=True)
    return id


@pytest.fixture
def at_hut(owner: Actor, book: UUID) -> Client:
    """The owner's browser."""
    return browser_of(owner)
