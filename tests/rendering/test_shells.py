"""Shells: where parts belong, and the two ways in which they are sent."""

from __future__ import annotations

import pytest

from apps.rendering.parts import Arrival
from apps.rendering.shells import Shell, ShellError, later, moves_templates

HTML = (
    '<head></head><main><div data-later="a"><?start name="a"><p>wait</p><?end></div>'
    '<div data-later="b"><?start name="b"><?end></div>'
    "<!--later-->SPARE<!--or-->SCRIPT<!--/later--></main>"
)
A, B = Arrival("a", "<p>A</p>"), Arrival("b", "<p>B</p>")


def test_a_whole_page_has_its_parts_in_their_places_and_no_scripts_for_them():
    whole = '<head></head><main><div data-later="a"><p>A</p></div><div data-later="b"><p>B</p></div></main>'
    shell = Shell.of(HTML, ["a", "b"])
    assert shell.in_order([A, B]) == whole
    assert shell.in_order([B, A]) == whole


def test_what_a_part_says_is_no_place():
    odd = Arrival("a", '<?start name="b">odd<?end>')
    assert Shell.of(HTML, ["a", "b"]).in_order([odd, B]).count("<p>B</p>") == 1


def test_the_first_bytes_are_enough_for_safari_and_have_the_script_that_fits():
    shell = Shell.of(HTML, ["a", "b"])
    native, moved = shell.first(native=True), shell.first(native=False)
    assert len(native) == len(moved) == 1_024
    assert native.startswith(b"<head>SPARE</head><main>")
    assert moved.startswith(b"<head>SCRIPT</head><main>")
    assert native.rstrip() == moved.rstrip().replace(b"SCRIPT", b"SPARE")
    assert shell.last() == b"</main>"


def test_a_large_shell_is_not_padded():
    shell = Shell.of("x" * 2_000 + HTML, ["a"])
    assert shell.first(native=False).endswith(b"<?end></div>")


def test_a_part_is_a_template_or_an_element():
    assert later(A, native=True) == b'<template for="a"><p>A</p></template>\n'
    moved = b'<cairn-part for="a"><p>A</p><cairn-part-end></cairn-part-end></cairn-part>\n'
    assert later(A, native=False) == moved


@pytest.mark.parametrize("html", ["<main></main>", "<!--later-->x", HTML.replace("<!--later-->", "")])
def test_a_template_that_says_not_where_parts_come_is_refused(html):
    with pytest.raises(ShellError, match=r"does not call rest\(\)"):
        Shell.of(html, ["a"])


def test_a_part_without_a_place_is_refused():
    with pytest.raises(ShellError, match="no place for the part 'c'"):
        Shell.of(HTML, ["a", "c"])


@pytest.mark.parametrize(
    ("brands", "moves"),
    [
        ('"Not:A-Brand";v="8", "Chromium";v="156", "Google Chrome";v="156"', True),
        ('"Chromium";v="150"', True),
        ('"Chromium";v="149", "Other";v="999"', False),
        ('"Chromium";v="99999999999999999999"', False),
        ("", False),
        ('"Safari";v="30"', False),
    ],
)
def test_browsers_are_known_by_their_brands(brands, moves):
    assert moves_templates(brands) is moves
