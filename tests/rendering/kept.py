"""Pages in the catalogue, as a server would write them down: rendered here, with their real read sets."""

from __future__ import annotations

from apps.caching.process import hearing
from apps.caching.reads import reading
from apps.rendering.books import book_of
from apps.rendering.counting import Counts, Key, page_id, write
from apps.rendering.models import CachedPage
from apps.rendering.targets import page_at


def key_of(url: str) -> Key:
    found = page_at(url)
    return found.ref.id, found.page.audience(found.ref), url


def keep(
    url: str, *, hits: int = 0, render_ms: float = 5.0, fresh_for_s: float = 3600.0, size_bytes: int = 0
) -> CachedPage:
    """The page at `url`, made now, and served `hits` times since."""
    found, key, counts = page_at(url), key_of(url), Counts()
    with reading(hearing) as reads:
        reads.watch(found.ref.id)
        book = book_of(found.ref.id)
        assert book is not None
        # On this thread: others do not see what the test has not committed.
        answer = found.page.render(book, found.arguments, {})
        reads.note(found.ref.id, {f"page:{found.path}."})
    counts.filled(
        key,
        reads,
        render_ms=render_ms,
        size_bytes=size_bytes or len(answer.body),
        fresh_for_s=fresh_for_s,
    )
    for _ in range(hits):
        counts.hit(key)
    assert write(counts.take())
    return CachedPage.objects.get(pk=page_id(key))
