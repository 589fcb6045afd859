"""The states of a cached page, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.caching.marks import State
from apps.rendering.audit import Standing

type StateName = Literal["fresh", "expired", "renewing", "changed", "gone"]
NAMES: tuple[StateName, ...] = get_args(StateName.__value__)  # the greater, the less it may be used

LABELS: dict[StateName, Promise] = {
    "fresh": _("Fresh"),
    "expired": _("Expired"),
    "renewing": _("Renewing"),
    "changed": _("Changed"),
    "gone": _("Gone"),
}
MEANINGS: dict[StateName, Promise] = {
    "fresh": _("Served as it is."),
    "expired": _("Its time is over, or somebody asked to renew it: served once more while it is made anew."),
    "renewing": _("Somebody asked just now to have it made anew; no server has written down yet that it is."),
    "changed": _("Something it was made from is another now: made anew before anybody sees it."),
    "gone": _("Readers may no longer see something it shows: never served, not even where making fails."),
}
OF_STATE: dict[State, StateName] = {
    State.FRESH: "fresh",
    State.EXPIRED: "expired",
    State.CHANGED: "changed",
    State.GONE: "gone",
}


@dataclass(frozen=True)
class StateView:
    name: StateName
    label: str
    meaning: str


def state_view(name: StateName) -> StateView:
    return StateView(name, str(LABELS[name]), str(MEANINGS[name]))


def state_of(standing: Standing) -> StateName:
    return "renewing" if standing.renewing else OF_STATE[standing.state]
