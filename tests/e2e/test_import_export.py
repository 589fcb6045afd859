"""Import and export as people meet them: sent, shown, written, fetched, with and without scripts."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.files import picture
from tests.e2e.steps import new_handbook, sign_up, source_of
from tests.services.browser import PHONE, Visitors, accessibility_problems, screenshot

STOVE = "Light it with [dry wood](wood.md).\n\n![The stove](pictures/stove.png)\n"


def docs(folder: Path) -> Path:
    path = folder / "docs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("docs/index.md", "# Hut\n\nWelcome. [Nowhere](nowhere.md)\n")
        archive.writestr("docs/stove.md", f"---\ntags: [Fire, Safety]\n---\n# Stove\n\n{STOVE}")
        archive.writestr("docs/wood.md", "# Wood\n\nIn the shed.\n")
        archive.writestr("docs/pictures/stove.png", picture())
    return path


def send(page: Page, slug: str, *files: Path) -> None:
    page.goto(f"/{slug}/-/import/")
    page.get_by_label("A zip file, or Markdown files").set_input_files(list(files))
    page.get_by_role("button", name="Send and look").click()


def follow(page: Page, words: str, *, scripts: bool) -> None:
    """The page itself goes on looking; without scripts a person does."""
    again, said = page.get_by_role("link", name="Look again"), page.get_by_text(words)
    expect(again.or_(said)).to_be_visible()
    while not scripts and again.is_visible():
        with page.expect_navigation():
            again.click()
    expect(said).to_be_visible()


def look(page: Page, name: str, *, scripts: bool) -> None:
    screenshot(page, f"{name}-{'scripts' if scripts else 'plain'}")
    assert not scripts or accessibility_problems(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_zip_is_shown_then_written_and_comes_back_the_same(visit: Visitors, tmp_path: Path, scripts: bool):
    page = visit(java_script_enabled=scripts)
    sign_up(page)
    slug = new_handbook(page)
    send(page, slug, docs(tmp_path))
    follow(page, "Nothing is written yet.", scripts=scripts)
    assert page.locator(".counts dd").all_text_contents() == ["2", "1", "0", "1"]
    expect(page.get_by_text(f"/{slug}/stove/ · new")).to_be_visible()
    look(page, "import-question", scripts=scripts)
    assert page.request.get(f"/{slug}/stove/").status == 404
    page.get_by_role("button", name="Write it").click()
    follow(page, "Imported.", scripts=scripts)
    look(page, "import-done", scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="To the handbook").click()
    page.goto(f"/{slug}/stove/")
    page.get_by_role("link", name="dry wood").click()
    expect(page.get_by_role("heading", name="Wood", level=1)).to_be_visible()

    page.goto(f"/{slug}/-/export/")
    page.get_by_role("button", name="Make the zip file").click()
    follow(page, "The zip file is ready.", scripts=scripts)
    assert page.locator(".counts dd").all_text_contents()[:2] == ["3", "1"]
    look(page, "export-done", scripts=scripts)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").click()
    assert fetched.value.suggested_filename.startswith(f"{slug}-")
    assert fetched.value.suggested_filename.endswith(".zip")
    path = tmp_path / "export.zip"
    fetched.value.save_as(path)

    page.goto(f"/{slug}/-/import/")
    kept = page.get_by_role("main").get_by_role("listitem")
    assert [kept.nth(n).get_by_role("link").inner_text() for n in range(2)] == ["Export", "Import"]
    look(page, "jobs-kept", scripts=scripts)
    kept.first.get_by_role("link").click()
    expect(page.get_by_text("The zip file is ready.")).to_be_visible()

    other = new_handbook(page, "Copy of the hut")
    send(page, other, path)
    follow(page, "Nothing is written yet.", scripts=scripts)
    page.get_by_role("button", name="Write it").click()
    follow(page, "Imported.", scripts=scripts)
    assert source(page, other, "stove") == source(page, slug, "stove")
    page.goto(f"/{other}/-/tags/")
    expect(page.get_by_role("main").get_by_role("link", name="Safety")).to_be_visible()


def source(page: Page, slug: str, path: str) -> str:
    page.goto(f"/{slug}/{path}/")
    page.get_by_role("link", name="Edit this page").click()
    return source_of(page).input_value()


def test_what_is_larger_than_any_other_form_is_taken_from_who_may_import(visit: Visitors, tmp_path: Path):
    page = visit()
    sign_up(page)
    slug = new_handbook(page)
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stove.md", "# Stove\n\nHot.\n")
        for number in range(2):
            archive.writestr(f"film-{number}.bin", os.urandom(14_000_000))
    send(page, slug, path)
    follow(page, "Nothing is written yet.", scripts=True)
    expect(page.get_by_text(f"/{slug}/stove/ · new")).to_be_visible()


def test_what_is_no_zip_is_refused_by_its_name(visit: Visitors, tmp_path: Path):
    page = visit(**PHONE)
    sign_up(page)
    slug = new_handbook(page)
    path = tmp_path / "holiday.zip"
    path.write_text("not a zip")
    send(page, slug, path)
    follow(page, "holiday.zip: is not a zip file", scripts=True)
    expect(page.get_by_role("heading", name="Nothing was imported")).to_be_visible()
    look(page, "import-refused-phone", scripts=True)
    page.get_by_role("link", name="Begin again").click()
    expect(page.get_by_role("heading", name="Import", level=1)).to_be_visible()
