"""The sessions of a person: where one is signed in, since when, last seen when.

Django's table says what a session holds, not whose it is; a row of ours beside it does. When it was last
seen stands in the session, refreshed by the hour, which lets it live on for SESSION_COOKIE_AGE.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .devices import device_of
from .models import SignIn, User
from .sign_in_throttle import BACKEND

SEEN: Final = "seen_at"  # in the session
SEEN_EVERY: Final = timedelta(hours=1)
ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class OpenSession:
    """`browser` and `system` are '' where they cannot be told; `seen_at` is exact to SEEN_EVERY."""

    id: UUID
    browser: str
    system: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


def begin_session(request: HttpRequest, person: User) -> None:
    """Sign the person in with this request's browser."""
    login(request, person, backend=BACKEND)
    if not request.session.session_key:
        request.session.create()
    now = timezone.now()
    request.session[SEEN] = now.isoformat()
    browser, system = device_of(request.headers.get("User-Agent", ""))
    _forget_ended(person, now)
    SignIn.objects.create(
        person=person,
        session_key=request.session.session_key or "",
        browser=browser,
        system=system,
        created_at=now,
    )


def move_session(before: str | None, after: str | None) -> None:
    """A session goes on under another key."""
    SignIn.objects.filter(session_key=before or "").update(session_key=after or "")


def note_seen(request: HttpRequest) -> None:
    """Once an hour, while it is in use. A session that nobody signed in with has never been seen."""
    seen = request.session.get(SEEN)
    if seen is not None and timezone.now() - datetime.fromisoformat(seen) > SEEN_EVERY:
        request.session[SEEN] = timezone.now().isoformat()


def open_sessions(person: User, this: str | None) -> tuple[OpenSession, ...]:
    """Those that have not ended: first the one with the key `this`, then as they were last seen."""
    rows = {row.session_key: row for row in SignIn.objects.filter(person=person)}
    living = Session.objects.filter(pk__in=list(rows), expire_date__gt=timezone.now())
    found = (_open_session(rows[each.pk], each.get_decoded(), person, this) for each in living)
    return tuple(sorted(filter(None, found), key=lambda each: (not each.is_this, -each.seen_at.timestamp())))


def session_keys(person_id: UUID, ids: Collection[UUID] | None, but: str | None) -> list[str]:
    """Of these sign-ins of the person, or (`ids` None) of all, without `but`."""
    rows = SignIn.objects.filter(person_id=person_id).exclude(session_key=but or "")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return list(rows.values_list("session_key", flat=True))


def end_sessions_of(keys: Collection[str]) -> None:
    """Whoever has one of them is nobody from now on; doors that are open close by the event of it."""
    for key in keys:
        SessionStore(key).delete()
    SignIn.objects.filter(session_key__in=list(keys)).delete()


def tidy() -> None:
    """Sessions that ended by themselves go, and rows of ours whose session is gone: also of people who do not
    come back (settings.EVENT_CHORES)."""
    ended = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")
    Session.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[:ROWS_AT_ONCE])).delete()
    lost = SignIn.objects.exclude(Exists(Session.objects.filter(pk=OuterRef("session_key"))))
    SignIn.objects.filter(pk__in=list(lost.values_list("pk", flat=True)[:ROWS_AT_ONCE])).delete()


def _forget_ended(person: User, now: datetime) -> None:
    rows = SignIn.objects.filter(person=person)
    keys = set(rows.values_list("session_key", flat=True))
    living = Session.objects.filter(pk__in=keys, expire_date__gt=now).values_list("pk", flat=True)
    rows.filter(session_key__in=keys.difference(living)).delete()


def _open_session(row: SignIn, session: dict[str, Any], person: User, this: str | None) -> OpenSession | None:
    """None for one that a new password has ended."""
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    seen = session.get(SEEN)
    return OpenSession(
        id=row.pk,
        browser=row.browser,
        system=row.system,
        begun_at=row.created_at,
        seen_at=datetime.fromisoformat(seen) if seen else row.created_at,
        is_this=row.session_key == this,
    )
