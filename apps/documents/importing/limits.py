from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one import may bring. Sizes in bytes, decimal units (1 MB = 1,000,000)."""

    max_markdown_bytes: int = 1_000_000
    max_media_bytes: int = 20_000_000
    max_total_bytes: int = 1_000_000_000
    max_files: int = 20_000
    max_ratio: int = 200
    max_name_chars: int = 500
    max_depth: int = 20


def size_text(size: int) -> str:
    """3 -> "3 bytes", 1_500_000 -> "1.5 MB": as messages say it."""
    if size < 1000:
        return f"{size} bytes"
    for unit, factor in (("KB", 1_000), ("MB", 1_000_000)):
        if size < factor * 1000:
            return f"{size / factor:.4g} {unit}"
    return f"{size / 1_000_000_000:.4g} GB"
