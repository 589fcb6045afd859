"""What a catalogue of a language is held to."""

from __future__ import annotations

import gettext

import pytest
from babel.messages.catalog import Catalog

from scripts import catalogue

HEAD = """# Words: page is Seite.
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
SAID = Catalog()
SAID.add("Save", locations=[("templates/a.html", 0)])
SAID.add(("%(num)s page", "%(num)s pages"), locations=[("templates/a.html", 0)])
PAGES = """msgid "%(num)s page"
msgid_plural "%(num)s pages"
msgstr[0] "%(num)s Seite"
msgstr[1] "%(num)s Seiten"
"""
GOOD = f'msgid "Save"\nmsgstr "Speichern"\n\n{PAGES}'


@pytest.fixture
def german(tmp_path):
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(f"{HEAD}\n{GOOD}")
    return path


def found(path):
    return list(catalogue.problems(path, SAID))


def test_one_that_says_all_of_it_is_good(german):
    assert found(german) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Speichern"', '""', "“Save” is not translated"),
        ('"%(num)s Seiten"', '""', "“%(num)s page” is not translated"),
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"', "“Save” is marked as fuzzy"),
        ('"%(num)s Seiten"', '"%(n)s Seiten"', "“%(num)s page” has other placeholders in “%(n)s Seiten”"),
        ('"Speichern"', '"<b>Speichern</b>"', "“Save” has other markup in “<b>Speichern</b>”"),
        ('"Speichern"', '"Speichern "', "“Save” has spaces around “Speichern ”"),
        ('msgid "Save"\nmsgstr "Speichern"\n\n', "", "“Save” is missing"),
        (
            'msgid "%(num)s page"',
            'msgid "Old"\nmsgstr "Alt"\n\nmsgid "%(num)s page"',
            "“Old” is said by nobody any more",
        ),
    ],
)
def test_what_is_wrong_is_named(german, old, new, problem):
    german.write_text(german.read_text().replace(old, new))
    assert found(german) == [problem]


@pytest.mark.parametrize(
    ("original", "text", "is_right"),
    [
        ("%(a)s of %(b)s", "%(b)s: %(a)s", True),
        ("%s of %d", "%s: %d", True),
        ("%s of %d", "%d: %s", False),
        ("%s %%", "%s %%", True),
        ("%s %%", "%s", False),
    ],
)
def test_only_placeholders_with_names_may_change_places(original, text, is_right):
    message = Catalog().add(original, text)
    assert (list(catalogue.faults(message, 2)) == []) is is_right


def test_collecting_adds_and_takes_out_and_leaves_the_head_alone(german):
    german.write_text(f'{HEAD}\nmsgid "Old"\nmsgstr "Alt"\n\n{PAGES}')
    catalogue.collect(german, SAID)
    text = german.read_text()
    assert text.startswith(f"{HEAD}\n")
    assert "Old" not in text
    assert '#: templates/a.html\nmsgid "Save"\nmsgstr ""\n' in text
    assert PAGES in text
    catalogue.collect(german, SAID)
    assert german.read_text() == text


def test_what_is_compiled_is_what_django_reads(german):
    catalogue.compile_catalogue(german)
    with german.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Save") == "Speichern"
    assert [compiled.ngettext("%(num)s page", "%(num)s pages", n) for n in (1, 2)] == [
        "%(num)s Seite",
        "%(num)s Seiten",
    ]


def test_templates_and_python_are_collected():
    ids = {message.id for message in catalogue.collected()}
    assert {"Saved.", "Search this handbook", ("%(num)s page", "%(num)s pages")} <= ids
