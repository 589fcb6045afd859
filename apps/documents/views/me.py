"""My work: what a person is at, in all their handbooks. Each part of it is sent when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.bar import initials
from apps.accounts.people import Actor, actor_of
from apps.notifications.selectors import my_notices
from apps.rendering.parts import Part
from apps.rendering.streaming import stream

from ..selectors.front import cards_of
from ..selectors.mine import my_changes, my_drafts, my_pages
from ..selectors.my_care import my_care
from ..selectors.my_runs import my_runs


@login_required
@require_safe
async def me(request: HttpRequest) -> HttpResponseBase:
    request.user = person = await request.auser()  # what asks for it further on may not wait
    actor = actor_of(person)
    parts = (
        _part("notices", _("New for you"), my_notices, actor),
        _part("care", _("To read and review"), my_care, actor),
        _part("runs", _("Your open checklists"), my_runs, actor),
        _part("drafts", _("Drafts"), my_drafts, actor),
        _part("pages", _("Pages you worked on"), my_pages, actor),
        _part("changes", _("Your last changes"), my_changes, actor),
        _part("handbooks", _("Your handbooks"), cards_of, actor, new_url=reverse("documents:new_handbook")),
    )
    name = str(person)
    return stream(request, "documents/me.html", parts, name=name, initials=initials(name))


def _part(
    name: str, title: str, select: Callable[[Actor], tuple[Any, ...]], actor: Actor, **more: str
) -> Part:
    return Part(name, partial(_values, select, actor, more), f"documents/me_{name}.html", title)


def _values(select: Callable[[Actor], tuple[Any, ...]], actor: Actor, more: dict[str, str]) -> dict[str, Any]:
    return {"rows": select(actor), **more}
