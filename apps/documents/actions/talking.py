"""What every comment goes through: what it says, whom it mentions, which block it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError
from apps.tenants.permissions import Right, require
from apps.tenants.selectors import are_members, names_of_members

from ..models import Document, Revision
from ..models.revision import blocks_of
from ..text import Block, Called, People, Remark, TextLimitError, compose_remark, people_of
from .texts import limit_words

TEXT_MAX: Final = 10_000


def prepared(
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
        raise RefusedError(limit_words(error), "source") from error
    if remark.unclear:
        raise RefusedError(" ".join(_unclear(called) for called in remark.unclear), "source")
    return remark


def _unclear(called: Called) -> str:
    ways = ", ".join(f"@{way}" for way in called.candidates)
    text = _("“@%(typed)s” may be one of several people. Write one of these: %(ways)s.")
    return text % {"typed": called.typed, "ways": ways}


def require_members(handbook_id: UUID, mentions: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Under the lock: whoever left since the text was read is a stranger, who is told nothing."""
    wanted = {*mentions.values()} - {*before.values()}
    if not are_members(handbook_id, {UUID(id) for id in wanted}):
        raise RefusedError(_("Somebody you mention has just left this handbook. Send it again."), "source")


def quoted_block(
    document: Document, block: str, revision_id: UUID | None
) -> tuple[Revision | None, Block | None]:
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
