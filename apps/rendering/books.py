"""A handbook as its pages read it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from apps.queries.projections import projection
from apps.queries.results import groups
from apps.tenants.models import Handbook


@projection(Handbook, stream="id")
class Book:
    id: UUID
    slug: str
    title: str
    language: str
    is_public: bool
    color: str
    icon: str
    ends_at: datetime | None


def book_at(slug: str) -> Book | None:
    """For what is not stored: the log cannot tell who takes an address next."""
    rows = Handbook.objects.filter(slug=slug)
    found = rows.values_list(*(field.name for field in fields(Book))).first()
    return Book(*found) if found else None


def book_of(handbook_id: UUID) -> Book | None:
    """Every page of a handbook reads it, so it is kept among the results."""
    rows = groups(Book, handbook_id, "id", [handbook_id])[handbook_id]
    return rows[0] if rows else None
