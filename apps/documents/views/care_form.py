"""The form of a page's care, whose tags two people may change at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.mergingform import MergingForm

from ..actions.care import MONTHS_MAX
from ..models import Care
from ..selectors.care_form import owner_choices
from ..selectors.handbook import HandbookView


class TagsField(forms.CharField):
    """Names with commas between them, as a list of names."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return super().clean(value).split(",")


class CareForm(MergingForm):
    owner_id = forms.TypedChoiceField(
        coerce=UUID,
        empty_value=None,
        label=gettext_lazy("Who looks after it"),
        required=False,
        help_text=gettext_lazy("They are told when it is to be reviewed."),
    )
    tags = TagsField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("With commas between them. Readers find pages by them."),
    )
    review_on = forms.DateField(
        label=gettext_lazy("To be reviewed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    review_every_months = forms.IntegerField(
        label=gettext_lazy("And then again after so many months"),
        required=False,
        min_value=1,
        max_value=MONTHS_MAX,
    )

    def __init__(self, handbook: HandbookView, care: Care, data: QueryDict | None) -> None:
        super().__init__(care, data)
        owner: Any = self.fields["owner_id"]
        owner.choices = [("", _("Nobody")), *owner_choices(handbook, care.owner)]

    def both(self, name: str, drawn: str, stands: str, mine: str) -> str | None:
        return _both_tags(drawn, stands, mine) if name == "tags" else None


def _both_tags(drawn: str, stands: str, mine: str) -> str:
    """The tags that stand, with those that were added to what was drawn and without those taken away."""
    before, now, new = (
        {" ".join(tag.split()).casefold(): tag.strip() for tag in text.split(",") if tag.strip()}
        for text in (drawn, stands, mine)
    )
    kept = [
        now[key] if tag == before.get(key) else tag
        for key, tag in new.items()
        if key in now or key not in before
    ]
    others = [tag for key, tag in now.items() if key not in new and key not in before]
    return ", ".join(kept + others)
