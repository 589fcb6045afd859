"""Ids of another handbook in a query or a form: as if nothing had them. Whoever asks may do everything in
their own handbook, so the id alone decides."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matrix.answers import Answer, Browsers
from tests.matrix.routes import Address, address, routes
from tests.matrix.world import BESIDE, PRIVATE, Book, World

pytestmark = pytest.mark.django_db
UNUSED = "01a20375-db52-7d2d-8e02-f7ef1e704158"
TEXT = {"title": "Other", "source": "other"}


def borrowed(theirs: Book) -> dict[str, str]:
    """What somebody may have guessed of a handbook that they may not know."""
    ids = {name: theirs.things[name]["document_id"] for name in ("page", "draft", "binned", "home")}
    said = theirs.said["page"]
    return ids | {
        "revision": said["revision"],
        "person": theirs.things["editor"]["person_id"],
        "thread": theirs.things["page talk"]["thread_id"],
        "item": theirs.things["page run"]["item_id"],
    }


GETS = [
    ("documents:bar", "book", "document={page}"),
    ("documents:bar", "book", "document={draft}"),
    ("documents:more", "book", "document={page}"),
    ("documents:new", "book", f"parent={{page}}&operation_id={UNUSED}"),
    ("documents:new", "book", f"parent={{draft}}&operation_id={UNUSED}"),
    ("documents:talk", "page", "thread={thread}"),
    ("documents:draft_talk", "draft", "thread={thread}"),
    ("console:page", "book", "address=/zbours/zbours-page/"),
]
POSTS = [
    ("documents:new", "book", TEXT | {"parent": "{page}"}),
    ("documents:new", "book", TEXT | {"parent": "{home}"}),
    ("documents:edit", "page", TEXT | {"base_revision": "{revision}"}),
    ("documents:resolve", "page", TEXT | {"base_revision": "{revision}", "theirs_revision": "{revision}"}),
    ("documents:move", "page", {"parent": "{page}"}),
    ("documents:move", "page", {"parent": "own home", "after": "{page}"}),
    ("documents:care", "page", {"owner_id": "{person}", "tags": ""}),
    ("documents:confirm", "page", {"revision": "{revision}"}),
    ("documents:new_thread", "page", {"source": "other", "revision": "{revision}", "block": "zzzz"}),
    ("documents:run_start", "page", {"title": "Other", "assignee": "{person}"}),
    ("documents:run_work", "page run", {"do": "tick {item}"}),
    ("documents:run_work", "page run", {"do": "update {revision}"}),
    ("documents:run_work", "page run", {"do": "assign", "person": "{person}"}),
    ("documents:run_work", "page run", {"do": "unassign {person}"}),
    ("documents:transfer", "book", {"person": "{person}", "become": "reader"}),
]


def nothing_of(ids: dict[str, str]) -> dict[str, str]:
    return {name: "zzzzzz" if name == "item" else str(uuid4()) for name in ids}


def like(answer: Answer, *named: str) -> tuple[object, ...]:
    return answer.like(*named, PRIVATE, "zbnone")


@pytest.mark.parametrize(("name", "thing", "query"), GETS)
def test_a_borrowed_id_in_a_query(world: World, browsers: Browsers, name: str, thing: str, query: str):
    mine, ids = world.books[BESIDE], borrowed(world.books[PRIVATE])
    nothing = nothing_of(ids)
    at = address(routes()[name], mine.slug, mine.things[thing])
    answer, other = (
        browsers.get("neighbour", Address(f"{at.path}?{query.format(**given)}".replace(*swap), ()))
        for given, swap in ((ids, ("", "")), (nothing, (PRIVATE, "zbnone")))
    )
    assert like(answer, *ids.values()) == like(other, *nothing.values())
    assert [mark for mark in world.hidden_from("neighbour") if mark in answer.all_of_it] == []


@pytest.mark.parametrize(("name", "thing", "form"), POSTS)
def test_a_borrowed_id_in_a_form(
    world: World, browsers: Browsers, name: str, thing: str, form: dict[str, str]
):
    mine, ids = world.books[BESIDE], borrowed(world.books[PRIVATE])
    nothing = nothing_of(ids)
    at = address(routes()[name], mine.slug, mine.things[thing])

    def posted(given: dict[str, str]) -> Answer:
        home = mine.things["home"]["document_id"]
        said = {field: value.format(**given).replace("own home", home) for field, value in form.items()}
        return browsers.post("neighbour", at, said, may_write=True)

    answer, other = posted(ids), posted(nothing)
    assert like(answer, *ids.values()) == like(other, *nothing.values())
    assert [mark for mark in world.hidden_from("neighbour") if mark in answer.all_of_it] == []
