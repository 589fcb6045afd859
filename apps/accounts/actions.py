"""What changes people."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import get_hasher, identify_hasher, is_password_usable, make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError, action, refuse_other
from apps.events.ids import new_id
from apps.events.streams import person_stream
from apps.events.uniqueness import refuse_taken
from apps.events.unit import record

from .emails import checked_email
from .models import NAME_MAX, User
from .people import Actor, require_self
from .sign_ins import end_sessions_of, session_keys


@action
def create_person(
    *,
    email: str,
    name: str,
    password: str | None,
    first_language: str = "",
    staff: bool = False,
    person_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> User:
    """Sign up, with no language chosen: mails are in `first_language`. A password of None cannot sign in.
    Raises RefusedError for an address that is taken."""
    email, id = checked_email(email), person_id or new_id()
    name, first_language = _named(name, email), _checked_language(first_language)
    hashed = make_password(password)  # slow by design, so before the unit of work
    with record(
        "person_created", person_stream(id), actor_id=id, operation_id=operation_id, about_id=id
    ) as change:
        person = User(
            id=id,
            email=email,
            name=name,
            first_language=first_language,
            password=hashed,
            is_staff=staff,
            is_superuser=staff,
            created_at=timezone.now(),
        )
        with refuse_taken(_("There is an account with this address already."), "email"):
            return change.insert(person)


@action
def rename_person(actor: Actor, person_id: UUID, *, name: str, operation_id: UUID | None = None) -> User:
    require_self(actor, person_id)
    with record(
        "person_renamed",
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        person = User.objects.get(pk=person_id)
        change.update(person, name=_named(name, person.email))
        return person


@action
def choose_language(
    actor: Actor, person_id: UUID, *, language: str, operation_id: UUID | None = None
) -> User:
    """Speak to them in one of settings.LANGUAGES from now on; '': in that of the browser they use."""
    require_self(actor, person_id)
    with record(
        "language_changed",
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        person = User.objects.get(pk=person_id)
        change.update(person, language=_checked_language(language))
        return person


@action
def change_password(
    actor: Actor,
    person_id: UUID,
    *,
    password: str,
    replaces: str | None = None,
    operation_id: UUID | None = None,
) -> User:
    """Set a new password. Every session of the person ends with it (their hash changes).

    `replaces` is the stored hash that the permission rests on (an old password or a mailed link was
    held against it): RefusedError if it is another one by now, so a link works once.
    """
    require_self(actor, person_id)
    hashed = make_password(password)
    with record(
        "password_changed",
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        person = User.objects.get(pk=person_id)
        if replaces not in (None, person.password):
            raise RefusedError(_("The password was changed a moment ago. Please try again."))
        change.update(person, password=hashed)
        return person


@action
def note_sign_in(person_id: UUID, *, password: str = "", operation_id: UUID | None = None) -> User:
    """Put a sign-in on the person's stream, and return the person as they are now.

    `password` is the one that was just checked: where its stored hash is of an older kind, it is
    hashed anew. Sessions elsewhere end with the old hash.
    """
    stored = User.objects.values_list("password", flat=True).get(pk=person_id)
    renewed = make_password(password) if password and _outdated(stored) else stored
    with record(
        "person_signed_in",
        person_stream(person_id),
        actor_id=person_id,
        operation_id=operation_id,
        about_id=person_id,
        always=True,
    ) as change:
        person = User.objects.get(pk=person_id)
        if person.password == stored:  # else it was changed a moment ago, by another sign-in perhaps
            change.update(person, password=renewed)
        return person


@action
def note_sign_out(person_id: UUID, session_key: str, *, operation_id: UUID | None = None) -> None:
    """End a session, and put that on the person's stream: doors that were opened to it close with the
    event, in every process."""
    with record(
        "person_signed_out",
        person_stream(person_id),
        actor_id=person_id,
        operation_id=operation_id,
        about_id=person_id,
        always=True,
    ):
        end_sessions_of([session_key])


@action
def end_sessions(
    actor: Actor,
    person_id: UUID,
    *,
    ids: Collection[UUID] | None = None,
    but: str | None = None,
    operation_id: UUID | None = None,
) -> int:
    """End those of a person's sign-ins that are named, or all, without the session with the key `but`:
    doors that were opened to them close with the event, in every process. Returns how many ended; what
    is no sign-in of theirs, or no more, is passed over."""
    require_self(actor, person_id)
    if not session_keys(person_id, ids, but):
        return 0
    with record(
        "person_signed_out",
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
        always=True,
    ):
        keys = session_keys(person_id, ids, but)
        end_sessions_of(keys)
        return len(keys)


def _outdated(encoded: str) -> bool:
    """Whether the hash was made by another hasher than today's, or with less work."""
    if not is_password_usable(encoded):
        return False
    preferred = get_hasher()
    return identify_hasher(encoded).algorithm != preferred.algorithm or preferred.must_update(encoded)


def _checked_language(language: str) -> str:
    if language:
        refuse_other(language, dict(settings.LANGUAGES), "language")
    return language


def _named(name: str, email: str) -> str:
    """The name as given, else what stands before the @; RefusedError above NAME_MAX."""
    name = " ".join(name.split()) or email.partition("@")[0]
    if len(name) > NAME_MAX:
        raise RefusedError(_("A name has at most %(max)d characters.") % {"max": NAME_MAX}, "name")
    return name
