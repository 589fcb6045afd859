"""The first hour of a new user, with JavaScript and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.files import give, picture
from tests.e2e.steps import edit, looks, new_handbook, sign_out, sign_up, source_of, write_page
from tests.services.browser import PHONE, Visitors, screenshot

FIRST = "# Water\n\nThe spring is behind the hut. See [[Stove]].\n\n- [ ] fill the cans\n"
SECOND = "Light it with dry wood.\n\n> [!WARNING]\n> Never leave it alone.\n"
WAYS = {
    "desk": {},
    "phone": PHONE,
    "desk-dark": {"color_scheme": "dark"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "without-javascript": {"java_script_enabled": False},
}


@pytest.mark.parametrize("way", looks(WAYS))
def test_a_new_user_makes_a_handbook_and_keeps_it(visit: Visitors, way: str):
    page = visit(**WAYS[way])
    sign_up(page)
    slug = new_handbook(page, public=True)
    write_page(page, slug, "Water", FIRST)
    stove = write_page(page, slug, "Stove", SECOND)
    write_page(page, slug, "Firewood", "Cut in summer.", below="Stove")
    screenshot(page, f"walk-{way}-page")
    expect(page).to_have_url(re.compile(f"/{slug}/stove/firewood/$"))

    change_and_look_back(page, stove, way)
    move_below_water(page, stove)
    bin_and_put_back(page, slug)
    search(page, slug, way)
    sign_out(page)
    page.goto(f"/{slug}/water/stove/")
    expect(page.get_by_text("Light it with dry wood.")).to_be_visible()


def change_and_look_back(page: Page, address: str, way: str) -> None:
    page.goto(address)
    edit(page)
    screenshot(page, f"walk-{way}-edit")
    source_of(page).fill(SECOND.replace("dry wood", "birch bark"))
    page.get_by_label("What did you change?").fill("Bark burns better")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Light it with birch bark.")).to_be_visible()
    page.get_by_role("link", name="History", exact=True).last.click()
    expect(page.get_by_role("link", name="Bark burns better")).to_be_visible()
    screenshot(page, f"walk-{way}-history")
    page.get_by_role("link", name="Changes of revision 2").click()
    expect(page.locator(".diff del")).to_have_text("dry wood")
    expect(page.locator(".diff ins")).to_have_text("birch bark")
    screenshot(page, f"walk-{way}-diff")
    page.get_by_role("button", name="Restore revision 1").click()
    expect(page.get_by_text("Light it with dry wood.")).to_be_visible()
    expect(page).to_have_url(address)


def move_below_water(page: Page, address: str) -> None:
    page.goto(address)
    open_menu(page)
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Stands below").select_option(label="\u2003Water")
    page.get_by_role("button", name="Show the places there").click()
    expect(page.get_by_label("Comes after").locator("option")).to_have_text(["First"])
    page.get_by_role("button", name="Move it").click()
    expect(page).to_have_url(re.compile("/water/stove/$"))
    page.goto(f"{address}firewood/")
    expect(page).to_have_url(re.compile("/water/stove/firewood/$"))


def bin_and_put_back(page: Page, slug: str) -> None:
    page.goto(f"/{slug}/water/stove/firewood/")
    open_menu(page)
    page.get_by_role("button", name="Put into the bin").click()
    expect(page.get_by_text("Firewood", exact=True)).to_be_visible()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("Cut in summer.")).to_be_visible()


def open_menu(page: Page) -> None:
    """What can be done with a page: a menu of the bar, or a page of its own without JavaScript."""
    if page.evaluate("customElements.get('cairn-fragment') !== undefined"):
        page.get_by_role("button", name="More to do here").click()
    else:
        page.get_by_role("link", name="More to do here").click()


def search(page: Page, slug: str, way: str) -> None:
    page.goto(f"/{slug}/-/search/")
    page.get_by_role("searchbox").fill("dry wood")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_have_text("1 page found")
    expect(page.locator("mark")).to_have_text(["dry", "wood"])
    screenshot(page, f"walk-{way}-search")
    page.get_by_role("link", name="Stove", exact=True).click()
    expect(page).to_have_url(re.compile("/water/stove/$"))


def test_a_picture_is_pasted_dropped_and_chosen(page: Page):
    sign_up(page)
    slug = new_handbook(page)
    page.goto(f"/{slug}/-/new/")
    page.get_by_label("Title", exact=True).fill("View")
    text = source_of(page)
    assert give(text, "paste", "spring.png", picture()) is False
    expect(text).to_have_value(re.compile(r"!\[spring\]\(/-/media/[0-9a-f]{20}/spring\.png\)"))
    give(text, "drop", "stove.png", picture(colour=(120, 60, 60)))
    expect(text).to_have_value(re.compile(r"!\[stove\]"))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture or file").click()
    chooser.value.set_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    expect(text).to_have_value(re.compile(r"\[plan\.pdf\]\(/-/media/"))
    expect(page.locator("#preview img")).to_have_count(2)
    screenshot(page, "editor-with-pictures")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("heading", name="View", level=1)).to_be_visible()
    sizes = page.locator(".prose img").evaluate_all(
        "all => Promise.all(all.map(i => i.decode().then(() => i.naturalWidth)))"
    )
    assert sizes == [640, 640]
    screenshot(page, "page-with-pictures")
    page.goto(f"/{slug}/-/media/")
    expect(page.locator(".media li")).to_have_count(3)
    screenshot(page, "media")


def test_text_that_comes_with_its_own_picture_is_pasted_as_text(page: Page):
    sign_up(page)
    slug = new_handbook(page)
    page.goto(f"/{slug}/-/new/")
    left_to_the_browser = give(source_of(page), "paste", "cell.png", picture(), text="12.5")
    assert left_to_the_browser is True
    expect(page.locator(".uploads li")).to_have_count(0)


def test_without_javascript_a_file_is_sent_by_the_media_page(visit: Visitors):
    page = visit(java_script_enabled=False)
    sign_up(page)
    slug = new_handbook(page)
    page.goto(f"/{slug}/-/media/")
    page.get_by_label("Add a picture or a file").set_input_files(
        {"name": "spring.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("“spring.png” was added.")).to_be_visible()
    markdown = page.get_by_label("Markdown for spring.png").input_value()
    write_page(page, slug, "View", markdown)
    expect(page.locator(".prose img")).to_have_attribute("alt", "spring")
