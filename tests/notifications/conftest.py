"""A handbook with an owner, an editor and a reader, and a page that is watched."""

from __future__ import annotations

import pytest

from apps.documents.models import Document
from tests.documents import sample


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Hut", is_public=False)


@pytest.fixture
def emil(anna, book):
    return sample.member(book, anna, "editor", "Emil")


@pytest.fixture
def rita(anna, book):
    return sample.member(book, anna, "reader", "Rita")


@pytest.fixture
def stove(anna, book) -> Document:
    return sample.page(book, anna, "Stove", "Cold.")
