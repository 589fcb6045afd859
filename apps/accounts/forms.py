"""What people type about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from .models import EMAIL_MAX, NAME_MAX, User, normal_email

NEXT_MAX = 2000
PASSWORD_MAX = 256  # characters; hashing longer ones would be work for nothing


def password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Spaces at its ends belong to a password."""
    return forms.CharField(
        label=label,
        max_length=PASSWORD_MAX,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def email_field(autocomplete: str, **options: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
    return forms.EmailField(label=_("E-mail address"), max_length=EMAIL_MAX, widget=widget, **options)


def name_field(**options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label=_("Name"), max_length=NAME_MAX, widget=widget, **options)


class SignInForm(forms.Form):
    email = email_field("username")
    password = password_field(_("Password"), "current-password")
    next = forms.CharField(required=False, max_length=NEXT_MAX, widget=forms.HiddenInput)


class SignUpForm(forms.Form):
    name = name_field()
    email = email_field("email")
    password = password_field(_("Password"), "new-password", _("At least 8 characters."))
    next = forms.CharField(required=False, max_length=NEXT_MAX, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        person = User(email=normal_email(values.get("email", "")), name=values.get("name", ""))
        check_new_password(self, "password", person)
        return values


class SignUpByMailForm(forms.Form):
    """The password is chosen behind the link."""

    name = name_field()
    email = email_field("email")
    next = forms.CharField(required=False, max_length=NEXT_MAX, widget=forms.HiddenInput)


class AccountForm(forms.Form):
    name = name_field()


class LanguageForm(forms.Form):
    """Languages call themselves by their own names."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser asks for")), *settings.LANGUAGES],
        widget=forms.RadioSelect,
        help_text=_("Of buttons, mails and dates. The pages of a handbook stay in the handbook's language."),
    )


class PasswordResetForm(forms.Form):
    email = email_field("email")


class NewPasswordForm(forms.Form):
    """For the person who holds a valid link."""

    password = password_field(_("New password"), "new-password", _("At least 8 characters."))

    def __init__(self, person: User, *args: Any) -> None:
        super().__init__(*args)
        self.person = person

    def clean(self) -> dict[str, Any]:
        check_new_password(self, "password", self.person)
        return self.cleaned_data


class PasswordChangeForm(NewPasswordForm):
    old_password = password_field(_("Your password now"), "current-password")
    field_order = ("old_password", "password")
    wrong = "wrong"  # code of the error of an old password that is another

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not self.person.check_password(old):
            raise forms.ValidationError(_("This is not your password."), self.wrong)
        return old


def check_new_password(form: forms.Form, name: str, person: User) -> None:
    """Hold the field `name` against AUTH_PASSWORD_VALIDATORS."""
    if name in form.cleaned_data:
        try:
            password_validation.validate_password(form.cleaned_data[name], person)
        except forms.ValidationError as error:
            form.add_error(name, error)
