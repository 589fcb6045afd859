"""What a CDN is told about a page: how long it may keep it, and its tags. Browsers never see either."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from apps.caching.cdn_tags import header_of
from apps.caching.conf import conf
from apps.caching.index import Tags

from .pages import PUBLIC, Answer

logger = logging.getLogger(__name__)

# The edge's words for an answer that is as it should be.
FRESH_SAID = frozenset({"hit", "shared", "miss", "changed"})


@dataclass(frozen=True, slots=True)
class Cdn:
    """`ends_at`: monotonic time, in s, until which the page is fresh if no event says otherwise."""

    tag_header: tuple[bytes, bytes]
    ends_at: float

    def headers(self, said: str) -> list[tuple[bytes, bytes]]:
        """For this answer: what is left of the page's life. None for an answer that is itself old, since
        the CDN would keep it for new."""
        left_s = int(self.ends_at - time.monotonic())
        if said not in FRESH_SAID or left_s <= 0:
            return []
        control = (
            f"public, s-maxage={left_s}, stale-while-revalidate={conf.cdn_stale_s}, "
            f"stale-if-error={conf.cdn_stale_if_error_s}"
        )
        return [(b"cdn-cache-control", control.encode()), self.tag_header]


def cdn_of(answer: Answer, tags: Tags, fresh_for_s: float) -> Cdn | None:
    """None for what no CDN may keep: other than 200, for members, with a part missing, or built from more
    than a header holds. A page that is sent while it is made says nothing either: its tags are known at
    its end."""
    if not conf.cdn or answer.status != 200 or answer.audience != PUBLIC or not answer.whole:
        return None
    names = header_of(tags, conf.cdn_tag_bytes)
    if names is None:
        logger.warning("Tags of %d streams fit into no header: that page is not for the CDN", len(tags))
        return None
    return Cdn((conf.cdn_tag_header.lower().encode(), names.encode()), time.monotonic() + fresh_for_s)
