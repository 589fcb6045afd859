"""What is said in tests, and what a talk's page shows of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.documents.actions.comments import reply_to_thread, start_thread
from apps.documents.actions.saving import save_document
from apps.documents.models import Comment, Document
from apps.documents.selectors.handbook import handbook_view
from apps.documents.selectors.talk import TalkView, ThreadView, talk_view
from tests.documents import sample


def say(who: User, page: Document, source: str = "Why?", block: str = "", **given: Any) -> Comment:
    """A comment on the page, or on a block, that begins a thread."""
    return start_thread(sample.actor(who), page.pk, source=source, block=block, **given).comment


def answer(who: User, comment: Comment, source: str = "So.") -> Comment:
    return reply_to_thread(sample.actor(who), comment.thread_id, source=source).comment


def rewrite(who: User, page: Document, source: str) -> None:
    page = Document.objects.get(pk=page.pk)
    base = page.revision_id
    save_document(sample.actor(who), page.pk, title=page.title, source=source, base_revision_id=base)


def blocks(page: Document) -> dict[str, str]:
    """Ids of the page's blocks by their text."""
    page = Document.objects.select_related("revision").get(pk=page.pk)
    return {block[2]: block[0] for block in page.revision.blocks}


def shown(page: Document, **given: Any) -> TalkView:
    view = talk_view(handbook_view(page.handbook), page.pk, **given)
    assert view is not None
    return view


def said(threads: tuple[ThreadView, ...]) -> list[list[str]]:
    """Comments of each thread as words; None for one that is deleted."""
    return [[str(each.html.striptags()) for each in thread.comments] for thread in threads]


def address(page: Document, rest: str = "") -> str:
    return f"/{page.handbook.slug}/-/talk/{page.pk}/{rest}"


def of_thread(thread_id: UUID, what: str) -> str:
    return f"threads/{thread_id}/{what}/"
