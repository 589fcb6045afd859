"""A form of what somebody else may change while it is filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .formview import accepted, text_of


class MergingForm(forms.Form):
    """Its fields are attributes of `row`, as it stands. It carries, hidden, what it was drawn with.

    Fields that the sender left as they were give way to what stands now. Where both changed a field, and
    differently, it is not valid and says there what stands. Drawn again it carries that, so whoever sends it
    then has seen it and has the last word. What is sent without what it was drawn with is compared with what
    stands.

    `own` are the fields that the sender changed, `theirs` those that others changed meanwhile.
    """

    def __init__(self, row: object, data: QueryDict | None, **options: Any) -> None:
        initial = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(data, initial=initial, **options)
        self.own: list[str] = []
        self.theirs: list[str] = []
        self._contested: list[str] = []
        for field in self.fields.values():
            field.show_hidden_initial = True
        if data is not None:
            self.data = {**data.dict(), **{name: self._settled(name, data) for name in self.fields}}

    def both(self, name: str, drawn: str, stands: str, mine: str) -> str | None:
        """What a field holds that has the changes of both in it; None where that cannot be."""
        return None

    def clean(self) -> dict[str, Any] | None:
        for name in self._contested:
            self.add_error(name, self._overtaken(name))
        return super().clean()

    def _settled(self, name: str, data: QueryDict) -> str:
        stands = text_of(self.fields[name], self.initial[name])
        drawn = data.get(self.add_initial_prefix(name), stands)
        mine = data.get(name, drawn)
        if drawn != stands:
            self.theirs.append(name)
        if mine in (drawn, stands):
            return stands
        self.own.append(name)
        found = mine if drawn == stands else self.both(name, drawn, stands, mine)
        if found is None:
            self._contested.append(name)
        return mine if found is None else found

    def _overtaken(self, name: str) -> str:
        value, text = self.initial[name], text_of(self.fields[name], self.initial[name])
        if isinstance(value, date):
            text = date_format(value)
        for choice, label in getattr(self.fields[name], "choices", ()):
            text = str(label) if str(choice) == text else text
        if not text:
            return _("Meanwhile somebody else emptied this. Save again to have it as it stands here.")
        said = _(
            "Meanwhile somebody else changed this to “%(value)s”. Save again to have it as it stands here."
        )
        return said % {"value": text}


def merged(form: MergingForm, act: Callable[..., Any]) -> bool:
    """accepted() of what the sender changed alone: `act(was=what that was, **them)`. Where that is nothing,
    there is nothing to do."""

    def change(**values: Any) -> None:
        if form.own:
            was = {name: form.initial[name] for name in form.own}
            act(was=was, **{name: values[name] for name in form.own})

    return accepted(form, change)
