"""A documentation tree that nobody here wrote is brought in, read, searched, changed and taken out again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import edit, sign_in, source_of
from tests.services.browser import (
    ONE_DATABASE,
    PHONE,
    ROOT,
    Complaints,
    Visitors,
    accessibility_problems,
    screenshot,
)
from tests.services.site import Site

DOCS = ROOT / "node_modules" / "ai" / "docs"
SLUG = "ai-docs"
EMAIL = "docs@example.org"
MAKE_OWNER = f"""
from apps.accounts.actions import create_person
from apps.accounts.people import Actor, SYSTEM
from apps.tenants.actions import add_member
from apps.tenants.models import Handbook
create_person(email="{EMAIL}", name="Dora", password="mountain-hut-7")
add_member(SYSTEM, Handbook.objects.get(slug="{SLUG}").pk, email="{EMAIL}", role="owner")
"""
LOOKS = {
    "desk": {},
    "desk-dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}


@pytest.fixture(scope="session")
def imported(site: Site) -> str:
    """What the import said. Once a session: tests with and without a browser run apart."""
    named = [f"--handbook={SLUG}", "--title=AI SDK", "--public", "-v2"]
    said = site.manage("import_handbook", str(DOCS), *named)
    site.python(MAKE_OWNER)
    return said


@pytest.fixture
def at(imported: str, visit: Visitors, complaints: Complaints) -> Callable[..., Page]:
    """`at(address, **options)`: a visitor who reads there."""
    complaints.expect("/images/ai-sdk-diagram.png/: .* 404")  # its package does not bring the picture

    def open_at(address: str, **options: object) -> Page:
        page = visit(**options)
        page.goto(f"/{SLUG}/{address}")
        return page

    return open_at


def test_every_page_is_brought_in_and_the_second_time_nothing_is_touched(imported: str, site: Site):
    pages = len(list(DOCS.rglob("*.mdx")))
    assert pages > 240
    assert f": {pages} pages new, 0 changed, 0 unchanged" in imported
    again = site.manage("import_handbook", str(DOCS), f"--handbook={SLUG}")
    assert again == f"/{SLUG}/: these very files were imported last; nothing to do.\n"


def test_the_links_between_its_pages_lead_to_them(imported: str):
    """What it links to outside of itself (`/providers`, `/cookbook`) is told and left as it is."""
    assert "the link to '/providers/ai-sdk-providers'" in imported
    assert "the link to '/docs" not in imported


@ONE_DATABASE
@pytest.mark.parametrize("look", LOOKS)
def test_it_reads_well(at: Callable[..., Page], look: str):
    page = at("foundations/prompts/", **LOOKS[look])
    expect(page.get_by_role("heading", name="Prompts", level=1)).to_be_visible()
    screenshot(page, f"ai-{look}-page")
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.goto(f"/{SLUG}/")
    screenshot(page, f"ai-{look}-home")
    page.goto(f"/{SLUG}/-/search/?q=stream+text")
    screenshot(page, f"ai-{look}-search")


def test_the_tree_leads_everywhere(at: Callable[..., Page]):
    page = at("foundations/prompts/")
    tree = page.get_by_role("navigation", name="Pages of this handbook")
    expect(tree.locator("[aria-current=page]")).to_have_text("Prompts")
    branch = tree.get_by_role("listitem").filter(has=page.get_by_role("link", name="Agents", exact=True)).last
    expect(branch.get_by_role("listitem")).to_have_count(0)
    branch.locator("summary").click()
    expect(branch.get_by_role("listitem").first).to_be_visible()
    branch.get_by_role("listitem").get_by_role("link").first.click()
    expect(page.locator(".crumbs")).to_contain_text("Agents")
    expect(tree.locator("[aria-current=page]")).to_have_text(page.locator("h1").inner_text())


def test_next_leads_through_the_pages_in_their_order_and_previous_back(at: Callable[..., Page]):
    page = at("foundations/overview/")
    titles = []
    for _step in range(5):
        titles.append(page.locator("h1").inner_text())
        page.locator("a[rel=next]").click()
        expect(page.locator("h1")).not_to_have_text(titles[-1])
    for title in reversed(titles):
        page.locator("a[rel=prev]").click()
        expect(page.locator("h1")).to_have_text(title)
    assert titles[0] == "Overview"
    assert len(set(titles)) == 5


def test_its_words_are_found(at: Callable[..., Page]):
    page = at("")
    page.get_by_role("searchbox").fill("tool calling")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("pages found")
    first = page.locator(".hit h2").first
    expect(first).to_contain_text(re.compile("tool", re.IGNORECASE))
    first.get_by_role("link").click()
    expect(page.locator(".prose")).to_contain_text(re.compile("tool", re.IGNORECASE))


def test_a_page_is_edited_and_all_of_it_taken_out_and_brought_back(
    imported: str, visit: Visitors, site: Site, tmp_path: Path
):
    page = visit()
    sign_in(page, EMAIL)
    page.goto(f"/{SLUG}/foundations/prompts/")
    edit(page)
    text = source_of(page)
    text.fill(text.input_value() + "\n\nWritten by a person in a browser.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Written by a person in a browser.")).to_be_visible()
    page.get_by_role("link", name="History", exact=True).last.click()
    page.get_by_role("link", name="Changes of revision 2").click()
    expect(page.locator(".diff ins")).to_have_text(["Written by a person in a browser."])
    shown = page.locator(".diff > .diff-line").count()
    page.locator(".diff .fold summary").click()
    assert page.locator(".diff .diff-line:visible").count() > 100 > shown
    screenshot(page, "ai-diff")

    site.manage("export_handbook", SLUG, str(tmp_path / "one"))
    site.manage("import_handbook", str(tmp_path / "one"), "--handbook=ai-copy", "--title=AI SDK", "--public")
    site.manage("export_handbook", "ai-copy", str(tmp_path / "two"))
    assert texts(tmp_path / "one") == texts(tmp_path / "two")
    page.goto("/ai-copy/foundations/prompts/")
    expect(page.get_by_text("Written by a person in a browser.")).to_be_visible()


def texts(folder: Path) -> dict[str, str]:
    """By path, without the ids: they are new in another handbook."""
    found = {
        str(path.relative_to(folder)): re.sub(r"(?m)^id: .*\n", "", path.read_text())
        for path in folder.rglob("*.md")
    }
    assert len(found) > 240
    return found
