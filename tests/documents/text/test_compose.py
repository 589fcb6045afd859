from __future__ import annotations

import itertools

import pytest

from apps.documents.text import Heading, compose


def html_of(source: str) -> str:
    numbers = itertools.count()
    return compose(source, mint=lambda: f"{next(numbers):010}").html


def test_headings_carry_anchor_and_block_and_make_the_outline() -> None:
    composed = compose("## Größe *now*\n\n### a `b`\n\n## Größe now\n\n> ## quoted")
    assert '<h2 id="größe-now" data-block=' in composed.html
    assert composed.outline == (
        Heading(2, "größe-now", "Größe now"),
        Heading(3, "a-b", "a b"),
        Heading(2, "größe-now-1", "Größe now"),
    )


def test_a_text_with_an_h1_moves_down_by_one_and_others_stay() -> None:
    assert [heading.level for heading in compose("# a\n\n## b\n\n###### c").outline] == [2, 3, 6]
    assert [heading.level for heading in compose("## a\n\n### b").outline] == [2, 3]


def test_anchors_are_unique_even_against_made_up_numbers() -> None:
    anchors = [heading.anchor for heading in compose("# a\n\n# a-1\n\n# a\n\n# a").outline]
    assert anchors == ["a", "a-1", "a-2", "a-3"]


def test_a_heading_cannot_take_the_id_of_a_block() -> None:
    assert compose("# b-abcdefghij").outline[0].anchor == "b-abcdefghij-heading"


def test_tables_scroll_by_keyboard_and_align_by_class() -> None:
    assert html_of("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |") == (
        '<div class="table-wrap" role="region" tabindex="0" data-label="table 1" id="b-0000000000">\n'
        "<table>\n<thead>\n<tr>\n"
        '<th class="align-left">a</th>\n<th class="align-center">b</th>\n<th class="align-right">c</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        '<td class="align-left">1</td>\n<td class="align-center">2</td>\n<td class="align-right">3</td>\n'
        "</tr>\n</tbody>\n</table>\n</div>\n"
    )


def test_task_items_carry_their_ids_and_words() -> None:
    composed = compose("1. [x] **Oil** [[Pump]]\n2. [ ] Fuel\n   - [ ] port\n3. plain")
    (block,) = composed.blocks
    assert [(item.text, item.checked) for item in block.items] == [
        ("**Oil** [[Pump]]", True),
        ("Fuel", False),
        ("port", False),
    ]
    assert '<ol class="tasks" id="b-' in composed.html
    for item in block.items:
        assert f'data-item="{item.id}"' in composed.html
    assert 'disabled="" checked="" aria-label="Oil Pump"> <strong>Oil</strong>' in composed.html


def test_images_load_late_and_keep_their_words() -> None:
    html = html_of('![A "ship" *at* sea](/-/media/ab/x.png "t")')
    attributes = 'src="/-/media/ab/x.png" alt="A &quot;ship&quot; at sea" title="t"'
    assert f'<img {attributes} loading="lazy" decoding="async">' in html


def test_footnotes_stand_at_the_end_and_lead_back() -> None:
    html = html_of("a[^x] b[^x]\n\n[^x]: The *note*.\n\nlast")
    assert '<sup class="footnote-ref" id="fnref:1"><a href="#fn:1">1</a></sup>' in html
    assert '<sup class="footnote-ref" id="fnref:1:1"><a href="#fn:1">1</a></sup>' in html
    assert html.index("last") < html.index('<section class="footnotes" data-label="footnotes">')
    assert '<li id="fn:1" data-block="0000000001"><p>The <em>note</em>.' in html
    assert '<a class="footnote-back" href="#fnref:1:1" data-label="back 1">' in html


def test_code_names_its_language_and_file_and_scrolls_by_keyboard() -> None:
    assert html_of('```py title="a.py" {1}\nx = 1\n```') == (
        '<pre class="code" tabindex="0" id="b-0000000000" data-lang="py" data-title="a.py"><code>'
        'x <span class="tok-operator">= </span><span class="tok-number">1</span></code></pre>\n'
    )


@pytest.mark.parametrize("source", ["~~gone~~", "~~gone~~ x"])
def test_struck_text_is_marked_as_deleted(source: str) -> None:
    assert "<del>gone</del>" in html_of(source)


def test_plain_text_has_the_words_and_none_of_the_marks() -> None:
    source = "# A *b*\n\n- [ ] c\n\n| d |\n|---|\n| e |\n\n```\nf\n```\n\n![g](/x.png)\n\n"
    source += "> [!NOTE]\n> h[^1]\n\n[^1]: i"
    assert compose(source).plain == "A b\nc\nd\ne\nf\ng\nh\ni"


def test_html_in_the_source_is_shown_as_text() -> None:
    assert "&lt;b&gt;x&lt;/b&gt;" in html_of("<b>x</b>")


def test_an_empty_text_is_an_empty_document() -> None:
    composed = compose(" \n\t\n")
    assert (composed.blocks, composed.html, composed.outline, composed.links, composed.plain) == (
        (),
        "",
        (),
        (),
        "",
    )
