"""What somebody typed into the search field, and the same in the words of each database.

    apples -pears "red wine" vineg      all words, none of those after a minus, phrases in quotes,
                                        the last word may go on

Nothing that is typed is an error: what is no word is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .folding import is_unspaced, words_of

MAX_CHARS: Final = 500
MAX_PHRASES: Final = 12
MIN_PREFIX: Final = 2  # a single letter begins too many words

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PART = re.compile(r'(?P<minus>(?:(?<=\s)|^)-)?(?:"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other; the last may be the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Query:
    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()

    @property
    def title(self) -> str:
        """What the folded title of a page is that is called exactly this."""
        return " ".join(word for phrase in self.wanted for word in phrase.words)


def parse_query(text: str) -> Query:
    """Reads at most MAX_CHARS characters and MAX_PHRASES phrases."""
    text = text[:MAX_CHARS].translate(_QUOTES)
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for part in list(_PART.finditer(text)):
        words = tuple(words_of(part["quoted"] if part["word"] is None else part["word"]))
        if words:
            may_go_on = part.end() == len(text) and not part["minus"] and not part[0].endswith('"')
            prefix = may_go_on and len(words[-1]) >= MIN_PREFIX and not is_unspaced(words[-1])
            (unwanted if part["minus"] else wanted).append(Phrase(words, prefix))
    return Query(tuple(wanted[:MAX_PHRASES]), tuple(unwanted[:MAX_PHRASES]))


def fts5(query: Query, handbook: str, *, title_only: bool = False) -> str:
    """The MATCH expression over columns handbook, title, words. Words hold letters, digits and marks
    only, so quoting them is enough."""

    def of(phrase: Phrase) -> str:
        return f'"{" ".join(phrase.words)}"{" *" if phrase.prefix else ""}'

    columns = "title" if title_only else "{title words}"
    wanted = " AND ".join(map(of, query.wanted))
    unwanted = "" if title_only else " OR ".join(map(of, query.unwanted))
    without = f" NOT {columns} : ({unwanted})" if unwanted else ""
    return f'(handbook : "{handbook}" AND {columns} : ({wanted})){without}'


def tsquery(query: Query, *, title_only: bool = False) -> str:
    """For to_tsquery('simple', ...). Title words have weight A, others C. A phrase is looked for in
    each apart, or it would be found across the end of the title and the beginning of the text."""
    weights = "A" if title_only else "AC"

    def of(phrase: Phrase) -> str:
        last = len(phrase.words) - 1
        if last == 0:
            marks = ("*" if phrase.prefix else "") + ("A" if title_only else "")
            return f"'{phrase.words[0]}'{':' + marks if marks else ''}"
        ways = []
        for weight in weights:
            stars = ["*" if phrase.prefix and at == last else "" for at in range(last + 1)]
            ways.append(
                " <-> ".join(
                    f"'{word}':{star}{weight}" for word, star in zip(phrase.words, stars, strict=True)
                )
            )
        return f"({' | '.join(ways)})"

    parts = [of(phrase) for phrase in query.wanted]
    if not title_only:
        parts += [f"!({of(phrase)})" for phrase in query.unwanted]
    return " & ".join(parts)
