"""Charts of the last hour and day, and what is dropped more often than needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.personal import personal
from apps.queries.projections import COARSE

from ..charts import rate_chart, time_chart
from ..minutes import DAY, HOUR, spans
from ..rooms import keeper

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class CoarseRead:
    """A query that depends on whole columns, and on which."""

    query: str
    tags: str


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    who = keeper(request, slug)
    hour, day = spans(who.handbook.id, HOUR, MINUTE), spans(who.handbook.id, DAY, QUARTER)
    return personal(
        request,
        "console/figures.html",
        handbook=who.handbook,
        rooms=who.rooms,
        hour=(rate_chart("hour-rate", hour, MINUTE), time_chart("hour-time", hour, MINUTE)),
        day=(rate_chart("day-rate", day, QUARTER), time_chart("day-time", day, QUARTER)),
        coarse=tuple(CoarseRead(query, tags) for query, tags in sorted(COARSE.items())),
    )
