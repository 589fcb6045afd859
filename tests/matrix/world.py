"""Two handbooks full of private things, one more that keeps to itself, and all kinds of people.

Each handbook holds the same things under its own ids. Every text, title, name, address and file name in
it has a mark, a word that stands nowhere else, with the least right that may be shown it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from apps.accounts.models import SignIn, User
from apps.accounts.people import Actor
from apps.caching.tags import ROOT
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import ask_confirmation, change_care, confirm_reading
from apps.documents.actions.comments import reply_to_thread, start_thread
from apps.documents.actions.documents import create_document
from apps.documents.actions.media import add_media
from apps.documents.actions.run_items import note_run_item, photograph_run_item
from apps.documents.actions.runs import start_run
from apps.documents.actions.saving import save_document
from apps.documents.jobs.folders import export_path
from apps.documents.jobs.rows import add_job
from apps.documents.media import checked_upload
from apps.documents.models import Comment, Document, Job
from apps.documents.models.job import Kind, State
from apps.events.ids import new_id
from apps.events.streams import person_stream
from apps.events.unit import record
from apps.notifications.actions import tell, watch
from apps.notifications.models import Notification
from apps.notifications.source import Notice
from apps.rendering.actions import create_token, drop_cached
from apps.rendering.models import CachedPage
from apps.tenants.actions import add_member, change_handbook, invite, remove_member, revoke_invitation
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right
from tests import given
from tests.documents.pictures import picture

PEOPLE: Final = ("visitor", "stranger", "neighbour", "former", "reader", "editor", "owner", "staff")
MEMBERS: Final = {"reader": Right.TAKE_PART, "editor": Right.EDIT, "owner": Right.MANAGE}
NEIGHBOURS: Final = ("neighbour", "former", "reader")  # owners of the handbook that keeps to itself
NEWCOMER: Final = "newcomer@example.org"  # has an account, and belongs nowhere
PRIVATE, PUBLIC, BESIDE = "zbours", "zbopen", "zbthem"  # addresses of one length: so are answers with them


@dataclass
class Book:
    """`things`: what stands in addresses, by the name of a thing. `said`: what forms say of it."""

    id: UUID
    slug: str
    is_public: bool
    marks: dict[str, Right] = field(default_factory=dict)
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    def mark(self, what: str, least: Right) -> str:
        word = f"zq{self.slug}{what}zz"
        self.marks[word] = least
        return word


@dataclass
class World:
    books: dict[str, Book]
    people: dict[str, Actor]

    def right(self, who: str, book: Book) -> Right | None:
        if who == "staff":
            return Right.MANAGE
        if book.slug == BESIDE:
            return Right.MANAGE if who in NEIGHBOURS else None
        return MEMBERS.get(who) or (Right.READ if book.is_public else None)

    def hidden_from(self, who: str) -> list[str]:
        """The marks that this person must never be shown."""
        hidden = [
            mark
            for book in self.books.values()
            for mark, least in book.marks.items()
            if (self.right(who, book) or 0) < least
        ]
        names = {name_mark(other) for other in self.people if not self.knows(who, other)}
        addresses = {email_of(other) for other in self.people if not self.knows(who, other, Right.MANAGE)}
        return [*hidden, *sorted(names), *sorted(addresses)]

    def knows(self, who: str, other: str, least: Right = Right.TAKE_PART) -> bool:
        """Whether both belong to one handbook, or did: what somebody said there stays theirs."""
        if who == other or who == "staff":
            return True
        return any(
            (self.right(who, book) or 0) >= least and other in belong(book) for book in self.books.values()
        )


def belong(book: Book) -> tuple[str, ...]:
    return NEIGHBOURS if book.slug == BESIDE else (*MEMBERS, "former")


def name_mark(who: str) -> str:
    return f"zqname{who}zz"


def email_of(who: str) -> str:
    return f"zqmail{who}zz@example.org"


def page_address(slug: str) -> str:
    return f"/{slug}/{slug}-page/"


def make_world() -> World:
    people = {who: _person(who) for who in PEOPLE if who != "visitor"}
    given.person(NEWCOMER, name="Newcomer")
    books = {slug: _book(people, slug) for slug in (PRIVATE, PUBLIC)}
    beside = given.handbook(people["neighbour"], BESIDE)
    books[BESIDE] = Book(beside.pk, BESIDE, is_public=False)
    for who in NEIGHBOURS[1:]:
        add_member(people["neighbour"], beside.pk, email=email_of(who), role="owner")
    _fill(people, books[BESIDE], owner="neighbour", editor="neighbour", reader="reader")
    return World(books, people)


def _person(who: str) -> Actor:
    made = given.person(email_of(who), name=name_mark(who))
    if who != "staff":
        return made
    with record("person_changed", person_stream(made.id), actor_id=None) as change:  # type: ignore[arg-type]
        change.update(User.objects.get(pk=made.id), is_staff=True)
    return Actor(made.id, staff=True)


def _book(people: dict[str, Actor], slug: str) -> Book:
    made = given.handbook(people["owner"], slug, is_public=slug == PUBLIC)
    book = Book(made.pk, slug, is_public=made.is_public)
    for who, role in (("editor", "editor"), ("reader", "reader"), ("former", "editor")):
        add_member(people["owner"], book.id, email=email_of(who), role=role)
    _fill(people, book, owner="owner", editor="editor", reader="reader")
    return book


def _fill(people: dict[str, Actor], book: Book, *, owner: str, editor: str, reader: str) -> None:
    who = {"owner": people[owner], "editor": people[editor], "reader": people[reader]}
    change_handbook(who["owner"], book.id, title=f"Guide {book.mark('book', Right.READ)}")
    _pages(book, who)
    _media(book, who["editor"])
    _talk(book, who)
    _care(book, who)
    _runs(book, who)
    _people(book, who)
    _jobs(book, who["editor"])
    _console(book, who["owner"])
    if book.slug != BESIDE:
        _last_of_former(book, people)
    _notices(book, who)
    if book.slug != BESIDE:
        remove_member(people["owner"], book.id, people["former"].id)  # type: ignore[arg-type]
    book.things["book"] = {}
    book.things["newcomer"] = {"person_id": str(User.objects.get(email=NEWCOMER).pk)}


def _pages(book: Book, who: dict[str, Actor]) -> None:
    """`page` is published and was saved twice, `draft` and `binned` are what they are called."""
    home = given.home(book.id)
    book.things["home"] = {"document_id": str(home.pk), "path": ""}
    for thing, least in (("page", Right.READ), ("draft", Right.EDIT), ("binned", Right.EDIT)):
        made = create_document(
            who["editor"],
            book.id,
            parent_id=home.pk,
            title=f"Old {book.slug} {thing}",
            source=f"common {book.mark(f'{thing}before', Right.EDIT)}\n\n- [ ] Wash",
            publish=thing != "draft",
        )
        mark = book.mark(thing, least)
        given.readdress(who["editor"], made.pk, slug=f"{book.slug}-{thing}")
        text = book.mark(f"{thing}text", least)
        item = book.mark(f"{thing}item", least)
        saved = save_document(
            who["editor"],
            made.pk,
            title=f"Title {mark}",
            source=f"common {text}\n\n- [ ] Wash {item}",
            message=f"Why {book.mark(f'{thing}message', least)}",
            base_revision_id=made.revision_id,  # type: ignore[arg-type]
        )
        book.things[thing] = {"document_id": str(made.pk), "path": f"{book.slug}-{thing}/", "number": "2"}
        book.things[f"old {thing}"] = {"path": f"old-{book.slug}-{thing}/"}
        book.said[thing] = {"document": str(made.pk), "revision": str(saved.revision_id)}
    bin_document(who["editor"], UUID(book.things["binned"]["document_id"]))


def _media(book: Book, editor: Actor) -> None:
    mark = book.mark("filename", Right.READ)
    text = f"{book.mark('filetext', Right.READ)} in a file"
    added = add_media(editor, book.id, checked_upload(f"{mark}.txt", text.encode()))
    book.things["file"] = {"media_id": str(added.pk), "digest": added.digest, "name": "file.txt"}


def _talk(book: Book, who: dict[str, Actor]) -> None:
    """The reader begins about the page and the editor answers; about the draft the editor begins."""
    for thing, by, least in (("page", "reader", Right.TAKE_PART), ("draft", "editor", Right.EDIT)):
        document_id = UUID(book.things[thing]["document_id"])
        mark = book.mark(f"{thing}said", least)
        first = start_thread(who[by], document_id, source=f"What of {mark}?").comment
        _place_of(book, f"{thing} talk", thing, first)
    thread_id = UUID(book.things["page talk"]["thread_id"])
    answer = reply_to_thread(who["editor"], thread_id, source=f"So {book.mark('answer', Right.TAKE_PART)}.")
    _place_of(book, "answer", "page", answer.comment)
    book.things["page with talk of draft"] = book.things["draft talk"] | {
        "document_id": book.things["page"]["document_id"]
    }


def _place_of(book: Book, thing: str, about: str, comment: Comment) -> None:
    ids = {"thread_id": str(comment.thread_id), "comment_id": str(comment.pk)}
    book.things[thing] = {"document_id": book.things[about]["document_id"], **ids}


def _runs(book: Book, who: dict[str, Actor]) -> None:
    """The reader runs the page's checklist, the editor that of the draft; each has a note and a photo."""
    for thing, by, least in (("page", "reader", Right.TAKE_PART), ("draft", "editor", Right.EDIT)):
        title = f"Run {book.mark(f'{thing}run', least)}"
        document_id = UUID(book.things[thing]["document_id"])
        run = start_run(who[by], document_id, title=title, assignee_ids=[who["editor"].id])  # type: ignore[list-item]
        item = run.item_ids[0]
        note_run_item(who[by], run.pk, item, text=book.mark(f"{thing}note", least))
        book.things[f"{thing} run"] = {"run_id": str(run.pk), "item_id": item}
        book.said[f"{thing} run"] = {"item": item}
    bytes_of_its_own = picture(4, ord(book.slug[-1]))
    photo = checked_upload(f"{book.mark('photo', Right.TAKE_PART)}.png", bytes_of_its_own)
    run = book.things["page run"]
    photograph_run_item(who["reader"], UUID(run["run_id"]), run["item_id"], photo)
    book.things["photo"] = {"digest": photo.digest, "name": "photo.png"}
    book.things["page run with item of draft"] = run | {"item_id": book.things["draft run"]["item_id"]}


def _people(book: Book, who: dict[str, Actor]) -> None:
    """A link that lets in whoever has it, one that was taken back, an invitation to an address; a session."""
    for thing, email in (
        ("link", ""),
        ("revoked link", ""),
        ("invitation", f"{book.mark('invited', Right.MANAGE)}@example.org"),
    ):
        made, secret = invite(who["owner"], book.id, role="reader", email=email)
        book.things[thing] = {"invitation_id": str(made.pk), "secret": secret}
    revoke_invitation(who["owner"], book.id, UUID(book.things["revoked link"]["invitation_id"]))
    for role in ("reader", "owner"):
        signed_in = SignIn.objects.create(
            person_id=who[role].id, session_key=f"{book.slug}{role}", created_at=timezone.now()
        )
        book.things[f"session of {role}"] = {"sign_in_id": str(signed_in.pk)}
    book.said["book"] = {"person": str(who["editor"].id), "title": handbook(book.slug).title}


def _jobs(book: Book, editor: Actor) -> None:
    """An export that is done, with its file, and an import that asks whether to write."""
    packed = book.mark("packed", Right.EDIT).encode()
    foreseen = {"new": [["foreseen", book.mark("foreseen", Right.EDIT)]], "created": 1, "notices": []}
    for thing, kind, state, result in (
        ("export", Kind.EXPORT, State.DONE, {"bytes": len(packed), "pages": 1, "files": 0}),
        ("import", Kind.IMPORT, State.ASKING, foreseen | dict.fromkeys(("updated", "unchanged", "files"), 0)),
    ):
        job = add_job(new_id(), book.id, editor.id, kind, {"language": "en"})  # type: ignore[arg-type]
        Job.objects.filter(pk=job.pk).update(state=state, result=result)
        book.things[f"{thing} job"] = {"job_id": str(job.pk)}
    file = export_path(UUID(book.things["export job"]["job_id"]))
    file.parent.mkdir(parents=True)
    file.write_bytes(packed)


def handbook(slug: str) -> Handbook:
    return Handbook.objects.get(slug=slug)


def _care(book: Book, who: dict[str, Actor]) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for thing, least in (("page", Right.READ), ("draft", Right.EDIT)):
        document_id = UUID(book.things[thing]["document_id"])
        tag = book.mark(f"{thing}tag", least)
        change_care(
            who["editor"],
            document_id,
            owner_id=who["editor"].id,
            tags=[tag],
            review_on=yesterday,
            review_every_months=None,
        )
        ask_confirmation(who["editor"], document_id)
        book.things[f"tag of {thing}"] = {"slug": tag}
    page = Document.objects.get(pk=book.things["page"]["document_id"])
    confirm_reading(who["reader"], page.pk, revision_id=page.revision_id)  # type: ignore[arg-type]
    for role, person in who.items():
        book.things[role] = {"person_id": str(person.id), "token": "d1abcd-0123456789abcdef"}


def _console(book: Book, owner: Actor) -> None:
    operation = new_id()
    drop_cached(owner, book.id, tags=[ROOT], operation_id=operation)
    token, _secret = create_token(owner, book.id, name=f"Script {book.mark('token', Right.MANAGE)}")
    book.things["operation"] = {"operation": str(operation)}
    book.things["token"] = {"token_id": str(token.pk)}
    now = timezone.now()
    CachedPage.objects.create(
        id=f"{book.slug} page",
        handbook_id=book.id,
        audience="members",
        address=page_address(book.slug),
        made_at=now,
        fresh_for_s=60,
        render_ms=1,
        size_bytes=1,
        stamps={},
        tags={},
        seen_at=now,
    )


def _last_of_former(book: Book, people: dict[str, Actor]) -> None:
    """What somebody leaves behind who is removed."""
    page = UUID(book.things["page"]["document_id"])
    mark = book.mark("formersaid", Right.TAKE_PART)
    said = start_thread(people["former"], page, source=f"Before I go: {mark}").comment
    _place_of(book, "former talk", "page", said)
    watch(people["former"], book.id, page)
    _tell(book, "former's notice of page", people["former"], "page", people["editor"])


def _notices(book: Book, who: dict[str, Actor]) -> None:
    """Each is told that the page changed, the reader also of the draft, which they do not see."""
    told = {"editor": ("page", "draft"), "reader": ("page", "draft"), "owner": ("page",)}
    for role, things in told.items():
        for thing in things:
            _tell(book, f"{role}'s notice of {thing}", who[role], thing, who["editor"])


def _tell(book: Book, name: str, person: Actor, thing: str, by: Actor) -> None:
    subject = UUID(book.things[thing]["document_id"])
    notice = Notice(person.id, "page_changed", book.id, subject, by.id)  # type: ignore[arg-type]
    tell(person.id, [notice], source=f"{book.id}@1")  # type: ignore[arg-type]
    row = Notification.objects.get(person_id=person.id, subject_id=subject, kind="page_changed")
    book.things[name] = {"notification_id": str(row.pk)}
