"""Pages that fail their test when the browser complains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules that day and night answer differently

ONE_DATABASE = pytest.mark.sqlite_only("What a browser makes of a page is the same over any database.")

PATIENCE_MS = 60_000  # two suites share two cores, and the machine may have other work to do
expect.set_options(timeout=PATIENCE_MS)

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


class Complaints:
    """What console, scripts and content policy complained about, without what a test said it expects."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Complaints that match are no failure: a page of status 404 is one, for example."""
        self.expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [text for text in self.heard if not any(pattern.search(text) for pattern in self.expected)]

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.location.get('url', '')}: {message.text}")


class Visitors:
    """Opens windows of visitors who share nothing; closes them all at the end of the test."""

    def __init__(self, browser: Browser, base_url: str, complaints: Complaints) -> None:
        self.browser, self.base_url, self.complaints = browser, base_url, complaints
        self.contexts: list[BrowserContext] = []

    def __call__(self, **options: Any) -> Page:
        """A page in a context of its own. Options: those of `Browser.new_context`, PHONE, ..."""
        context = self.browser.new_context(
            **{"base_url": self.base_url, "locale": "en", **DESKTOP, **options}
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self.complaints.follow)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def screenshot(page: Page, name: str, *, full: bool = True) -> Path:
    """Takes var/screenshots/NAME.png."""
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=full, animations="disabled")
    return path


def accessibility_problems(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices, a line each: rule, element, advice. With
    `rules`: by these alone."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text() + "; undefined")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")  # what the header lies over counts as too small
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": STANDARDS}
    found = page.evaluate("only => axe.run(document, {runOnly: only})", only)
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


Open = Callable[..., Page]
