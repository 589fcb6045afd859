"""What an import will write, worked out before anything is locked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..actions.texts import new_revision
from ..importing.plan import ImportPlan, Notice, PlannedPage
from ..models import Body, Document, Link, Media, Revision
from ..text import Composed
from .matching import Matches


@dataclass(frozen=True)
class NewRows:
    """A page that is not there yet. Its document gets its place under the lock."""

    document: Document
    revision: Revision
    body: Body
    links: list[Link]


@dataclass(frozen=True)
class Prepared:
    """By path: `composed` has an entry for each page that is not unchanged, `new` for each that is new."""

    plan: ImportPlan
    matches: Matches
    composed: dict[str, Composed]
    new: dict[str, NewRows]
    media: tuple[Media, ...]  # not saved yet; the files are stored
    notices: tuple[Notice, ...]


def digest_of(page: PlannedPage) -> str:
    """Of all that an import takes from a page; its place counts only while it is new."""
    tags = "".join(f"\0{tag}" for tag in page.tags)
    return hashlib.sha256(f"{page.title}\0{page.source}{tags}".encode()).hexdigest()[:32]


def is_unchanged(page: PlannedPage, matches: Matches) -> bool:
    """Whether the source still says what the last import brought, whatever people wrote here since."""
    known = matches.existing.get(page.path)
    return known is not None and known.imported_digest == digest_of(page)


def imported_revision(document: Document, page: PlannedPage, composed: Composed, *, number: int) -> Revision:
    """What an import writes into the history; its author is whoever writes it."""
    revision = new_revision(
        document,
        composed,
        number=number,
        message=_("Imported from %s") % page.origin[-200:],
        author_id=None,
        import_digest=digest_of(page),
    )
    revision.title = page.title
    return revision
