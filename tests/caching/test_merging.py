"""What a part of a page read on its own thread counts as read by the page."""

from __future__ import annotations

from uuid import UUID

from apps.caching.reads import Reads
from apps.events.follower import Cursor

LOG, BOOK, PERSON = UUID(int=1), UUID(int=2), UUID(int=3)


class Heard:
    """Contacts that have heard one event more each time they are asked."""

    def __init__(self) -> None:
        self.position = 10

    def contact(self, stream: UUID) -> Cursor:
        self.position += 1
        return Cursor(LOG, self.position)


def test_the_older_stamp_counts_and_tags_are_joined():
    heard = Heard()
    page, part = Reads(heard), Reads(heard)
    page.watch(BOOK)
    page.note(BOOK, {"document:1.title"})
    part.watch(BOOK)
    part.watch(PERSON)
    part.note(BOOK, {"link[key=x].+"})
    part.note(PERSON, {"person:3.name"})
    page.merge(part)
    assert page.stamps == {BOOK: Cursor(LOG, 11), PERSON: Cursor(LOG, 13)}
    assert page.tags() == {
        BOOK: frozenset({"document:1.title", "link[key=x].+"}),
        PERSON: frozenset({"person:3.name"}),
    }


def test_a_part_that_was_stamped_first_makes_the_page_as_old():
    heard = Heard()
    part, page = Reads(heard), Reads(heard)
    part.watch(BOOK)
    page.watch(BOOK)
    page.merge(part)
    assert page.stamps == {BOOK: Cursor(LOG, 11)}


def test_the_page_ends_with_the_part_that_ends_first():
    page, part, other = Reads(Heard()), Reads(Heard()), Reads(Heard())
    part.ends_in(60)
    other.ends_in(3600)
    page.merge(Reads(Heard()))
    assert page.must_end_s is None
    page.merge(other)
    page.merge(part)
    assert page.must_end_s == 60
