"""The same part was changed twice, by two people or in two tabs: both are shown, a person chooses, nothing is
lost meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.urls import reverse

from ..actions.saving import RevisionConflictError
from ..models import Revision
from ..selectors.documents import DocumentHead, author_name
from ..selectors.handbook import HandbookView
from ..text import Conflict, Kept
from .edit_form import Errors


@dataclass(frozen=True)
class Part:
    index: int
    kind: str
    text: str = ""
    base: str = ""
    theirs: str = ""
    mine: str = ""
    choice: str = ""
    own: str = ""


@dataclass(frozen=True)
class ConflictView:
    """`is_own`: both sides are one person's. `fits`: some of the text is settled."""

    action: str
    cancel_url: str
    title: str
    message: str
    base_revision: str
    theirs_revision: str
    operation_id: str
    mine: str
    merged: str
    their_author: str
    their_date: datetime
    is_own: bool
    fits: bool
    parts: tuple[Part, ...]
    publish: bool = False
    errors: Errors = field(default_factory=dict)


def conflict_view(
    request: HttpRequest,
    handbook: HandbookView,
    head: DocumentHead,
    base: UUID,
    values: dict[str, str],
    conflict: RevisionConflictError,
    errors: Errors | None = None,
) -> ConflictView:
    """`values` holds source (what this person wrote) and message."""
    theirs: Revision = conflict.theirs
    return ConflictView(
        action=reverse("documents:resolve", kwargs={"handbook": handbook.slug, "document_id": head.id}),
        cancel_url=head.url,
        title=conflict.title,
        message=values["message"],
        base_revision=str(base),
        theirs_revision=str(theirs.pk),
        operation_id=str(uuid4()),
        mine=values["source"],
        merged="\n\n".join(filter(None, map(_both, conflict.parts))),
        their_author=author_name(theirs.author),
        their_date=theirs.created_at,
        is_own=theirs.author_id is not None and theirs.author_id == request.user.pk,
        fits=any(isinstance(part, Kept) and part.text.strip() for part in conflict.parts),
        parts=tuple(_part(request, index, part) for index, part in enumerate(conflict.parts)),
        publish=bool(request.POST.get("publish")),
        errors=errors or {},
    )


def chosen_text(request: HttpRequest, parts: tuple[Kept | Conflict, ...]) -> str | None:
    """The text that the choices make; None where a part has none."""
    texts = [_text_of(request, index, part) for index, part in enumerate(parts)]
    return None if None in texts else "\n\n".join(filter(None, texts))


def _text_of(request: HttpRequest, index: int, part: Kept | Conflict) -> str | None:
    if isinstance(part, Kept):
        return part.text
    choice, own = _choice(request, index)
    return {"theirs": part.theirs, "mine": part.mine, "both": _both(part), "own": own}.get(choice)


def _choice(request: HttpRequest, index: int) -> tuple[str, str]:
    return request.POST.get(f"part-{index}-choice", ""), request.POST.get(f"part-{index}-text", "")


def _part(request: HttpRequest, index: int, part: Kept | Conflict) -> Part:
    if isinstance(part, Kept):
        return Part(index, "kept", text=part.text)
    choice, own = _choice(request, index)
    sides = {"base": part.base, "theirs": part.theirs, "mine": part.mine}
    return Part(index, "conflict", **sides, choice=choice, own=own or part.mine)


def _both(part: Kept | Conflict) -> str:
    if isinstance(part, Kept):
        return part.text
    return "\n\n".join(filter(None, (part.theirs, part.mine)))
