"""The digest: what somebody has not read, by mail, once a day or a week."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Final

from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from apps.accounts.languages import language_of
from apps.accounts.mailing import PlainMail
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.accounts.site import site

from .actions import note_digest, note_failed_digest
from .conf import conf
from .models import Digest, Notification, Wishes
from .selectors import Row, rows_of

logger = logging.getLogger(__name__)
PEOPLE_AT_ONCE: Final = 100
ROWS_A_MAIL: Final = 50
RETRY_AFTER: Final = timedelta(hours=1)
MONDAY: Final = 0


def send_due(now: datetime | None = None) -> int:
    """Send the digests that are due (settings.EVENT_CHORES). Returns how many mails left. One that could
    not be sent is tried again after RETRY_AFTER, when nobody waits longer; one that was sent as the process
    died may come twice."""
    now = now or timezone.now()
    sent = 0
    for person in _whose(now):
        try:
            with translation.override(language_of(person)):  # nobody's request led to it
                sent += _send(person, now)
        except Exception as error:
            logger.exception("A digest could not be sent; it is tried again")
            note_failed_digest(person.pk)
            if _is_of_the_server(error):
                break
    return sent


def _is_of_the_server(error: Exception) -> bool:
    """Whether other mails would fail as well, each after a timeout perhaps; a mailbox may refuse its own."""
    return isinstance(error, OSError) and not isinstance(error, (SMTPRecipientsRefused, SMTPDataError))


def since_when(now: datetime, digest: str) -> datetime:
    """The newest moment at which a digest of this kind was due, by the clock of settings.TIME_ZONE."""
    now = timezone.localtime(now)
    due = now.replace(hour=conf.digest_hour, minute=0, second=0, microsecond=0)
    due = due if due <= now else due - timedelta(days=1)
    return due - timedelta(days=(due.weekday() - MONDAY) % 7) if digest == Digest.WEEKLY else due


def _whose(now: datetime) -> list[User]:
    """Those with something to send, who had no digest since the last one was due; who waits longest first."""
    waiting = Notification.objects.filter(read_at=None, mailed_at=None).values("person_id").distinct()
    off = Wishes.objects.filter(digest=Digest.OFF)
    had = Wishes.objects.filter(
        Q(digest=Digest.DAILY, digest_at__gte=since_when(now, Digest.DAILY))
        | Q(digest=Digest.WEEKLY, digest_at__gte=since_when(now, Digest.WEEKLY))
    )
    failed = Wishes.objects.filter(failed_at__gt=now - RETRY_AFTER)
    people = User.objects.filter(pk__in=waiting, is_active=True)
    for rows in (off, had, failed):
        people = people.exclude(pk__in=rows.values("pk"))
    longest = (F(f"wishes__{name}").asc(nulls_first=True) for name in ("failed_at", "digest_at"))
    return list(people.order_by(*longest, "pk")[:PEOPLE_AT_ONCE])


def _send(person: User, now: datetime) -> bool:
    wishes = Wishes.objects.filter(pk=person.pk).first() or Wishes(digest=Digest.DAILY)
    found = Notification.objects.filter(
        person_id=person.pk, read_at=None, mailed_at=None, at__lt=since_when(now, wishes.digest)
    ).exclude(kind__in=wishes.unmailed)
    waiting = list(found.order_by("-at", "pk")[:ROWS_A_MAIL])
    rows = rows_of(Actor(person.pk, person.is_staff), waiting)
    if rows:
        digest_mail(person, rows).send()
    note_digest(person.pk, [row.pk for row in waiting])
    return bool(rows)


def digest_mail(person: User, rows: tuple[Row, ...]) -> EmailMessage:
    """In the language that is active, as its rows are."""
    root = conf.site_url.rstrip("/")
    context = {
        "name": str(person),
        "site": site(),
        "rows": rows,
        "root": root,
        "wishes_url": root + reverse("notifications:wishes"),
    }
    text = render_to_string("notifications/digest.txt", context)
    subject = ngettext("%(num)d notification", "%(num)d notifications", len(rows)) % {"num": len(rows)}
    return PlainMail(
        f"{site().name}: {subject}",
        text.lstrip(),
        to=[person.email],
        headers={"List-Unsubscribe": f"<{context['wishes_url']}>", "Auto-Submitted": "auto-generated"},
    )
