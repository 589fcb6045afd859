"""Which cache Django itself has. Read while settings are made: it imports nothing that needs them."""

from __future__ import annotations

from typing import Any

from .conf import StoreConf


def caches_of(settings: StoreConf) -> dict[str, Any]:
    """What stands in Django's CACHES."""
    if not settings.redis_urls:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": list(settings.redis_urls),
            "KEY_FUNCTION": "apps.store.djangocache.cache_key",
            "OPTIONS": {
                "CLIENT_CLASS": "apps.store.djangocache.StoreClient",
                "SERIALIZER": "django_redis.serializers.msgpack.MSGPackSerializer",
                "IGNORE_EXCEPTIONS": True,
            },
        }
    }
