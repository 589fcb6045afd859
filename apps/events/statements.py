"""Which tables a SQL statement writes, read from its text.

It errs on the safe side: what it cannot read (an open quote, a nested comment, a procedure) is told
as a write to a name in angle brackets, which no table has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

TOKEN = re.compile(
    r"""(?P<blank> \s+ | --[^\n]* | /\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/ )
      | (?P<text> (?<!\w)[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
      | (?P<quoted> "(?:[^"]|"")*" )
      | (?P<word> [^\W\d][\w$]* | \d[\w.]* )
      | (?P<sign> /\* | . )""",
    re.DOTALL | re.VERBOSE,
)
UNREADABLE = frozenset({"/*", "'", '"'})
DEFINITIONS = frozenset({"create", "alter", "drop", "comment", "grant", "revoke"})
ROUTINES = frozenset({"trigger", "function", "procedure"})
HIDDEN = frozenset({"do", "call", "execute"})  # what these run is not in the text
NO_WRITE_BEFORE_UPDATE = frozenset({"for", "key", "do", "on"})  # FOR NO KEY UPDATE, DO UPDATE, ON UPDATE
OPENING = frozenset({"(", "[", "`"})


@dataclass(frozen=True)
class Token:
    text: str  # words in lower case
    kind: str


@lru_cache(maxsize=2048)
def written_tables(sql: str) -> frozenset[str]:
    """Names of the tables that the statements in `sql` write, lower case, without their schema."""
    if sql[:6].upper() == "SELECT" and ";" not in sql:
        return frozenset()
    tokens = list(_tokens(sql))
    tables = {f"<{token.text}>" for token in tokens if token.kind == "sign" and token.text in UNREADABLE}
    for statement in _statements(tokens):
        tables.update(_written(statement))
    return frozenset(tables)


def _tokens(sql: str) -> Iterator[Token]:
    for match in TOKEN.finditer(sql):
        kind = match.lastgroup or ""
        if kind == "tag":
            kind = "text"
        if kind != "blank":
            yield Token(match[0].lower() if kind == "word" else match[0], kind)


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Split at semicolons; a routine's body has some of its own and writes nothing yet."""
    statement: list[Token] = []
    for token in tokens:
        if token.text == ";" and not _is_routine(statement):
            yield statement
            statement = []
        else:
            statement.append(token)
    yield statement


def _is_routine(statement: Sequence[Token]) -> bool:
    head = [token.text for token in statement[:5] if token.kind == "word"]
    body = any(token.kind == "word" and token.text == "begin" for token in statement)
    return head[:1] == ["create"] and not ROUTINES.isdisjoint(head) and body


def _written(statement: Sequence[Token]) -> Iterator[str]:
    first = statement[0].text if statement else ""
    if first in DEFINITIONS:
        return
    if first in HIDDEN:
        yield f"<{first}>"
    if first == "truncate":
        yield from _truncated(statement)
    if first == "copy" and _words(statement, 1)[:1] != ["("] and any(t.text == "from" for t in statement):
        yield _name(statement, 1)
    for index, token in enumerate(statement):
        if token.kind == "word" and token.text in WRITES:
            start = WRITES[token.text](statement, index)
            if start:
                yield _name(statement, start)


def _words(statement: Sequence[Token], index: int) -> list[str]:
    return [token.text for token in statement[index : index + 3]]


def _into(statement: Sequence[Token], index: int) -> int:
    """INSERT INTO, INSERT OR IGNORE INTO, REPLACE INTO, MERGE INTO: where the name stands, or 0."""
    after = _words(statement, index + 1)
    if after[:1] == ["into"]:
        return index + 2
    return index + 4 if after[:1] == ["or"] and after[2:] == ["into"] else 0


def _from(statement: Sequence[Token], index: int) -> int:
    return index + 2 if _words(statement, index + 1)[:1] == ["from"] else 0


def _update(statement: Sequence[Token], index: int) -> int:
    if index and statement[index - 1].text in NO_WRITE_BEFORE_UPDATE:
        return 0
    return index + 3 if _words(statement, index + 1)[:1] == ["or"] else index + 1


WRITES: dict[str, Callable[[Sequence[Token], int], int]] = {
    "insert": _into,
    "replace": _into,
    "merge": _into,
    "delete": _from,
    "update": _update,
}


def _truncated(statement: Sequence[Token]) -> Iterator[str]:
    start = 2 if _words(statement, 1)[:1] == ["table"] else 1
    yield _name(statement, start)
    for index in range(start, len(statement)):
        if statement[index].text == ",":
            yield _name(statement, index + 1)


def _name(statement: Sequence[Token], index: int) -> str:
    """The last part of the dotted name at `index`."""
    while index < len(statement) and (statement[index].text in OPENING or statement[index].text == "only"):
        index += 1
    while index + 2 < len(statement) and statement[index + 1].text == ".":
        index += 2
    if index >= len(statement) or statement[index].kind not in ("word", "quoted"):
        return "<nothing>"
    token = statement[index]
    return token.text[1:-1].replace('""', '"').lower() if token.kind == "quoted" else token.text
