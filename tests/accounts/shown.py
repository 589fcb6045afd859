"""What a page shows a person: what stands in its fields, and what it complains about."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import HttpResponse


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.errors: list[str] = []
        self.notices: list[str] = []
        self.headings: list[str] = []
        self._into: list[str] | None = None
        self._summary = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.fields.setdefault(given.get("name", ""), given.get("value", ""))
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and "selected" in given:
            self.fields.setdefault(self._select, given["value"])
        if tag == "div":
            self._summary = self._summary or given.get("class") == "summary"
        self._start_text(tag, given)

    def _start_text(self, tag: str, given: dict[str, str]) -> None:
        if tag == "li" and self._summary:
            self._into = self.errors
        elif tag == "p" and given.get("class") == "notice":
            self._into = self.notices
        elif tag == "p" and given.get("class") == "errors":
            self._into = self.errors
        elif tag == "h1":
            self._into = self.headings
        else:
            return
        self._into.append("")

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("li", "p", "h1"):
            self._into = None
        if tag == "div":
            self._summary = False


def read(response: HttpResponse) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def fields(response: HttpResponse) -> dict[str, str]:
    """Field name -> what stands in it, without the token and those that are never sent."""
    found = read(response).fields
    return {name: found[name] for name in found if name not in ("", "csrfmiddlewaretoken", "q", "theme")}


def errors(response: HttpResponse) -> list[str]:
    return read(response).errors


def notices(response: HttpResponse) -> list[str]:
    return [text.strip() for text in read(response).notices]


def heading(response: HttpResponse) -> str:
    return " ".join(read(response).headings[0].split())
