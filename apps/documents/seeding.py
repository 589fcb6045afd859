"""Large, realistic data: handbooks of any size that look as if people had written them. Pure.

The same number and seed give the same pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from .importing.plan import PlannedPage
from .text import slugify

VERBS = [
    "Check",
    "Prepare",
    "Clean",
    "Start",
    "Stop",
    "Store",
    "Report",
    "Order",
    "Repair",
    "Calibrate",
    "Load",
    "Inspect",
    "Book",
    "Archive",
]
THINGS = [
    "the generator",
    "the cold room",
    "the radio",
    "the water tank",
    "the field kit",
    "the rescue boat",
    "the lab bench",
    "the van",
    "the front desk",
    "the fire doors",
    "the medicine cabinet",
    "the server room",
    "the crane",
    "the workshop",
    "the tide gauge",
    "the duty roster",
    "the visitor log",
    "the spare parts",
    "the fuel store",
    "the weather mast",
]
WHEN = [
    "in the morning",
    "after a storm",
    "before guests arrive",
    "at the end of a shift",
    "once a month",
    "in an emergency",
]
SUBJECTS = [
    "the duty officer",
    "whoever is on shift",
    "two people",
    "the team lead",
    "a trained person",
    "everybody",
]
ACTS = [
    "reads the gauge and writes it down",
    "closes the main valve",
    "calls the harbour by radio",
    "waits until the lamp is green",
    "signs the sheet",
    "looks for leaks",
    "tells the next shift",
    "takes a photograph",
    "counts the parts",
    "locks the cabinet",
]
WHY = [
    "because a second reading has often saved a day",
    "so that nobody has to guess later",
    "since the sensor drifts in frost",
    "which the insurer asks for",
    "as the manual of the maker says",
    "even if everything looks fine",
]
MEDIAN_BYTES = 4000
BRANCHES = 9  # children of a page that has any, on average


def seed_pages(number: int, seed: int = 1) -> Iterator[PlannedPage]:
    """`number` pages, parents before children, with about MEDIAN_BYTES of Markdown each (half to
    double); headings, lists, tasks, tables, callouts, code, and wiki links to earlier pages."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    paths, titles, children = [""], ["Home"], [0]
    yield PlannedPage("", "Home", _text(dice, titles), 0, None, True, "seed")
    for count in range(1, number):
        parent = dice.randrange(max(0, count // BRANCHES - 2), count // BRANCHES + 1)
        title = f"{dice.choice(VERBS)} {dice.choice(THINGS)} {dice.choice(WHEN)}"
        slug = f"{slugify(title)}-{count}"
        path = f"{paths[parent]}/{slug}" if paths[parent] else slug
        order, children[parent] = children[parent], children[parent] + 1
        yield PlannedPage(path, f"{title} ({count})", _text(dice, titles), order, None, True, "seed")
        paths.append(path)
        titles.append(f"{title} ({count})")
        children.append(0)


def _text(dice: random.Random, titles: list[str]) -> str:
    size = round(MEDIAN_BYTES * 2 ** dice.uniform(-1, 1))
    parts = [_paragraph(dice, titles)]
    while sum(map(len, parts)) < size:
        parts.append(dice.choice(PARTS)(dice, titles))
    return "\n\n".join(parts)


def _sentence(dice: random.Random) -> str:
    text = f"{dice.choice(SUBJECTS)} {dice.choice(ACTS)} {dice.choice(WHY)}."
    return text[0].upper() + text[1:]


def _paragraph(dice: random.Random, titles: list[str]) -> str:
    text = " ".join(_sentence(dice) for _ in range(dice.randint(2, 5)))
    return f"{text} See [[{dice.choice(titles)}]]." if dice.random() < 0.3 else text


def _heading(dice: random.Random, titles: list[str]) -> str:
    return f"## {dice.choice(VERBS)} {dice.choice(THINGS)}\n\n{_paragraph(dice, titles)}"


def _tasks(dice: random.Random, _titles: list[str]) -> str:
    return "\n".join(f"- [ ] {_sentence(dice)}" for _ in range(dice.randint(3, 7)))


def _bullets(dice: random.Random, _titles: list[str]) -> str:
    return "\n".join(f"- **{dice.choice(THINGS)}**: {_sentence(dice)}" for _ in range(dice.randint(3, 6)))


def _table(dice: random.Random, _titles: list[str]) -> str:
    rows = "\n".join(
        f"| {dice.choice(THINGS)} | {dice.randint(1, 90)} | {dice.choice(WHEN)} |" for _ in range(5)
    )
    return f"| What | Minutes | When |\n| --- | ---: | --- |\n{rows}"


def _callout(dice: random.Random, _titles: list[str]) -> str:
    return f"> [!{dice.choice(['NOTE', 'TIP', 'WARNING'])}]\n> {_sentence(dice)}"


def _code(dice: random.Random, _titles: list[str]) -> str:
    return f"```python\nif reading > {dice.randint(1, 99)}:\n    report('{dice.choice(THINGS)}')\n```"


PARTS = (_paragraph, _paragraph, _paragraph, _heading, _heading, _tasks, _bullets, _table, _callout, _code)
