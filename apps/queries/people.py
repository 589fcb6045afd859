"""People as pages name them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from apps.accounts.models import User

from .projections import each_own, projection


@projection(User, stream="id")
class PersonName:
    id: UUID
    name: str


def names_of(people: Collection[UUID]) -> dict[UUID, str]:
    return {person.id: person.name for person in each_own(PersonName, people)}
