"""Nothing that people write becomes markup, in any template, wherever it stands."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from django.template.loader import get_template
from django.utils import translation

from tests.contract.contexts import TYPES
from tests.contract.markup import Parsed, parsed
from tests.contract.samples import VARIANTS, context

ROOT = Path(__file__).resolve().parents[2] / "templates"
FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*"))
PARTS = {
    "account.html",
    "base.html",
    "cards.html",
    "documents/jump_rows.html",
    "documents/kinds.html",
    "documents/me_rows.html",
    "notifications/rows.html",
    "console/parts.html",
    "documents/run_item.html",
    "documents/run_parts.html",
    "documents/talk_rows.html",
    "documents/tasks.html",
    "forms.html",
    "icons.html",
    "later.html",
    "parts.html",
    "switcher.html",
    "typed.html",
}
PAGES = sorted(name for name in TYPES if name.endswith(".html"))
HOSTILE = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' style='color:red",
    "</textarea></title></option></script><svg onload=alert(1)>",
    "--><b>]]>{{ 7 * 7 }}{% raw %}",
    "&quot;&gt;<i>&#60;u&#62;",
    "javascript:alert(1)",
)
ADDRESSES = ("href", "src", "action", "formaction", "hx-post", "hx-get", "data-upload", "poster", "srcset")


def rendered(name: str, text: str, variant: dict[str, bool]) -> str:
    """The template with `text` in every string, each with a number of its own."""
    numbers = itertools.count(1)
    values = context(name, lambda: f"{text}{next(numbers)}", **variant)
    with translation.override("en"):
        return _render(name, values)


def _render(name: str, values: dict[str, Any]) -> str:
    return str(get_template(name).template.render(values))


def test_every_template_has_a_sample_or_is_a_part_of_one():
    assert sorted({*TYPES, *PARTS}) == FILES


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_is_used_by_another_template(name):
    named = re.compile(r'(?:extends|from|include|import) "' + re.escape(name) + '"')
    assert [path for path in FILES if named.search((ROOT / path).read_text())] != []


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", PAGES)
def test_hostile_words_stay_words(name, variant):
    harmless = parsed(rendered(name, "plain", VARIANTS[variant]))
    for text in HOSTILE:
        hostile = parsed(rendered(name, text, VARIANTS[variant]))
        assert hostile.skeleton == harmless.skeleton, text
        assert unsafe(hostile) == []


def unsafe(page: Parsed) -> list[str]:
    """Script, style and addresses that a page must not have."""
    found = []
    for element in page.elements:
        said = f"{element.tag} {element.attributes}"
        if element.tag in ("style", "base", "object", "embed", "iframe"):
            found.append(said)
        if element.tag == "script" and ("src" not in element.attributes or element.text.strip()):
            found.append(said)
        found += [said for key in element.attributes if key.startswith(("on", "style", "hx-on"))]
        # Addresses are made by views from routes: they lead into the site, or stay on the page.
        found += [
            said for key in ADDRESSES if not element.attributes.get(key, "/").startswith(("/", "#", "?"))
        ]
    return found


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".txt")])
def test_a_mail_says_names_as_they_are(name):
    values = context(name, lambda: "<b>R&D</b>")
    assert "<b>R&D</b>" in _render(name, values)


def test_an_unknown_name_is_an_error():
    engine = get_template("base.html").template.environment
    for source in (
        "{{ nobody }}",
        "{% if nobody %}{% endif %}",
        "{{ site.nothing }}",
        "{% for x in nobody %}{% endfor %}",
    ):
        with pytest.raises(jinja2.UndefinedError):
            engine.from_string(source).render(site=object())


def test_escaping_is_on_and_left_off_for_drawings_and_mails_alone():
    assert get_template("base.html").template.environment.autoescape is True
    trusting = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b")
    found = [name for name in FILES if trusting.search((ROOT / name).read_text())]
    assert found == [name for name in FILES if name == "icons.html" or name.endswith(".txt")]


@pytest.mark.parametrize("source", ["<p>{{ value|safe }}</p>", "<p title={{ value }}></p>"])
def test_markup_from_a_value_is_seen(source):
    template = get_template("base.html").template.environment.from_string(source)
    harmless = parsed(template.render(value="plain")).skeleton
    assert any(parsed(template.render(value=text)).skeleton != harmless for text in HOSTILE)
