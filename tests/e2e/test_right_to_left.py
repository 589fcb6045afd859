"""A handbook in Arabic, read and edited: everything stands where it belongs, and code reads as code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.steps import PASSWORD, at_rest, sign_in
from tests.e2e.test_accessibility import sideways
from tests.services.browser import ONE_DATABASE, PHONE, Visitors, accessibility_problems, screenshot
from tests.services.site import Site

SLUG = "kookh"
WATER = f"/{SLUG}/الماء/"
EMAIL = "amal@example.org"
TEXT = """النبع خلف الكوخ على بعد 200 متر. انظر [[الموقد]] ثم `git pull --rebase`.

> [!WARNING]
> اغله أولا، عشر دقائق (10 min).

## ماذا تحمل

| الشيء | العدد |
|---|--:|
| وعاء | 2 |
| كوب | 6 |

- [x] أوعية
- [ ] أكواب[^1]

[^1]: من الصفيح.

## كيف تجلبه

1. انزل إلى النبع.
2. املأ *الأوعية*.

```python
def fetch(litres: int) -> str:
    return f"{litres} litres of very cold water, carried all the way up from the spring behind the hut"
```

## بعد ذلك

> الماء حياة.
"""
MAKE = """
import json
from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.documents.actions.documents import create_document
from apps.documents.actions.handbooks import open_handbook
from apps.documents.models import Document
given = json.loads({given!r})
amal = Actor(create_person(email=given["email"], name="أمل", password=given["password"]).pk)
book = open_handbook(amal, slug=given["slug"], title="كتيب الكوخ", is_public=True, language="ar")
home = Document.objects.get(handbook=book, parent=None)
def page(title, source, below=home):
    return create_document(amal, book.pk, parent_id=below.pk, title=title, source=source, publish=True)
page("الباب", "افتحه بهدوء.")
water = page("الماء", given["text"])
page("الصهريج", "هو فوق السقف.", water)
page("الموقد", "أشعله بخشب جاف.")
print(water.pk)
"""


@pytest.fixture(scope="module")
def water(site: Site) -> str:
    given = {"email": EMAIL, "password": PASSWORD, "slug": SLUG, "text": TEXT}
    return site.python(MAKE.format(given=json.dumps(given))).strip()


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return {**found, "end": found["x"] + found["width"]}  # type: ignore[dict-item]


def middle(place: Locator) -> float:
    found = box(place)
    return (found["x"] + found["end"]) / 2


def flips(place: Locator) -> bool:
    return str(place.evaluate("one => getComputedStyle(one).scale")) == "-1 1"


def direction(place: Locator) -> str:
    return str(place.evaluate("one => getComputedStyle(one).direction"))


@ONE_DATABASE
class TestReading:
    def test_at_a_desk_the_tree_stands_on_the_right_and_the_contents_on_the_left(
        self, visit: Visitors, water: str
    ):
        page = visit(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
        page.goto(WATER)
        at_rest(page)
        screenshot(page, "rtl-reading-desk")
        self.reads_from_the_right(page)
        text, tree = box(page.locator(".prose")), box(page.locator("#drawer"))
        assert tree["x"] >= text["end"]
        assert tree["end"] == 1400
        assert box(page.locator("#contents"))["end"] <= text["x"]
        assert box(page.locator(".brand"))["x"] > box(page.locator("cairn-fragment.bar"))["end"]
        before, after = page.locator(".steps [rel=prev]"), page.locator(".steps [rel=next]")
        assert box(before)["x"] > box(after)["end"]

    def test_on_a_phone_the_drawer_comes_from_the_right(self, visit: Visitors, water: str):
        page = visit(**PHONE, reduced_motion="reduce")
        page.goto(WATER)
        at_rest(page)
        screenshot(page, "rtl-reading-phone")
        self.reads_from_the_right(page)
        page.locator(".drawer-button").click()
        expect(page.locator("#drawer")).to_be_visible()
        screenshot(page, "rtl-drawer-phone", full=False)
        assert box(page.locator("#drawer"))["end"] == 390
        assert box(page.locator("#drawer"))["x"] > 0

    def reads_from_the_right(self, page: Page) -> None:
        assert sideways(page) == 0
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        heading = page.get_by_role("heading", name="ماذا تحمل")
        assert heading.evaluate("one => getComputedStyle(one).textAlign") in ("start", "right")
        names, numbers = page.locator(".prose th").all()
        assert box(names)["x"] >= box(numbers)["end"] - 1
        for arrow in page.locator(".steps .icon, .below .icon").all():
            assert flips(arrow)
        self.code_reads_from_the_left(page)
        assert accessibility_problems(page) == []

    def code_reads_from_the_left(self, page: Page) -> None:
        block, copy = page.locator(".prose pre"), page.locator(".copy")
        assert direction(block) == "ltr"
        assert direction(page.locator(".prose p code").first) == "ltr"
        assert box(copy)["x"] > middle(block)
        first = page.locator(".prose pre span").first
        assert box(first)["x"] < middle(block)


@ONE_DATABASE
@pytest.mark.parametrize(("look", "options"), [("desk", {}), ("phone", PHONE)])
class TestEditing:
    def test_the_text_is_written_from_the_right_whatever_the_buttons_speak(
        self, visit: Visitors, water: str, look: str, options: dict[str, Any]
    ):
        page = visit(**options, reduced_motion="reduce")
        sign_in(page, EMAIL)
        page.goto(f"/{SLUG}/-/edit/{water}/")
        at_rest(page)
        preview = page.locator("#preview")
        if look == "desk":
            expect(preview.locator("table")).to_be_visible()
            assert direction(preview) == "rtl"
            assert direction(preview.locator("pre")) == "ltr"
        screenshot(page, f"rtl-edit-{look}")
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        assert direction(page.locator("#edit-source")) == "rtl"
        assert direction(page.locator("#edit-title")) == "rtl"
        assert sideways(page) == 0
        assert accessibility_problems(page) == []

    def test_buttons_that_speak_arabic_stand_from_the_right_too(
        self, visit: Visitors, water: str, look: str, options: dict[str, Any]
    ):
        """No language that Cairn speaks is written so; its pages are ready for one."""
        page = visit(**options, reduced_motion="reduce")
        sign_in(page, EMAIL)
        page.goto(f"/{SLUG}/-/edit/{water}/")
        at_rest(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        screenshot(page, f"rtl-edit-arabic-{look}")
        assert sideways(page) == 0
        form = box(page.locator("#edit-form"))
        assert abs(box(page.locator("#edit-form .button.main"))["end"] - form["end"]) <= 1
        if look == "desk":
            assert box(page.locator(".writing"))["x"] > box(page.locator(".preview"))["end"]
