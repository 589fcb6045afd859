"""What a running site renders after a write, by its log: what the projections predict, each page once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from tests.services.site import ROOT, Site
from tests.services.visitor import save, send, until, visitor

MADE: Final = re.compile(r"cairn\.made: (\S+) \(public, ")


class Predicted:
    """A handbook on a running site, all its shared pages kept there; and a process that predicts."""

    def __init__(self, site: Site, process: subprocess.Popen[str]) -> None:
        self.site, self.process = site, process
        told = self._said()
        self.slug: str = told["slug"]
        self.ids: dict[str, str] = told["ids"]
        self.addresses: dict[str, str] = told["addresses"]
        self.session: str = told["session"]
        self._seen = 0

    def predicted(self, new: dict[str, str]) -> list[str]:
        """The pages that are new or were changed since this was asked last, by name."""
        self.addresses |= new
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(new) + "\n")
        self.process.stdin.flush()
        return sorted(self._said())

    def rendered(self) -> list[str]:
        """Once all is kept again: what the log tells of this handbook since this was asked last."""
        with visitor(self.site.url) as reader:
            for name, address in self.addresses.items():
                until(lambda address=address: reader.get(address), _is_kept, f"{name} to be kept")
        log, names = self.site.log(), {address: name for name, address in self.addresses.items()}
        made = [each for each in MADE.findall(log, self._seen) if each.startswith(f"/{self.slug}/")]
        self._seen = len(log)
        return sorted(names.get(address, address) for address in made)

    def edit(self, title: str) -> str:
        return f"/{self.slug}/-/edit/{self.ids[title]}/"

    def _said(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


def _is_kept(answer: httpx.Response) -> bool:
    return 'desc="hit"' in answer.headers.get("server-timing", "")


@pytest.fixture(scope="module")
def book(site: Site) -> Iterator[Predicted]:
    command = [sys.executable, "-m", "tests.integration.predicting"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=site.env, **pipes) as process:
        try:
            made = Predicted(site, process)
            made.rendered()
            yield made
        finally:
            process.kill()


def text(olga: httpx.Client, book: Predicted) -> None:
    save(olga, book.slug, book.ids["Water"], "From the well. See [[stove]].")


def title(olga: httpx.Client, book: Predicted) -> None:
    """One that leaves the address as it is."""
    base = re.search(r'name="base_revision" value="([^"]*)"', olga.get(book.edit("Water tank")).text)
    assert base is not None
    values = {"title": "WATER TANK", "source": "Holds a week.", "message": "", "base_revision": base[1]}
    assert send(olga, book.edit("Water tank"), **values).status_code == 302


def publish(olga: httpx.Client, book: Predicted) -> None:
    new = f"/{book.slug}/-/new/"
    olga.get(new, follow_redirects=True)
    values = {"title": "Boat", "source": "Oars.", "message": "", "publish": "1", "parent": book.ids["Guide"]}
    assert send(olga, new, **values, operation_id=str(uuid4())).status_code == 302


def unpublish(olga: httpx.Client, book: Predicted) -> None:
    olga.get(book.edit("Stove"))
    assert send(olga, f"/{book.slug}/-/unpublish/{book.ids['Stove']}/").status_code == 302


@dataclass(frozen=True)
class Case:
    write: Callable[[httpx.Client, Predicted], None]
    pages: set[str]
    new: str = ""


SEARCHES: Final = {"search for spring", "search for wood"}  # any text and title may hold the word
IN_EVERY_TREE: Final = {"Guide", "Radio", "Radio channels", "Water", "Water tank", "Stove"}
AT_THE_TOP: Final = {*IN_EVERY_TREE, "branch of Guide", "tree of Guide", "tree", "changes", "tags", *SEARCHES}
CASES: Final = (
    Case(text, {"Water", "Stove", "changes", *SEARCHES}),
    Case(
        title,
        {"Water tank", "Water", "Stove", "branch of Water", "tree of Water", "tree of Water tank", "changes"}
        | SEARCHES,
    ),
    Case(publish, {*AT_THE_TOP, "Boat"}, new="boat"),
    Case(unpublish, {*AT_THE_TOP, "Boat", "tree of Stove"}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.write.__name__)
def test_what_is_rendered_after_a_write_is_what_the_projections_predict(book: Predicted, case: Case) -> None:
    with visitor(book.site.url) as olga:
        olga.cookies.set("sessionid", book.session)
        case.write(olga, book)
    new = {case.new.title(): f"/{book.slug}/{case.new}/"} if case.new else {}
    assert book.predicted(new) == sorted(case.pages)
    assert book.rendered() == sorted(case.pages)
