from operator import attrgetter
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.documents.exporting.layout import ExportedPage, lay_out
from apps.documents.importing.plan import media_digest
from apps.documents.text.slugs import slugify
from tests.documents.importing.memory import plan_of

PICTURE = b"a picture"
DIGEST = media_digest(PICTURE)
TITLES = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=40
)
SLUGS = st.one_of(
    st.sampled_from(
        ["index", "media", "readme", "01-intro", "a", "b", "home", "über", "straße", "strasse", "page"]
    ),
    st.text(st.characters(categories=("Ll", "Nd", "Lo")), min_size=1, max_size=8).map(slugify).filter(bool),
)
PIECES = st.one_of(
    st.sampled_from(
        [
            "[x](/a)",
            "[x](/a/b#c)",
            "[x](/a/b/)",
            "[x](a.md)",
            "[x](./b.md)",
            "[x](././a.md)",
            "[x](../a.md#y)",
            "[x](</a/b> 't')",
            "[x](/a 'b')",
            "[x](/)",
            "[x](/index#top)",
            "[x](index.md)",
            "[x](a b.md)",
            f"![p](/-/media/{DIGEST}/p.png)",
            f"![p](/-/media/{'0' * 20}/p.png)",
            f"![p](media/{DIGEST}-p.png)",
            f"[f]: /-/media/{DIGEST}/f.pdf\n",
            "[r]: /a\n",
            "[r]: b.md 'title'\n",
            "[[A page|label]]",
            "[[a/b#c]]",
            "```md\n[x](/a)\n```\n",
            "~~~\n# no\n",
            "`[x](/a)`",
            "``",
            "`",
            "    [x](/a)\n",
            "\n\n",
            "\n",
            "- ",
            "> ",
            "# T\n",
            "<br>",
            "<Note>x</Note>",
            "{x}",
            "<!-- [x](/a) -->",
            "---\n",
            "+++\n",
            "{{< ref >}}",
            "!!! note\n",
            "\\",
            "](",
            ")",
            "(",
            "<",
            ">",
            '"',
            " ",
            "\t",
            "1. ",
            "| a | b |\n",
            "\u2028",
            "&amp;",
            "%20",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=12),
)
TAGS = st.lists(TITLES.map(str.strip).filter(bool), max_size=3, unique=True).map(tuple)
SOURCES = st.lists(PIECES, max_size=14).map("".join)


@st.composite
def handbooks(draw: st.DrawFn) -> list[ExportedPage]:
    """Trees of pages: the home page first, parents before children, siblings counted from 0."""
    paths = [""]
    for _ in range(draw(st.integers(0, 6))):
        parent, slug = draw(st.sampled_from(paths)), draw(SLUGS)
        path = f"{parent}/{slug}" if parent else slug
        if path not in paths and path.count("/") < 4:
            paths.append(path)
    counts: dict[str, int] = {}
    pages = []
    for number, path in enumerate(paths):
        parent = path.rpartition("/")[0] if path else "-"
        order = counts.get(parent, 0)
        counts[parent] = order + 1
        title = draw(TITLES).strip() or "x"
        pages.append(ExportedPage(path, title, UUID(int=number + 1), order, True, draw(SOURCES), draw(TAGS)))
    return pages


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(handbooks())
def test_what_was_exported_imports_to_the_same_pages(pages: list[ExportedPage]) -> None:
    layout = lay_out(pages, {DIGEST})
    files: dict[str, str | bytes] = {file.path: file.text for file in layout.files}
    plan = plan_of(files | {media.path: PICTURE for media in layout.media})

    assert plan.dialect == "cairn"
    kept = attrgetter("title", "id", "order", "published", "source", "tags")
    assert {page.path: kept(page) for page in plan.pages} == {page.path: kept(page) for page in pages}
    linked = {f"/-/media/{media.digest}/{media.name}" for media in plan.media}
    assert linked <= {f"/-/media/{media.digest}/{media.name}" for media in layout.media}


def page(
    path: str, source: str = "", title: str = "T", order: int = 0, published: bool = True
) -> ExportedPage:
    return ExportedPage(path, title, UUID(int=abs(hash(path)) % 2**64), order, published, source)


def text_of(pages: list[ExportedPage], place: str, digests: set[str] | None = None) -> str:
    return next(file.text for file in lay_out(pages, digests or set()).files if file.path == place)


def test_pages_with_children_are_folders_and_leaves_are_files() -> None:
    pages = [page(""), page("a"), page("a/b"), page("c"), page("c/index")]

    assert [file.path for file in lay_out(pages).files] == [
        "cairn.json", "index.md", "a/index.md", "a/b.md", "c/index.md", "c/index/index.md",
    ]  # fmt: skip


def test_links_become_relative_paths_of_files() -> None:
    source = "See [b](/a/b#part), [home](/) and [none](/nowhere)."
    pages = [page(""), page("a"), page("a/b"), page("c", source)]

    assert text_of(pages, "c.md").endswith("See [b](a/b.md#part), [home](index.md) and [none](/nowhere).\n")


def test_a_link_that_only_looks_like_one_to_a_file_is_kept_apart() -> None:
    pages = [page(""), page("a", "[x](c.md)"), page("c")]

    assert text_of(pages, "a.md").endswith("\n\n[x](././c.md)\n")


def test_media_that_exist_lie_in_one_folder_by_digest_and_name() -> None:
    pages = [
        page(""),
        page("a"),
        page("a/b", f"![x](/-/media/{DIGEST}/x.png) ![y](/-/media/{'0' * 20}/y.png)"),
    ]

    assert text_of(pages, "a/b.md", {DIGEST}).endswith(
        f"![x](../media/{DIGEST}-x.png) ![y](/-/media/{'0' * 20}/y.png)\n"
    )
    assert [media.path for media in lay_out(pages, {DIGEST}).media] == [f"media/{DIGEST}-x.png"]


def test_the_head_says_title_id_order_and_drafts() -> None:
    draft = ExportedPage("a", 'Say: "3.10" #1', UUID(int=7), 4, False, "Text.")

    assert text_of([page(""), draft], "a.md") == (
        "---\ntitle: 'Say: \"3.10\" #1'\nid: 00000000-0000-0000-0000-000000000007\n"
        "order: 4\npublished: false\n---\n\nText.\n"
    )


def test_drafts_come_back_as_drafts() -> None:
    pages = [page(""), page("a", published=False), page("b", order=1)]
    files = {file.path: file.text for file in lay_out(pages).files}

    assert {found.path: found.published for found in plan_of(files).pages} == {
        "": True,
        "a": False,
        "b": True,
    }
