"""Finding readable pages of a handbook by their words: the same for everybody who may read it.

Three queries whatever the size: hits of this page with their number, their texts, their ancestors.
A page that is called what was asked for comes first, then pages with all of it in their title, then
the rest; within these by the database's own rank (bm25, ts_rank), then by path. RANKED_MAX can be looked
through (PostgreSQL ranks no more: those named so and the oldest others); `total` counts them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models.functions import Substr
from markupsafe import Markup

from apps.queries.projections import depends_on_all

from ..finding import Query, excerpt, parse_query
from ..finding.queries import fts5, tsquery
from ..models import Body, Document
from ..tree import paths_above
from .handbook import Crumb, HandbookView, page_url
from .links import readable

PAGE_SIZE: Final = 20
RANKED_MAX: Final = 500  # a word that is everywhere finds more
EXCERPT_FROM: Final = 50_000  # characters of a text looked through for its excerpt

# Each list is made once: asked for row by row, the index would be read as often as there are hits.
SQLITE = """
WITH hits AS MATERIALIZED (
    SELECT rowid AS id, bm25(documents_search, 0, 10, 1) AS rank FROM documents_search
    WHERE documents_search MATCH %(all)s),
named AS MATERIALIZED (
    SELECT rowid AS id FROM documents_search WHERE documents_search MATCH %(titles)s),
shown AS MATERIALIZED (
    SELECT d.id, d.title, d.path, hits.rank, r.title_words = %(title)s AS is_it,
        hits.id IN (SELECT id FROM named) AS is_named
    FROM hits JOIN documents_searchrow r ON r.id = hits.id JOIN documents_document d ON d.id = r.document_id
    WHERE d.published_at IS NOT NULL AND d.binned_at IS NULL)
SELECT id, title, path, (SELECT count(*) FROM shown) FROM shown
ORDER BY is_it DESC, is_named DESC, rank, path
LIMIT %(limit)s OFFSET %(offset)s"""
# Normalisation 1: longer texts count less, as in bm25. Weights are those of D, C, B and A.
POSTGRESQL = """
WITH shown AS MATERIALIZED (
    SELECT b.document_id, b.title_words = %(title)s AS is_it,
        b.title_search @@ to_tsquery('simple', %(titles)s) AS is_named
    FROM documents_body b JOIN documents_document d ON d.id = b.document_id
    WHERE b.handbook_id = %(handbook)s AND b.search @@ to_tsquery('simple', %(all)s)
        AND d.published_at IS NOT NULL AND d.binned_at IS NULL),
picked AS MATERIALIZED (
    SELECT * FROM shown ORDER BY is_it DESC, is_named DESC, document_id LIMIT %(ranked)s)
SELECT d.id, d.title, d.path, (SELECT count(*) FROM shown)
FROM picked JOIN documents_document d ON d.id = document_id JOIN documents_body b USING (document_id)
ORDER BY is_it DESC, is_named DESC,
    ts_rank('{0, 0.1, 0, 1}', b.search, to_tsquery('simple', %(all)s), 1) DESC, d.path COLLATE "C"
LIMIT %(limit)s OFFSET %(offset)s"""


@dataclass(frozen=True)
class SearchHit:
    title: str
    url: str
    trail: tuple[Crumb, ...]
    excerpt: Markup


@dataclass(frozen=True)
class SearchPage:
    query: str
    total: int
    results: tuple[SearchHit, ...]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True)
class Found:
    id: UUID
    title: str
    path: str


def search_page(handbook: HandbookView, text: str, page: int = 1) -> SearchPage:
    """Page `page` (from 1) of what the query finds; empty for a query without a word, never an error."""
    text = " ".join(text.replace("\0", " ").split(" ")).strip()
    query, page = parse_query(text), min(max(page, 1), RANKED_MAX // PAGE_SIZE)
    total, found = _find(handbook.id, query, (page - 1) * PAGE_SIZE) if query.wanted else (0, [])

    def address(number: int) -> str:
        return f"{handbook.search_url}?{urlencode({'q': text} | ({'page': number} if number > 1 else {}))}"

    return SearchPage(
        query=text,
        total=total,
        results=_hits(handbook, query, found),
        newer_url=address(page - 1) if page > 1 else None,
        older_url=address(page + 1) if page * PAGE_SIZE < min(total, RANKED_MAX) else None,
    )


def _find(handbook_id: UUID, query: Query, offset: int) -> tuple[int, list[Found]]:
    values: dict[str, Any] = {
        "title": query.title,
        "limit": PAGE_SIZE,
        "offset": offset,
        "ranked": RANKED_MAX,
    }
    if connection.vendor == "postgresql":
        statement = POSTGRESQL
        values |= {"handbook": handbook_id, "all": tsquery(query), "titles": tsquery(query, title_only=True)}
    else:
        statement = SQLITE
        values |= {
            "all": fts5(query, handbook_id.hex),
            "titles": fts5(query, handbook_id.hex, title_only=True),
        }
    depends_on_all(handbook_id, Body, "words", "title_words", "plain", by="search_page")
    depends_on_all(handbook_id, Document, "title", "path", by="search_page", where=readable())
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    found = [Found(id if isinstance(id, UUID) else UUID(id), title, path) for id, title, path, _total in rows]
    return (rows[0][3] if rows else 0), found


def _hits(handbook: HandbookView, query: Query, found: list[Found]) -> tuple[SearchHit, ...]:
    if not found:
        return ()
    texts = dict(
        Body.objects.filter(pk__in=[hit.id for hit in found]).values_list(
            "pk", Substr("plain", 1, EXCERPT_FROM)
        )
    )
    ways = {hit.path: paths_above(hit.path)[1:] for hit in found}  # below the home page
    rows = Document.objects.filter(
        readable(), handbook_id=handbook.id, path__in={*chain.from_iterable(ways.values())}
    )
    titles = dict(rows.values_list("path", "title"))
    return tuple(
        SearchHit(
            title=hit.title,
            url=page_url(handbook.slug, hit.path),
            trail=tuple(
                Crumb(titles[path], page_url(handbook.slug, path))
                for path in ways[hit.path]
                if path in titles
            ),
            excerpt=excerpt(texts.get(hit.id, ""), query),
        )
        for hit in found
    )
