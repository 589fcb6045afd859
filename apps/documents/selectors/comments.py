"""One comment or thread for the person who answers, changes or settles it, and where else one could begin."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count

from apps.accounts.formview import Choice
from apps.tenants.permissions import NotFoundError

from ..models import Comment, Document, Thread
from ..models.revision import blocks_of
from ..text import quote_of
from .handbook import HandbookView
from .talk import ThreadView, talk_root, thread_views
from .threads import PAGE_COMMENTS, discussed, placed_threads, thread_url

CHOICES_MAX: Final = 300
CHOICE_CHARS: Final = 80


@dataclass(frozen=True)
class BlockChoices:
    """The parts of a page below one heading; "" for what stands before the first."""

    heading: str
    blocks: tuple[Choice, ...]


def thread_here(document: Document, thread_id: UUID) -> Thread:
    """Raises NotFoundError."""
    thread = Thread.objects.filter(pk=thread_id, document=document).first()
    if thread is None:
        raise NotFoundError
    return thread


def comment_here(document: Document, comment_id: UUID, *, or_deleted: bool = False) -> Comment:
    """Raises NotFoundError."""
    found = Comment.objects.filter(pk=comment_id, document=document).select_related("thread").first()
    if found is None or (found.deleted_at and not or_deleted):
        raise NotFoundError
    return found


def thread_address(handbook: HandbookView, document: Document, thread_id: UUID) -> str:
    """Where a thread is read; once nothing of it stands, where the talk begins."""
    is_long = document.pk in long_talks([document.pk])
    return thread_url(talk_url(handbook, document), thread_id, is_long=is_long)


def thread_shown(handbook: HandbookView, document: Document, thread_id: UUID) -> ThreadView | None:
    """As the talk shows it: None once nothing that was said stands."""
    about = discussed(handbook.id, document.pk, drafts=True)
    placed = placed_threads(handbook.id, about) if about else []
    found = [each for each in placed if each.row.id == thread_id]
    return thread_views(handbook, about, found)[0] if about and found else None


def talk_url(handbook: HandbookView, document: Document) -> str:
    root = talk_root(handbook, document.pk)
    return root if document.published_at else f"{root}draft/"


def comment_url(handbook: HandbookView, document: Document, comment: Comment) -> str:
    """Where a comment is read."""
    return comment_at(handbook, document, comment, is_long=document.pk in long_talks([document.pk]))


def comment_at(handbook: HandbookView, document: Document, comment: Comment, *, is_long: bool) -> str:
    """Where it is read in a talk of one page, or of several (`is_long`)."""
    query = f"?thread={comment.thread_id}" if is_long else ""
    return f"{talk_url(handbook, document)}{query}#c-{comment.pk}"


def long_talks(document_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these documents whose talk has several pages."""
    counts = (
        Comment.objects.filter(document_id__in=document_ids).values("document_id").annotate(n=Count("pk"))
    )
    return frozenset(counts.filter(n__gt=PAGE_COMMENTS).values_list("document_id", flat=True))


def block_choices(document: Document) -> tuple[BlockChoices, ...]:
    """The parts of the current text, by heading, as far as a list is of any use."""
    groups: list[tuple[str, list[Choice]]] = [("", [])]
    for block in blocks_of(document.revision)[:CHOICES_MAX] if document.revision else ():
        words = quote_of(block.text)[:CHOICE_CHARS]
        if block.kind == "heading":
            groups.append((words, []))
        if words:
            groups[-1][1].append(Choice(block.id, words))
    return tuple(BlockChoices(heading, tuple(blocks)) for heading, blocks in groups if blocks)


def block_quote(document: Document, block: str) -> str | None:
    """What a block says now; None where it is not there."""
    blocks = blocks_of(document.revision) if document.revision else ()
    return next((quote_of(each.text) for each in blocks if each.id == block), None)
