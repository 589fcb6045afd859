"""What members say about pages: each comment a row and an event of its own, so two at once both stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.ids import new_id
from apps.events.unit import Recorder
from apps.tenants.permissions import ForbiddenError, NotFoundError, Right, require

from ..models import Comment, Document, Thread
from ..text import Remark, digest_of, quote_of
from .editing import handbook_of, taking_part
from .talking import prepared, quoted_block, require_members

THREAD_MAX: Final = 500


@dataclass(frozen=True)
class Said:
    """A comment that stands, and the names in it that look like mentions and are nobody's here."""

    comment: Comment
    unknown: tuple[str, ...] = ()


@action
def start_thread(
    actor: Actor,
    document_id: UUID,
    *,
    source: str,
    block: str = "",
    revision_id: UUID | None = None,
    comment_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> Said:
    """The first comment on a page, or on a block of its current text. `revision_id` is what was read: the
    quotation comes from there. A `comment_id` that is there already is returned as it is."""
    remark = prepared(actor, handbook_of(document_id), source)
    with taking_part("comment_added", actor, document_id, operation_id) as (change, document):
        earlier = _earlier(actor, document, comment_id)
        if earlier is not None:
            return Said(earlier)
        read, quoted = quoted_block(document, block, revision_id)
        thread = Thread(
            handbook_id=document.handbook_id,
            document=document,
            revision=read,
            block=block,
            quote=quote_of(quoted.text) if quoted else "",
            digest=digest_of(quoted.text) if quoted else "",
            created_at=timezone.now(),
        )
        change.insert(thread)
        return _say(change, actor, thread, remark, comment_id)


@action
def reply_to_thread(
    actor: Actor,
    thread_id: UUID,
    *,
    source: str,
    comment_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> Said:
    """One more comment. A thread that was resolved stays so until somebody reopens it."""
    document_id = _document_of_thread(thread_id)
    remark = prepared(actor, handbook_of(document_id), source)
    with taking_part("comment_added", actor, document_id, operation_id) as (change, document):
        earlier = _earlier(actor, document, comment_id)
        if earlier is not None:
            return Said(earlier)
        if Comment.objects.filter(thread_id=thread_id).count() >= THREAD_MAX:
            text = _(
                "This conversation has %(max)d comments, which is as many as one may have. Begin another."
            )
            raise RefusedError(text % {"max": THREAD_MAX})
        return _say(change, actor, Thread.objects.get(pk=thread_id), remark, comment_id)


@action
def change_comment(actor: Actor, comment_id: UUID, *, source: str, operation_id: UUID | None = None) -> Said:
    """Other words in place of one's own. Whom names meant before, they mean still."""
    found = _comment(comment_id)
    remark = prepared(actor, found.handbook_id, source, found.mentions)
    with taking_part("comment_changed", actor, found.document_id, operation_id) as (change, _document):
        comment = _comment(comment_id)
        if actor.id is None or comment.author_id != actor.id:
            raise ForbiddenError
        if comment.deleted_at:
            raise RefusedError(_("This comment was deleted meanwhile. What you wrote is below."))
        require_members(comment.handbook_id, remark.mentions, comment.mentions)
        if comment.source != remark.source:
            change.update(
                comment,
                source=remark.source,
                html=remark.html,
                mentions=remark.mentions,
                edited_at=timezone.now(),
            )
        return Said(comment, remark.unknown)


@action
def delete_comment(actor: Actor, comment_id: UUID, *, operation_id: UUID | None = None) -> Comment:
    """One's own, or any of a handbook that one manages. Its text is erased for good."""
    found = _comment(comment_id)
    with taking_part("comment_deleted", actor, found.document_id, operation_id) as (change, _document):
        comment = _comment(comment_id)
        if actor.id is None or comment.author_id != actor.id:
            require(actor, comment.handbook_id, Right.MANAGE)
        if not comment.deleted_at:
            change.update(comment, source="", html="", mentions={}, deleted_at=timezone.now())
        return comment


@action
def resolve_thread(actor: Actor, thread_id: UUID, *, operation_id: UUID | None = None) -> Thread:
    """It is settled, whoever says so first."""
    with taking_part("thread_resolved", actor, _document_of_thread(thread_id), operation_id) as (
        change,
        _document,
    ):
        thread = Thread.objects.get(pk=thread_id)
        if not thread.resolved_at:
            change.update(thread, resolved_at=timezone.now(), resolved_by_id=actor.id)
        return thread


@action
def reopen_thread(actor: Actor, thread_id: UUID, *, operation_id: UUID | None = None) -> Thread:
    with taking_part("thread_reopened", actor, _document_of_thread(thread_id), operation_id) as (
        change,
        _document,
    ):
        thread = Thread.objects.get(pk=thread_id)
        change.update(thread, resolved_at=None, resolved_by_id=None)
        return thread


def _say(change: Recorder, actor: Actor, thread: Thread, remark: Remark, comment_id: UUID | None) -> Said:
    require_members(thread.handbook_id, remark.mentions, {})
    comment = Comment(
        id=comment_id or new_id(),
        handbook_id=thread.handbook_id,
        document_id=thread.document_id,
        thread=thread,
        author_id=actor.id,
        source=remark.source,
        html=remark.html,
        mentions=remark.mentions,
        created_at=timezone.now(),
    )
    return Said(change.insert(comment), remark.unknown)


def _earlier(actor: Actor, document: Document, comment_id: UUID | None) -> Comment | None:
    """The same form, sent twice."""
    earlier = Comment.objects.filter(pk=comment_id).first() if comment_id else None
    if earlier is not None and (earlier.document_id, earlier.author_id) != (document.pk, actor.id):
        raise RefusedError(_("This could not be added. Send it again."))
    return earlier


def _document_of_thread(thread_id: UUID) -> UUID:
    """It never changes, so it may be read before the lock."""
    found = Thread.objects.filter(pk=thread_id).values_list("document_id", flat=True).first()
    if found is None:
        raise NotFoundError
    return found


def _comment(comment_id: UUID) -> Comment:
    found = Comment.objects.filter(pk=comment_id).first()
    if found is None:
        raise NotFoundError
    return found
