"""Import and export in the browser: asking for one, following it, deciding, fetching the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.formview import REFUSED, Choice
from apps.events.actions import RefusedError
from apps.events.ids import new_id
from apps.tenants.permissions import Right

from ..conf import conf
from ..importing.dialects import DIALECTS
from ..jobs.folders import clear, drop, export_path, receiving, sent_folder, supersede
from ..jobs.launching import launch
from ..jobs.rows import BUSY, add_job, bury, confirm
from ..models import Job
from ..models.job import Kind
from ..selectors.jobs import dialect_choices, is_ready, job_of, job_view, jobs_of
from .access import Entry, enter, personal, personal_fragment, see_other
from .media_file import sent_file
from .uploading import receive_import

SEE_OTHER = 303


@dataclass(frozen=True)
class ImportForm:
    action: str
    max_bytes: int
    choices: tuple[Choice, ...]
    error: str = ""
    is_busy: bool = False  # it is not the files that were refused


@csrf_exempt  # the check reads the form, so it comes after the right and the limits: see _receive
@require_http_methods(["GET", "HEAD", "POST"])
def import_files(request: HttpRequest, handbook: str) -> HttpResponse:
    """POST multipart `files` and `dialect`: keeps them, starts the import and shows how far it is."""
    entry = enter(request, handbook, Right.EDIT)
    if request.method != "POST":
        return _import_form(request, entry)
    try:
        with receiving() as job_id:
            receive_import(request, sent_folder(job_id))
            response = _receive(request, entry, job_id)
            if response.status_code != SEE_OTHER:  # the form was not of this site
                clear(job_id)
            return response
    except RefusedError as refused:
        return _import_form(request, entry, refused)


@csrf_protect
def _receive(request: HttpRequest, entry: Entry, job_id: UUID) -> HttpResponse:
    dialect = request.POST.get("dialect", "")
    if dialect and dialect not in DIALECTS:
        text = _("“%(value)s” is no tool that Cairn knows: %(names)s.")
        raise RefusedError(text % {"value": dialect[:50], "names": ", ".join(DIALECTS)})
    options = _options() | {"dialect": dialect}
    return _begin(entry, add_job(job_id, entry.handbook.id, _person_id(entry), Kind.IMPORT, options))


def _import_form(request: HttpRequest, entry: Entry, refused: RefusedError | None = None) -> HttpResponse:
    chosen = request.POST.get("dialect", "") if refused else ""
    choices = tuple(Choice(value, str(label), value == chosen) for value, label in dialect_choices())
    form = ImportForm(entry.handbook.import_url, conf.max_import_bytes, choices)
    if refused:
        form = replace(form, error=refused.message, is_busy=refused.field == BUSY)
    return _asked_for(request, entry, "documents/import.html", REFUSED if refused else 200, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, handbook: str) -> HttpResponse:
    """For editors: drafts are in it."""
    entry, error = enter(request, handbook, Right.EDIT), ""
    if request.method == "POST":
        try:
            job = add_job(new_id(), entry.handbook.id, _person_id(entry), Kind.EXPORT, _options())
        except RefusedError as refused:
            error = refused.message
        else:
            return _begin(entry, job)
    return _asked_for(request, entry, "documents/export.html", REFUSED if error else 200, error=error)


def _asked_for(
    request: HttpRequest, entry: Entry, template: str, status: int, **context: Any
) -> HttpResponse:
    """A form, with what was asked for before."""
    bury()
    jobs = jobs_of(entry.actor, entry.handbook)
    return personal(request, template, status, handbook=entry.handbook, jobs=jobs, **context)


@require_safe
def job(request: HttpRequest, handbook: str, job_id: UUID) -> HttpResponse:
    entry, found = _job(request, handbook, job_id)
    view = job_view(entry.handbook, found)
    return personal(request, "documents/job.html", handbook=entry.handbook, job=view)


@require_safe
def job_now(request: HttpRequest, handbook: str, job_id: UUID) -> HttpResponse:
    entry, found = _job(request, handbook, job_id)
    view = job_view(entry.handbook, found)
    return personal_fragment(request, "documents/job_now.html", handbook=entry.handbook, job=view)


@require_POST
def write(request: HttpRequest, handbook: str, job_id: UUID) -> HttpResponse:
    """The import that was shown is wanted. A second press does nothing."""
    entry, found = _own_job(request, handbook, job_id)
    try:
        if confirm(found.pk):
            launch(found.pk)
    except RefusedError as refused:
        view = job_view(entry.handbook, found)
        return personal(
            request, "documents/job.html", REFUSED, handbook=entry.handbook, job=view, error=refused.message
        )
    return _see(entry, found.pk)


@require_POST
def discard(request: HttpRequest, handbook: str, job_id: UUID) -> HttpResponse:
    """The import that was shown is not wanted. What is at work goes on."""
    entry, found = _own_job(request, handbook, job_id)
    drop([found.pk])
    return see_other(entry.handbook.import_url)


@require_safe
def download(request: HttpRequest, handbook: str, job_id: UUID) -> HttpResponseBase:
    entry, found = _job(request, handbook, job_id, Right.EDIT)
    if not is_ready(found):
        raise Http404
    day = timezone.localdate(found.created_at).isoformat()
    response = sent_file(request, export_path(found.pk), f'"{found.pk}"')
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{entry.handbook.slug}-{day}.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _job(
    request: HttpRequest, handbook: str, job_id: UUID, right: Right = Right.TAKE_PART
) -> tuple[Entry, Job]:
    entry = enter(request, handbook, right)
    bury()
    return entry, job_of(entry.actor, entry.right, entry.handbook.id, job_id)


def _own_job(request: HttpRequest, handbook: str, job_id: UUID) -> tuple[Entry, Job]:
    """What becomes of it is decided by its person alone: it would be written in their name."""
    entry, found = _job(request, handbook, job_id, Right.EDIT)
    if found.person_id != entry.actor.id:
        raise Http404
    return entry, found


def _begin(entry: Entry, job: Job) -> HttpResponse:
    supersede(job)
    launch(job.pk)
    return _see(entry, job.pk)


def _person_id(entry: Entry) -> UUID:
    return cast(UUID, entry.actor.id)  # nobody who is signed out may edit


def _options() -> dict[str, str]:
    return {"language": translation.get_language() or "en"}


def _see(entry: Entry, job_id: UUID) -> HttpResponse:
    return see_other(reverse("documents:job", kwargs={"handbook": entry.handbook.slug, "job_id": job_id}))
