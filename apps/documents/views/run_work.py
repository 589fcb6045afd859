"""Working on a run: one page with a form for everything, for one person at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.formview import Choice, FormView, form_view
from apps.accounts.personal import signed_in
from apps.events.actions import RefusedError
from apps.tenants.permissions import NotFoundError, Right
from apps.tenants.selectors import names_of_members

from ..actions.runs import OpenItemsError
from ..models.run import is_run_seen
from ..selectors.handbook import HandbookView
from ..selectors.run_rows import RunRow, run_row
from ..selectors.runs import ItemView, RunView, run_view
from .access import Entry, enter, personal, personal_fragment, see_other
from .edit_form import Errors
from .run_steps import ON_ITEMS, settle, step
from .run_terms import IDS, TermsForm, saved_terms

FIELDS: Final = ("assignee", "name")  # of the forms, where a refusal leads to


@dataclass(frozen=True)
class WorkForms:
    """What stands in the forms, and what was refused. `problems` are all of that, with where each is; `typed`
    is what was sent by a form that is not there any more. `is_open`: the terms are shown."""

    operation_id: str
    name: str
    reason: str
    terms: FormView
    members: tuple[Choice, ...]
    is_open: bool = False
    typed: str = ""
    problems: tuple[Problem, ...] = ()
    errors: Errors = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    title: str
    url: str | None


def enter_run(request: HttpRequest, slug: str, run_id: UUID) -> tuple[Entry, RunRow]:
    """A run of this handbook, for those who may see it."""
    entry = enter(request, slug, Right.TAKE_PART)
    row = run_row(entry.handbook, run_id)
    if row is None or not is_run_seen(entry.right, page_is_shown=row.is_shown):
        raise NotFoundError
    return entry, row


@require_http_methods(["GET", "HEAD", "POST"])
def run_work(request: HttpRequest, handbook: str, run_id: UUID) -> HttpResponse:
    """POST `do`: a verb, and for some what it is about (`tick ITEM`). With `part`, as a script asks, the
    answer to a tick is the item as it is now, or the reason why it is not, as text."""
    entry, row = enter_run(request, handbook, run_id)
    if request.method != "POST":
        return _page(request, entry, row)
    verb, _space, about = request.POST.get("do", "").partition(" ")
    if verb == "change":
        return _change(request, entry, row)
    asked = bool(request.POST.get("part")) and verb in ON_ITEMS
    try:
        if verb in ON_ITEMS:
            settle(request, entry.actor, run_id, verb, about)
        else:
            messages.success(request, step(request, entry.actor, run_id, verb, about))
    except RefusedError as refused:
        if asked:
            return HttpResponse(refused.message, status=422, content_type="text/plain; charset=utf-8")
        return _page(request, entry, row, refused)
    if asked:
        return _part(request, entry.handbook, run_id, about)
    return see_other(f"{request.path}#item-{about}" if verb in ON_ITEMS else request.path)


def _change(request: HttpRequest, entry: Entry, row: RunRow) -> HttpResponse:
    terms = saved_terms(request, entry.actor, row)
    if terms.errors:
        return _page(request, entry, row, terms=terms)
    messages.success(request, _("Saved."))
    return see_other(request.path)


def _page(
    request: HttpRequest,
    entry: Entry,
    row: RunRow,
    refused: RefusedError | None = None,
    terms: TermsForm | None = None,
) -> HttpResponse:
    """`terms` are those that could not be saved."""
    handbook, is_refused = entry.handbook, bool(refused or terms)
    members = names_of_members(handbook.id)
    run = run_view(handbook, (run_row(handbook, row.id) if is_refused else None) or row, dict(members))
    there = {person.id for person in run.assignees}
    sent, shown = request.POST, form_view(terms or TermsForm(row, None, auto_id=IDS), run.work_url)
    forms = WorkForms(
        operation_id=str(uuid4()),
        name=sent.get("name", str(signed_in(request).name)),
        reason=sent.get("reason", ""),
        terms=shown,
        members=tuple(
            Choice(str(id), name or _("A member"), selected=str(id) == sent.get("person"))
            for id, name in members
            if id not in there
        ),
        is_open=bool(terms),
        typed=_typed(request, run) if is_refused else "",
        problems=(*_problems(run, refused), *_problems_of(run, shown)),
        errors={refused.field: (refused.message,)} if refused else {},
    )
    return personal(
        request, "documents/run_work.html", 422 if is_refused else 200, handbook=handbook, run=run, work=forms
    )


def _typed(request: HttpRequest, run: RunView) -> str:
    lost = ("title", "reason") if run.is_binned else ("title",) if run.finished_at else ()
    return next((request.POST[name] for name in lost if request.POST.get(name)), "")


def _problems(run: RunView, refused: RefusedError | None) -> tuple[Problem, ...]:
    if refused is None:
        return ()
    open_items = refused.item_ids if isinstance(refused, OpenItemsError) else ()
    named = {item.id: item.label for item in run.left}
    links = (Problem(named[id], f"#item-{id}") for id in open_items if id in named)
    url = f"#run-{refused.field}" if refused.field in FIELDS and run.finished_at is None else None
    return (Problem(refused.message, url), *links)


def _problems_of(run: RunView, terms: FormView) -> Iterator[Problem]:
    yield from (Problem(message, None) for message in terms.errors)
    for each in terms.fields:
        for message in each.errors:
            yield Problem(f"{each.label}: {message}", None if run.finished_at else f"#{each.id}")


def _part(request: HttpRequest, handbook: HandbookView, run_id: UUID, item_id: str) -> HttpResponse:
    row = run_row(handbook, run_id)
    if row is None:
        raise NotFoundError
    run = run_view(handbook, row)
    return personal_fragment(request, "documents/run_part.html", run=run, item=item_of(run, item_id))


def item_of(run: RunView, item_id: str) -> ItemView:
    """An item of the run's text, or one that is gone from it. Raises NotFoundError."""
    for item in (*(item for group in run.groups for item in group.items), *run.gone):
        if item.id == item_id:
            return item
    raise NotFoundError
