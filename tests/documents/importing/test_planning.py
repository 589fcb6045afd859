import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from apps.documents.importing.plan import ImportPlan
from apps.documents.importing.planning import plan_import
from apps.documents.importing.refusal import ImportRefusedError
from tests.documents.importing.memory import MemorySource, pages_of, plan_of

ID = "0198c0de-0000-7000-8000-000000000001"


def refusal(files: dict[str, str | bytes], dialect: str = "plain") -> str:
    with pytest.raises(ImportRefusedError) as refused:
        plan_of(files, dialect)
    return str(refused.value)


def titles(plan: ImportPlan) -> dict[str, str]:
    return {page.path: page.title for page in plan.pages}


def test_parents_come_before_children_and_siblings_are_counted() -> None:
    plan = plan_of({"b/c/d.md": "D", "b/c/e.md": "E", "a.md": "A", "a10.md": "", "a9.md": ""}, "plain")

    assert [(page.path, page.order) for page in plan.pages] == [
        ("a", 0),
        ("a9", 1),
        ("a10", 2),
        ("b", 3),
        ("b/c", 0),
        ("b/c/d", 0),
        ("b/c/e", 1),
    ]


def test_numbers_given_to_pages_come_before_names() -> None:
    plan = plan_of({"a.md": "", "b.md": "---\norder: 2\n---\n", "c.md": "---\norder: 1\n---\n"}, "plain")

    assert [page.path for page in plan.pages] == ["c", "b", "a"]


def test_a_file_beside_its_folder_speaks_for_it() -> None:
    plan = plan_of({"a.md": "The section.", "a/b.md": "B"}, "plain")

    assert [(page.path, page.source) for page in plan.pages] == [("a", "The section."), ("a/b", "B")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.md": "1", "a/index.md": "2"}, "a.md: stands for the same page as a/index.md"),
        ({"a/index.md": "1", "a/index.mdx": "2"}, "a/index.mdx: stands for the same page as a/index.md"),
        (
            {"My Page.md": "1", "my-page.md": "2"},
            "my-page.md: stands for the same page as My Page.md (both would be 'my-page')",
        ),
        (
            {"a.md": "1", "b.md": "---\nslug: a\n---\n"},
            "b.md: stands for the same page as a.md (both would be 'a')",
        ),
        (
            {"a.md": f"---\nid: {ID}\n---\n", "b.md": f"---\nid: {ID.upper()}\n---\n"},
            f"b.md: has the id {ID}, which a.md has too",
        ),
        (
            {"a.md": "---\nid: 7\n---\n"},
            "a.md: its id '7' in the front matter is not a UUID as an export writes it",
        ),
        ({"a.md": b"x\xff"}, "a.md: is not UTF-8: byte 0xff at offset 1 (line 1)"),
    ],
)
def test_input_that_cannot_be_taken_whole_is_refused(files: dict[str, str | bytes], message: str) -> None:
    assert refusal(files) == message


def test_settings_that_cannot_be_read_are_refused() -> None:
    assert refusal({"mkdocs.yml": "nav: [", "docs/a.md": ""}, "mkdocs").startswith(
        "mkdocs.yml: line 1: not readable: "
    )
    assert refusal({"mkdocs.yml": "docs_dir: ../up", "docs/a.md": ""}, "mkdocs") == (
        "mkdocs.yml: its docs_dir '../up' holds no Markdown file"
    )
    assert refusal({"a/_category_.json": "{", "a/b.md": ""}, "docusaurus").startswith(
        "a/_category_.json: line 1: not JSON"
    )
    assert refusal({"cairn.json": '{"format": 9}', "index.md": ""}, "cairn") == (
        "cairn.json: says format 9; this Cairn reads format 1"
    )
    assert refusal({"_Sidebar.md": ""}, "github-wiki") == "memory: no Markdown file of it is a page"


def test_a_number_stays_where_without_it_two_pages_would_be_one() -> None:
    plan = plan_of({"01-a.md": "1", "02-a.md": "2", "03-b.md": "3"}, "numbered")

    assert [page.path for page in plan.pages] == ["01-a", "02-a", "b"]


def test_a_draft_hides_what_is_below_it() -> None:
    plan = plan_of(
        {"a.md": "---\ndraft: true\n---\n", "a/b.md": "B", "c/d.md": "---\ndraft: true\n---\n"}, "plain"
    )

    assert {page.path: page.published for page in plan.pages} == {
        "a": False,
        "a/b": False,
        "c": False,
        "c/d": False,
    }
    assert [(notice.origin, notice.message) for notice in plan.notices] == [
        ("a/b.md", "becomes a draft, as a page above it is one")
    ]


def test_titles_come_from_front_matter_then_heading_then_name() -> None:
    files: dict[str, str | bytes] = {
        "a.md": "---\ntitle: Given\n---\n# Other\n\nText",
        "b.md": "Intro\n\n# The `b` **page**\n\nText",
        "c.md": "---\ntitle: Same\n---\n\n# Same!\n\nText",
        "d_e-f.md": "## Only a second\n\nText",
        "g.md": "```\n# code\n```",
        "h.md": f"# {'x' * 300}",
        "♪.md": "",
    }
    plan = plan_of(files, "plain")
    pages = pages_of(plan)

    assert (pages["a"].title, pages["a"].source) == ("Given", "# Other\n\nText")
    assert (pages["c"].title, pages["c"].source) == ("Same", "Text")
    assert (pages["b"].title, pages["b"].source) == ("The b page", "Intro\n\nText")
    assert pages["d-e-f"].title == "D e f"
    assert pages["g"].title == "G"
    assert pages["h"].title == "x" * 199 + "…"
    assert [page.title for page in plan.pages if page.origin == "♪.md"] == ["♪"]
    assert next(page.path for page in plan.pages if page.origin == "♪.md").startswith("page-")


def test_an_empty_folder_page_is_made_where_no_file_speaks_for_it() -> None:
    plan = plan_of({"getting_started/a.md": "A"}, "plain")

    assert [(page.path, page.title, page.source, page.origin) for page in plan.pages] == [
        ("getting-started", "Getting started", "", "getting_started/"),
        ("getting-started/a", "A", "A", "getting_started/a.md"),
    ]


def test_media_that_changed_since_are_refused() -> None:
    source = MemorySource({"a.md": "![x](x.png)", "x.png": b"one"})
    plan = plan_import(source)
    source._data["x.png"] = b"two"

    with pytest.raises(ImportRefusedError, match=r"^x\.png: the file changed while it was imported$"):
        plan.read_media(plan.media[0])


def test_the_same_bytes_under_one_name_are_one_medium() -> None:
    plan = plan_of(
        {"a.md": "![x](1/x.png) ![x](2/x.png) ![y](y.png)", "1/x.png": b"x", "2/x.png": b"x", "y.png": b"x"}
    )

    assert [media.name for media in plan.media] == ["x.png", "y.png"]
    assert len({media.digest for media in plan.media}) == 1


def test_pages_are_converted_alike_in_other_processes() -> None:
    files: dict[str, str | bytes] = {
        f"{n}/p.md": f"[next](../{n + 1}/p.md) ![x](../x.png)" for n in range(20)
    }
    source = MemorySource(files | {"x.png": b"x"})
    with ProcessPoolExecutor(2) as pool:
        plan = plan_import(source, run=partial(pool.map, chunksize=5))

    assert plan == plan_import(source)
    assert plan.pages[1].source.startswith("[next](/1/p) ![x](/-/media/")


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ImportRefusedError("a.md", "is broken")))

    assert (error.origin, error.message, str(error)) == ("a.md", "is broken", "a.md: is broken")
