"""Every language that Cairn speaks: set up alike, and no word of another one left on any page."""

from __future__ import annotations

import itertools
import re
from functools import cache

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from scripts import catalogue
from tests.contract.markup import parsed
from tests.contract.samples import VARIANTS, context
from tests.contract.test_hostile_templates import PAGES
from tests.contract.test_templates import FIXED_ENGLISH, SPOKEN

ROOT = settings.BASE_DIR
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
SAID = re.compile(r"data-(said|copy|copied|untitled)")  # what scripts say


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_a_catalogue_and_formats(language):
    assert (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").exists()
    assert (ROOT / "project" / "formats" / language / "formats.py").exists()


def test_every_catalogue_is_of_a_language_that_can_be_chosen():
    assert [catalogue.language_of(path) for path in catalogue.catalogues()] == sorted(OTHERS)


@cache
def english(language: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """What is said otherwise in the language: as it stands, and with something in its gaps."""
    plain, gaps = set(), []
    for message in catalogue.read(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"):
        for original in (message.id,) if isinstance(message.id, str) else message.id:
            if original == "" or original in message.string:
                continue
            pattern = ".+".join(re.escape(piece) for piece in catalogue.PLACEHOLDER.split(original))
            if ".+" not in pattern:
                plain.add(original)
            elif re.search(r"[^\W\d_]{3}", pattern):
                gaps.append(pattern)
    return frozenset(plain), re.compile("|".join(gaps))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", [name for name in PAGES if name not in FIXED_ENGLISH])
@pytest.mark.parametrize("language", OTHERS)
def test_no_word_of_a_page_stays_english(language, name, variant):
    numbers = itertools.count(1)
    values = context(name, lambda: f"#{next(numbers)}", **VARIANTS[variant])
    template = get_template(name).template
    with translation.override("en"):  # what a module of macros keeps would be English from here on
        template.render(values)
    with translation.override(language):
        page = parsed(str(template.render(values)))
    said = [text.strip() for _line, text in page.texts]
    said += [
        value
        for element in page.elements
        for key, value in element.attributes.items()
        if key in SPOKEN or SAID.match(key)
    ]
    plain, gaps = english(language)
    assert [text for text in said if text in plain or gaps.fullmatch(text)] == []
