"""The form of what a run is called and until when it is to be done."""

from __future__ import annotations

from functools import partial
from typing import Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.accounts.mergingform import MergingForm, merged
from apps.accounts.people import Actor

from ..actions.run_terms import change_run
from ..models.document import TITLE_MAX
from ..selectors.run_rows import RunRow
from .run_steps import operation_for

IDS: Final = "run-%s"


class TermsForm(MergingForm):
    title = forms.CharField(
        label=gettext_lazy("Name of this checklist"),
        max_length=TITLE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def saved_terms(request: HttpRequest, actor: Actor, row: RunRow) -> TermsForm:
    """What was sent; where it has errors, nothing was saved."""
    terms = TermsForm(row, request.POST, auto_id=IDS)
    operation_id = operation_for(request, "change", "")
    merged(terms, partial(change_run, actor, row.id, operation_id=operation_id))
    return terms
