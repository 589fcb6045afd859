"""What an import will write, worked out before anything is locked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..importing.plan import ImportPlan, Notice, PlannedPage
from ..models import Media
from ..text import Composed
from .matching import Matches


@dataclass(frozen=True)
class Prepared:
    """`composed` has an entry, by path, for each page that is not unchanged."""

    plan: ImportPlan
    matches: Matches
    composed: dict[str, Composed]
    media: tuple[Media, ...]  # not saved yet; the files are stored
    notices: tuple[Notice, ...]


def digest_of(page: PlannedPage) -> str:
    """Of all that an import takes from a page; its place counts only while it is new."""
    return hashlib.sha256(f"{page.title}\0{page.source}".encode()).hexdigest()[:32]


def is_unchanged(page: PlannedPage, matches: Matches) -> bool:
    """Whether the source still says what the last import brought, whatever people wrote here since."""
    known = matches.existing.get(page.path)
    return known is not None and known.imported_digest == digest_of(page)
