"""People, handbooks and pages for tests, made by the actions that make them for everybody."""

from __future__ import annotations

import itertools
from typing import Any

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.actions.documents import create_document
from apps.documents.actions.handbooks import open_handbook
from apps.documents.models import Document
from apps.tenants.actions import add_member
from apps.tenants.models import Handbook

_numbers = itertools.count(1)


def person(name: str = "Ada", **values: Any) -> User:
    number = next(_numbers)
    return create_person(email=f"person{number}@example.org", name=name, password="a long secret", **values)


def actor(user: User) -> Actor:
    return Actor(user.pk, user.is_staff)


def handbook(owner: User, *, is_public: bool = True, **values: Any) -> Handbook:
    number = next(_numbers)
    given = {"slug": f"book-{number}", "title": f"Book {number}", "is_public": is_public, **values}
    return open_handbook(actor(owner), **given)


def member(book: Handbook, owner: User, role: str, name: str = "Grace") -> User:
    someone = person(name)
    add_member(actor(owner), book.pk, email=someone.email, role=role)
    return someone


def home(book: Handbook) -> Document:
    return Document.objects.get(handbook=book, parent=None)


def page(
    book: Handbook,
    owner: User,
    title: str,
    source: str = "",
    *,
    parent: Document | None = None,
    publish: bool = True,
) -> Document:
    return create_document(
        actor(owner),
        book.pk,
        parent_id=(parent or home(book)).pk,
        title=title,
        source=source,
        publish=publish,
    )
