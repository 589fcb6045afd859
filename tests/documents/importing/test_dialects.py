from pathlib import Path

import pytest

from apps.documents.importing.dialects import detect_dialect, split_number
from apps.documents.importing.plan import ImportPlan
from apps.documents.importing.planning import plan_import
from apps.documents.importing.reading import read_source

FIXTURES = Path(__file__).parent / "fixtures"
PUMP = "/-/media/6b7fa434f92a8b80aab0"


def plan_of(name: str) -> ImportPlan:
    with read_source(FIXTURES / name) as source:
        return plan_import(source)


def outline(plan: ImportPlan) -> list[tuple[str, str, int, bool]]:
    return [(page.path, page.title, page.order, page.published) for page in plan.pages]


def source(plan: ImportPlan, path: str) -> str:
    return next(page.source for page in plan.pages if page.path == path)


def notices(plan: ImportPlan) -> list[str]:
    return [f"{notice.origin}:{notice.line}: {notice.message}" for notice in plan.notices]


@pytest.mark.parametrize(
    "name", ["mkdocs", "docusaurus", "hugo", "github-wiki", "cairn", "plain", "numbered"]
)
def test_each_tool_is_known_by_its_files(name: str) -> None:
    assert plan_of(name).dialect == name


def test_part_of_a_tree_is_enough_to_know_the_tool() -> None:
    assert detect_dialect(["intro.md", "a/_category_.json"]).name == "docusaurus"
    assert detect_dialect(["_index.md", "a/b.md"]).name == "hugo"
    assert detect_dialect(["Home.md", "Other-Page.md"]).name == "github-wiki"
    assert detect_dialect(["Home.md", "guide/x.md"]).name == "plain"
    assert detect_dialect(["01-a.md", "02-b/c.md", "index.md"]).name == "numbered"
    assert detect_dialect(["2024-05-01-a.md", "2024-06-01-b.md"]).name == "plain"


def test_numbers_are_taken_off_but_not_dates_and_versions() -> None:
    names = ["01-intro", "2. Next", "3_x", "2024-05-01-a", "7.0-x", "404", "5-"]

    assert [split_number(name) for name in names] == [
        (1, "intro"),
        (2, "Next"),
        (3, "x"),
        (None, "2024-05-01-a"),
        (None, "7.0-x"),
        (None, "404"),
        (None, "5-"),
    ]


def test_mkdocs_follows_its_navigation() -> None:
    plan = plan_of("mkdocs")

    assert outline(plan) == [
        ("", "Engine room", 0, True),
        ("guide", "First steps", 0, True),
        ("guide/start", "Starting up", 0, True),
        ("guide/log", "The log book", 1, True),
        ("guide/stop", "Shutting down", 2, True),
        ("unlisted", "Unlisted", 1, True),
    ]
    assert source(plan, "guide/start") == (
        "## Before you start\n\n"
        f"See [the pump]({PUMP}/pump.png), [home](/) and [what is missing](missing.md).\n"
        "Go [to the heading](#starting-up) or [to stopping](/guide/stop)."
    )
    assert notices(plan) == [
        "docs/guide/start.md:8: the link to 'missing.md' leads to nothing in this import; it stays as it is"
    ]


def test_mkdocs_admonitions_become_callouts() -> None:
    assert source(plan_of("mkdocs"), "").split("\n\n", 2)[2] == (
        "> [!WARNING]\n> Never run the pump dry.\n>\n> It takes [ten minutes](/guide/stop) to cool.\n\n"
        ":::note Night watch\n\nTwo people, always.\n\n:::\n\n"
        ":::caution Fire\n\n```\n!!! note\n    stays code\n```\n\n:::\n\n"
        "**Diesel**\n\nUse the left tank.\n\n**Electric**\n\nUse the right switch."
    )


def test_docusaurus_has_categories_slugs_and_mdx() -> None:
    plan = plan_of("docusaurus")

    assert outline(plan) == [
        ("", "Welcome aboard", 0, True),
        ("start", "Getting started", 0, True),
        ("start/hello", "Hello", 0, True),
        ("start/checklist", "Checklist", 1, True),
        ("guides", "Guides", 1, False),
        ("guides/pumps", "Pumps", 0, False),
        ("reference", "Reference", 2, True),
    ]
    assert source(plan, "") == (
        "Read [the checklist](/start/checklist) or [by address](/start/checklist).\n\n"
        f"![Pump]({PUMP}/pump.png)\n\n:::tip[Ask]\n\nPeople answer.\n\n:::"
    )
    assert source(plan, "start/checklist") == (
        "**Oil**\n\n## Oil\n\nCheck the *level*.\n\n"
        "```js\nimport x from 'stays';\n<Tabs>{stays}</Tabs>\n```\n\n"
        "**Water**\n\nCheck the **hoses** and the tank.\n\n"
        "> [!NOTE]\n> Wear `gloves`.\n\n:::caution Hot\n\nDo not touch.\n\n:::\n\n"
        "- [Pumps](/guides/pumps): All about them.\n\nAt most `limit.hours` hours. new"
    )
    place = "docs/01-start/02-checklist.mdx"
    assert notices(plan) == [
        f"{place}:5: import ×2 left out",
        f"{place}:8: export left out",
        f"{place}:14: <Tabs> became text",
        f"{place}:15: <TabItem> ×2 became text",
        f"{place}:32: <Note> became text",
        f"{place}:36: <Callout> became text",
        f"{place}:38: <Card> became text",
        f"{place}:40: <Gauge> left out",
        f"{place}:42: <Badge> became text",
    ]


def test_hugo_has_toml_weights_references_and_shortcodes() -> None:
    plan = plan_of("hugo")

    assert outline(plan) == [
        ("", "Harbour", 0, True),
        ("handbook", "Handbook", 0, True),
        ("handbook/berths", "Berths", 0, False),
        ("handbook/tides", "Tides", 1, True),
        ("posts", "Posts", 1, True),
        ("posts/first", "First", 0, True),
    ]
    assert source(plan, "") == (
        "Welcome. Read [handbook/tides.md](/handbook/tides) or [the tides](/handbook/tides#spring)."
    )
    assert source(plan, "handbook/tides") == (
        f"> [!WARNING]\n> Mind the **current**.\n\n![Pump]({PUMP}/pump.png)\n\n*The harbour pump*\n\n"
        "**Spring**\n\nHigh water.\n\nWrite `{{< ref >}}` and {{< ref >}} as they are."
    )
    assert "content/handbook/tides.md:18: {{< chart >}} left out" in notices(plan)


def test_github_wikis_are_flat_and_linked_by_name() -> None:
    plan = plan_of("github-wiki")

    assert outline(plan) == [
        ("", "Home", 0, True),
        ("radio-check", "Radio Check", 0, True),
        ("channel-list", "Channel List", 1, True),
        ("appendix", "Appendix", 2, True),
    ]
    assert source(plan, "") == (
        "Welcome to the wiki. See [Radio Check](/radio-check), [the channels](/channel-list) "
        "and [[No Such Page]].\n\n"
        f"![Pump]({PUMP}/pump.png) or ![Pump]({PUMP}/pump.png)\n\n"
        "[Channels](/channel-list#emergency) and [by address](https://github.com/x/y/wiki/Radio-Check)."
    )
    assert source(plan, "channel-list") == "## Emergency\n\nChannel 16. [[Missing Page|Say it]]."
    assert source(plan, "radio-check") == "Say [Home](/) twice. In code: `[[Home]]`."


def test_an_export_is_read_to_the_character() -> None:
    plan = plan_of("cairn")

    assert outline(plan) == [
        ("", "Station", 0, True),
        ("duties", "Duties", 0, True),
        ("duties/watch", "The watch", 0, False),
    ]
    assert source(plan, "") == (
        "Go to [the watch](/duties/watch#handover). <Not a tag> [[Duties|all duties]]\n\n"
        f"![Pump]({PUMP}/pump.png)"
    )
    assert source(plan, "duties/watch") == "# The watch\n\nBack [home](/), or [literally](../index.md)."
    assert [str(page.id)[-1] for page in plan.pages] == ["1", "2", "3"]


def test_plain_folders_become_sections() -> None:
    plan = plan_of("plain")

    assert outline(plan) == [
        ("", "Field notes", 0, True),
        ("getting-started", "Getting Started", 0, True),
        ("getting-started/first-day", "Your first day", 0, True),
        ("reference", "Reference", 1, True),
        ("reference/glossary", "Glossary of terms", 0, True),
        ("reference/über-uns", "Über Uns", 1, True),
    ]
    assert source(plan, "getting-started/first-day") == "Back to [the notes](/). ![x](../img/none.png)"
    assert "Press `Ctrl`+`C`.\\\nThen [look it **up**](/reference/glossary)." in source(plan, "")


def test_numbered_folders_are_in_their_order_without_numbers() -> None:
    plan = plan_of("numbered")

    assert outline(plan) == [
        ("basics", "Basics", 0, True),
        ("basics/boats", "Boats", 0, True),
        ("basics/ropes", "Ropes", 1, True),
        ("more", "More", 1, True),
        ("more/7-0-release", "7.0 release", 0, True),
        ("more/2024-05-01-meeting", "2024-05-01 meeting", 1, True),
    ]
    assert source(plan, "basics/ropes") == (
        "```bash\nnpm install ropes\n```\n\n"
        "| Knot | Holds |\n| --- | --- |\n| Bowline | ✓ |\n| Granny | ✗ |\n\n"
        "- **`length`** `number`: In metres. It's long.\n- **`kind`** `'hemp' | 'steel'`, optional\n"
        "  - `Kind`\n    - **`core`** `string`"
    )
