"""Two at once: streams that differ do not wait for each other, so the database says who was first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.accounts.actions import change_password, create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.actions.handbooks import open_handbook
from apps.documents.models import Document
from apps.events.actions import RefusedError
from apps.events.models import Event, Stream
from apps.tenants.actions import change_handbook
from apps.tenants.models import Handbook
from tests.documents import sample

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def race(act: Callable[[int], Any]) -> list[Any]:
    """What each of the callers got, the refusal where it was refused."""
    start = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        try:
            start.wait(10)
            return act(number)
        except RefusedError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def refusals(results: list[Any]) -> list[tuple[str, str]]:
    return [(error.field, error.message) for error in results if isinstance(error, RefusedError)]


def test_one_of_those_who_sign_up_with_one_address_gets_it():
    results = race(lambda n: create_person(email="anna@example.org", name=f"Anna {n}", password=None))
    assert refusals(results) == [("email", "There is an account with this address already.")] * (AT_ONCE - 1)
    (person,) = User.objects.all()
    (winner,) = (each for each in results if isinstance(each, User))
    assert (person.pk, person.name) == (winner.pk, winner.name)
    assert list(Event.objects.values_list("stream_id", "position")) == [(person.pk, 1)]
    assert list(Stream.objects.values_list("pk", flat=True)) == [person.pk]


def test_one_of_those_who_open_a_handbook_at_one_address_gets_it():
    people = [sample.actor(sample.person()) for _ in range(AT_ONCE)]
    results = race(lambda n: open_handbook(people[n], slug="hut", title=f"Hut {n}"))
    assert refusals(results) == [("slug", "The address “hut” is taken.")] * (AT_ONCE - 1)
    (handbook,) = Handbook.objects.all()
    assert [document.handbook_id for document in Document.objects.all()] == [handbook.pk]


def test_one_of_those_who_move_their_handbook_to_one_address_gets_it():
    owner = sample.person()
    books = [sample.handbook(owner, slug=f"book-{n}") for n in range(AT_ONCE)]
    results = race(lambda n: change_handbook(sample.actor(owner), books[n].pk, slug="hut", title="New"))
    assert refusals(results) == [("slug", "The address “hut” is taken.")] * (AT_ONCE - 1)
    assert Handbook.objects.filter(slug="hut").count() == 1
    assert Handbook.objects.filter(title="New").count() == 1


def test_a_link_that_is_used_twice_at_once_sets_one_password():
    person = sample.person()
    results = race(
        lambda n: change_password(
            Actor(person.pk), person.pk, password=f"secret number {n}", replaces=person.password
        )
    )
    assert len(refusals(results)) == AT_ONCE - 1
    (winner,) = (number for number, each in enumerate(results) if isinstance(each, User))
    assert User.objects.get(pk=person.pk).check_password(f"secret number {winner}")
