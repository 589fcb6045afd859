"""The suite of attacks: each is sent to a cold page and to a warm one, then the page is asked for plainly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rendering.wire import Answer, answers, exchange, plain

CANARY = b"canary.example"
SECRET = b"only-for-members"
WATCHED = ("/%BOOK%/radio/", "/%BOOK%/-/search/")
SHARED = "/-/sign-in/"  # gives each visitor a cookie of their own
OWN = ("server-timing", "date", "server")
STREAMED_MAX = 5
TIMES = re.compile(r"%TIMES\((\d+),(.*?)\)%", re.DOTALL)


@dataclass(frozen=True)
class Attack:
    name: str
    source: str
    aim: str
    answers: int  # the most that the server may give
    raw: str

    def sent(self, book: str, port: int, cookie: str) -> bytes:
        text = TIMES.sub(lambda times: times[2] * int(times[1]), self.raw)
        said = f"Cookie: {cookie}\r\n" if cookie else ""
        values = {"%PAGE%": f"/{book}/radio/", "%BOOK%": book, "%HOST%": f"127.0.0.1:{port}"}
        for name, value in {**values, "%COOKIE%": said}.items():
            text = text.replace(name, value)
        return text.encode("latin-1")


def attacks() -> list[Attack]:
    found = json.loads(Path(__file__).with_name("attacks.json").read_text())
    return [Attack(each["name"], each["source"], each["for"], each["answers"], each["raw"]) for each in found]


@dataclass(frozen=True)
class Finding:
    attack: str
    what: str


def seen(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """What must stay as it is."""
    return answer.status, sorted(pair for pair in answer.headers if pair[0] not in OWN), answer.body


def stored(port: int, target: str) -> Answer:
    """The page once it is stored: what is asked first may be streamed, in other bytes and without an ETag."""
    for _ in range(STREAMED_MAX):
        answer = plain(port, target)
        if answer.status != 200 or answer.header("etag"):
            break
    return answer


class Suite:
    """`target` and `reference` are ports of two servers on one database; nobody attacks the reference.
    For the attack with number n there are a public handbook `open-n` and a private one `ours-n`, each with
    a page `radio`, and `cookie` is of somebody who may read both."""

    def __init__(self, target: int, reference: int, cookie: str) -> None:
        self.target = target
        self.reference = reference
        self.cookie = cookie
        self.cookies_given: set[str] = set()

    def findings(self, number: int, attack: Attack) -> Iterator[Finding]:
        for book, cookie in ((f"open-{number}", ""), (f"ours-{number}", self.cookie)):
            watched = [target.replace("%BOOK%", book) for target in WATCHED]
            before = [seen(stored(self.reference, target)) for target in watched]
            for state in ("cold", "warm"):
                sent = attack.sent(book, self.target, cookie)
                received = answers(exchange(self.target, sent))
                for what in (*self._answered(attack, received, sent), *self._shown(watched, before, sent)):
                    yield Finding(attack.name, f"{book}, {state}: {what}")
        given = plain(self.target, SHARED).header("set-cookie")
        if not given or given in self.cookies_given:
            yield Finding(attack.name, "two visitors were given one cookie")
        self.cookies_given.add(given)

    def _answered(self, attack: Attack, received: list[Answer], sent: bytes) -> Iterator[str]:
        if len(received) > attack.answers:
            yield f"{len(received)} answers"
        for answer in received:
            if answer.status >= 500 and answer.status not in (501, 505):
                yield f"status {answer.status}"
            if SECRET in answer.body and "private" not in answer.header("cache-control"):
                yield "a member's page that anybody may keep"
            if "canary" in answer.header("x-canary") + answer.header("set-cookie"):
                yield "a header written by the sender"

    def _shown(
        self, watched: list[str], before: list[tuple[int, list[tuple[str, str]], bytes]], sent: bytes
    ) -> Iterator[str]:
        """What a stranger is shown afterwards."""
        for target, was in zip(watched, before, strict=True):
            now = seen(stored(self.target, target))
            if now != was:
                yield f"{target} is another: {was[0]} {len(was[2])} bytes -> {now[0]} {len(now[2])} bytes"
        again = self._replayed(sent)
        if again is not None and SECRET in again.body:
            yield "a stranger is shown a member's page"
        if again is not None and CANARY in again.body and CANARY not in sent.split(b"\r\n", 1)[0]:
            yield "a stranger is shown the canary"

    def _replayed(self, sent: bytes) -> Answer | None:
        """The attacked address, asked for by somebody else."""
        parts = sent.split(b"\r\n", 1)[0].split(b" ")
        if len(parts) != 3 or not parts[1].startswith(b"/"):
            return None
        request = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
        found = answers(exchange(self.target, request % (parts[1], self.target)))
        return found[0] if found else None
