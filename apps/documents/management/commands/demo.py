"""manage.py demo: the demo handbook and somebody who owns it, for development."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import SYSTEM
from apps.tenants.actions import add_member
from apps.tenants.models import Handbook, Membership, Role

SLUG, TITLE = "cairn", "Cairn"
EMAIL, PASSWORD = "demo@example.org", "walk-the-cairn"


class Command(BaseCommand):
    help = "Import docs/handbook as the public handbook `cairn`, with a demo owner. Only in development."

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo owner's password is known to all: only with CAIRN_DEBUG=yes.")
        call_command(
            "import_handbook",
            str(settings.BASE_DIR / "docs" / "handbook"),
            handbook=SLUG,
            title=TITLE,
            public=True,
            verbosity=options["verbosity"],
        )
        person = User.objects.filter(email=EMAIL).first()
        person = person or create_person(email=EMAIL, name="Demo Owner", password=PASSWORD)
        handbook = Handbook.objects.get(slug=SLUG)
        if not Membership.objects.filter(handbook=handbook, person=person).exists():
            add_member(SYSTEM, handbook.pk, email=EMAIL, role=Role.OWNER)
        self.stdout.write(f"Sign in as {EMAIL} with the password {PASSWORD}")
