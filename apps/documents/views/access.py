"""The way in: which handbook an address names, and whether this person may."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseRedirect

from apps.accounts.people import Actor, actor_of
from apps.accounts.personal import personal, personal_fragment, signed_in
from apps.tenants.models import Handbook
from apps.tenants.permissions import NotFoundError, Right, require

from ..selectors.handbook import HandbookView, handbook_view

__all__ = ["Entry", "enter", "personal", "personal_fragment", "signed_in"]


@dataclass(frozen=True)
class Entry:
    """A person inside a handbook, with the right they have: what was asked for, or more."""

    actor: Actor
    handbook: HandbookView
    right: Right


def reader_enters(request: HttpRequest, slug: str) -> HandbookView:
    """The handbook, if this person may read it; of a public one nobody is asked who they are."""
    handbook = Handbook.objects.filter(slug=slug).first()
    if handbook is not None and handbook.is_public:
        return handbook_view(handbook)
    actor = actor_of(request.user)  # also where there is nothing: the answer's `Vary` must not tell
    if handbook is None:
        raise NotFoundError
    require(actor, handbook.pk, Right.READ)
    return handbook_view(handbook)


def enter(request: HttpRequest, handbook_slug: str, right: Right) -> Entry:
    """Raises NotFoundError where the person may not know of the handbook, ForbiddenError where the
    right is missing."""
    actor = actor_of(request.user)
    handbook = Handbook.objects.filter(slug=handbook_slug).first()
    if handbook is None:
        raise NotFoundError
    return Entry(actor, handbook_view(handbook), require(actor, handbook.pk, right))


def see_other(address: str) -> HttpResponseRedirect:
    """The answer to a form that was done: what to read next."""
    return HttpResponseRedirect(address, status=303)
