"""How often something was tried by somebody: counted in the database, so that no restart forgets it.

Sign-ins of one account from one address are counted by django-axes; everything else is counted here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from .models import Tries

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Throttle:
    """At most `most` tries of one `who` in a window of `window_s` that begins with the first of them.

    Of `who` only a digest is kept: it may be somebody's address.
    """

    name: str
    most: int
    window_s: int

    def wait_s(self, who: object) -> int:
        """How long there may be no further try; 0: it may be now. Counts nothing."""
        now = timezone.now()
        row = Tries.objects.filter(pk=self._key(who), begun_at__gt=now - self._window).first()
        return self._left_s(row, now) if row and row.count >= self.most else 0

    def count(self, who: object) -> int:
        """Count a try. 0 where it may go on, else how long there may be none."""
        now = timezone.now()
        with transaction.atomic():
            row, made = Tries.objects.select_for_update().get_or_create(
                pk=self._key(who), defaults={"count": 0, "begun_at": now}
            )
            if row.begun_at <= now - self._window:
                row.count, row.begun_at = 0, now
            row.count += 1
            row.save()
            if made:
                Tries.objects.filter(begun_at__lt=now - KEPT).delete()
        return self._left_s(row, now) if row.count > self.most else 0

    def _left_s(self, row: Tries, now: datetime) -> int:
        return max(1, math.ceil((row.begun_at + self._window - now).total_seconds()))

    def _key(self, who: object) -> str:
        return f"{self.name}:{sha256(str(who).encode()).hexdigest()}"

    @property
    def _window(self) -> timedelta:
        return timedelta(seconds=self.window_s)
