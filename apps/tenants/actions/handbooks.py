"""What changes handbooks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action, refuse_other, refuse_overtaken
from apps.events.ids import new_id
from apps.events.streams import handbook_stream, person_stream
from apps.events.uniqueness import refuse_taken
from apps.events.unit import record

from ..models import COLORS, ICONS, Handbook, Membership, Role
from ..permissions import ForbiddenError, Right, require

SLUG_MAX = 50
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
TITLE_MAX = 100


@action
def create_handbook(
    actor: Actor,
    *,
    slug: str,
    title: str,
    language: str = "en",
    is_public: bool = False,
    color: str = "lake",
    icon: str = "cairn",
    handbook_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> Handbook:
    """A new handbook, its creator the owner (the system creates without one)."""
    if actor.id is None and not actor.staff:
        raise ForbiddenError
    id = handbook_id or new_id()
    values = _checked(slug=slug, title=title, language=language, is_public=is_public, color=color, icon=icon)
    persons = (person_stream(actor.id),) if actor.id else ()
    with record(
        "handbook_created",
        handbook_stream(id),
        *persons,
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=id,
    ) as change:
        now = timezone.now()
        with _refuse_taken_slug(values["slug"]):
            handbook = change.insert(Handbook(id=id, created_at=now, **values))
        if actor.id:
            change.insert(Membership(handbook=handbook, person_id=actor.id, role=Role.OWNER, created_at=now))
        return handbook


@action
def change_handbook(
    actor: Actor,
    handbook_id: UUID,
    *,
    was: Mapping[str, Any] | None = None,
    operation_id: UUID | None = None,
    **values: Any,
) -> Handbook:
    """Change any of slug, title, language, is_public, color, icon. RefusedError where one of `was` stands no
    more."""
    values = _checked(**values)
    with record(
        "handbook_changed",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        handbook = Handbook.objects.get(pk=handbook_id)
        refuse_overtaken(handbook, was)
        if handbook.ends_at and values.get("is_public"):
            text = _("This handbook is to be deleted. Take that back before you open it to everybody.")
            raise RefusedError(text, "is_public")
        with _refuse_taken_slug(values.get("slug", handbook.slug)):
            change.update(handbook, **values)
        return handbook


def _refuse_taken_slug(slug: str) -> AbstractContextManager[None]:
    return refuse_taken(_("The address “%s” is taken.") % slug, "slug")


def _checked(**values: Any) -> dict[str, Any]:
    """The values, trimmed; RefusedError names the first that is not allowed."""
    if "slug" in values:
        values["slug"] = values["slug"].strip().lower()
        if not SLUG.fullmatch(values["slug"]):
            text = _("“%s” cannot be an address: letters a-z, digits and -, at most 50.")
            raise RefusedError(text % values["slug"], "slug")
    if "title" in values:
        values["title"] = " ".join(values["title"].split())
        if not 0 < len(values["title"]) <= TITLE_MAX:
            raise RefusedError(_("A title has 1 to %d characters.") % TITLE_MAX, "title")
    for name, allowed in (
        ("language", dict(settings.HANDBOOK_LANGUAGES)),
        ("color", COLORS),
        ("icon", ICONS),
    ):
        if name in values:
            refuse_other(values[name], allowed, name)
    return values
