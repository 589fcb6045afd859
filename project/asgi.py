"""The site as one ASGI app: static files, then Django; following of the log starts with the server."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Final, cast

import django.contrib.admin
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from .body_limit import BodyLimit
from .static import App, Receive, Scope, Send, StaticFiles

COLLECT_AFTER: Final = 20_000  # new objects; Python's 2,000 are the rows of three pages in the making

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django_app = get_asgi_application()

from apps.documents.views.allowance import allowance  # noqa: E402 - models need the app registry
from apps.rendering.edge import Edge  # noqa: E402


class Following:
    """Starts following at the lifespan's start, or with the first request where the server sends no
    lifespan (daphne)."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if not self.started:
            self._start()
        await self.app(scope, receive, send)

    async def start(self) -> None:
        self._start()
        edge.upkeep.start()

    async def stop(self) -> None:
        await edge.upkeep.stop()
        self._stop()

    def _start(self) -> None:
        from apps.caching import process as caching  # its models need the app registry
        from apps.caching import purge_sender
        from apps.caching.marks import makes_gone
        from apps.events import following
        from apps.events.chores import Chore
        from apps.store import process as store

        gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
        store.start()
        following.start(
            [*(import_string(path) for path in settings.EVENT_LISTENERS), edge.upkeep.listen],
            [import_string(path) for path in settings.EVENT_HANDLERS],
            makes_gone,
            [Chore(import_string(path), every_s) for path, every_s in settings.EVENT_CHORES],
            [import_string(path) for path in settings.EVENT_HANDLERS_AHEAD],
        )
        caching.start()
        purge_sender.start()
        self.started = True  # what failed is tried again, and told again, by the next request

    @staticmethod
    def _stop() -> None:
        from apps.caching import purge_sender
        from apps.events import following
        from apps.store import process as store

        purge_sender.stop()
        following.stop()
        store.stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.start()
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": f"{error!r}"})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


static_app = StaticFiles(
    cast("App", django_app),
    settings.STATIC_URL,
    {
        "": settings.BASE_DIR / "static" / "dist",
        "admin/": Path(django.contrib.admin.__file__).parent / "static" / "admin",
    },
    autorefresh=settings.DEBUG,
)
edge = Edge(BodyLimit(static_app, settings.MAX_BODY_BYTES, allowance))
application = Following(edge)
