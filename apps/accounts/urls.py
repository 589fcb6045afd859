"""Addresses of people: `/-/...`."""

from django.urls import path
from django.views.generic import RedirectView

from .views import account, language, passwords, signing, signing_up

app_name = "accounts"
urlpatterns = [
    path("bar/", account.bar, name="bar"),
    path("account/", account.account, name="account"),
    path("language/", language.language, name="language"),
    path("account/sessions/end/", account.end_others, name="end_other_sessions"),
    path("account/sessions/<uuid:sign_in_id>/end/", account.end_session, name="end_session"),
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-up/", signing_up.sign_up, name="sign_up"),
    path("sign-up/sent/", signing_up.sign_up_sent, name="sign_up_sent"),
    path("sign-up/<str:token>/", signing_up.sign_up_confirm, name="sign_up_confirm"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("signed-out/", signing.signed_out, name="signed_out"),
    path("password/", passwords.password_change, name="password_change"),
    path("password/changed/", passwords.password_change_done, name="password_change_done"),
    path("password/reset/", passwords.password_reset, name="password_reset"),
    path("password/reset/sent/", passwords.password_reset_done, name="password_reset_done"),
    path("password/reset/complete/", passwords.password_reset_complete, name="password_reset_complete"),
    path(
        "password/reset/<uuid:person_id>/<str:token>/",
        passwords.password_reset_confirm,
        name="password_reset_confirm",
    ),
    # Before the admin's own of these names, which would write on the side.
    path("staff/login/", signing.staff_sign_in),
    path("staff/logout/", signing.sign_out),
    path("staff/password_change/", RedirectView.as_view(pattern_name="accounts:password_change")),
]
