"""The console of one handbook: who comes in, and the addresses of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.people import Actor
from apps.documents.selectors.handbook import HandbookView
from apps.documents.views.access import enter
from apps.tenants.permissions import Right


@dataclass(frozen=True)
class Rooms:
    handbooks_url: str
    pages_url: str
    page_url: str
    act_url: str
    figures_url: str
    audit_url: str
    tokens_url: str


@dataclass(frozen=True)
class Keeper:
    """Somebody who administers a handbook."""

    actor: Actor
    handbook: HandbookView
    rooms: Rooms


def keeper(request: HttpRequest, slug: str) -> Keeper:
    """Raises NotFoundError where the person may not know of the handbook, ForbiddenError for those who
    do not administer it."""
    entry = enter(request, slug, Right.MANAGE)
    return Keeper(entry.actor, entry.handbook, rooms_of(slug))


def rooms_of(slug: str) -> Rooms:
    def address(name: str) -> str:
        return reverse(f"console:{name}", kwargs={"slug": slug})

    return Rooms(
        handbooks_url=reverse("console:handbooks"),
        pages_url=address("pages"),
        page_url=address("page"),
        act_url=address("act"),
        figures_url=address("figures"),
        audit_url=address("audit"),
        tokens_url=address("tokens"),
    )


def with_query(url: str, **values: str | int) -> str:
    """The address with those values that say something."""
    said = {name: value for name, value in values.items() if value}
    return f"{url}?{urlencode(said)}" if said else url
