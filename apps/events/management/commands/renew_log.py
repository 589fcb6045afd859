"""After a restored backup: whoever remembers the lost positions must not take the new ones for them."""

from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand

from apps.events.guard import opened
from apps.events.models import Stream


class Command(BaseCommand):
    help = "Gives every stream a new log id: once after a backup was restored, before the site starts."

    def handle(self, *args: Any, **options: Any) -> None:
        with opened():
            count = Stream.objects.update(log_id=uuid4())
        self.stdout.write(f"{count} streams have a new log id.")
