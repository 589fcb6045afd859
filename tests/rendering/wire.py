"""Raw bytes to a server and all that comes back."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass

QUIET_S = 0.25  # after an answer: whether more comes on a connection that stays open
PATIENCE_S = 20.0
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


def exchange(port: int, sent: bytes, patience_s: float = PATIENCE_S / 10) -> bytes:
    """What a server says to these bytes until it closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has said what it thinks of it already
            connection.sendall(sent)
        received = b""
        while True:
            connection.settimeout(QUIET_S if received or not sent.endswith(b"\r\n") else patience_s)
            try:
                part = connection.recv(65_536)
            except (TimeoutError, ConnectionResetError):
                return received
            if not part:
                return received
            received += part


def answers(received: bytes) -> list[Answer]:
    """The answers on a connection; what has no length goes to its end."""
    found = []
    while match := STATUS.match(received):
        head, _, rest = received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        size = int(length[1]) if length else len(rest)
        following = STATUS.search(rest)
        if following and following.start() < size and size > len(rest):  # to HEAD: a length without a body
            size = following.start()
        found.append(Answer(int(match[1]), head, rest[:size]))
        received = rest[size:]
    return found


def plain(port: int, target: str, cookie: str = "") -> Answer:
    """As a reader asks for it."""
    said = f"Cookie: {cookie}\r\n" if cookie else ""
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{said}Connection: close\r\n\r\n"
    return answers(exchange(port, request.encode("latin-1"), PATIENCE_S))[0]
