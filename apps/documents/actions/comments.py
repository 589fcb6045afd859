"""What members say about pages: each comment a row and an event of its own, so two at once both stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import ForbiddenError, NotFoundError, Right, require, right_of
from apps.tenants.selectors import names_of_members

from ..models import Comment, Document, Revision, Thread
from ..models.comment import DIGEST_CHARS, QUOTE_MAX
from ..text import Block, Called, People, Remark, TextLimitError, compose, compose_remark, people_of
from .editing import handbook_of, live
from .texts import blocks_of

TEXT_MAX: Final = 10_000
THREAD_MAX: Final = 500
QUOTED_FROM: Final = 2_000  # characters of a block that its quotation is made of


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
    remark = _prepared(actor, handbook_of(document_id), source)
    with _talking("comment_added", actor, document_id, operation_id) as (change, document):
        earlier = _earlier(actor, document, comment_id)
        if earlier is not None:
            return Said(earlier)
        read, quoted = _quoted(document, block, revision_id)
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
    remark = _prepared(actor, handbook_of(document_id), source)
    with _talking("comment_added", actor, document_id, operation_id) as (change, document):
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
    remark = _prepared(actor, found.handbook_id, source, found.mentions)
    with _talking("comment_changed", actor, found.document_id, operation_id) as (change, _document):
        comment = _comment(comment_id)
        if actor.id is None or comment.author_id != actor.id:
            raise ForbiddenError
        if comment.deleted_at:
            raise RefusedError(_("This comment was deleted meanwhile. What you wrote is below."))
        _require_members(comment.handbook_id, remark.mentions, comment.mentions)
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
    with _talking("comment_deleted", actor, found.document_id, operation_id) as (change, _document):
        comment = _comment(comment_id)
        if actor.id is None or comment.author_id != actor.id:
            require(actor, comment.handbook_id, Right.MANAGE)
        if not comment.deleted_at:
            change.update(comment, source="", html="", mentions={}, deleted_at=timezone.now())
        return comment


@action
def resolve_thread(actor: Actor, thread_id: UUID, *, operation_id: UUID | None = None) -> Thread:
    """It is settled, whoever says so first."""
    with _talking("thread_resolved", actor, _document_of_thread(thread_id), operation_id) as (
        change,
        _document,
    ):
        thread = Thread.objects.get(pk=thread_id)
        if not thread.resolved_at:
            change.update(thread, resolved_at=timezone.now(), resolved_by_id=actor.id)
        return thread


@action
def reopen_thread(actor: Actor, thread_id: UUID, *, operation_id: UUID | None = None) -> Thread:
    with _talking("thread_reopened", actor, _document_of_thread(thread_id), operation_id) as (
        change,
        _document,
    ):
        thread = Thread.objects.get(pk=thread_id)
        change.update(thread, resolved_at=None, resolved_by_id=None)
        return thread


def quote_of(text: str) -> str:
    """The first words of a block's Markdown, as they are read."""
    words = " ".join(compose(text[:QUOTED_FROM]).plain.split())
    return words if len(words) <= QUOTE_MAX else f"{words[: QUOTE_MAX - 1].rstrip()}…"


def digest_of(text: str) -> str:
    """What tells one text of a block from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARS]


@contextmanager
def _talking(
    type: str, actor: Actor, document_id: UUID, operation_id: UUID | None
) -> Iterator[tuple[Recorder, Document]]:
    """A change of what is said about a document that the actor may read.
    Raises NotFoundError, ForbiddenError."""
    handbook_id = handbook_of(document_id)
    with record(
        type,
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=document_id,
    ) as change:
        require(actor, handbook_id, Right.TAKE_PART)
        document = live(handbook_id, document_id)
        if not document.published_at and (right_of(actor, handbook_id) or 0) < Right.EDIT:
            raise NotFoundError
        yield change, document


def _prepared(
    actor: Actor, handbook_id: UUID, source: str, remembered: Mapping[str, str] | None = None
) -> Remark:
    """The text, drawn before the lock; only members are told of others whose names are alike."""
    require(actor, handbook_id, Right.TAKE_PART)
    length = len(source.replace("\r\n", "\n").strip())
    if not 0 < length <= TEXT_MAX:
        text = _("A comment has 1 to %(max)d characters; this one has %(length)d.")
        raise RefusedError(text % {"max": TEXT_MAX, "length": length}, "source")
    try:
        remark = compose_remark(source, People(people_of(names_of_members(handbook_id)), remembered))
    except TextLimitError as error:
        raise RefusedError(str(error), "source") from error
    if remark.unclear:
        raise RefusedError(" ".join(_unclear(called) for called in remark.unclear), "source")
    return remark


def _unclear(called: Called) -> str:
    ways = ", ".join(f"@{way}" for way in called.candidates)
    text = _("“@%(typed)s” may be one of several people. Write one of these: %(ways)s.")
    return text % {"typed": called.typed, "ways": ways}


def _say(change: Recorder, actor: Actor, thread: Thread, remark: Remark, comment_id: UUID | None) -> Said:
    _require_members(thread.handbook_id, remark.mentions, {})
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


def _require_members(handbook_id: UUID, mentions: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Under the lock: whoever left since the text was read is a stranger, who is told nothing."""
    wanted = {*mentions.values()} - {*before.values()}
    if wanted and not wanted <= {str(id) for id, _name in names_of_members(handbook_id)}:
        raise RefusedError(_("Somebody you mention has just left this handbook. Send it again."), "source")


def _earlier(actor: Actor, document: Document, comment_id: UUID | None) -> Comment | None:
    """The same form, sent twice."""
    earlier = Comment.objects.filter(pk=comment_id).first() if comment_id else None
    if earlier is not None and (earlier.document_id, earlier.author_id) != (document.pk, actor.id):
        raise RefusedError(_("This could not be added. Send it again."))
    return earlier


def _quoted(document: Document, block: str, revision_id: UUID | None) -> tuple[Revision | None, Block | None]:
    """The revision that was read, and the block there; the block must be there still."""
    now = document.revision
    if not block or now is None:
        return now, None
    blocks = {each.id: each for each in blocks_of(now)}
    if block not in blocks:
        text = _("The part of the page you comment on is gone. Choose another one, or the whole page.")
        raise RefusedError(text, "block")
    read = Revision.objects.filter(pk=revision_id, document=document).first() if revision_id else None
    seen = next((each for each in blocks_of(read) if each.id == block), None) if read else None
    return (read, seen) if seen else (now, blocks[block])


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
