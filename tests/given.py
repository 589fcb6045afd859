"""People and handbooks to test with, made by the actions that make them on the site."""

from __future__ import annotations

from uuid import UUID, uuid4

from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.documents.actions.documents import create_document
from apps.documents.actions.editing import editing
from apps.documents.actions.handbooks import open_handbook
from apps.documents.actions.places import change_slug
from apps.documents.models import Document
from apps.tenants.actions import add_member
from apps.tenants.models import Handbook


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


def person(email: str = "", *, name: str = "Anna") -> Actor:
    """Somebody with an account and no usable password."""
    return Actor(create_person(email=email or address(), name=name, password=None).pk)


def handbook(owner: Actor, slug: str = "", *, is_public: bool = False) -> Handbook:
    return open_handbook(owner, slug=slug or f"h-{uuid4().hex[:12]}", title="Guide", is_public=is_public)


def member(owner: Actor, handbook_id: UUID, role: str) -> Actor:
    email = address()
    added = person(email, name=role.title())
    add_member(owner, handbook_id, email=email, role=role)
    return added


def home(handbook_id: UUID) -> Document:
    return Document.objects.get(handbook_id=handbook_id, parent=None)


def page(actor: Actor, parent: Document, title: str, source: str = "", *, publish: bool = False) -> Document:
    return create_document(
        actor, parent.handbook_id, parent_id=parent.pk, title=title, source=source, publish=publish
    )


def readdress(actor: Actor, document_id: UUID, *, slug: str) -> Document:
    """Give a page an address that does not follow its title, as pages have that were imported."""
    with editing("document_moved", actor, document_id, None, subtree=True) as (change, document):
        return change_slug(change, document, slug)
