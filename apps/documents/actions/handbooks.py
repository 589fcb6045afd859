"""A new handbook with its home page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.events.ids import new_id
from apps.events.streams import handbook_stream, person_stream
from apps.events.unit import record, unit
from apps.tenants.actions import create_handbook
from apps.tenants.models import Handbook

from ..models import Document
from .documents import insert_document
from .texts import compose_checked


@action
def open_handbook(
    actor: Actor, *, handbook_id: UUID | None = None, operation_id: UUID | None = None, **values: Any
) -> Handbook:
    """create_handbook() and its home page, published and empty but for a word of welcome, in its language."""
    id = handbook_id or new_id()
    with translation.override(values.get("language", settings.LANGUAGE_CODE)):
        composed = compose_checked(_("This handbook is new: nothing is written here yet."))
    persons = (person_stream(actor.id),) if actor.id else ()
    with unit(handbook_stream(id), *persons):
        handbook = create_handbook(actor, handbook_id=id, operation_id=operation_id, **values)
        with record(
            "document_created", handbook_stream(id), actor_id=actor.id, operation_id=operation_id
        ) as change:
            now = timezone.now()
            home = Document(
                handbook=handbook, title=handbook.title, published_at=now, created_at=now, updated_at=now
            )
            insert_document(change, home, composed, message="", author_id=actor.id)
    return handbook
