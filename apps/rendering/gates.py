"""Gates: who may be given stored pages that are for members only.

A gate is a session held against its person and a handbook. It is remembered like a page, on the streams
of both: a sign-out, a new password, a changed role closes it in every process that has heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.caching.fills import Made, UnsettledError
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.process import fills, index
from apps.caching.reads import Reads
from apps.queries.projections import depends_on_all, depends_on_everything
from apps.tenants.models import Handbook, Membership
from apps.tenants.permissions import Right, right_of

GATE_S: Final = 300.0
GATES_MB: Final = 16
gates = Memory(GATES_MB * 1_000_000)


@dataclass(frozen=True)
class Gate:
    """Whether a session is of somebody who belongs to a handbook."""

    open: bool


def _key(session_key: str, handbook_id: UUID) -> tuple[bytes, UUID]:
    """Memory holds no session keys: whoever reads it could sign in with them."""
    return sha256(session_key.encode()).digest(), handbook_id


def remembered(session_key: str, handbook_id: UUID, now: float) -> Gate | None:
    """What memory says; None says nothing. Ask only while this process hears the log."""
    entry = gates.get("gates", _key(session_key, handbook_id))
    if entry is None or entry.state(index, now) is not State.FRESH:
        return None
    gate: Gate = entry.value
    return gate


async def gate_of(session_key: str, handbook_id: UUID) -> Gate:
    """As the tables say now. Where they change faster than they are read, Django's views decide."""
    key = _key(session_key, handbook_id)
    try:
        entry = await fills.fetch(gates, "gates", key, partial(_made, session_key, handbook_id))
    except UnsettledError:
        return Gate(open=False)
    gate: Gate = entry.value
    return gate


def _made(session_key: str, handbook_id: UUID, reads: Reads) -> Made:
    actor = _actor(session_key, handbook_id)
    ends = Session.objects.filter(pk=session_key).values_list("expire_date", flat=True).first()
    if ends is not None:
        reads.ends_in(max(0.0, (ends - timezone.now()).total_seconds()))
    right = right_of(actor, handbook_id) if actor else None
    gate = Gate(right is not None and right >= Right.TAKE_PART)
    return Made(gate, 100, GATE_S, storable=actor is not None)


def _actor(session_key: str, handbook_id: UUID) -> Actor | None:
    """Who the session is of. It is read again once its person's stream is watched: a sign-out in
    between would be missed."""
    person_id = _person_id(_session(session_key))
    if person_id is None:
        return None
    depends_on_everything(person_id)
    depends_on_all(handbook_id, Membership, by="gate_of")
    depends_on_all(handbook_id, Handbook, by="gate_of")  # one that is to be deleted is its owners' alone
    session = _session(session_key)
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None or _person_id(session) != person_id:
        return None
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    if not any(constant_time_compare(session.get(HASH_SESSION_KEY, ""), each) for each in hashes):
        return None
    return Actor(person.pk, person.is_staff)


def _session(session_key: str) -> dict[str, Any]:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    loaded: dict[str, Any] = store.load()
    return loaded


def _person_id(session: dict[str, Any]) -> UUID | None:
    try:
        return UUID(session[SESSION_KEY])
    except (KeyError, ValueError):
        return None
