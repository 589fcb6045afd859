"""Writing a document's text: a revision and all that is derived from it, within the caller's change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError
from apps.events.unit import Recorder

from ..finding import search_words
from ..models import Body, Document, Link, Revision
from ..models.document import TITLE_MAX
from ..models.revision import MESSAGE_MAX, stored_blocks
from ..text import (
    MAX_LINES,
    MAX_NESTING,
    MAX_SOURCE_BYTES,
    Block,
    Composed,
    NestedTooDeeplyError,
    SourceTooLongError,
    TextLimitError,
    TooManyLinesError,
    compose,
    slugify,
)


def compose_checked(source: str, previous: Iterable[Block] = ()) -> Composed:
    """compose(), its limits told as a refusal."""
    try:
        return compose(source, tuple(previous))
    except TextLimitError as error:
        raise RefusedError(limit_words(error), "source") from error


def limit_words(error: TextLimitError) -> str:
    """In the active language."""
    match error:
        case SourceTooLongError(size=size):
            text = _("The text has %(size)s bytes; a document may have at most %(max)s.")
            return text % {
                "size": number_format(size, force_grouping=True),
                "max": number_format(MAX_SOURCE_BYTES, force_grouping=True),
            }
        case TooManyLinesError(lines=lines):
            text = _("The text has %(lines)s lines; a document may have at most %(max)s.")
            return text % {
                "lines": number_format(lines, force_grouping=True),
                "max": number_format(MAX_LINES, force_grouping=True),
            }
        case NestedTooDeeplyError(line=line):
            text = _("Quotes and lists are nested more than %(max)d levels deep near line %(line)d.")
            return text % {"max": MAX_NESTING // 2, "line": line}
    return str(error)


def slug_for(title: str) -> str:
    """The slug of a title; one without a letter or digit gets a neutral one."""
    return slugify(title) or "page"


def checked_title(title: str) -> str:
    title = " ".join(title.replace("\0", "").split())
    if not 0 < len(title) <= TITLE_MAX:
        text = _("A title has 1 to %(max)d characters; this one has %(length)d.")
        raise RefusedError(text % {"max": TITLE_MAX, "length": len(title)}, "title")
    return title


def checked_message(message: str) -> str:
    message = " ".join(message.replace("\0", "").split())
    if len(message) > MESSAGE_MAX:
        text = _("A message has at most %(max)d characters; this one has %(length)d.")
        raise RefusedError(text % {"max": MESSAGE_MAX, "length": len(message)}, "message")
    return message


def new_revision(
    document: Document,
    composed: Composed,
    *,
    number: int,
    message: str,
    author_id: UUID | None,
    import_digest: str = "",
) -> Revision:
    return Revision(
        handbook_id=document.handbook_id,
        document=document,
        number=number,
        title=document.title,
        blocks=stored_blocks(composed.blocks),
        message=message,
        import_digest=import_digest,
        author_id=author_id,
        created_at=timezone.now(),
    )


def new_body(document: Document, composed: Composed) -> Body:
    return Body(document=document, handbook_id=document.handbook_id, **body_values(document.title, composed))


def body_values(title: str, composed: Composed) -> dict[str, Any]:
    outline = [[heading.level, heading.anchor, heading.text] for heading in composed.outline]
    return {
        "title": title,
        "html": composed.html,
        "outline": outline,
        "plain": composed.plain,
        "title_words": search_words(title),
        "words": composed.words,
    }


def new_links(document: Document, keys: Iterable[str]) -> list[Link]:
    return [Link(handbook_id=document.handbook_id, source=document, key=key) for key in keys]


def write_text(
    change: Recorder, document: Document, composed: Composed, *, message: str, author_id: UUID | None
) -> Revision:
    """The next revision of a document that has one. The document's title must be set before."""
    last = document.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = new_revision(document, composed, number=last + 1, message=message, author_id=author_id)
    change.insert(revision)
    change.update(document, revision_id=revision.pk, updated_at=revision.created_at)
    change.update(Body.objects.get(pk=document.pk), **body_values(document.title, composed))
    existing = {link.key: link for link in Link.objects.filter(source=document)}
    change.insert_many(new_links(document, [key for key in composed.links if key not in existing]))
    change.delete(*(link for key, link in existing.items() if key not in composed.links))
    change.describe(revision_id=revision.pk)
    return revision
