"""POST /-/api/invalidate: what a script with a token may drop.

Authorization: Bearer SECRET
{"url": "/cairn/a/"}            or "below", "tag" or "handbook" (its slug); exactly one
{"gone": true, "warm": true}    beside it, both false by default
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.accounts.addresses import client_address
from apps.accounts.people import SYSTEM
from apps.accounts.throttles import Throttle
from apps.caching.marks import State
from apps.events.actions import RefusedError, refuse_other
from apps.tenants.models import Handbook

from .actions import digest_of, drop_cached
from .models import ApiToken
from .targets import Target, path_of, target_of_handbook, target_of_subtree, target_of_tag, target_of_url

logger = logging.getLogger(__name__)

BODY_MAX_BYTES: Final = 10_000
CALLS_A_MINUTE: Final = 60  # of one token
TRIES_A_MINUTE: Final = 20  # of one address, with tokens that are none


@csrf_exempt
@require_POST
def invalidate(request: HttpRequest) -> JsonResponse:
    token = _token(request)
    if token is None:
        if Throttle("api-refused", TRIES_A_MINUTE, 60).count(client_address(request)):
            return _refused(429, _("Too many tries; wait a minute."))
        return _refused(401, _("Send a token that is valid: Authorization: Bearer ..."))
    if Throttle("api", CALLS_A_MINUTE, 60).count(token.pk):
        return _refused(429, _("At most %d calls a minute are allowed.") % CALLS_A_MINUTE)
    try:
        asked = _asked(request)
        slug = Handbook.objects.values_list("slug", flat=True).get(pk=token.handbook_id)
        if _slug_of(asked) not in ("", slug):
            logger.warning("Token %s of /%s/ asked for /%s/", token.pk, slug, _slug_of(asked))
            return _refused(403, _("This token is for another handbook."))
        target = _target(asked, slug)
        state = State.GONE if asked.get("gone") else State.CHANGED
        drop_cached(
            SYSTEM,
            target.handbook_id,
            tags=[target.tag],
            state=state,
            warm=asked.get("warm", False),
            by_token=token.pk,
        )
    except RefusedError as refused:
        return _refused(422, refused.message)
    return JsonResponse({"dropped": target.tag, "state": state.name.lower()})


def _token(request: HttpRequest) -> ApiToken | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    return ApiToken.objects.filter(digest=digest_of(secret.strip()), revoked_at=None).first()


def _asked(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > BODY_MAX_BYTES:
        raise RefusedError(_("The body has more than %d bytes.") % BODY_MAX_BYTES)
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(_("The body is not JSON: %s") % error) from error
    if not isinstance(asked, dict):
        raise RefusedError(_("The body is no JSON object."))
    for name in sorted(asked):
        refuse_other(name, ("below", "gone", "handbook", "tag", "url", "warm"))
    for name in ("gone", "warm"):
        if not isinstance(asked.get(name, False), bool):
            raise RefusedError(_("“%s” is true or false.") % name)
    return asked


def _slug_of(asked: dict[str, Any]) -> str:
    """The handbook that is meant, whether or not there is one: a token tells nothing of others."""
    for name in ("url", "below", "handbook"):
        value = asked.get(name)
        if isinstance(value, str) and value:
            return path_of(value).strip("/").partition("/")[0]
    return ""


def _target(asked: dict[str, Any], slug: str) -> Target:
    named = {name: asked[name] for name in ("url", "below", "tag", "handbook") if asked.get(name)}
    if len(named) != 1 or not all(isinstance(value, str) for value in named.values()):
        raise RefusedError(_("Name exactly one of url, below, tag and handbook, as text."))
    ((name, value),) = named.items()
    if name == "url":
        return target_of_url(value)
    if name == "below":
        return target_of_subtree(value)
    if name == "handbook":
        return target_of_handbook(value)
    return target_of_tag(slug, value)


def _refused(status: int, message: str) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
