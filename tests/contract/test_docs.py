"""The documentation tells the truth: what it links to, names and shows exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from apps.documents.importing.planning import plan_import
from apps.documents.importing.reading import read_source
from apps.documents.text import heading_slug, slugify
from apps.documents.text.compose import Composed, compose

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
TEXTS = sorted(
    [*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if HANDBOOK not in path.parents)]
)
PAGES = sorted(HANDBOOK.rglob("*.md"))

# What `[[...]]` names without a page, on purpose: the page about red links shows some.
RED_LINKS = {"using/writing/links-between-pages": {"how-we-make-coffee", "lost-property"}}

FENCE = re.compile(r"^[ ]*(`{3,}).*?^[ ]*\1[ ]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\]\(([^()\s]+)\)")
MAKE_TARGET = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
CODE_PATH = re.compile(
    r"(?:apps|project|templates|static/src|tests|scripts|bench|deploy|docs|requirements)/[\w./<>*-]+|[\w-]+\.(?:toml|py|json)"
)
# What the page about a new page makes while one reads.
MADE_UP = {"apps/documents/selectors/authors.py", "templates/documents/authors.html"}
MAX_IMAGE_BYTES = 150_000


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(text: str) -> str:
    """Without code."""
    return CODE.sub("", FENCE.sub("", text))


def code(text: str) -> str:
    """Code alone."""
    return "\n".join(
        [*(found[0] for found in FENCE.finditer(text)), *(found[2] for found in CODE.finditer(text))]
    )


@cache
def handbook() -> dict[str, Composed]:
    """Path -> page, as importing reads it; an import without a notice."""
    with read_source(HANDBOOK) as source:
        plan = plan_import(source)
    assert [str(notice) for notice in plan.notices] == []
    assert plan.dialect == "plain"
    return {page.path: compose(page.source) for page in plan.pages}


def test_the_handbook_has_25_pages_or_more_three_levels_deep_with_pictures_callouts_and_tasks() -> None:
    pages = handbook()
    html = "\n".join(page.html for page in pages.values())
    assert len(pages) == len(PAGES) >= 25
    assert max(path.count("/") for path in pages) == 2
    for expected in ('<img src="/-/media/', 'class="callout callout-caution"', 'class="task"', "data-page="):
        assert expected in html


def test_every_wiki_link_of_the_handbook_leads_to_a_page_or_is_red_on_purpose() -> None:
    pages = handbook()
    keys = {*pages, *(path.rpartition("/")[2] for path in pages)}
    red = {path: missing for path, page in pages.items() if (missing := set(page.links) - keys)}
    assert red == RED_LINKS


def test_every_link_to_a_heading_of_the_handbook_finds_it() -> None:
    pages = handbook()
    by_key = {path.rpartition("/")[2]: page for path, page in sorted(pages.items(), reverse=True)} | pages
    for path, page in pages.items():
        for key, anchor in re.findall(r'data-page="([^"]*)" data-anchor="([^"]*)"', page.html):
            assert anchor in {heading.anchor for heading in by_key[key].outline}, f"{path}: {key}#{anchor}"
        for anchor in re.findall(r'href="#([^":]*)"', page.html):
            assert anchor in {heading.anchor for heading in page.outline}, f"{path}: #{anchor}"


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_relative_link_and_picture_of_a_text_resolves(path: Path) -> None:
    for target in LINK.findall(prose(path.read_text())):
        file, _, anchor = unquote(target).partition("#")
        if re.match(r"[a-z]+:", file):
            continue
        place = (path.parent / file).resolve() if file else path
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", place.read_text(), re.MULTILINE)
            assert anchor in {heading_slug(heading) for heading in headings}, target


def test_no_picture_is_large_and_every_one_is_shown() -> None:
    shown = "\n".join(path.read_text() for path in [*TEXTS, *PAGES])
    pictures = [
        path for path in (ROOT / "docs").rglob("*") if path.suffix in {".svg", ".png", ".webp", ".jpg"}
    ]
    assert [name(path) for path in pictures if path.stat().st_size > MAX_IMAGE_BYTES] == []
    assert [name(path) for path in pictures if path.name not in shown] == []


def test_files_and_folders_of_the_handbook_are_named_as_their_addresses() -> None:
    names = {part for path in PAGES for part in path.relative_to(HANDBOOK).with_suffix("").parts}
    assert {part for part in names if part != slugify(part)} == set()


@pytest.mark.parametrize("path", [*TEXTS, *PAGES], ids=name)
def test_every_make_target_and_management_command_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = code(path.read_text())
    assert set(MAKE_TARGET.findall(shown)) <= targets
    assert set(COMMAND.findall(shown)) <= set(get_commands())


def named_files(path: Path) -> Iterator[str]:
    for found in CODE_PATH.findall(code(path.read_text())):
        if not set("<>*") & set(found):
            yield found.rstrip("./")


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "docs/decisions").glob("*.md")),
        *PAGES,
    ],
    ids=name,
)
def test_every_file_that_the_reference_and_the_handbook_name_exists(path: Path) -> None:
    tops = {file.name for file in ROOT.iterdir()}
    for found in named_files(path):
        if ("/" in found or found in tops) and found not in MADE_UP:
            assert (ROOT / found).exists(), found


def test_no_two_neighbours_of_the_handbook_have_one_number() -> None:
    numbers: dict[Path, list[str]] = {}
    for path in PAGES:
        section = path.parent.parent if path.stem == "index" else path.parent
        if found := re.search(r"^order: (\d+)$", path.read_text(), re.MULTILINE):
            numbers.setdefault(section, []).append(found[1])
    twice = {name(section): found for section, found in numbers.items() if len(set(found)) < len(found)}
    assert twice == {}


def test_previous_and_next_follow_the_list_of_what_one_may_want_to_do() -> None:
    pages = handbook()
    listed = re.findall(r"\[\[([^]]+)\]\]", (HANDBOOK / "using" / "index.md").read_text().partition("## ")[0])
    in_order = [path.rpartition("/")[2] for path in pages if path.startswith("using/")]
    assert [heading_slug(title) for title in listed] == in_order


RUNNING = [ROOT / "docs" / "operations.md", *sorted((HANDBOOK / "running").glob("*.md"))]


@pytest.mark.parametrize("path", RUNNING, ids=name)
def test_whoever_is_shown_a_command_is_told_how_it_sees_the_settings_of_the_site(path: Path) -> None:
    before, command, _ = path.read_text().partition(".venv/bin/python manage.py")
    assert not command or "set -a && . /etc/cairn.env && set +a" in before


def test_operators_are_told_of_every_command() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    told = set(COMMAND.findall(text.partition("## Commands")[2].partition("\n## ")[0]))
    made = {path.stem for path in ROOT.glob("apps/*/management/commands/[a-z]*.py")}
    assert made - {"demo", "run_job", "settings_docs"} <= told
