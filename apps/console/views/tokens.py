"""Tokens of scripts that may drop what is cached of a handbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.formview import REFUSED, accepted, form_view
from apps.accounts.personal import personal
from apps.rendering.actions import TOKEN_NAME_MAX, create_token, revoke_token
from apps.rendering.models import ApiToken

from ..eventwords import Who
from ..rooms import Keeper, keeper


@dataclass(frozen=True)
class TokenRow:
    """`revoke_url` is None for one that is revoked."""

    name: str
    who: str
    created_at: datetime
    revoked_at: datetime | None
    revoke_url: str | None


@dataclass(frozen=True)
class NewToken:
    """`secret` is shown on this answer alone; `example` is a command that uses it."""

    name: str
    secret: str
    example: str


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=TOKEN_NAME_MAX,
        help_text=gettext_lazy("Of the script that will use it; the audit trail tells it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    who = keeper(request, slug)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made: list[tuple[ApiToken, str]] = []

    def act(name: str) -> None:
        made.append(create_token(who.actor, who.handbook.id, name=name))

    if form.is_bound and accepted(form, act):
        ((token, secret),) = made
        example = _example(request, secret, who.handbook.url)
        return _page(request, who, TokenForm(), NewToken(token.name, secret, example))
    return _page(request, who, form)


def _example(request: HttpRequest, secret: str, url: str) -> str:
    api_url = request.build_absolute_uri(reverse("rendering:invalidate"))
    return (
        f'curl -X POST {api_url} \\\n  -H "Authorization: Bearer {secret}" \\\n'
        f"""  -d '{{"below": "{url}", "warm": true}}'"""
    )


@require_POST
def revoke(request: HttpRequest, slug: str, token_id: UUID) -> HttpResponse:
    who = keeper(request, slug)
    revoke_token(who.actor, who.handbook.id, token_id)
    messages.success(request, _("Revoked: it opens nothing any more."))
    return redirect(who.rooms.tokens_url)


def _page(request: HttpRequest, who: Keeper, form: TokenForm, new: NewToken | None = None) -> HttpResponse:
    return personal(
        request,
        "console/tokens.html",
        REFUSED if form.is_bound else 200,
        handbook=who.handbook,
        rooms=who.rooms,
        rows=_rows(who),
        form=form_view(form, who.rooms.tokens_url),
        new=new,
    )


def _rows(keeper: Keeper) -> tuple[TokenRow, ...]:
    """Those that open something first, then the newest."""
    found = list(ApiToken.objects.filter(handbook_id=keeper.handbook.id).order_by("-created_at"))
    found.sort(key=lambda token: token.revoked_at is not None)
    who = Who([token.created_by_id for token in found])
    return tuple(
        TokenRow(
            name=token.name,
            who=who(token.created_by_id),
            created_at=token.created_at,
            revoked_at=token.revoked_at,
            revoke_url=_revoke_url(keeper, token) if token.revoked_at is None else None,
        )
        for token in found
    )


def _revoke_url(keeper: Keeper, token: ApiToken) -> str:
    return reverse("console:revoke", kwargs={"slug": keeper.handbook.slug, "token_id": token.pk})
