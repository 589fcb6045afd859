"""Handbooks, people and roles at random: nobody is ever shown a byte of what is not theirs to see."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from apps.accounts.people import Actor
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import change_care
from apps.documents.actions.comments import start_thread
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.runs import start_run
from apps.events.streams import person_stream
from apps.events.unit import record
from apps.tenants.actions import add_member, change_handbook, change_role, remove_member
from tests import given
from tests.rendering.asking import Asker, Reply, session_of

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS, REQUESTS_MIN = 3_000, 300
SECONDS = 25.0
CHANGE_EVERY = 25  # requests, about
PAGES = ("plan", "plan/below")
ROLES = ("owner", "editor", "reader")
EDITS = ("owner", "editor")
FOR_MEMBERS = ("care/", "runs/", "talk/people/")  # of a public handbook too
MEMBERS_ONLY = re.compile(r"/-/(?:care|runs|talk)/")


@dataclass
class Book:
    """A handbook with marks in all that is written in it; `roles` is who is what in it."""

    id: UUID
    slug: str
    is_public: bool
    owner: str
    roles: dict[str, str]
    shown: str  # stands in every published title and text
    hidden: str  # in every draft
    binned: str  # in what is in the bin
    said: str  # in what members say of its pages, and what they call a checklist
    plan: UUID
    run: UUID
    is_published: bool = True
    once: set[str] = field(default_factory=set)  # who belonged to it, and has left


@dataclass
class Person:
    name: str
    email: str
    mark: str  # stands in the name
    actor: Actor
    cookies: dict[str, str]
    staff: bool = False


@dataclass
class World:
    chance: random.Random
    books: list[Book] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    def mark(self) -> str:
        return f"zq{self.chance.getrandbits(64):016x}"

    def role(self, who: str, book: Book) -> str:
        """Empty for none."""
        if who and self.people[who].staff:
            return "owner"
        return book.roles.get(who, "reader" if book.is_public else "")

    def belongs(self, who: str, book: Book) -> bool:
        return bool(who) and (self.people[who].staff or who in book.roles)

    def foreign(self, who: str) -> Iterator[str]:
        """The marks that must not be shown to this person. Names are shown to who belongs where they are."""
        known = {who}
        for book in self.books:
            role = self.role(who, book)
            known |= {*book.roles, *book.once} if self.belongs(who, book) else set()
            if not role:
                yield book.shown
            if role not in EDITS:
                yield from (book.hidden, book.binned)
            if not self.belongs(who, book):
                yield book.said
        for person in self.people.values():
            if person.name not in known:
                yield person.mark
            if person.name != who and not self._administers(who):
                yield person.email

    def _administers(self, who: str) -> bool:
        return any(self.role(who, book) == "owner" for book in self.books)


@pytest.fixture
def world() -> World:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}")
    made = World(random.Random(seed))
    for name in ("anna", "bela", "carl", "dora", "ella", "finn", "stranger", "staff"):
        mark, email = made.mark(), f"{made.mark()}@example.org"
        actor = given.person(email, name=f"{name} {mark}")
        made.people[name] = Person(name, email, mark, actor, session_of(actor), name == "staff")
    with record("person_changed", person_stream(made.people["staff"].actor.id), actor_id=None) as change:
        from apps.accounts.models import User

        change.update(User.objects.get(pk=made.people["staff"].actor.id), is_staff=True)
    for number, owner in enumerate(("anna", "bela", "carl", "dora")):
        made.books.append(_book(made, number, owner))
    return made


def _book(world: World, number: int, owner: str) -> Book:
    actor, shown, hidden, binned = world.people[owner].actor, world.mark(), world.mark(), world.mark()
    is_public = number % 2 == 0
    made = given.handbook(actor, f"book-{number}", is_public=is_public)
    home = given.home(made.pk)
    made = change_handbook(actor, made.pk, title=f"Guide {shown}")
    text = f"{shown} common words\n\n- [ ] Wash"
    plan = given.page(actor, home, f"Plan {shown}", text, publish=True)
    below = given.page(actor, plan, f"Below {shown}", f"[[Plan {shown}]] {shown}", publish=True)
    draft = given.page(actor, home, f"Draft {hidden}", f"{hidden} common [[Plan {shown}]]")
    gone = given.page(actor, home, f"Binned {binned}", f"{binned} common", publish=True)
    for page, slug in ((plan, "plan"), (below, "below"), (draft, "draft"), (gone, "binned")):
        given.readdress(actor, page.pk, slug=slug)
    said = world.mark()
    start_thread(actor, plan.pk, source=f"{said} [[Plan {shown}]]", block=plan.revision.blocks[0][0])
    start_thread(actor, draft.pk, source=hidden)
    start_thread(actor, gone.pk, source=binned)
    bin_document(actor, gone.pk)
    run = start_run(actor, plan.pk, title=f"Run {said}")
    yesterday = timezone.localdate() - timedelta(days=1)
    change_care(actor, plan.pk, owner_id=actor.id, tags=[], review_on=yesterday, review_every_months=None)
    roles = {owner: "owner"}
    return Book(made.pk, made.slug, is_public, owner, roles, shown, hidden, binned, said, plan.pk, run.pk)


def changed(world: World) -> None:
    """Something that decides who may see what."""
    chance, book = world.chance, world.chance.choice(world.books)
    owner = world.people[book.owner].actor
    who = chance.choice([name for name in world.people if name not in (book.owner, "stranger", "staff")])
    match chance.randrange(6):
        case 0 | 1:
            role = chance.choice(ROLES)
            if who in book.roles:
                change_role(owner, book.id, world.people[who].actor.id, role=role)
            else:
                add_member(owner, book.id, email=world.people[who].email, role=role)
            book.roles[who] = role
        case 2 | 3 if who in book.roles:
            remove_member(owner, book.id, world.people[who].actor.id)
            del book.roles[who]
            book.once.add(who)
        case 4:
            book.is_public = not book.is_public
            change_handbook(owner, book.id, is_public=book.is_public)
        case 5:
            book.is_published = not book.is_published
            (publish_document if book.is_published else unpublish_document)(owner, book.plan)


def target_of(world: World) -> str:
    chance = world.chance
    book, other = chance.choice(world.books), chance.choice(world.books)
    slug = book.slug
    return chance.choice(
        [
            *(f"/{slug}/{path}" for path in ("", "plan/", "plan/below/", "draft/", "binned/", "nothing/")),
            *(
                f"/{slug}/-/search/?q=common",
                f"/{slug}/-/search/?q=zq",
                f"/{slug}/-/changes/",
                f"/{slug}/-/tree/",
            ),
            f"/{slug}/-/branch/{chance.choice(world.books).plan}/",
            *(f"/{slug}/-/talk/{other.plan}/{part}" for part in ("", "part/", "new/")),
            f"/{slug}/-/edit/{chance.choice(world.books).plan}/",
            f"/{slug}/-/history/{chance.choice(world.books).plan}/",
            *(f"/{slug}/-/{word}/" for word in ("drafts", "bin", "members", "more", "bar", "settings")),
            *(f"/{slug}/-/{words}" for words in FOR_MEMBERS),
            f"/{slug}/-/runs/of/{book.plan}/",
            f"/{slug}/-/runs/of/{book.plan}/open/",
            f"/{slug}/-/runs/{other.run}/",
            f"/{slug}/-/runs/{book.run}/ticks/",
            *("/", "/-/bar/", "/-/account/", "/-/handbooks/yours/"),
        ]
    )


def test_nobody_is_shown_what_is_not_theirs(ask: Asker, world: World):
    chance, until = world.chance, time.monotonic() + SECONDS
    asked = hits = 0
    tags: list[str] = []
    while asked < REQUESTS and (asked < REQUESTS_MIN or time.monotonic() < until):
        if chance.randrange(CHANGE_EVERY) == 0:
            changed(world)
        who, target = chance.choice(["", *world.people]), target_of(world)
        headers = {"if_none_match": chance.choice(tags)} if tags and chance.random() < 0.2 else {}
        headers |= {"accept_encoding": chance.choice(("br", "gzip", "identity", "*"))}
        reply = ask.get(target, cookies=world.people[who].cookies if who else {}, **headers)
        asked, hits = asked + 1, hits + (reply.said == "hit")
        if reply["etag"]:
            tags = [*tags[-50:], reply["etag"]]
        _check(world, who, target, reply)
    assert hits > asked / 20


def _check(world: World, who: str, target: str, reply: Reply) -> None:
    told = reply.all_bytes.decode("latin-1")
    shown = [mark for mark in world.foreign(who) if mark in told]
    assert shown == [], (who, target, reply.status, reply.said)
    assert reply.status in (200, 301, 302, 304, 403, 404), (who, target)
    if reply.said:
        _check_shared(world, who, target, reply, told)


def _check_shared(world: World, who: str, target: str, reply: Reply, told: str) -> None:
    """What is the same for everybody has nothing of anybody in it."""
    book = next(book for book in world.books if target.startswith(f"/{book.slug}/"))
    is_open = book.is_public and not MEMBERS_ONLY.search(target)
    assert is_open or world.belongs(who, book), (who, target)
    assert reply["set-cookie"] == ""
    if not is_open or reply.said == "hit":  # an answer with a fallback in it is for nobody to keep
        assert ("private" in reply["cache-control"]) is not is_open
    own = [each for person in world.people.values() for each in (person.email, *person.cookies.values())]
    names = [person.mark for person in world.people.values()] if is_open else []
    said = [book.said] if is_open else []
    hidden = [each for each in (book.hidden, book.binned, *said, *names, *own) if each in told]
    assert hidden == [], (who, target)
    assert "csrfmiddlewaretoken" not in told
    others = [each.shown for each in world.books if each is not book and each.shown in told]
    assert others == [], (who, target)
