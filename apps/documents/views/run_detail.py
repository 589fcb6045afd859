"""One item of a run: what somebody says about it, shows of it, or that it does not apply."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from apps.events.actions import RefusedError

from ..actions.run_items import note_run_item, photograph_run_item
from ..conf import conf
from ..media import TooLargeError
from ..selectors.run_rows import RunRow, run_address, run_row
from ..selectors.runs import ItemView, RunView, run_view
from .access import Entry, personal, see_other
from .edit_form import Errors, operation_of
from .run_steps import ON_ITEMS, settle
from .run_work import enter_run, item_of
from .uploading import limit_file, received_upload, sends_file

type Closed = Literal["", "binned", "finished", "gone"]


@dataclass(frozen=True)
class DetailForm:
    """`closed` says why nothing can be added, "" where it can."""

    action: str
    operation_id: str
    closed: Closed
    note: str
    max_bytes: int
    errors: Errors = field(default_factory=dict)


@csrf_exempt  # the check reads the form, so it comes after the right: see _receive
@require_http_methods(["GET", "HEAD", "POST"])
def run_item(request: HttpRequest, handbook: str, run_id: UUID, item_id: str) -> HttpResponse:
    entry, row = enter_run(request, handbook, run_id)
    if request.method != "POST":
        return _detail(request, entry, row, item_id)
    limit_file(request)
    return _receive(request, entry, row, item_id)


@csrf_protect
def _receive(request: HttpRequest, entry: Entry, row: RunRow, item_id: str) -> HttpResponse:
    run_id, verb = row.id, request.POST.get("do", "")
    try:
        if verb not in ON_ITEMS or _says_something(request):
            _say(request, entry, run_id, item_id)
        if verb in ON_ITEMS:
            settle(request, entry.actor, run_id, verb, item_id)
    except RefusedError as refused:
        return _detail(request, entry, run_row(entry.handbook, run_id) or row, item_id, refused)
    if verb in ON_ITEMS:
        return see_other(f"{run_address(entry.handbook, 'run_work', run_id)}#item-{item_id}")
    messages.success(request, _("Saved."))
    return see_other(request.path)


def _says_something(request: HttpRequest) -> bool:
    return bool(request.POST.get("note", "").strip()) or sends_file(request)


def _say(request: HttpRequest, entry: Entry, run_id: UUID, item_id: str) -> None:
    """The photo first: where it is refused, the note is not kept either and comes back."""
    operation_id = operation_of(request) or uuid4()
    upload = received_upload(request) if sends_file(request) else None
    if upload is not None:
        photo = uuid5(operation_id, "photo")
        photograph_run_item(entry.actor, run_id, item_id, upload, operation_id=photo)
    if request.POST.get("note", "").strip() or upload is None:
        note = request.POST.get("note", "")
        note_run_item(entry.actor, run_id, item_id, text=note, operation_id=uuid5(operation_id, "note"))


def _closed(run: RunView, item: ItemView) -> Closed:
    if run.is_binned:
        return "binned"
    if run.finished_at:
        return "finished"
    return "gone" if item.is_gone else ""


def _detail(
    request: HttpRequest, entry: Entry, row: RunRow, item_id: str, refused: RefusedError | None = None
) -> HttpResponse:
    run = run_view(entry.handbook, row)
    item = item_of(run, item_id)
    form = DetailForm(
        action=request.path,
        operation_id=str(uuid4()),
        closed=_closed(run, item),
        note=request.POST.get("note", ""),
        max_bytes=conf.max_upload_bytes,
        errors={refused.field: (refused.message,)} if refused else {},
    )
    status = 200 if refused is None else 413 if isinstance(refused, TooLargeError) else 422
    return personal(
        request,
        "documents/run_detail.html",
        status,
        handbook=entry.handbook,
        run=run,
        item=item,
        detail=form,
    )
