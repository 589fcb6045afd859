"""Asking as one person, and what two answers have in common once what was asked for is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, Final

from django.db import connection, transaction
from django.test import Client

from apps.accounts.models import Tries, User
from tests.contract.snapshot import every_table
from tests.matrix.routes import UUIDS, Address
from tests.matrix.world import PEOPLE, World

TOKENS: Final = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')
WRITES: Final = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b", re.IGNORECASE)
PASSED_OVER: Final = {"date", "expires", "set-cookie", "server-timing"}


@dataclass(frozen=True)
class Answer:
    """`wrote`: what must not write has changed a table. `cookies` are the names of those it sets."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: frozenset[str]
    body: str
    wrote: bool = False

    @property
    def location(self) -> str:
        return dict(self.headers).get("location", "")

    @property
    def all_of_it(self) -> str:
        return "\n".join([*(f"{name}: {value}" for name, value in self.headers), self.body])

    def like(self, *named: str) -> tuple[object, ...]:
        """To compare: without the words that say what was asked for, and without tokens."""
        headers = tuple((name, _without(value, named)) for name, value in self.headers)
        return self.status, headers, self.cookies, _without(self.body, named)


def _without(text: str, named: tuple[str, ...]) -> str:
    for word in sorted({word for word in named if len(word) > 3}, key=len, reverse=True):
        text = text.replace(word, "NAMED")
    return TOKENS.sub(r"\1TOKEN", UUIDS.sub("NAMED", text))


def tables() -> dict[str, list[dict[str, Any]]]:
    """All but the counts of tries, which a refusal may well write."""
    return {label: rows for label, rows in every_table().items() if label != Tries._meta.label}


class Browsers:
    """One browser for each person, without memory: each request goes out with their session alone."""

    def __init__(self, world: World) -> None:
        self.sessions = {"visitor": ""}
        for who in PEOPLE[1:]:
            client = Client()
            client.force_login(User.objects.get(pk=world.people[who].id))
            self.sessions[who] = client.cookies["sessionid"].value
        self.client = Client(raise_request_exception=False)
        self.before = tables()

    def get(self, who: str, at: Address, *, may_write: bool = False, **headers: str) -> Answer:
        return self._ask(who, "get", at.path, None, headers, may_write=may_write)

    def post(self, who: str, at: Address, form: Mapping[str, Any], *, may_write: bool = False) -> Answer:
        """Whatever it writes is taken back."""
        return self._ask(who, "post", at.path, form, {}, may_write=may_write)

    def _ask(
        self,
        who: str,
        method: str,
        path: str,
        form: Mapping[str, Any] | None,
        headers: dict[str, str],
        *,
        may_write: bool,
    ) -> Answer:
        self.client.cookies = SimpleCookie({"sessionid": self.sessions[who]} if who != "visitor" else {})
        wrote: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if WRITES.match(sql):
                wrote.append(sql)
            return execute(sql, params, many, context)

        with transaction.atomic(), connection.execute_wrapper(note):
            response = getattr(self.client, method)(path, form, headers=headers)
            body = b"".join(response) if response.streaming else response.content
            changed = bool(wrote) and not may_write and tables() != self.before
            transaction.set_rollback(True)
        kept = {name.lower(): value for name, value in response.items() if name.lower() not in PASSED_OVER}
        names = frozenset(response.cookies)
        return Answer(
            response.status_code, tuple(sorted(kept.items())), names, body.decode(errors="replace"), changed
        )
