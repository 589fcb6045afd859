"""What every template keeps to: words that can be translated, no inline code, ids and labels in order."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from django.template.loader import get_template
from django.utils import translation

from project.templating import asset
from tests.contract.contexts import TYPES
from tests.contract.markup import Parsed, parsed
from tests.contract.samples import VARIANTS, context
from tests.contract.test_hostile_templates import FILES, PAGES, ROOT

WORDS = re.compile(r"[^\W\d_]")
SPOKEN = ("title", "alt", "aria-label", "placeholder", "aria-roledescription", "aria-description", "label")
# It is shown when nothing else works, languages included.
FIXED_ENGLISH = {"500.html"}
FRAGMENTS = {
    "documents/backlinks.html",
    "documents/complete.html",
    "documents/job_now.html",
    "documents/jobs_kept.html",
    "documents/jump_list.html",
    "console/now.html",
    "documents/branch.html",
    "documents/me_care.html",
    "documents/me_changes.html",
    "documents/me_drafts.html",
    "documents/me_handbooks.html",
    "documents/me_notices.html",
    "documents/me_pages.html",
    "documents/me_runs.html",
    "documents/run_open.html",
    "documents/run_part.html",
    "late.html",
    "documents/preview.html",
    "documents/talk_part.html",
    "documents/talk_people.html",
    "documents/bar.html",
    "accounts/bar.html",
    "tenants/yours.html",
}
# Blocks and a macro that fill in a class or attributes, so what they hold is not shown.
IN_TAGS = re.compile(
    r"{% block \w+_class %}.*?{% endblock %}|{% macro ties\(.*?{%- endmacro %}|"
    r"(?<=class=\"){% block.*?endblock %}",
    re.DOTALL,
)
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "form")


def written(name: str) -> Parsed:
    """The template's own markup, without what it fills in."""
    source = IN_TAGS.sub("", (ROOT / name).read_text())
    tokens = get_template("base.html").template.environment.lex(source)
    parts = []
    for _line, kind, value in tokens:
        if kind == "data":
            parts.append(value)
        elif kind == "variable_begin":
            parts.append("0")
    return parsed("".join(parts))


@pytest.mark.parametrize("name", [name for name in FILES if name not in FIXED_ENGLISH])
def test_every_word_can_be_translated(name):
    page = written(name)
    said = [text.strip() for _line, text in page.texts if WORDS.search(text)]
    said += [
        f"{key}={element.attributes[key]}"
        for element in page.elements
        for key in SPOKEN
        if WORDS.search(element.attributes.get(key, ""))
    ]
    assert said == []


@pytest.mark.parametrize("name", FILES)
def test_no_template_has_inline_code_or_style(name):
    page = written(name)
    bad = [
        f"{element.tag} {key}"
        for element in page.elements
        for key, value in element.attributes.items()
        if key.startswith(("on", "hx-on", "style")) or value.strip().startswith(("js:", "javascript:"))
    ]
    bad += [element.tag for element in page.elements if element.tag in ("style", "iframe", "object", "embed")]
    bad += [
        "script" for element in page.elements if element.tag == "script" and not element.attributes.get("src")
    ]
    assert bad == []


def test_every_asset_a_template_names_is_built():
    named = {
        found
        for name in FILES
        for found in re.findall(r'asset\(\s*"([^"]+)"\s*\)', (ROOT / name).read_text())
    }
    assert "entries/site.js" in named
    for one in sorted(named):
        assert asset(one).startswith("/-/static/")


def page_of(name: str, variant: str) -> Parsed:
    numbers = itertools.count(1)
    values = context(name, lambda: f"word{next(numbers)}", **VARIANTS[variant])
    with translation.override("en"):
        return parsed(str(get_template(name).template.render(values)))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_what_points_at_one_finds_it(name, variant):
    page = page_of(name, variant)
    ids = Counter(element.attributes["id"] for element in page.elements if "id" in element.attributes)
    assert [one for one, count in ids.items() if count > 1] == []
    lost = [
        f"{element.tag} {key}={target}"
        for element in page.elements
        for key in REFERENCES
        for target in element.attributes.get(key, "").split()
        if target not in ids
    ]
    assert lost == []


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name(name, variant):
    page = page_of(name, variant)
    tied = {element.attributes["for"] for element in page.elements if "for" in element.attributes}
    labelled = {id(inner) for outer in page.labels for inner in outer.inside}
    nameless = [
        f"{element.tag} {element.attributes}"
        for element in page.elements
        if element.tag in ("input", "select", "textarea")
        and element.attributes.get("type") not in ("hidden", "submit")
        and "aria-label" not in element.attributes
        and element.attributes.get("id") not in tied
        and id(element) not in labelled
    ]
    assert nameless == []
    silent = [
        f"{element.tag} {element.attributes}"
        for element in page.elements
        if element.tag in ("a", "button", "legend", "summary", "h1", "h2", "h3", "label")
        and not element.text.strip()
        and not {"aria-label", "aria-labelledby"} & {*element.attributes}
    ]
    assert silent == []


@pytest.mark.parametrize("name", [name for name in PAGES if name not in FRAGMENTS])
def test_a_page_has_one_heading_of_the_first_level_and_one_main(name):
    page = page_of(name, "full")
    counted = Counter(element.tag for element in page.elements)
    assert (counted["h1"], counted["main"], counted["title"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in TYPES
        if name.startswith(
            ("documents/page", "documents/tree", "documents/talk", "documents/runs", "documents/run.")
        )
    ],
)
def test_what_is_shared_has_no_form_that_changes_something(name):
    page = page_of(name, "full")
    assert [element for element in page.elements if element.attributes.get("method", "get") != "get"] == []
