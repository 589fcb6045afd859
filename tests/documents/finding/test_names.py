"""Finding names by what is typed of them."""

from __future__ import annotations

import pytest

from apps.documents.finding.names import Names, found, name

DAY = 86_400.0
TITLES = (
    "Backups", "Restore backups", "Feedback", "Stove", "Store room", "Küche", "Maintenance of the boat",
    "日本語", "Checklist for the cold room",
)  # fmt: skip


def names(*titles: str, at: float = 0) -> Names:
    return Names(name(title, at, title) for title in titles)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("back", ["Backups", "Restore backups", "Feedback"]),  # begins so, has a word so, has it somewhere
        ("BACKUPS", ["Backups", "Restore backups"]),
        ("room sto", ["Store room"]),
        ("kuche", ["Küche"]),
        ("本", ["日本語"]),
        ("list cold", ["Checklist for the cold room"]),
        ("ck", []),  # two letters are looked for where words begin
        ("", []),
        ("?!", []),
    ],
)
def test_names_are_found_by_beginning_words_and_pieces(typed: str, expected: list[str]):
    assert found([[names(*TITLES)]], typed, 20) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bakcups", "Backups"),  # two letters changed places
        ("bakups", "Backups"),  # one is missing
        ("backkups", "Backups"),  # one too many
        ("bacjups", "Backups"),  # the next key
        ("bakcu", "Backups"),  # not yet written to its end
        ("maintanence", "Maintenance of the boat"),
        ("colf room", "Checklist for the cold room"),
    ],
)
def test_slips_are_forgiven(typed: str, expected: str):
    assert found([[names(*TITLES)]], typed, 20)[0] == expected


def test_short_words_are_taken_as_they_are_typed():
    assert found([[names("Van", "Oven")]], "vam", 20) == []


def test_what_is_found_as_typed_is_not_mixed_with_what_may_have_been_meant():
    some = names("Stove", "Stove pipe", "Old stove", "Store")
    assert found([[some]], "stove", 20) == ["Stove", "Stove pipe", "Old stove"]


def test_shorter_names_come_first_and_of_those_about_as_long_the_last_touched():
    some = Names(
        [
            name("Water tank of the old house", 9 * DAY, "long"),
            name("Water abc", 1 * DAY, "older"),
            name("Water abcde", 2 * DAY, "newer"),
        ]
    )
    assert found([[some]], "wat", 20) == ["newer", "older", "long"]


def test_of_equally_good_ones_the_first_group_comes_first_and_none_twice():
    pages, headings = names("Water", "Hot water"), Names([name("Water", 0, "heading"), name("x", 0, "Water")])
    assert found([[pages], [headings]], "water", 20) == ["Water", "heading", "Hot water"]
    assert found([[pages], [headings]], "water", 2) == ["Water", "heading"]
    assert found([[pages], [Names([name("Way to water", 0, "Water")])]], "wa", 20) == ["Water", "Hot water"]


def test_groups_of_many_are_ranked_together():
    mine, yours = names("Water tank and more"), names("Water")
    assert found([[mine, yours]], "water", 20) == ["Water", "Water tank and more"]


def test_changed_names_are_found_and_gone_ones_are_not():
    before = names("Water", "Stove")
    after = before.changed([name("Water", 0, "Water")], [name("Fire", 0, "Fire")])
    assert found([[after]], "wat", 20) == []
    assert (found([[after]], "fir", 20), found([[after]], "sto", 20)) == (["Fire"], ["Stove"])
    assert found([[after.changed([], [name("Kitchen", 0, "Kitchen")])]], "kithcen", 20) == ["Kitchen"]
    assert found([[before]], "wat", 20) == ["Water"]
