"""What an import says is English in its own processes, and another language where people read it."""

import pickle

import pytest
from django.utils import translation

from apps.documents.importing.plan import Notice
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told
from apps.documents.imports.telling import said, told

LINK = Told("the link to %(address)r leads to nothing in this import; it stays as it is", address="a.md")


def test_it_is_its_english_text():
    assert LINK == "the link to 'a.md' leads to nothing in this import; it stays as it is"
    assert said(LINK) == LINK
    assert said("any text, 100 %") == "any text, 100 %"


def test_it_comes_back_from_another_process_as_it_went():
    back = pickle.loads(pickle.dumps(ImportRefusedError("a.md", LINK)))
    assert (str(back), back.message.template, back.message.values) == (
        f"a.md: {LINK}",
        LINK.template,
        {"address": "a.md"},
    )


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            ["a.md:3: <Tabs> ×2 became text (2 times)", "b.md: becomes a draft, as a page above it is one"],
        ),
        (
            "de",
            [
                "a.md:3: <Tabs> ×2 wurde zu Text (2-mal)",
                "b.md: wird ein Entwurf, weil eine Seite darüber einer ist",
            ],
        ),
    ],
)
def test_people_are_told_in_their_language(language, lines):
    tabs = Notice("a.md", 3, Told("%(name)s became text", name="<Tabs> ×2"))
    draft = Notice("b.md", 0, Told("becomes a draft, as a page above it is one"))
    with translation.override(language):
        assert list(told([tabs, tabs, draft])) == lines
