"""Charts as numbers: a drawing of 100 units in height, as wide as it has steps, with a table beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log10
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .minutes import Span, total
from .words import count, percent, took

HEIGHT: Final = 100
STEP: Final = 10  # units of a step's width


@dataclass(frozen=True)
class Bar:
    """`from_top`: where it begins; a bar of no height is a step without requests."""

    x: int
    from_top: int
    height: int


@dataclass(frozen=True)
class ChartRow:
    at: datetime
    answers: str
    value: str


@dataclass(frozen=True)
class Chart:
    """`top`, `middle`: what lines at all of the height and half of it say; `ticks`: moments, evenly."""

    id: str
    look: Literal["rate", "time"]
    title: str
    summary: str
    column: str
    width: int
    bars: tuple[Bar, ...]
    top: str
    middle: str
    ticks: tuple[datetime, ...]
    rows: tuple[ChartRow, ...]


def rate_chart(id: str, spans: tuple[Span, ...], step: timedelta) -> Chart:
    whole = total(spans)
    summary = _("%(percent)s of %(all)s were answered with what was kept.") % {
        "percent": percent(whole.kept, whole.all),
        "all": ngettext("%s request", "%s requests", whole.all) % count(whole.all),
    }
    return Chart(
        id,
        "rate",
        _("Hit rate"),
        summary if whole.all else _("Nobody asked for anything."),
        _("Hit rate"),
        len(spans) * STEP,
        _bars(spans, lambda span: span.kept / span.all if span.all else None),
        _("100 %"),
        _("50 %"),
        _ticks(spans, step),
        _rows(spans, lambda span: percent(span.kept, span.all)),
    )


def time_chart(id: str, spans: tuple[Span, ...], step: timedelta) -> Chart:
    whole = total(spans)
    top = nice(max(span.mean_ms for span in spans))
    summary = _("%(pages)s made, in %(took)s each on average.") % {
        "pages": ngettext("%s page", "%s pages", whole.made) % count(whole.made),
        "took": took(whole.mean_ms),
    }
    return Chart(
        id,
        "time",
        _("Render time"),
        summary if whole.made else _("Nothing had to be made."),
        _("On average"),
        len(spans) * STEP,
        _bars(spans, lambda span: span.mean_ms / top if span.made else None),
        took(top),
        took(top / 2),
        _ticks(spans, step),
        _rows(spans, lambda span: took(span.mean_ms) if span.made else "–"),
    )


def nice(most: float) -> float:
    """1, 2 or 5 times a power of ten, the next that is not less."""
    if most <= 0:
        return 10.0
    power = 10.0 ** ceil(log10(most) - 1)
    return next(times * power for times in (1, 2, 5, 10) if times * power >= most)


def _bars(spans: tuple[Span, ...], share: Callable[[Span], float | None]) -> tuple[Bar, ...]:
    """What is there at all can be seen."""
    shares = [share(span) for span in spans]
    heights = [0 if each is None else max(1, round(HEIGHT * each)) for each in shares]
    return tuple(Bar(x * STEP, HEIGHT - height, height) for x, height in enumerate(heights))


def _ticks(spans: tuple[Span, ...], step: timedelta) -> tuple[datetime, ...]:
    """At the beginning, the middle and the end."""
    return (spans[0].start, spans[len(spans) // 2].start, spans[-1].start + step)


def _rows(spans: tuple[Span, ...], value: Callable[[Span], str]) -> tuple[ChartRow, ...]:
    return tuple(ChartRow(span.start, count(span.all), value(span)) for span in spans if span.all)
