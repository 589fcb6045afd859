from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text.fences import fence_info
from apps.documents.text.highlight import CLASSES, LANGUAGES, MAX_HIGHLIGHTED, highlight

HARD = 'def f(x): # "<b>&\n\treturn `$x` /* { [ ( */ -- {{ <?php <script> */ ) ] } """\n\n+a\n-b\n@@ \\\n'


@pytest.mark.parametrize("language", sorted(set(LANGUAGES)))
def test_every_language_keeps_the_code_and_uses_known_classes(language: str) -> None:
    html = highlight(HARD, language)
    assert unescape(re.sub(r"</?span[^>]*>", "", html)) == HARD
    assert set(re.findall(r'class="([^"]*)"', html)) <= set(CLASSES)
    assert "<script" not in html


@given(
    st.text(alphabet="ab<>&\"'`#/*{}()=\n\t\r\x00é", max_size=60),
    st.sampled_from(["ts", "py", "html", "bash", "md"]),
)
def test_code_is_never_changed(code: str, language: str) -> None:
    assert unescape(re.sub(r"</?span[^>]*>", "", highlight(code, language))).replace("\ufffd", "\0") in (
        code,
        code.replace("\r\n", "\n").replace("\r", "\n"),
    )


def test_meaning_becomes_a_class() -> None:
    assert highlight("return 1 # x", "python") == (
        '<span class="tok-keyword">return </span><span class="tok-number">1 </span>'
        '<span class="tok-comment"># x</span>'
    )


@pytest.mark.parametrize("language", ["", "klingon", "../../etc", "python2000"])
def test_an_unknown_language_stays_plain(language: str) -> None:
    assert highlight("if <x> & y", language) == "if &lt;x&gt; &amp; y"


def test_a_very_long_block_stays_plain() -> None:
    html = highlight("x = 1\n" * MAX_HIGHLIGHTED, "python")
    assert "tok-" not in html
    assert html.replace("<span>", "").replace("</span>", "") == "x = 1\n" * MAX_HIGHLIGHTED


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("", ("", "")),
        ("Python", ("python", "")),
        ("ts {1,3} showLineNumbers", ("ts", "")),
        ('tsx title="app/page.tsx"', ("tsx", "app/page.tsx")),
        ("tsx filename='app/page.tsx' highlight=\"1\"", ("tsx", "app/page.tsx")),
        ('title="x.txt"', ("", "x.txt")),
        ("c++", ("c++", "")),
        ("{.python}", ("", "")),
    ],
)
def test_a_fence_names_language_and_file(info: str, expected: tuple[str, str]) -> None:
    assert fence_info(info) == expected
