"""Literals of JavaScript as they stand in JSX attributes. Nothing is run."""

import re
from dataclasses import dataclass

STRING = re.compile(r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`(?:[^`\\]|\\.)*+`""", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d+)?(?=[\s,\]}]|\Z)")
KEY = re.compile(r"[A-Za-z_$][\w$]*")
ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|\n|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "", "\n": "", "b": "", "f": "", "v": "", "0": ""}
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
PAIRS = {"{": "}", "[": "]", "(": ")"}
BRACKET = re.compile(r"""[{}\[\]()"'`/]""")
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Expression:
    """Something that is no literal: kept as the text it is."""

    text: str


type Value = str | float | bool | Expression | list["Value"] | dict[str, "Value"] | None


def balanced_end(text: str, position: int) -> int | None:
    """Where the bracket that opens at `position` is closed (after it); None if it is not.

    Strings and comments are stepped over; an apostrophe in JSX text is no string.
    """
    stack: list[str] = []
    while found := BRACKET.search(text, position):
        char, position = found[0], found.end()
        if char in "\"'`/":
            literal = (COMMENT if char == "/" else STRING).match(text, found.start())
            if literal and (char in "`/" or "\n" not in literal[0]):
                position = literal.end()
        elif char in PAIRS:
            stack.append(PAIRS[char])
        elif not stack or stack.pop() != char:
            return None
        elif not stack:
            return position
    return None


def parse_value(text: str) -> Value:
    """The literal in `text`; `Expression` for anything else."""
    reader = _Reader(text.strip())
    try:
        value = reader.value(0)
    except (ValueError, IndexError):
        return Expression(text.strip())
    return value if reader.at_end() else Expression(text.strip())


def unescape_string(literal: str) -> str:
    return ESCAPE.sub(_escaped, literal[1:-1])


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "ux" and len(code) > 1:
        point = int(code[1:].strip("{}"), 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return ESCAPES.get(code, code)


class _Reader:
    """Recursive descent over one literal. `ValueError` where it is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def at_end(self) -> bool:
        self._skip()
        return self.position >= len(self.text)

    def value(self, depth: int) -> Value:
        self._skip()
        char = self.text[self.position]
        if depth > MAX_DEPTH:
            raise ValueError
        if char in "\"'`":
            return self._strings()
        if char == "[":
            return self._list(depth)
        if char == "{":
            return self._object(depth)
        if found := NUMBER.match(self.text, self.position):
            self.position = found.end()
            return float(found[0].replace("_", ""))
        return self._word_or_expression()

    def _strings(self) -> str:
        """One string, or several joined by `+`."""
        pieces = ""
        while found := STRING.match(self.text, self.position):
            self.position = found.end()
            pieces += unescape_string(found[0])
            self._skip()
            if self.text[self.position : self.position + 1] != "+":
                return pieces
            self.position += 1
            self._skip()
        raise ValueError

    def _list(self, depth: int) -> list[Value]:
        values: list[Value] = []
        self.position += 1
        while not self._closed("]"):
            values.append(self.value(depth + 1))
            self._separator("]")
        return values

    def _object(self, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        self.position += 1
        while not self._closed("}"):
            key = self._key()
            self._skip()
            if self.text[self.position] != ":":
                raise ValueError
            self.position += 1
            values[key] = self.value(depth + 1)
            self._separator("}")
        return values

    def _key(self) -> str:
        if found := KEY.match(self.text, self.position):
            self.position = found.end()
            return found[0]
        if found := STRING.match(self.text, self.position):
            self.position = found.end()
            return unescape_string(found[0])
        raise ValueError

    def _word_or_expression(self) -> Value:
        """`true`, `null`; anything else up to the comma or bracket that ends it."""
        start = self.position
        while self.position < len(self.text) and self.text[self.position] not in ",]})":
            end = balanced_end(self.text, self.position) if self.text[self.position] in "{[(" else None
            quoted = STRING.match(self.text, self.position)
            self.position = end or (quoted.end() if quoted else self.position + 1)
        word = self.text[start : self.position].strip()
        if not word:
            raise ValueError
        return WORDS[word] if word in WORDS else Expression(word)

    def _closed(self, bracket: str) -> bool:
        self._skip()
        if self.text[self.position] != bracket:
            return False
        self.position += 1
        return True

    def _separator(self, bracket: str) -> None:
        self._skip()
        char = self.text[self.position]
        if char == ",":
            self.position += 1
        elif char != bracket:
            raise ValueError

    def _skip(self) -> None:
        """Over blanks and comments."""
        while self.position < len(self.text):
            if self.text[self.position].isspace():
                self.position += 1
            elif comment := COMMENT.match(self.text, self.position):
                self.position = comment.end()
            else:
                return
