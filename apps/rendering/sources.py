"""What makes the bytes of a page beside its data: templates, built assets. While developing they change
under a running server, and what was rendered from the old ones is given up."""

from __future__ import annotations

from typing import Final

from django.conf import settings

LOOK_EVERY_S: Final = 0.5


def newest_change() -> float:
    """When the youngest of the templates and of the built assets was written, as the file system says."""
    files = list((settings.BASE_DIR / "templates").rglob("*.html"))
    built = settings.BASE_DIR / "static" / "dist" / "meta.json"
    return max((path.stat().st_mtime for path in [*files, built] if path.exists()), default=0.0)
