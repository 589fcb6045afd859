"""Hostile texts: nothing active leaves, placeholders cannot be forged, time is bounded."""

from __future__ import annotations

import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import TextLimitError, compose, fill_links, linked_keys
from apps.documents.text.sanitise import sanitise

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a data-page="x" href="javascript:alert(1)">y</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '[x](/a "onmouseover=alert(1)")',
    '[x](https://e.org/"onclick="alert(1))',
    '![" onerror="alert(1)](/-/media/a/b.png)',
    '![x](/-/media/a/b.png "\\" onerror=\\"alert(1)")',
    "[[a|<img src=x onerror=alert(1)>]]",
    '[["onclick="alert(1)]]',
    '```" onclick="alert(1)\nx\n```',
    '```js title="\\"><script>"\n</code></pre><script>alert(1)</script>\n```',
    "| <script> |\n|---|\n| [x](javascript:1) |",
    '- [ ] "><script>alert(1)</script>',
    ":::note <script>alert(1)</script>\nx\n:::",
    '[^"><script>]: x\n\ny[^"><script>]',
    '# "><script>alert(1)</script>',
    "[x]: javascript:alert(1)\n\n[x]",
    "\0<script>\0alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<!--><script>alert(1)</script>-->",
    "<p style='x'>",
]

ATTRIBUTES = {
    "aria-label", "alt", "checked", "class", "data-anchor", "data-block", "data-item", "data-label",
    "data-lang", "data-page", "data-title", "data-word", "decoding", "disabled", "href", "id", "loading",
    "rel", "role", "src", "start", "tabindex", "title", "type",
}  # fmt: skip


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def check_harmless(html: str) -> None:
    for tag, attributes in Reader(html).tags:
        assert tag not in {"script", "style", "svg", "iframe", "object", "form", "base", "meta", "link"}
        assert set(attributes) <= ATTRIBUTES
        for name in ("href", "src"):
            url = (attributes.get(name) or "").strip().lower()
            assert not url.startswith(("javascript", "vbscript", "data", "file", "\x01"))


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_gives_nothing_active(source: str) -> None:
    html = compose(source).html
    check_harmless(html)
    check_harmless(fill_links(html, {}, "sea"))


@given(st.lists(st.sampled_from([*HOSTILE, "[", "](", ")", "`", "|", '"', "<", ">", "\n", "- ", "&#x", "*"])))
def test_hostile_pieces_in_any_order_give_nothing_active(pieces: list[str]) -> None:
    html = compose("".join(pieces)).html
    check_harmless(html)
    check_harmless(fill_links(html, {}, "sea"))


@pytest.mark.parametrize(
    "forged", ["data-page", "data-item", "data-block", "data-word", "data-label", "data-person"]
)
def test_no_placeholder_can_be_forged_by_html_in_the_text(forged: str) -> None:
    source = f'<a {forged}="x">y</a>\n\n[a](https://e.org "{forged}=&quot;x&quot;")\n\n`<a {forged}="x">`'
    html = compose(source).html
    assert all(forged not in attributes for tag, attributes in Reader(html).tags if tag == "a")
    assert linked_keys(html) == ()


def test_the_sanitiser_stands_by_itself() -> None:
    html = (
        '<script>x</script><p style="color:red" onclick="x" class="callout-title evil" id="b-1">y</p>'
        '<a href="javascript:x" data-page="k">z</a><input type="text" name="q">'
        '<span class="tok-name admin">n</span>'
    )
    assert sanitise(html) == (
        '<p class="callout-title" id="b-1">y</p><a data-page="k">z</a><input><span class="tok-name">n</span>'
    )


def test_ids_and_placeholders_survive_the_sanitiser() -> None:
    composed = compose("# H\n\n[[A b]] text\n\n- [ ] t\n\n| a |\n|---|\n\n```sh\nls\n```\n\n> [!TIP]\n> x")
    assert sanitise(composed.html) == composed.html
    for block in composed.blocks:
        assert block.id in composed.html
        assert all(f'data-item="{item.id}"' in composed.html for item in block.items)


@pytest.mark.parametrize(
    "source",
    [
        "> " * 100_000,
        "- " * 100_000,
        "[" * 100_000,
        "![" * 50_000 + "]" * 50_000,
        "[[" * 50_000,
        "[a](" * 25_000,
        "`" * 100_000,
        "".join("`" * length + " " for length in range(1, 400)),
        "*a **b" * 16_000,
        "<" * 100_000,
        "&" * 200_000,
        "a@" * 50_000,
        "http://" * 14_000,
        "[^a]: x\n\n" + "[^" * 50_000,
        "\n".join(["|a" * 100, "|-" * 100, *["|"] * 700]),
        ":::note\n" * 5_000,
        "\0" * 100_000,
        "```python\n" + "(" * 100_000,
    ],
    ids=range(18),
)
def test_hostile_repetition_ends_in_bounded_time(source: str) -> None:
    started = time.process_time()
    with suppress(TextLimitError):
        compose(source)
    # Unbounded, each of these takes minutes; the bound is far above what is measured (under 1 s).
    assert time.process_time() - started < 20
