from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.actions import create_person
from apps.accounts.models import User

PASSWORD = "a long secret"


@pytest.fixture
def anna(db: None) -> User:
    return create_person(email="anna@example.org", name="Anna Berg", password=PASSWORD)


@pytest.fixture
def visitor(db: None) -> Client:
    return Client()


@pytest.fixture
def at_home(anna: User) -> Client:
    """Anna's browser, signed in."""
    return signed_in(anna)


def signed_in(person: User, password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/-/sign-in/", {"email": person.email, "password": password})
    assert answer.status_code == 302
    return client
