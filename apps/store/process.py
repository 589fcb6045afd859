"""The store of this process; None where each process is by itself."""

from __future__ import annotations

import logging
import os
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from .addresses import ALLOWED, masked
from .client import Store
from .cluster import REDIS_IS_WRONG
from .conf import PREFIX, StoreConf, conf

logger = logging.getLogger(__name__)

START_S: Final = 3.0


def store_of(settings: StoreConf) -> Store | None:
    if not settings.redis_urls:
        return None
    return Store(
        settings.redis_urls,
        timeout_s=settings.redis_timeout_ms / 1000,
        connections=settings.redis_connections,
    )


def check(store: Store, *, required: bool) -> None:
    """Said once, at the start. Raises ImproperlyConfigured where the site is not to start without."""
    try:
        store.connect(START_S)
    except REDIS_IS_WRONG as error:  # TimeoutError is one of OSError's
        shown = ", ".join(map(masked, store.urls))
        said = (
            f"{PREFIX}_REDIS_URLS={shown}: no Redis Cluster answers there "
            f"({str(error) or type(error).__name__}). Nodes of a cluster of Redis 7 or later "
            f"are allowed; {ALLOWED}."
        )
        if required:
            raise ImproperlyConfigured(
                f"{said} With {PREFIX}_REDIS_REQUIRED=no the site starts without it, slower."
            ) from error
        logger.warning("%s The site runs without it, slower, until it answers.", said)


store: Final = store_of(conf)


def start() -> None:
    if store is not None:
        check(store, required=conf.redis_required)


def stop() -> None:
    """What is on its way gets its time to arrive."""
    if store is not None:
        store.close()


if store is not None:
    os.register_at_fork(after_in_child=store.forget)
