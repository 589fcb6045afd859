"""What the console's pages show: rows of the list, words of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpResponse

from tests.contract.markup import Element, parsed

BESIDE = re.compile(r"</?(?:dt|dd|div|li|p|span|td|th|h[1-3])\b[^>]*>")


def elements(response: HttpResponse) -> list[Element]:
    """What stands in elements of its own is apart."""
    return parsed(BESIDE.sub(r" \g<0> ", response.content.decode())).elements


def with_class(response: HttpResponse, name: str) -> Iterator[Element]:
    return (each for each in elements(response) if name in each.attributes.get("class", "").split())


def words(element: Element) -> str:
    return " ".join(element.text.split())


def addresses(response: HttpResponse) -> list[str]:
    """Of the list's rows, in their order."""
    return [
        words(each).removesuffix(" Members only")
        for each in with_class(response, "of-address")
        if each.attributes.get("scope") == "row"
    ]


def states(response: HttpResponse) -> dict[str, str]:
    """Address -> state in words, of the list."""
    found = [words(each) for each in with_class(response, "of-state") if each.tag == "td"]
    return dict(zip(addresses(response), found, strict=True))


def main_text(response: HttpResponse) -> str:
    (main,) = [each for each in elements(response) if each.tag == "main"]
    return words(main)


def links(response: HttpResponse) -> dict[str, str]:
    """Words -> address."""
    return {words(each): each.attributes.get("href", "") for each in elements(response) if each.tag == "a"}
