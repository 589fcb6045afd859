"""A Django form as templates see it."""

from __future__ import annotations

from django import forms

from apps.accounts.formview import Choice, Field, HelpedRadios, Swatches, accepted, form_view
from apps.events.actions import RefusedError

AB = [("a", "A"), ("b", "B")]


class EveryKind(forms.Form):
    title = forms.CharField(label="Title", max_length=10, help_text="Short.")
    email = forms.EmailField(required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(widget=forms.PasswordInput)
    note = forms.CharField(widget=forms.Textarea, required=False)
    role = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=HelpedRadios({"b": "Better."}), initial="b"
    )
    color = forms.ChoiceField(choices=[("lake", "Lake")], widget=Swatches("color"))
    language = forms.ChoiceField(choices=[("en", "English")])
    loud = forms.BooleanField(required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)


def by_name(form: forms.Form) -> dict[str, Field]:
    return {field.name: field for field in form_view(form, "/send/").fields}


def test_each_field_says_what_it_is():
    found = by_name(EveryKind())
    assert {name: field.kind for name, field in found.items()} == {
        "title": "text",
        "email": "email",
        "password": "password",
        "note": "textarea",
        "role": "radio",
        "color": "color",
        "language": "select",
        "loud": "checkbox",
        "next": "hidden",
    }
    assert found["title"] == Field(
        "title", "id_title", "Title", "text", "", "Short.", (), True, "", (), 10, False
    )
    assert found["email"].autocomplete == "email"
    assert not found["email"].required
    assert found["role"].choices == (Choice("a", "A"), Choice("b", "B", selected=True, help="Better."))


def test_what_was_typed_is_kept_but_no_password():
    typed = {"title": "far too long a title", "password": "secret", "role": "a", "loud": "on", "note": "<b>"}
    form = EveryKind(typed)
    found = by_name(form)
    assert not form.is_valid()
    assert {name: field.value for name, field in found.items() if field.value} == {
        "title": "far too long a title",
        "role": "a",
        "loud": "True",
        "note": "<b>",
    }
    assert found["loud"].checked
    assert found["title"].errors == ("Ensure this value has at most 10 characters (it has 20).",)
    assert [choice.selected for choice in found["role"].choices] == [True, False]


class Short(forms.Form):
    title = forms.CharField()
    note = forms.CharField(required=False)


def test_a_refusal_stands_beside_its_field_or_above_the_form():
    for field, expected in (("title", ((), ("No.",))), ("", (("No.",), ())), ("gone", (("No.",), ()))):
        form = Short({"title": "a"})

        def refuse(field: str = field, **values: str) -> None:
            raise RefusedError("No.", field)

        assert not accepted(form, refuse)
        view = form_view(form, "/send/")
        assert (view.errors, view.fields[0].errors) == expected
        assert view.fields[0].value == "a"


def test_an_action_gets_the_values_that_are_named_and_only_valid_ones():
    calls: list[dict[str, str]] = []
    assert accepted(Short({"title": " a "}), lambda **values: calls.append(values))
    assert accepted(Short({"title": "a"}), lambda **values: calls.append(values), "title")
    assert not accepted(Short({"title": ""}), lambda **values: calls.append(values))
    assert calls == [{"title": "a", "note": ""}, {"title": "a"}]
