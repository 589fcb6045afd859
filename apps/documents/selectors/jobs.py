"""A job as its person sees it: how far it is, in words, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.people import Actor
from apps.tenants.permissions import NotFoundError, Right
from apps.tenants.selectors import rights_of

from ..importing.dialects import DIALECTS
from ..models import Job
from ..models.job import AT_WORK, Kind, State
from .handbook import HandbookView, page_url

STAGES: Final[dict[str, str | Promise]] = {
    "": _("Beginning"),
    "read": _("Reading what is there"),
    "render": _("Making pages"),
    "media": _("Keeping pictures and files"),
    "write": _("Writing, all at once"),
    "pack": _("Packing"),
}
DIALECT_NAMES: Final[dict[str, str | Promise]] = {
    "cairn": _("An export of Cairn"),
    "mkdocs": "MkDocs",
    "docusaurus": "Docusaurus",
    "hugo": "Hugo",
    "github-wiki": _("A GitHub wiki"),
    "numbered": _("Markdown, ordered by numbers in names"),
    "plain": _("Markdown"),
}


STATES: Final = {
    State.WAITING: _("at work"),
    State.RUNNING: _("at work"),
    State.ASKING: _("asks whether to write it"),
    State.DONE: _("done"),
    State.REFUSED: _("refused"),
    State.FAILED: _("failed"),
    State.INTERRUPTED: _("interrupted"),
}
JOBS_SHOWN: Final = 20


@dataclass(frozen=True)
class JobRow:
    """`handbook` is its title, `state` in words."""

    title: str
    url: str
    state: str
    handbook: str
    at: datetime


@dataclass(frozen=True)
class ForeseenPage:
    title: str
    address: str
    is_new: bool


@dataclass(frozen=True)
class JobView:
    """`total` is 0 where nobody can say how much there is to do. `rests`: by itself it goes no further."""

    kind: str
    state: str
    stage: str
    done: int
    total: int
    message: str
    dialect: str
    result: dict[str, Any]
    pages: tuple[ForeseenPage, ...]
    now_url: str
    here_url: str
    write_url: str
    discard_url: str
    file_url: str
    rests: bool


def job_of(actor: Actor, right: Right, handbook_id: UUID, job_id: UUID) -> Job:
    """A job is its person's, and the owners'. Raises NotFoundError."""
    job = Job.objects.filter(pk=job_id, handbook_id=handbook_id).first()
    if job is None or (job.person_id != actor.id and right < Right.MANAGE):
        raise NotFoundError
    return job


def jobs_of(actor: Actor, handbook: HandbookView) -> tuple[JobRow, ...]:
    """One's own that are still kept, in this handbook and in those one belongs to; the newest first."""
    books = {book.pk: (book.slug, book.title) for book, _right in rights_of(actor)}
    books[handbook.id] = handbook.slug, handbook.title
    own = Job.objects.filter(person_id=cast("UUID", actor.id), handbook_id__in=list(books))
    newest = own.order_by("-created_at", "pk")[:JOBS_SHOWN]
    return tuple(_row(job, *books[job.handbook_id]) for job in newest)


def _row(job: Job, slug: str, title: str) -> JobRow:
    return JobRow(
        title=gettext("Import") if job.kind == Kind.IMPORT else gettext("Export"),
        url=_address("job", slug, job),
        state=str(STATES[State(job.state)]),
        handbook=title,
        at=job.created_at,
    )


def _address(name: str, slug: str, job: Job) -> str:
    return reverse(f"documents:{name}", kwargs={"handbook": slug, "job_id": job.pk})


def job_view(handbook: HandbookView, job: Job) -> JobView:
    address = partial(_address, slug=handbook.slug, job=job)
    result = job.result
    return JobView(
        kind=job.kind,
        state=job.state,
        stage=str(STAGES.get(job.stage, job.stage)),
        done=job.done,
        total=job.total,
        message=job.message,
        dialect=str(DIALECT_NAMES.get(result.get("dialect", ""), "")),
        result=result,
        pages=tuple(
            ForeseenPage(title, page_url(handbook.slug, path), key == "new")
            for key in ("new", "changed")
            for path, title in result.get(key, ())
        ),
        now_url=address("job_now"),
        here_url=address("job"),
        write_url=address("job_write"),
        discard_url=address("job_discard"),
        file_url=address("job_file"),
        rests=job.state not in AT_WORK,
    )


def dialect_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("Found out by itself")), *((name, DIALECT_NAMES[name]) for name in DIALECTS)]


def is_ready(job: Job) -> bool:
    """Whether there is a file to fetch."""
    return job.state == State.DONE and bool(job.result.get("bytes"))
