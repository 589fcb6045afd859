"""What a form of a run asks for: a verb, for some with what it is about, and its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError

from ..actions.run_items import skip_run_item, tick_run_item, untick_run_item
from ..actions.run_terms import assign_run, unassign_run
from ..actions.runs import finish_run, reopen_run, update_run
from .edit_form import operation_of, uuid_or_404

type Step = Callable[..., Any]
type Asked = tuple[Step, dict[str, Any], str]  # the action, its values, what is said afterwards

ON_ITEMS: Final[dict[str, Step]] = {"tick": tick_run_item, "untick": untick_run_item, "skip": skip_run_item}


def settle(request: HttpRequest, actor: Actor, run_id: UUID, verb: str, item_id: str) -> None:
    """Tick an item, untick it or pass over it. Raises RefusedError."""
    ON_ITEMS[verb](actor, run_id, item_id, operation_id=operation_for(request, verb, item_id))


def step(request: HttpRequest, actor: Actor, run_id: UUID, verb: str, about: str) -> str:
    """Do something with the run as a whole; what to say of it. Raises RefusedError, NotFoundError."""
    read = ON_RUN.get(verb)
    if read is None:
        raise RefusedError(_("That cannot be done here."))
    act, values, said = read(request, about)
    act(actor, run_id, operation_id=operation_for(request, verb, about), **values)
    return said


def operation_for(request: HttpRequest, *what: str) -> UUID | None:
    """A page has one id for all its buttons; somebody quick presses two of them."""
    operation_id = operation_of(request)
    return uuid5(operation_id, " ".join(what)) if operation_id else None


def _finish(request: HttpRequest, _about: str) -> Asked:
    return finish_run, {"name": request.POST.get("name", "")}, _("Signed.")


def _reopen(request: HttpRequest, _about: str) -> Asked:
    return reopen_run, {"reason": request.POST.get("reason", "")}, _("Open again.")


def _assign(request: HttpRequest, _about: str) -> Asked:
    return assign_run, {"person_id": uuid_or_404(request.POST.get("person", ""))}, _("Saved.")


def _unassign(_request: HttpRequest, about: str) -> Asked:
    return unassign_run, {"person_id": uuid_or_404(about)}, _("Saved.")


def _update(request: HttpRequest, _about: str) -> Asked:
    values = {"revision_id": uuid_or_404(request.POST.get("revision", ""))}
    return update_run, values, _("This checklist follows the newer text now.")


ON_RUN: Final = {
    "finish": _finish,
    "reopen": _reopen,
    "assign": _assign,
    "unassign": _unassign,
    "update": _update,
}


def due_date(request: HttpRequest) -> date | None:
    """As a date field sends it. Raises RefusedError for what is no date."""
    text = request.POST.get("due_on", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RefusedError(_("“%s” is no date. Write it as 2026-05-31.") % text, "due_on") from error
