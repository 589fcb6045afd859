import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.importing.memory import plan_of, text_of


def mdx(text: str) -> str:
    return text_of(text, name="page.mdx")


def notices(text: str, name: str = "page.mdx") -> list[tuple[int, str]]:
    return [(notice.line, notice.message) for notice in plan_of({name: text}, "plain").notices]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a<br>b", "a\\\nb"),
        ("a<br/>\nb", "a\\\nb"),
        ("a<br />", "a"),
        ("| a<br>b | c |", "| a / b | c |"),
        ("<b>a</b> <strong>b</strong> <i>c</i> <em>d</em>", "**a** **b** *c* *d*"),
        ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "Press `Ctrl`+`C`"),
        ('<a href="https://x.y">text</a>', "[text](https://x.y)"),
        ('<a name="here"></a>Text', "Text"),
        ('<img src="https://x.y/a b.png" alt="A [b]">', "![A \\[b\\]](<https://x.y/a%20b.png>)"),
        ("x <!-- gone --> y", "x  y"),
        ("a\n\n<!-- gone\n\nall -->\n\nb", "a\n\nb"),
        ("<details>\n<summary>More</summary>\n\nHidden *text*.\n\n</details>", "**More**\n\nHidden *text*."),
        ("<details><summary>More</summary>Hidden</details>", "**More**\n\nHidden"),
        ('<h2 align="center">Title</h2>', "## Title"),
        ('<p align="center">\n  <b>Bold</b>\n</p>', "**Bold**"),
        ("<ul>\n<li>one</li>\n<li>two <b>b</b></li>\n</ul>", "- one\n- two **b**"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("<pre><code>a &lt; b\n  c</code></pre>", "```\na < b\n  c\n```"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td></tr></table>",
            "| A | B |\n| --- | --- |\n| 1 |  |",
        ),
        ("x<sup>2</sup> H<sub>2</sub>O", "x² H₂O"),
        ("<blockquote>said</blockquote>", "> said"),
        ("<script>alert(1)</script>ok", "ok"),
        ('<iframe src="https://x.y/v" title="Film"></iframe>', "[Film](https://x.y/v)"),
        ("List<String> and a < b > c", "List<String> and a < b > c"),
        ("<https://x.y> <a@b.c> <3", "<https://x.y> <a@b.c> <3"),
        ("<b>never closed", "<b>never closed"),
        ("{braces} stay", "{braces} stay"),
    ],
)
def test_html_in_markdown_is_said_in_markdown(written: str, shown: str) -> None:
    assert text_of(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("import A from 'a'\nimport {\n  B,\n} from \"b\";\n\nText", "Text"),
        ("export const a = {\n  b: [1,\n\n 2],\n};\nText", "Text"),
        ("import your data, then export it.", "import your data, then export it."),
        ("a{/* gone */}b{' '}c{`d`}{1}", "ab cd1"),
        ("Version {versions.node} and {list.map((x) => x.y)}.", "Version `versions.node` and ."),
        ("\\{ stays }", "\\{ stays }"),
        ("<Note>Mind it.</Note>", "> [!NOTE]\n> Mind it."),
        (
            "Before\n<Warning>\n  Mind\n\n  - a\n    - b\n</Warning>\nAfter",
            "Before\n\n> [!WARNING]\n> Mind\n>\n> - a\n>   - b\n\nAfter",
        ),
        ('<Callout type="error" title="Stop">No.</Callout>', ":::caution Stop\n\nNo.\n\n:::"),
        ("- item\n  <Note>\n    In it.\n  </Note>\n- next", "- item\n\n  > [!NOTE]\n  > In it.\n\n- next"),
        ('<Card title="T" href="https://x.y">Text</Card>', "- [T](https://x.y): Text"),
        (
            '<Cards>\n<Card title="A" href="/a" />\n<Card title="B" href="/b" />\n</Cards>',
            "- [A](/a)\n- [B](/b)",
        ),
        (
            "<Tabs items={['npm', \"pip\"]}><Tab>one</Tab><Tab>two</Tab></Tabs>",
            "**npm**\n\none\n\n**pip**\n\ntwo",
        ),
        ('<Steps>\n<Step title="One">\nDo.\n</Step>\n</Steps>', "**One**\n\nDo."),
        ('<Snippet text="npm i x" />', "```bash\nnpm i x\n```"),
        ('<Image src={require("./a.png").default} alt="A" />', "![A](./a.png)"),
        ('<img src={useBaseUrl("/a.png")} />', "![](/a.png)"),
        ("| <Check /> | <Cross size={1} /> |", "| ✓ | ✗ |"),
        ('Some <Badge color="red">new</Badge> thing', "Some new thing"),
        ("<><Foo>\nkept *text*\n</Foo></>", "kept *text*"),
        ("{open && <p>kept</p>}", "kept"),
        ("Generic <T> and Map<K, V> stay", "Generic <T> and Map<K, V> stay"),
        ("<Foo {...props} a={b > c} d='e'>kept</Foo>", "kept"),
        ('<YouTube id="abc" />', "[Youtube](https://www.youtube.com/watch?v=abc)"),
    ],
)
def test_jsx_becomes_readable(written: str, shown: str) -> None:
    assert mdx(written) == shown


def test_code_in_components_keeps_its_lines() -> None:
    code = "```tsx\nimport x from 'y';\n\n\n<Foo>{bar}</Foo>\n    deep\n```"

    assert mdx(f'<Tab label="A">\n\n{code}\n\n</Tab>') == f"**A**\n\n{code}"
    indented = "\n".join(f"    {line}" if line else line for line in code.split("\n"))
    assert mdx(f'<Tabs>\n  <Tab label="A">\n{indented}\n  </Tab>\n</Tabs>') == f"**A**\n\n{code}"


def test_components_are_listed_once_by_name_with_their_count() -> None:
    text = (
        "---\ntitle: x\n---\nimport A from 'a'\n\n<Note>1</Note>\n\n<Note>2</Note>\n\n<Gauge />\n\n{a + b}\n"
    )

    assert notices(text) == [
        (4, "import left out"),
        (6, "<Note> ×2 became text"),
        (10, "<Gauge /> left out".replace(" />", ">")),
        (12, "{...} left out"),
    ]


def test_html_that_was_dropped_is_listed() -> None:
    assert notices("ok\n\n<script>x</script>", "page.md") == [(3, "<script> left out")]
    assert notices("<b>ok</b>", "page.md") == []


PROSE = st.text(st.sampled_from("abc xyz.\n*_[]()>-1|\\`"), max_size=60)
PIECES = [
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<Note>",
    "</Note>",
    "{",
    "}",
    "`",
    "word",
    "<br>",
    "<",
    "/>",
    "<!--",
    "'",
    '"',
]


@given(PROSE)
def test_text_without_tags_and_links_stays_to_the_character(text: str) -> None:
    body = f"start {text} end".replace("](", "] (")

    assert text_of(f"---\ntitle: t\n---\n{body}") == body


@given(st.lists(st.sampled_from([*PIECES, "\n", " ", "- ", "> ", "```\n"]), max_size=25))
def test_no_word_is_lost_whatever_stands_around_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    if any(mark in text for mark in ("{", "<!--", "<b", "'", '"')) and "word" in text:
        text_of(text, name="page.mdx")  # only that it ends: words within expressions and tags may go
    else:
        assert text_of(text, name="page.mdx").count("word") == text.count("word")


def test_deep_nesting_and_endless_tags_end() -> None:
    text_of("<div>" * 300 + "x" + "</div>" * 300)
    text_of("<b>" * 2_000)
    text_of("{" * 2_000, name="page.mdx")
    text_of("![](" * 5_000)
