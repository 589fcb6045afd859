"""Raster images: are they whole, how large are they shown, and smaller copies of them."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from apps.events.actions import RefusedError

from .storing import variant_path, write_whole

logger = logging.getLogger(__name__)

MAX_PIXELS: Final = 50_000_000
WIDTHS: Final = (640, 1280)  # of the copies, in pixels
QUALITY: Final = 80
FORMATS: Final = {  # Pillow tries no other decoder than that of the sniffed type
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
ORIENTATION: Final = 0x0112  # EXIF
LYING: Final = frozenset({5, 6, 7, 8})  # orientations that swap width and height


def dimensions(name: str, data: bytes, content_type: str) -> tuple[int, int]:
    """Width and height as a browser shows it, in pixels. RefusedError where the image is broken,
    truncated or has more than MAX_PIXELS; nothing is decoded before its size is known."""
    try:
        with _opened(io.BytesIO(data), content_type) as image:
            if content_type == "image/png":  # has checksums up to its end; browsers do not turn it
                image.verify()
                return image.size
            width, height = image.size
            image.draft(image.mode, (1, 1))  # JPEG: an eighth of its pixels tells whether it is whole
            image.load()
            lies = image.getexif().get(ORIENTATION) in LYING
            return (height, width) if lies else (width, height)
    except Image.DecompressionBombError as error:
        text = _("“%(name)s” has more than %(max)d megapixels, the most that is allowed.")
        raise RefusedError(text % {"name": name, "max": MAX_PIXELS // 10**6}, "file") from error
    except Exception as error:  # Pillow raises many kinds on broken files
        raise RefusedError(_("“%s” is a broken image.") % name, "file") from error


@contextmanager
def _opened(file: io.BytesIO | Path, content_type: str) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours, and lower
        with Image.open(file, formats=(FORMATS[content_type],)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            yield image


def wanted_widths(content_type: str, width: int | None) -> tuple[int, ...]:
    """Widths of the smaller copies that an image has, or will have in a moment."""
    if width is None or content_type not in FORMATS or content_type == "image/gif":
        return ()
    return tuple(wanted for wanted in WIDTHS if wanted < width)


def make_variants(original: Path, content_type: str, width: int | None) -> None:
    """Write the copies that are missing: WebP, upright, without the camera's notes (where it was taken).
    Whole or not at all. An image that moves, or does not decode after all, gets none."""
    missing = {
        wanted: variant_path(original, wanted)
        for wanted in wanted_widths(content_type, width)
        if not variant_path(original, wanted).exists()
    }
    if not missing:
        return
    try:
        with _opened(original, content_type) as image:
            if getattr(image, "is_animated", False):
                return
            image.draft("RGB", (2 * max(missing), 2 * max(missing)))  # JPEG: decode no more than is needed
            profile = image.info.get("icc_profile")
            upright = ImageOps.exif_transpose(image)
            shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        logger.warning("No smaller copies of %s: %s", original.name, error)
        return
    for wanted, path in missing.items():
        copy = shown.resize(
            (wanted, max(1, round(shown.height * wanted / shown.width))), Image.Resampling.LANCZOS
        )
        buffer = io.BytesIO()
        copy.save(buffer, "WEBP", quality=QUALITY, **({"icc_profile": profile} if profile else {}))
        write_whole(path, buffer.getvalue())
