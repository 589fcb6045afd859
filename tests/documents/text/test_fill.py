from __future__ import annotations

import pytest

from apps.documents.text import ENGLISH, Picture, Target, compose, fill_links, linked_keys, media_digests

HOSTILE = '"><script>alert(1)</script><a href="'


def filled(source: str, targets: dict[str, Target | None] | None = None) -> str:
    return fill_links(
        compose(source, mint=iter(f"{n:010}" for n in range(99)).__next__).html, targets or {}, "sea"
    )


def test_a_found_page_gives_its_address_anchor_and_title() -> None:
    targets = {"pumps": Target("/sea/engine/pumps/", "Pumps & valves")}
    assert (
        filled("[[Pumps]] [[pumps#Oil]] [the **pumps**](/pumps)", targets)
        == '<p id="b-0000000000"><a href="/sea/engine/pumps/">Pumps &amp; valves</a>'
        ' <a href="/sea/engine/pumps/#oil">Pumps &amp; valves</a>'
        ' <a href="/sea/engine/pumps/">the <strong>pumps</strong></a></p>\n'
    )


@pytest.mark.parametrize("targets", [{}, {"gpu-drivers": None}])
def test_a_missing_page_is_a_link_to_write_it_said_in_words_too(targets: dict[str, Target | None]) -> None:
    assert (
        filled("[[GPU Drivers]]", targets)
        == '<p id="b-0000000000"><a class="missing" href="/sea/-/new/?title=GPU%20Drivers">GPU Drivers'
        '<span class="visually-hidden"> (no such page yet)</span></a></p>\n'
    )


def test_a_missing_page_named_by_its_path_gets_a_readable_title() -> None:
    assert 'href="/sea/-/new/?title=Cold%20start">see<span' in filled("[see](/ops/cold-start)")


def test_hostile_titles_and_addresses_are_escaped() -> None:
    html = filled("[[a]]", {"a": Target(f"/x/{HOSTILE}", HOSTILE)})
    assert "<script" not in html
    assert html.count("<a ") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_hostile_text_for_a_missing_page_is_escaped() -> None:
    html = filled('[["><b onload=x>]]')
    assert "<b" not in html
    assert '?title=%22%3E%3Cb%20onload%3Dx%3E">"&gt;&lt;b onload=x&gt;<span' in html.replace("&quot;", '"')


def test_media_belong_to_the_handbook_wherever_they_stand() -> None:
    html = filled(
        "![i](/-/media/ab/i.png) [f](/-/media/ab/f.pdf) [![i](/-/media/ab/i.png)](/page)",
        {"page": Target("/sea/page/", "Page")},
    )
    assert html.count('src="/sea/-/media/ab/i.png"') == 2
    assert 'href="/sea/-/media/ab/f.pdf"' in html


def test_text_and_code_that_look_like_placeholders_are_left_alone() -> None:
    source = (
        'Text src="/-/media/x" <img src="/-/media/x"> <a data-page="x">y</a>\n\n'
        '```html\n<img src="/-/media/x"><p class="callout-title" data-word="note">\n```'
    )
    html = compose(source).html
    assert fill_links(html, {}, "sea") == html
    assert linked_keys(html) == ()


@pytest.mark.parametrize(
    ("source", "label", "shown"),
    [
        ("- [ ] (!) Vent *open*", "Muss sein Vent open", "Vent <em>open</em>"),
        ("- [x] (!)Vent", "Muss sein Vent", "Vent"),
        ("- [ ] (!)", "Muss sein ", ""),
        ("1. [ ] a\n\n1. [ ] (!) b", "Muss sein b", "b"),
    ],
)
def test_a_task_that_must_be_done_says_so(source: str, label: str, shown: str) -> None:
    html = fill_links(compose(source).html, {}, "sea", ENGLISH | {"required": "Muss sein"})
    assert f' aria-label="{label}"> ' in html
    assert f'<span class="badge plain">Muss sein</span> {shown}<' in html
    assert "(!)" not in html


def test_its_sign_is_text_elsewhere() -> None:
    for source in ("- (!) a", "(!) a", "- [ ] a (!)", "- [ ] **(!)** a", '- [ ] a" aria-label="(!)> (!)'):
        assert "badge" not in filled(source)


def test_words_come_from_the_handbooks_language() -> None:
    html = compose("> [!TIP]\n> x\n\n| a |\n|---|\n\nz[^1]\n\n[^1]: n").html
    german = fill_links(html, {}, "sea", ENGLISH | {"tip": "Tipp", "table": "Tabelle", "back": "Zurück <zu>"})
    assert '<p class="callout-title">Tipp</p>' in german
    assert 'aria-label="Tabelle 1"' in german
    assert 'aria-label="Zurück &lt;zu&gt; 1"' in german
    assert "data-word" not in german
    assert "data-label" not in german


def test_linked_keys_are_those_of_the_text() -> None:
    composed = compose("[[b]] [[a/c|x]] [[b#z]]")
    assert linked_keys(composed.html) == composed.links == ("b", "a/c")


def test_images_get_their_size_and_smaller_copies():
    html = '<p><img src="/-/media/0123abcd/a.png" alt="x"> <a href="/-/media/0123abcd/a.png">x</a></p>'
    sizes = {"0123abcd": Picture(2000, 1000, (640, 1280))}
    assert media_digests(html) == {"0123abcd"}
    assert fill_links(html, {}, "h", pictures=sizes) == (
        '<p><img width="2000" height="1000" srcset="/h/-/media/0123abcd/a.png?w=640 640w, '
        '/h/-/media/0123abcd/a.png?w=1280 1280w, /h/-/media/0123abcd/a.png 2000w" '
        'sizes="(min-width: 48rem) 43rem, 100vw" src="/h/-/media/0123abcd/a.png" alt="x"> '
        '<a href="/h/-/media/0123abcd/a.png">x</a></p>'
    )


def test_an_image_of_unknown_size_is_shown_as_it_is():
    html = '<a data-page="x"><img src="/-/media/0123abcd/a.svg" alt="x"></a>'
    filled = fill_links(html, {"x": Target("/h/x/", "X")}, "h", pictures={"ffff": Picture(1, 1)})
    assert filled == '<a href="/h/x/"><img src="/h/-/media/0123abcd/a.svg" alt="x"></a>'
