"""The normal form of a source text, and how large it may be.

Normalised is exactly this, and nothing else:

* CRLF and CR become LF; a leading byte order mark goes; NUL and lone surrogates become U+FFFD
  (CommonMark asks for the NUL, UTF-8 for the surrogates);
* blank lines (only spaces and tabs) before, between and after top-level blocks become one empty
  line between blocks and none at either end (`blocks.split_blocks`). Reference definitions and
  footnotes that stand on neighbouring lines stay together as one block.

Inside a block not one character changes.
"""

from __future__ import annotations

import re
from typing import Final

MAX_SOURCE_BYTES: Final = 1_000_000
MAX_LINES: Final = 20_000  # the parser takes 0.1 ms for the shortest of lines, more in nested quotes
MAX_NESTING: Final = 40  # of the parser's levels; a list takes two

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class TextLimitError(ValueError):
    """The text is larger or deeper than a document may be; the message says the limit."""


class SourceTooLongError(TextLimitError):
    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"The text has {size:,} bytes; a document may have at most {MAX_SOURCE_BYTES:,}.")


class TooManyLinesError(TextLimitError):
    def __init__(self, lines: int) -> None:
        self.lines = lines
        super().__init__(f"The text has {lines:,} lines; a document may have at most {MAX_LINES:,}.")


class NestedTooDeeplyError(TextLimitError):
    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(
            f"Quotes and lists are nested more than {MAX_NESTING // 2} levels deep near line {line}."
        )


def normalise(source: str) -> str:
    """Line endings, byte order mark, NUL and surrogates as the module says.

    Raises SourceTooLongError above MAX_SOURCE_BYTES of UTF-8, TooManyLinesError above MAX_LINES.
    """
    text = source.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSTORABLE.sub("\ufffd", text)
    size = len(text) if text.isascii() else len(text.encode())
    if size > MAX_SOURCE_BYTES:
        raise SourceTooLongError(size)
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise TooManyLinesError(lines)
    return text
