"""Dropping, renewing and warming by hand: an event like any other, so it is heard, replayed and audited."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.caching.marks import DROPPED, WARM, State
from apps.events.actions import RefusedError, action
from apps.events.streams import handbook_stream
from apps.events.touches import TOUCHES_MAX_BYTES, Touch, size_of
from apps.events.unit import record
from apps.tenants.permissions import NotFoundError, Right, require

from .models import ApiToken
from .targets import is_known

TOKEN_NAME_MAX = 100
TAGS_MAX = 100


@action
def drop_cached(
    actor: Actor,
    handbook_id: UUID,
    *,
    tags: Collection[str],
    state: State | None = State.CHANGED,
    warm: bool = False,
    by_token: UUID | None = None,
    operation_id: UUID | None = None,
) -> None:
    """Make whatever is cached below these tags EXPIRED (served while it is renewed), CHANGED (made anew
    before anybody sees it) or GONE (as CHANGED, and not even served where making fails). `warm`: what
    the servers keep of it is made anew at once; alone (`state` None) nothing is dropped. `by_token` is
    told by the event as what it is about, for the audit."""
    unknown = [tag for tag in tags if not is_known(tag)]
    if unknown:
        raise RefusedError(_("“%s” is no tag.") % unknown[0], "tag")
    if not 0 < len(tags) <= TAGS_MAX or not (state or warm):
        raise RefusedError(_("Name 1 to %d tags, and what is to become of them.") % TAGS_MAX, "tag")
    said = (*([state.name] if state else []), *([WARM] if warm else []))
    touches = [Touch(DROPPED, "~", said, tag) for tag in sorted(set(tags))]
    if any(size_of(touch) > TOUCHES_MAX_BYTES for touch in touches):  # rolled up, it would name no tag at all
        raise RefusedError(_("The tag is too long; name one above it."), "tag")
    with record(
        "cache_dropped" if state else "cache_warmed",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=by_token or handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        for touch in touches:
            change.tell(touch)


@action
def create_token(
    actor: Actor, handbook_id: UUID, *, name: str, operation_id: UUID | None = None
) -> tuple[ApiToken, str]:
    """A token for scripts that may drop what is cached of this handbook, and the secret, which is
    shown once: only its digest is kept."""
    name = " ".join(name.split())
    if not 0 < len(name) <= TOKEN_NAME_MAX:
        raise RefusedError(_("A name has 1 to %d characters.") % TOKEN_NAME_MAX, "name")
    secret = secrets.token_urlsafe(32)
    with record(
        "token_created",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        token = ApiToken(
            handbook_id=handbook_id,
            name=name,
            digest=digest_of(secret),
            created_by_id=actor.id,
            created_at=timezone.now(),
        )
        return change.insert(token), secret


@action
def revoke_token(
    actor: Actor, handbook_id: UUID, token_id: UUID, *, operation_id: UUID | None = None
) -> None:
    with record(
        "token_revoked",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        token = ApiToken.objects.filter(pk=token_id, handbook_id=handbook_id).first()
        if token is None:
            raise NotFoundError
        if token.revoked_at is None:
            change.update(token, revoked_at=timezone.now())


def digest_of(secret: str) -> str:
    """Secrets are long and random, so one round is enough."""
    return sha256(secret.encode()).hexdigest()
