"""Settings of caches.

A CDN is Varnish with `deploy/varnish/default.vcl`, or anything that takes the same PURGE. It is used as soon
as there are endpoints; without them no header says anything to it.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from apps.conf import load, setting

PREFIX = "CAIRN_CACHING"
HEADER_BYTES_MAX = 8_000  # Varnish takes lines of 8 KB


def _wrong_endpoint(urls: tuple[str, ...]) -> str:
    for url in urls:
        parts = urlsplit(url)
        try:
            right = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
        except ValueError:
            right = False
        if not right or parts.path not in ("", "/") or parts.query:
            return f"{url!r} is none of http://host:port"
    return ""


def _wrong_name(name: str) -> str:
    return "" if name.replace("-", "").isalnum() and name.isascii() else "a header's name is allowed"


@dataclass(frozen=True)
class CachingConf:
    memory_mb: int = setting(1000, "Memory for cached pages on this machine, in MB.", least=1)
    processes: int = setting(1, "Server processes on this machine; they share that memory out.", least=1)
    reader_threads: int = setting(4, "Threads of a process that render what its memory lacks.", least=1)
    body_slots: int = setting(
        1,
        "Places in the Redis Cluster that the pages of one handbook are spread over. More than 1 where a "
        "handbook is too large for one node; each page then costs Redis one question more.",
        least=1,
    )
    shared_pages: int = setting(
        100_000,
        "Pages and query results that one handbook may have in Redis; those that end first leave, so a crawl "
        "of one handbook pushes out its own.",
        least=100,
    )
    cdn_endpoints: tuple[str, ...] = setting(
        (),
        "Where the CDN takes purges. Empty: no CDN.",
        allowed="`http://host:port` of each Varnish, separated by commas",
        check=_wrong_endpoint,
    )
    cdn_token: str = setting(
        "", "What purges carry, known to the CDN alone. Needed with endpoints, and without them not allowed."
    )
    cdn_tag_header: str = setting(
        "xkey",
        "Header with a page's tags; Varnish's xkey reads this name alone.",
        allowed="a header's name",
        check=_wrong_name,
    )
    cdn_tag_bytes: int = setting(
        HEADER_BYTES_MAX,
        "Greatest length of that header, in bytes; what is longer is rolled up to coarser tags.",
        least=200,
        most=HEADER_BYTES_MAX,
    )
    cdn_stale_s: int = setting(
        60, "How long the CDN may serve an expired page while it fetches the new one, in s.", least=0
    )
    cdn_stale_if_error_s: int = setting(
        86_400, "How long it may serve an expired page while the site does not answer, in s.", least=0
    )
    cdn_response_s: int = setting(
        10, "The longest that an answer is on its way to the CDN, in s: then pages are purged again.", least=1
    )
    cdn_retry_cap_s: int = setting(
        30, "The longest wait before a purge that failed is sent again, in s; it doubles from 1.", least=1
    )

    @property
    def cdn(self) -> bool:
        return bool(self.cdn_endpoints)


def checked(conf: CachingConf) -> CachingConf:
    """Raises ImproperlyConfigured where values do not go together."""
    if conf.cdn and not conf.cdn_token:
        raise ImproperlyConfigured(
            f"{PREFIX}_CDN_TOKEN='': with {PREFIX}_CDN_ENDPOINTS a token is needed, the same as the CDN has"
        )
    if conf.cdn_token and not conf.cdn:
        raise ImproperlyConfigured(
            f"{PREFIX}_CDN_ENDPOINTS='': with {PREFIX}_CDN_TOKEN at least one endpoint is needed"
        )
    return conf


conf = checked(load(CachingConf, PREFIX))
