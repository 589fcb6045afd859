"""One way to save from a form: where it cannot be done, everything typed comes back with the reason."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError
from apps.tenants.permissions import NotFoundError

from ..actions.publishing import publish_document
from ..actions.saving import RevisionConflictError, save_document
from ..models import Document
from ..selectors.documents import document_head
from .access import Entry, personal
from .conflicts import conflict_view
from .edit_form import form_of, operation_of


def save_or_ask(
    request: HttpRequest, entry: Entry, document: Document, base: UUID, values: dict[str, str]
) -> HttpResponse:
    """Save on top of the revision `base` and go where it can be read; else the conflict's page (409)
    or the form again (422). `values` holds title, source and message."""
    book = entry.handbook
    head = document_head(book, document)
    operation_id = operation_of(request) or uuid4()
    try:
        saved = save_document(
            entry.actor,
            document.pk,
            title=values["title"],
            source=values["source"],
            message=values["message"],
            base_revision_id=base,
            operation_id=operation_id,
        )
        if request.POST.get("publish"):
            saved = publish_document(entry.actor, document.pk, operation_id=operation_id)
    except RevisionConflictError as conflict:
        view = conflict_view(request, book, head, base, values, conflict)
        return personal(request, "documents/conflict.html", 409, handbook=book, document=head, conflict=view)
    except NotFoundError:
        text = _("This page is in the bin now, so nothing was saved. What you wrote is below.")
        form = form_of(entry, head, document, base_revision=str(base)).refused(values, RefusedError(text))
        return personal(request, "documents/edit.html", 422, handbook=book, document=head, form=form)
    except RefusedError as refused:
        form = form_of(entry, head, document, base_revision=str(base)).refused(values, refused)
        return personal(request, "documents/edit.html", 422, handbook=book, document=head, form=form)
    messages.success(request, _("Saved."))
    return redirect(document_head(book, saved).url)
