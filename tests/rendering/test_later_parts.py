"""Shared pages with parts: the first reader gets them as they come, the next ones the whole page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.rendering.following import NATIVE, SlowSite

WRITE = """
from apps.accounts.people import Actor
from apps.documents.models import Document
from apps.events.models import Stream
from apps.tenants.models import Membership
from tests import given
owner = Actor(Membership.objects.get(handbook__slug="book").person_id)
home = Document.objects.get(handbook__slug="book", parent=None)
given.page(owner, home, {title!r}, {text!r}, publish=True)
print(Stream.objects.get(pk=home.handbook_id).position)
"""


def said(answer) -> str:
    return answer.headers["server-timing"].partition(";dur")[0]


def test_the_first_reader_gets_parts_as_they_come_and_the_next_the_whole_page(slow_site: SlowSite):
    address = "/book/-/slow/?parts=left,right"
    with slow_site.follow(address, **NATIVE) as page:
        page.until("right is coming")
        assert "is here" not in page.seen
        headers = page.response.headers
        assert headers["cache-control"] == "private, no-cache"  # nobody between may keep it
        assert headers["content-language"] == "en"
        assert "content-security-policy" in headers
        assert "etag" not in headers
        assert headers["server-timing"].startswith('cache;desc="miss", shell;dur=')
        slow_site.open("right")
        page.until('<template for="right">')
        assert '<template for="left">' not in page.seen
        slow_site.open("left")
        assert page.rest().rstrip().endswith("</html>")
    whole = slow_site.get(address)
    assert said(whole) == 'cache;desc="hit"'
    assert whole.headers["cache-control"] == "no-cache"
    assert whole.headers["etag"]
    assert "<template for=" not in whole.text
    assert "later-" not in whole.text  # nothing is left to move
    assert "is coming" not in whole.text
    assert whole.text.index("&lt;left&gt; is here") < whole.text.index("&lt;right&gt; is here")
    assert whole.text.index("&lt;right&gt; is here") < whole.text.index("The end of the text")


def test_parts_that_are_quick_leave_with_the_page(slow_site: SlowSite):
    slow_site.open("quick")
    slow_site.get("/book/")  # what is loaded once is loaded
    answer = slow_site.get("/book/")
    assert "<template for=" not in answer.text
    assert answer.headers["etag"]


def test_who_comes_while_it_is_made_waits_for_the_whole(slow_site: SlowSite):
    address = "/book/-/slow/?parts=shared"
    with ThreadPoolExecutor(1) as beside, slow_site.follow(address, **NATIVE) as page:
        page.until("shared is coming")
        second = beside.submit(slow_site.get, address)
        slow_site.open("shared")
        page.rest()
        answer = second.result()
    assert "<template for=" not in answer.text
    assert "&lt;shared&gt; is here" in answer.text


def test_a_page_with_a_fallback_is_kept_by_nobody(slow_site: SlowSite):
    address = "/book/-/slow/?parts=failed,late"
    slow_site.open("failed")
    answers = [slow_site.get(address, **{"If-None-Match": '"old"'}) for _ in range(2)]
    for answer in answers:
        assert said(answer) == 'cache;desc="miss"'
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.text.count("This part could not be shown just now.") == 2
    slow_site.open("late")


def test_a_head_request_and_who_has_an_old_copy_wait_for_the_whole(slow_site: SlowSite):
    slow_site.open("asked")
    first = slow_site.get("/book/-/slow/?parts=asked", "HEAD")
    assert first.headers["etag"]
    assert first.content == b""
    again = slow_site.get("/book/-/slow/?parts=asked", **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_who_leaves_cancels_nothing_for_the_next(slow_site: SlowSite):
    address = "/book/-/slow/?parts=kept"
    with slow_site.follow(address, **NATIVE) as page:
        page.until("kept is coming")
    slow_site.open("kept")
    assert "&lt;kept&gt; is here" in slow_site.get(address).text
    assert said(slow_site.get(address)) == 'cache;desc="hit"'
    assert slow_site.outcome("kept") == "done"


def test_what_a_part_read_the_page_has_read(slow_site: SlowSite):
    """The mentions of a page are a part of it, and of what it depends on."""
    slow_site.site.python(WRITE.format(title="Rope", text="Plain."))
    assert "Mentioned in" not in slow_site.get("/book/rope/").text
    assert said(slow_site.get("/book/rope/")) == 'cache;desc="hit"'
    position = slow_site.site.python(WRITE.format(title="Knots", text="Take a [[Rope]].")).strip()
    answer = slow_site.get("/book/rope/", Cookie=f"cairn-at={position}")  # has heard of it when it answers
    assert 'href="/book/knots/">Knots</a>' in answer.text
