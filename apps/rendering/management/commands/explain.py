"""manage.py explain URL: what a page is made of, and why servers answer as they do."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.caching.process import hearing
from apps.caching.reads import reading
from apps.events.actions import RefusedError
from apps.queries.projections import COARSE
from apps.store.client import StoreUnavailableError
from apps.store.process import store

from ...audit import Cause, Standing, audit_of, last_drop, stamp_of
from ...finding import Found
from ...models import CachedPage
from ...shelf import shared_pages
from ...targets import page_at


class Command(BaseCommand):
    help = "Tell how the page at URL is found, what it depends on, and what became of it since it was kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")

    def handle(self, *_args: Any, url: str, **_options: Any) -> None:
        try:
            found = page_at(url)
        except RefusedError as refused:
            raise CommandError(refused.message) from refused
        function = found.page.function
        self._say("page", f"{function.__module__}.{function.__qualname__}, fresh for {found.page.fresh_for}")
        self._say("handbook", f"{found.ref.slug} ({found.ref.id})")
        self._say("audience", found.audience)
        self._make(found)
        self._in_redis(found)
        kept = list(CachedPage.objects.filter(handbook_id=found.ref.id, address=found.address))
        if not kept:
            self._say("kept", "no server has kept it; the next request is a miss")
        audit = audit_of(kept)
        for page in kept:
            self._kept(page, audit.standing(page))

    def _make(self, found: Found) -> None:
        """Once more, here, to see what it costs and reads."""
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries, reading(hearing) as reads:
            reads.watch(found.ref.id)
            answer = found.page.make(found.ref, found.arguments, dict(found.query))
        took_ms = (time.perf_counter() - began) * 1000
        size = len(answer.body) if answer else 0
        self._say("made now", f"{took_ms:.1f} ms, {len(queries)} queries, {size} bytes")
        for stream, tags in reads.tags().items():
            self._say("depends on", f"{len(tags)} tags of stream {stream}")
            for tag in sorted(tags):
                self.stdout.write(f"             {tag}")
        for query, whole in COARSE.items():
            self._say("coarse", f"{query} depends on {whole}")

    def _in_redis(self, found: Found) -> None:
        shared = shared_pages()
        if shared is None or store is None:
            return
        name = shared.name(found.ref.id, found.key)
        try:
            left_ms = int(store.begin("PTTL", name, key=name).result())
        except StoreUnavailableError as error:
            self._say("redis", f"does not answer: {error}")
            return
        said = f"has it for {left_ms / 1000:.0f} s more" if left_ms > 0 else "does not have it"
        self._say("redis", f"{said}; a server judges it by the tags above")

    def _kept(self, page: CachedPage, standing: Standing) -> None:
        position = stamp_of(page, page.handbook_id)[0].position
        self._say("kept", f"{page.address} for {page.audience}")
        self._say(
            "", f"made {page.made_at:%Y-%m-%d %H:%M:%S} UTC in {page.render_ms:.1f} ms at position {position}"
        )
        self._say("", f"{page.size_bytes} bytes, {page.hits} hits, {page.fills} times made")
        self._say("state", standing.state.name.lower() + (", being made anew" if standing.renewing else ""))
        if standing.cause:
            self._say("", f"because of {_words(standing.cause)}")
        elif last := last_drop(page):
            self._say("", f"last dropped by {_words(last)}")

    def _say(self, name: str, text: str) -> None:
        self.stdout.write(f"{name:<12} {text}")


def _words(cause: Cause) -> str:
    return f"{cause.type} at position {cause.position}, {cause.at:%H:%M:%S} UTC: {cause.tag}"
