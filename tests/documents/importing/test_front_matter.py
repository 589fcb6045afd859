from uuid import UUID

import pytest

from apps.documents.importing.front_matter import FrontMatter, decode_text, split_front_matter
from apps.documents.importing.refusal import ImportRefusedError

ID = "0198c0de-0000-7000-8000-000000000001"


def head_of(text: str) -> FrontMatter:
    return split_front_matter(text, "a.md")[0]


def refusal(text: str) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        split_front_matter(text, "a.md")
    return str(refused.value)


def test_yaml_says_title_id_order_slug_and_what_is_noted() -> None:
    text = f"---\ntitle: Oil\nid: {ID}\norder: 3\nslug: /x/oil\ndescription: How.\ntags: [a]\n---\n\nText\n"

    assert split_front_matter(text, "a.md") == (
        FrontMatter("Oil", UUID(ID), 3.0, True, "/x/oil", "How.", "", ("a",)),
        "\nText\n",
        8,
    )


def test_toml_says_the_same() -> None:
    text = '+++\ntitle = "Oil"\nweight = 3\ndraft = true\naliases = ["/old"]\n+++\nText'

    assert split_front_matter(text, "a.md") == (
        FrontMatter("Oil", None, 3.0, False, noted=("aliases",)),
        "Text",
        6,
    )


@pytest.mark.parametrize(
    "line",
    ["tags: [Fire, 7]", "tags: 'Fire, 7,'", "tags: [Fire, {label: 7, permalink: /x}, Fire, '']"],
)
def test_tags_are_a_list_or_names_with_commas(line: str) -> None:
    assert head_of(f"---\n{line}\n---\n").tags == ("Fire", "7")


@pytest.mark.parametrize("key", ["order", "weight", "sidebar_position", "nav_order"])
def test_each_tool_has_its_word_for_the_order(key: str) -> None:
    assert head_of(f"---\n{key}: 2.5\n---\n").order == 2.5
    assert head_of(f"---\n{key}: first\n---\n").order is None
    assert head_of(f"---\n{key}: .inf\n---\n").order is None


@pytest.mark.parametrize("line", ["draft: true", "hidden: Yes", "published: false", "unlisted: true"])
def test_drafts_have_several_words(line: str) -> None:
    assert head_of(f"---\n{line}\n---\n").published is False
    assert head_of("---\ndraft: false\npublished: true\n---\n").published is True
    assert head_of("---\ndraft: []\n---\n").published is True


def test_titles_stay_as_they_are_written() -> None:
    titles = {
        "3.10": "3.10",
        "No": "No",
        "2024-05-01": "2024-05-01",
        "'a: b'": "a: b",
        '"x\\ty"': "x y",
        "[a]": "",
    }

    assert {written: head_of(f"---\ntitle: {written}\n---\n").title for written in titles} == titles


def test_a_rule_above_prose_is_no_front_matter() -> None:
    text = "---\n\nJust a text.\n\n---\n\nMore.\n"

    assert split_front_matter(text, "a.md") == (FrontMatter(), text, 0)
    assert split_front_matter("---\nno end", "a.md") == (FrontMatter(), "---\nno end", 0)
    assert split_front_matter("--- x\n---\n", "a.md") == (FrontMatter(), "--- x\n---\n", 0)


def test_an_empty_head_is_taken_off() -> None:
    assert split_front_matter("---\n---\nText", "a.md") == (FrontMatter(), "Text", 2)
    assert split_front_matter("---\ntitle: x\n---", "a.md") == (FrontMatter(title="x"), "", 2)


def test_a_broken_head_is_refused_with_its_line() -> None:
    assert refusal("---\ntitle: ok\nbad: [1, 2\n---\n").startswith(
        "a.md: line 3: broken front matter: did not find expected ','"
    )
    assert refusal("---\ntitle: a: b\n---\n") == (
        "a.md: line 2: broken front matter: mapping values are not allowed in this context"
    )
    assert refusal('+++\ntitle = "x"\nbad\n+++\n').startswith("a.md: line 3: broken front matter: ")
    assert refusal("+++\ntitle = 1\n") == "a.md: line 1: the front matter has no closing +++"
    assert refusal("---\n- a\n- b\n---\n") == "a.md: line 2: front matter must be names with values, not list"
    assert refusal("---\na: \x01\n---\n") == (
        "a.md: line 2: broken front matter: a character that YAML does not allow"
    )


def test_yaml_cannot_grow() -> None:
    laughs = "---\na: &a [x, x]\nb: &b [*a, *a]\n---\n"
    assert refusal(laughs) == "a.md: line 3: broken front matter: YAML aliases (*name) are not allowed"
    assert refusal(f"---\na: {'[' * 60}{']' * 60}\n---\n") == (
        "a.md: line 2: broken front matter: YAML nested deeper than 50 levels"
    )
    assert refusal(f"---\na: [{'x,' * 30_000}]\n---\n") == (
        "a.md: line 2: broken front matter: more than 20,000 YAML values"
    )
    assert refusal(f"---\na: {'x' * 70_000}\n---\n") == (
        "a.md: line 1: the front matter has more than 64,000 bytes"
    )


def test_yaml_makes_no_objects() -> None:
    assert head_of("---\ntitle: !!python/object/apply:os.system ['true']\n---\n").title == ""


def test_an_id_of_a_wrong_form_is_refused() -> None:
    assert refusal("---\nid: intro\n---\n") == (
        "a.md: its id 'intro' in the front matter is not a UUID as an export writes it"
    )
    assert split_front_matter("---\nid: intro\n---\n", "a.md", own_ids=False)[0].id is None


def test_byte_order_mark_and_line_ends_are_normal_afterwards() -> None:
    assert (
        decode_text(b"\xef\xbb\xbf---\r\ntitle: x\r\n---\r\na\rb\0", "a.md")
        == "---\ntitle: x\n---\na\nb\ufffd"
    )


def test_what_is_not_utf8_is_refused_with_its_place() -> None:
    with pytest.raises(ImportRefusedError) as refused:
        decode_text(b"a\nb\xffc", "a.md")
    assert str(refused.value) == "a.md: is not UTF-8: byte 0xff at offset 3 (line 2)"
