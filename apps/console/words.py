"""Numbers as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _


def age_of(moment: datetime, now: datetime) -> str:
    """In its largest unit: 12 s, 3 min, 2 h, 4 d."""
    seconds = max(0, int((now - moment).total_seconds()))
    return length_of(timedelta(seconds=seconds))


def length_of(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < 60:
        return _("%d s") % seconds
    if seconds < 3600:
        return _("%d min") % (seconds // 60)
    if seconds < 2 * 86_400:
        return _("%d h") % (seconds // 3600)
    return _("%d d") % (seconds // 86_400)


def took(ms: float) -> str:
    if ms >= 1000:
        return _("%s s") % formats.number_format(round(ms / 1000, 1), decimal_pos=1)
    decimals = 1 if ms < 10 else 0
    return _("%s ms") % formats.number_format(round(ms, decimals), decimal_pos=decimals)


def percent(part: float, whole: float) -> str:
    """With one decimal, and never 100 while anything is missing."""
    if not whole:
        return "–"
    share = 100 * part / whole
    shown = min(round(share, 1), 99.9) if part < whole else 100.0
    return _("%s %%") % formats.number_format(shown, decimal_pos=0 if shown % 1 == 0 else 1)


def count(number: int) -> str:
    return formats.number_format(number, force_grouping=True)
