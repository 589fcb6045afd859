"""Images and files of a handbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from apps.queries.projections import projection, select

from ..models import Media
from ..pictures import WIDTHS, wanted_widths
from ..sniffing import RASTER, SVG_TYPE
from ..text import Picture
from .handbook import HandbookView
from .stretches import stretch

PAGE_SIZE: Final = 48


@dataclass(frozen=True)
class MediaRow:
    name: str
    url: str
    thumb_url: str
    is_image: bool
    width: int | None
    height: int | None
    size_bytes: int
    uploaded_by: str
    uploaded_at: datetime
    markdown: str
    remove_url: str | None


@dataclass(frozen=True)
class MediaPage:
    rows: tuple[MediaRow, ...]
    newer_url: str | None
    older_url: str | None


@projection(Media, stream="handbook_id")
class Sized:
    digest: str
    width: int | None
    height: int | None
    content_type: str


def pictures(handbook_id: UUID, digests: Collection[str]) -> Mapping[str, Picture]:
    """Sizes of images by digest, in one query; those without known dimensions (SVG) are left out."""
    if not digests:
        return {}
    return {
        row.digest: Picture(row.width, row.height, wanted_widths(row.content_type, row.width))
        for row in select(Sized, handbook_id, digest=list(digests))
        if row.width is not None and row.height is not None
    }


def relative_url(media: Media) -> str:
    """As it stands in Markdown: a leading `/` means the handbook."""
    return f"/-/media/{media.digest}/{media.name}"


def markdown_of(media: Media) -> str:
    is_image = media.content_type in RASTER or media.content_type == SVG_TYPE
    label = media.name.rpartition(".")[0] or media.name
    return f"![{label}]({relative_url(media)})" if is_image else f"[{media.name}]({relative_url(media)})"


def media_page(handbook: HandbookView, *, before: UUID | None = None, after: UUID | None = None) -> MediaPage:
    """The newest files whose ids are below `before`, or the nearest above `after`: ids are in order of
    time. For editors: readers do not get a list."""
    media = Media.objects.filter(handbook_id=handbook.id, for_members=False).select_related("uploaded_by")

    def read(where: Mapping[str, Any], order: str, most: int) -> Iterable[Media]:
        return media.filter(**where).order_by(order)[:most]

    found = stretch(read, "pk", PAGE_SIZE, handbook.media_url, before=before, after=after)
    return MediaPage(tuple(_row(handbook, row) for row in found.rows), found.newer_url, found.older_url)


def _row(handbook: HandbookView, media: Media) -> MediaRow:
    at = {"handbook": handbook.slug, "digest": media.digest, "name": media.name}
    url = reverse("documents:media_file", kwargs=at)
    small = wanted_widths(media.content_type, media.width)
    return MediaRow(
        name=media.name,
        url=url,
        thumb_url=f"{url}?w={WIDTHS[0]}" if small else url,
        is_image=media.content_type in RASTER or media.content_type == SVG_TYPE,
        width=media.width,
        height=media.height,
        size_bytes=media.size_bytes,
        uploaded_by=media.uploaded_by.name if media.uploaded_by else "",
        uploaded_at=media.uploaded_at,
        markdown=markdown_of(media),
        remove_url=reverse(
            "documents:remove_media", kwargs={"handbook": handbook.slug, "media_id": media.pk}
        ),
    )
