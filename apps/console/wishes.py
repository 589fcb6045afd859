"""What an admin asks for by hand: which pages, and what is to become of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.formview import HelpedRadios
from apps.accounts.people import Actor
from apps.caching.marks import State
from apps.caching.tags import ROOT, page_tag
from apps.documents.selectors.handbook import HandbookView
from apps.events.actions import RefusedError
from apps.rendering.actions import drop_cached
from apps.rendering.models import CachedPage
from apps.rendering.targets import path_of, target_of_subtree, target_of_tag, target_of_url

WHICH: Final = {
    "page": gettext_lazy("One page"),
    "below": gettext_lazy("A page and all below it"),
    "tag": gettext_lazy("What depends on a tag"),
    "handbook": gettext_lazy("The whole handbook"),
}
WHICH_HELP: Final = {
    "page": gettext_lazy("By its address."),
    "below": gettext_lazy("By the address of the uppermost."),
    "tag": gettext_lazy("As a cached page lists them, or a coarser one: document.title, document."),
    "handbook": gettext_lazy("You are asked once more."),
}
FATE: Final = {
    "renew": gettext_lazy("Renew"),
    "drop": gettext_lazy("Drop"),
    "gone": gettext_lazy("Drop as gone"),
    "warm": gettext_lazy("Warm"),
}
FATE_HELP: Final = {
    "renew": gettext_lazy("Made anew at once; until then the old one is served."),
    "drop": gettext_lazy("The old one is served to nobody; the next reader has it made anew."),
    "gone": gettext_lazy("As dropped, and the old one is not served even where making a new one fails."),
    "warm": gettext_lazy("What is missing or old is made at once; what is fresh stays."),
}
OF_FATE: Final[dict[str, tuple[State | None, bool]]] = {
    "renew": (State.EXPIRED, True),
    "drop": (State.CHANGED, False),
    "gone": (State.GONE, False),
    "warm": (None, True),
}


class FateForm(forms.Form):
    fate = forms.ChoiceField(
        label=gettext_lazy("What is to become of them"),
        choices=list(FATE.items()),
        initial="drop",
        widget=HelpedRadios(FATE_HELP),
    )


class WishForm(FateForm):
    which = forms.ChoiceField(
        label=gettext_lazy("Which pages"),
        choices=list(WHICH.items()),
        initial="page",
        widget=HelpedRadios(WHICH_HELP),
    )
    value = forms.CharField(
        label=gettext_lazy("Address or tag"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("Of a page its address, of a tag its name, of the whole handbook nothing."),
    )
    field_order = ("which", "value", "fate")

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("which") != "handbook" and "value" in values and not values["value"]:
            self.add_error("value", _("Say which: an address that begins with /, or a tag."))
        return values


@dataclass(frozen=True)
class Wish:
    """`tag` of the handbook, and a name of FATE."""

    handbook_id: UUID
    tag: str
    fate: str


def tag_of(handbook: HandbookView, which: str, value: str) -> str:
    """Raises RefusedError, whose field is `value`."""
    try:
        return _tag_of(handbook, which, value.strip())
    except RefusedError as refused:
        raise RefusedError(refused.message, "value") from refused


def _tag_of(handbook: HandbookView, which: str, value: str) -> str:
    if which == "handbook":
        return ROOT
    if which == "tag":
        return target_of_tag(handbook.slug, value).tag
    path = path_of(value)
    if not path.startswith(handbook.url):
        said = {"value": value, "begins": handbook.url}
        text = _("“%(value)s” is not in this handbook: its addresses begin with %(begins)s")
        raise RefusedError(text % said)
    if which == "below":
        return target_of_subtree(value).tag
    kept = CachedPage.objects.filter(handbook_id=handbook.id, address__startswith=path)
    if any(address.partition("?")[0] == path for address in kept.values_list("address", flat=True)):
        return page_tag(path)  # also of a page that readers may no longer see
    return target_of_url(value).tag


def fulfil(actor: Actor, *wishes: Wish) -> UUID:
    """Do it; the operation's id, by which its events are found. Raises RefusedError."""
    operation = uuid4()
    for wish in wishes:
        state, warm = OF_FATE[wish.fate]
        drop_cached(actor, wish.handbook_id, tags=[wish.tag], state=state, warm=warm, operation_id=operation)
    return operation
