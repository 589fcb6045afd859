"""The form of the edit page, and what it sends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.formview import Choice
from apps.events.actions import RefusedError
from apps.rendering.asking import number_in
from apps.tenants.permissions import NotFoundError

from ..conf import conf
from ..models import Document
from ..selectors.documents import DocumentHead
from ..text import MAX_SOURCE_BYTES
from .access import Entry

START_DIGITS = 9
type Errors = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class EditForm:
    """`person_id` is whoever writes: what is kept on their device is offered to nobody else."""

    person_id: str
    action: str
    title: str
    source: str
    message: str
    base_revision: str
    operation_id: str
    preview_url: str
    upload_url: str
    complete_url: str
    cancel_url: str
    max_upload_bytes: int
    max_source_bytes: int = MAX_SOURCE_BYTES
    is_published: bool = False
    parent_choices: tuple[Choice, ...] = ()
    errors: Errors = field(default_factory=dict)

    def refused(self, values: dict[str, str], refused: RefusedError) -> EditForm:
        """The form again, with what was typed and why it cannot be saved."""
        errors: Errors = {refused.field: (refused.message,)}
        return replace(
            self, title=values["title"], source=values["source"], message=values["message"], errors=errors
        )


def new_form(entry: Entry, **values: Any) -> EditForm:
    blank = {"title": "", "source": "", "message": "", "base_revision": "", "operation_id": str(uuid4())}
    handbook = entry.handbook
    return EditForm(
        person_id=str(entry.actor.id),
        preview_url=reverse("documents:preview", kwargs={"handbook": handbook.slug}),
        upload_url=handbook.media_url,
        complete_url=reverse("documents:complete", kwargs={"handbook": handbook.slug}),
        max_upload_bytes=conf.max_upload_bytes,
        **(blank | values),
    )


def form_of(entry: Entry, head: DocumentHead, document: Document, **values: Any) -> EditForm:
    """The document as it stands, but for the values given."""
    if document.revision is None:
        raise NotFoundError
    stored = {
        "title": document.title,
        "source": document.revision.source,
        "base_revision": str(document.revision_id),
    }
    return new_form(
        entry,
        action=head.edit_url,
        cancel_url=head.url,
        is_published=head.is_published,
        **(stored | values),
    )


def typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("title", "source", "message")}


def uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None


def operation_of(request: HttpRequest) -> UUID | None:
    """The operation id the form was drawn with, or is to be drawn with, by which its event can be told from
    others."""
    try:
        return UUID((request.POST or request.GET).get("operation_id", ""))
    except ValueError:
        return None


def made_by(request: HttpRequest, what: str) -> UUID | None:
    """The id of what a form makes: sent twice, it makes one."""
    operation_id = operation_of(request)
    return uuid5(operation_id, what) if operation_id else None


def page_start(request: HttpRequest) -> int:
    """From which row on a list is shown."""
    return number_in(request.GET.get("from", ""), START_DIGITS) or 0
