"""People who sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked

EMAIL_MAX = 254
NAME_MAX = 100
LANGUAGE_MAX = 15


def normal_email(email: str) -> str:
    """One spelling of an address: people do not remember how they wrote it."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normal_email(username or ""))

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        from .actions import create_person

        return create_person(email=email, name=fields.get("name", ""), password=password, staff=True)


class User(Tracked, AbstractBaseUser, PermissionsMixin):
    entity = "person"
    presence = ("password", "is_active", "is_staff")  # for whom a gate stands open

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True, max_length=EMAIL_MAX)
    name = models.CharField(max_length=NAME_MAX)
    # One of LANGUAGES; '': their browser's.
    language = models.CharField(max_length=LANGUAGE_MAX, blank=True, default="")
    # In which they signed up: of mails, while none is chosen.
    first_language = models.CharField(max_length=LANGUAGE_MAX, blank=True, default="")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_login = None  # a sign-in is an event on the person's stream

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Without Django's upgrade of the hash on the side: only actions write."""
        return check_password(raw_password, self.password)


class SignIn(models.Model):
    """A session somebody signed in with: what Django's own table cannot say of it. It goes with the
    session, and like that carries no truth of the domain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} since {self.created_at}"


class Tries(models.Model):
    """How often something was tried since `begun_at`."""

    id = models.CharField(primary_key=True, max_length=100)  # what, and a digest of who
    count = models.PositiveIntegerField()
    begun_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.id}: {self.count}"
