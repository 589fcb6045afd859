from hashlib import sha256

import pytest

from tests.documents.importing.memory import pages_of, plan_of, text_of

PNG = b"png"


def files(page: str, origin: str = "guide/start.md") -> dict[str, str | bytes]:
    others: dict[str, str | bytes] = {
        "index.md": "Home.",
        "guide/index.md": "Guide.",
        "guide/stop.md": "Stop.",
        "reference/Oil Change.md": "Oil.",
        "img/a b.png": PNG,
        "sheet.pdf": b"%PDF",
        "static/logo.svg": b"<svg/>",
    }
    return others | {origin: page}


def converted(page: str) -> str:
    return pages_of(plan_of(files(page), "plain"))["guide/start"].source


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("stop.md", "/guide/stop"),
        ("./stop.md#now", "/guide/stop#now"),
        ("stop", "/guide/stop"),
        ("stop.html", "/guide/stop"),
        ("STOP.md", "/guide/stop"),
        ("../index.md", "/"),
        ("../", "/"),
        (".", "/guide"),
        ("./", "/guide"),
        ("index.md", "/guide"),
        ("../guide/", "/guide"),
        ("/guide/stop", "/guide/stop"),
        ("/guide/stop/", "/guide/stop"),
        ("/docs/guide/stop", "/guide/stop"),
        ("/docs", "/"),
        ("/", "/"),
        ("../stop/", "/guide/stop"),
        ("stop.md?plain=1#x", "/guide/stop#x"),
        ("../reference/Oil%20Change.md", "/reference/oil-change"),
        ("<../reference/Oil Change.md>", "</reference/oil-change>"),
        ("../reference/Oil Change.md", "/reference/oil-change"),
        ("../reference", "/reference"),
        ("stop.md 'A title'", "/guide/stop 'A title'"),
        ('stop.md "A (title)"', '/guide/stop "A (title)"'),
    ],
)
def test_links_to_pages_become_their_addresses(written: str, address: str) -> None:
    assert converted(f"See [it]({written}).") == f"See [it]({address})."


@pytest.mark.parametrize(
    "written",
    [
        "https://example.org/a.md",
        "//example.org",
        "mailto:a@b.c",
        "#here",
        "",
        "?x=1",
        "/-/media/0/x",
        "none.md",
        "../../up.md",
    ],
)
def test_other_links_stay_as_they_are(written: str) -> None:
    assert converted(f"See [it]({written}).") == f"See [it]({written})."


def test_images_and_files_become_media_by_their_bytes() -> None:
    page = (
        "![A](../img/a%20b.png) ![B](<../img/a b.png> 'b') ![C](../img/a b.png) "
        "[D](../sheet.pdf?raw=true#2) ![](/logo.svg)"
    )
    plan = plan_of(files(page), "plain")

    digests = {media.origin: f"/-/media/{media.digest}" for media in plan.media}
    png, pdf, svg = (digests[name] for name in ("img/a b.png", "sheet.pdf", "static/logo.svg"))
    assert png == f"/-/media/{sha256(PNG).hexdigest()[:20]}"
    assert pages_of(plan)["guide/start"].source == (
        f"![A]({png}/a-b.png) ![B](<{png}/a-b.png> 'b') ![C]({png}/a-b.png) "
        f"[D]({pdf}/sheet.pdf) ![]({svg}/logo.svg)"
    )
    assert plan.read_media(plan.media[0]) == PNG


def test_references_are_links_too() -> None:
    assert converted("[Stop][s] and [s].\n\n[s]: stop.md#x 'T'\n[^1]: stop.md\n[w]: https://x.y") == (
        "[Stop][s] and [s].\n\n[s]: /guide/stop#x 'T'\n[^1]: stop.md\n[w]: https://x.y"
    )


def test_an_image_in_a_link_has_two_addresses() -> None:
    text = converted("[![Logo](/logo.svg)](stop.md)")

    assert text.startswith("[![Logo](/-/media/")
    assert text.endswith("/logo.svg)](/guide/stop)")


@pytest.mark.parametrize(
    "code",
    [
        "`[x](stop.md)`",
        "``a ` [x](stop.md)``",
        "```\n[x](stop.md)\n```",
        "~~~md\n```\n[x](stop.md)\n~~~",
        "````\n```\n[x](stop.md)\n````",
        "> ```\n> [x](stop.md)\n> ```",
        "- item\n\n  ```\n  [x](stop.md)\n  ```",
        "Text:\n\n    [x](stop.md)",
        "- item\n\n      [x](stop.md)",
        "\\[x\\](stop.md)",
    ],
)
def test_code_is_never_touched(code: str) -> None:
    assert converted(f"{code}\n\n[y](stop.md)") == f"{code}\n\n[y](/guide/stop)"


def test_text_deep_in_a_list_is_no_code() -> None:
    assert (
        converted("1. one\n\n   - two\n\n     [y](stop.md)") == "1. one\n\n   - two\n\n     [y](/guide/stop)"
    )


def test_what_leads_nowhere_is_listed_with_its_line() -> None:
    plan = plan_of(files("---\ntitle: x\n---\n\nOne.\n[a](none.md)\n\n[b](/x.png)\n"), "plain")

    assert [(notice.origin, notice.line, notice.message) for notice in plan.notices] == [
        ("guide/start.md", 6, "the link to 'none.md' leads to nothing in this import; it stays as it is"),
        ("guide/start.md", 8, "the link to '/x.png' leads to nothing in this import; it stays as it is"),
    ]


def test_headings_with_ids_of_their_own_are_found_by_their_text() -> None:
    plan = plan_of(
        {"a.md": "## First steps {#first}\n\n[x](#first)", "b.md": "[y](a.md#first) [z](a.md#other)"}, "plain"
    )

    pages = pages_of(plan)
    assert pages["a"].source == "## First steps\n\n[x](#first-steps)"
    assert pages["b"].source == "[y](/a#first-steps) [z](/a#other)"


def test_names_of_files_become_safe_in_addresses() -> None:
    text = text_of("![x](<Ünï côde (1)%.png>)", **{"Ünï côde (1)%__png": PNG})

    assert text.endswith("/Ünï-côde-1-.png>)")
