"""Making a handbook, and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.formview import REFUSED, HelpedRadios, Swatches, accepted, form_view
from apps.accounts.languages import spoken
from apps.accounts.mergingform import MergingForm, merged
from apps.accounts.people import actor_of
from apps.accounts.personal import personal
from apps.events.actions import RefusedError
from apps.tenants.actions import SLUG_MAX, TITLE_MAX, change_handbook
from apps.tenants.models import COLORS, ICONS, Handbook
from apps.tenants.permissions import Right

from ..actions.handbooks import open_handbook
from ..selectors.front import ending_of
from ..selectors.handbook import HandbookView, page_url
from .access import enter

VISIBILITY = {"public": gettext_lazy("Open to everybody"), "private": gettext_lazy("Members only")}
VISIBILITY_HELP = {
    "public": gettext_lazy("Everybody can read it, without an account."),
    "private": gettext_lazy("Only members know that it is there."),
}
NAMES = {
    "moss": gettext_lazy("Moss"),
    "pine": gettext_lazy("Pine"),
    "lake": gettext_lazy("Lake"),
    "sky": gettext_lazy("Sky"),
    "heather": gettext_lazy("Heather"),
    "rose": gettext_lazy("Rose"),
    "clay": gettext_lazy("Clay"),
    "amber": gettext_lazy("Amber"),
    "slate": gettext_lazy("Slate"),
    "cairn": gettext_lazy("Cairn"),
    "book": gettext_lazy("Book"),
    "compass": gettext_lazy("Compass"),
    "anchor": gettext_lazy("Anchor"),
    "leaf": gettext_lazy("Leaf"),
    "flask": gettext_lazy("Flask"),
    "heart": gettext_lazy("Heart"),
    "wrench": gettext_lazy("Wrench"),
    "people": gettext_lazy("People"),
    "shield": gettext_lazy("Shield"),
    "bolt": gettext_lazy("Bolt"),
    "star": gettext_lazy("Star"),
}


# By the name that those who speak it look for.
LANGUAGES = sorted(
    ((code, str(get_language_info(code)["name_local"])) for code, _name in settings.HANDBOOK_LANGUAGES),
    key=lambda language: language[1].casefold(),
)


class VisibilityField(forms.TypedChoiceField):
    """Whether everybody may read, by the name of what is chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=VISIBILITY.items(),
            coerce=lambda name: name == "public",
            widget=HelpedRadios(VISIBILITY_HELP),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return ("private", "public")[value] if isinstance(value, bool) else value


class HandbookForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_MAX)
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=SLUG_MAX,
        help_text=gettext_lazy("Letters a-z, digits and -. Links from elsewhere lead to it, so keep it."),
    )
    is_public = VisibilityField(label=gettext_lazy("Who may read"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    color = forms.ChoiceField(
        label=gettext_lazy("Colour"),
        choices=[(name, NAMES[name]) for name in COLORS],
        widget=Swatches("color"),
    )
    icon = forms.ChoiceField(
        label=gettext_lazy("Sign"), choices=[(name, NAMES[name]) for name in ICONS], widget=Swatches("icon")
    )


class NewHandbookForm(HandbookForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Letters a-z, digits and -. Left empty, it is made from the title.")


class SettingsForm(MergingForm, HandbookForm):
    pass


NEW = {"is_public": "private", "color": "lake", "icon": "cairn"}


@dataclass(frozen=True)
class Look:
    """What is chosen so far; what cannot be, as it is by default."""

    title: str
    color: str
    icon: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_handbook(request: HttpRequest) -> HttpResponse:
    form = NewHandbookForm(
        request.POST if request.method == "POST" else None, initial={**NEW, "language": spoken()}
    )
    opened: list[Handbook] = []

    def act(slug: str, title: str, **values: Any) -> None:
        slug = slug or proposed_slug(title)
        opened.append(open_handbook(actor_of(request.user), slug=slug, title=title, **values))

    if form.is_bound and accepted(form, act):
        return redirect(page_url(opened[0].slug, ""))
    return _page(request, form, reverse("documents:new_handbook"), None, "/")


def proposed_slug(title: str) -> str:
    """Raises RefusedError for a title without letters that an address can have."""
    slug = slugify(title).replace("_", "-")[:SLUG_MAX].strip("-")
    if not slug:
        text = _("The title has no letter from a to z to make an address of. Please write one.")
        raise RefusedError(text, "slug")
    return slug


@require_http_methods(["GET", "HEAD", "POST"])
def handbook_settings(request: HttpRequest, handbook: str) -> HttpResponse:
    entry = enter(request, handbook, Right.MANAGE)
    book = entry.handbook
    form = SettingsForm(book, request.POST if request.method == "POST" else None)
    if form.is_bound and merged(form, partial(change_handbook, entry.actor, book.id)):
        messages.success(request, _("Saved."))
        slug = Handbook.objects.values_list("slug", flat=True).get(pk=book.id)
        return redirect("documents:settings", handbook=slug)
    return _page(request, form, book.settings_url, book, book.url)


def _page(
    request: HttpRequest, form: HandbookForm, action: str, handbook: HandbookView | None, cancel_url: str
) -> HttpResponse:
    return personal(
        request,
        "tenants/handbook_form.html",
        REFUSED if form.is_bound else 200,
        form=form_view(form, action),
        handbook=handbook,
        look=_look(form),
        cancel_url=cancel_url,
        ending=ending_of(Handbook.objects.get(pk=handbook.id)) if handbook else None,
        delete_url=reverse("documents:delete_handbook", kwargs={"handbook": handbook.slug})
        if handbook
        else None,
    )


def _look(form: HandbookForm) -> Look:
    color, icon = (str(form[name].value()) for name in ("color", "icon"))
    return Look(
        title=str(form["title"].value() or "").strip(),
        color=color if color in COLORS else NEW["color"],
        icon=icon if icon in ICONS else NEW["icon"],
    )
