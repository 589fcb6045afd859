"""manage.py invalidate: what is cached of a page, a tag, a handbook or of all is made anew."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.people import SYSTEM
from apps.caching.marks import State
from apps.caching.tags import ROOT
from apps.events.actions import RefusedError
from apps.tenants.models import Handbook

from ...actions import drop_cached
from ...targets import Target, target_of_handbook, target_of_subtree, target_of_tag, target_of_url


class Command(BaseCommand):
    help = "Drop what is cached: the next reader is given what is true now. Running servers hear it at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--url", help="one page, by its address on this site")
        what.add_argument("--below", metavar="URL", help="a page and all below it")
        what.add_argument(
            "--tag", nargs=2, metavar=("SLUG", "TAG"), help="what depends on a tag of a handbook"
        )
        what.add_argument("--handbook", metavar="SLUG", help="all of a handbook")
        what.add_argument("--all", action="store_true", help="all of every handbook")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--gone", action="store_true", help="never serve the old, not even where making fails"
        )
        how.add_argument("--renew", action="store_true", help="serve the old once more while it is made anew")
        parser.add_argument("--warm", action="store_true", help="make it anew at once, before anybody asks")

    def handle(self, *_args: Any, gone: bool, renew: bool, warm: bool, **options: Any) -> None:
        state = State.GONE if gone else State.EXPIRED if renew else State.CHANGED
        try:
            targets = list(_targets(options))
            for target in targets:
                drop_cached(SYSTEM, target.handbook_id, tags=[target.tag], state=state, warm=warm)
        except RefusedError as refused:
            raise CommandError(f"Nothing was dropped. {refused.message}") from refused
        for target in targets:
            self.stdout.write(f"{state.name.lower()}: {target.tag} of {target.handbook_id}")


def _targets(options: dict[str, Any]) -> Iterator[Target]:
    if options["url"]:
        yield target_of_url(options["url"])
    elif options["below"]:
        yield target_of_subtree(options["below"])
    elif options["tag"]:
        yield target_of_tag(*options["tag"])
    elif options["handbook"]:
        yield target_of_handbook(options["handbook"])
    else:
        yield from (Target(id, ROOT) for id in Handbook.objects.values_list("pk", flat=True))
