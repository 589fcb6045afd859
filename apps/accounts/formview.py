"""A Django form as templates see it: frozen, texts ready, no password ever sent back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from apps.events.actions import RefusedError

NEVER_ECHOED = "password"
REFUSED = 422  # the status of a form that comes back


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    selected: bool = False
    depth: int = 0
    help: str = ""


@dataclass(frozen=True)
class Field:
    name: str
    id: str
    label: str
    kind: str
    value: str
    help: str
    errors: tuple[str, ...]
    required: bool
    autocomplete: str
    choices: tuple[Choice, ...]
    max_length: int | None
    checked: bool
    drawn: str | None = None  # what stands, of a form that carries what it was drawn with


@dataclass(frozen=True)
class FormView:
    """`errors` are those that belong to no field."""

    action: str
    fields: tuple[Field, ...]
    errors: tuple[str, ...]


class Swatches(forms.RadioSelect):
    """Choices that are drawn: `color` or `icon`."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.input_type = kind


class HelpedRadios(forms.RadioSelect):
    """Choices with a sentence each."""

    def __init__(self, helps: Mapping[Any, Any]) -> None:
        super().__init__()
        self.helps = helps


def accepted(form: forms.Form, act: Callable[..., Any], *names: str) -> bool:
    """Whether the form is valid and `act(**those of its values)` was not refused (no names: all).

    What was refused, and why, stands on the form afterwards, beside what was typed.
    """
    if not form.is_valid():
        return False
    try:
        act(**{name: form.cleaned_data[name] for name in names or form.cleaned_data})
    except RefusedError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def form_view(form: forms.Form, action: str) -> FormView:
    """`action`: the address that the form is sent to."""
    errors = tuple(str(error) for error in form.non_field_errors())
    return FormView(action, tuple(_field(bound) for bound in form), errors)


def _field(bound: forms.BoundField) -> Field:
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "textarea")
    value = bound.value()
    text = "" if value is None or kind == NEVER_ECHOED else str(value)
    return Field(
        name=bound.html_name,
        id=bound.auto_id,
        label=str(bound.label),
        kind=kind,
        value=text,
        help=str(bound.help_text),
        errors=tuple(str(error) for error in bound.errors),
        required=bound.field.required,
        autocomplete=widget.attrs.get("autocomplete", ""),
        choices=_choices(bound.field, text),
        max_length=getattr(bound.field, "max_length", None),
        checked=kind == "checkbox" and bool(value),
        drawn=text_of(bound.field, bound.initial) if bound.field.show_hidden_initial else None,
    )


def text_of(field: forms.Field, value: Any) -> str:
    """A value as the field's control holds it."""
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def _choices(field: forms.Field, chosen: str) -> tuple[Choice, ...]:
    if not isinstance(field, forms.ChoiceField):
        return ()
    helps = getattr(field.widget, "helps", {})
    choices: Any = field.choices
    return tuple(
        Choice(str(value), str(label), str(value) == chosen, help=str(helps.get(value, "")))
        for value, label in choices
    )
