"""What a page is called: its front matter, its first heading, or its file's name."""

import re

from apps.documents.importing.code_spans import CodeSpans
from apps.documents.importing.dialects import Dialect, split_number
from apps.documents.text.slugs import slugify

MAX_TITLE_CHARS = 200
HEADING = re.compile(
    r"^ {0,3}(#{1,6})(?:[ \t]+([^\n]*?))??(?:[ \t]+#+)?[ \t]*$"
    r"|^(?! {4}|[ \t]*[-*+>|#])([^\n]+)\n {0,3}(=+|-+)[ \t]*$",
    re.MULTILINE,
)
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"(\*\*|__|~~|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)|(?<=\S)_(?!\w))")
DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?(?!\d)")
WORD_GAPS = re.compile(r"[\s_-]+")


def plain_text(markdown: str) -> str:
    """A heading's text without emphasis, links and code marks; what stands in code stays."""
    pieces = re.split(r"(`+)(.+?)\1", markdown)
    texts = [index for index in range(len(pieces)) if index % 3 != 1]  # every third is the backticks
    shown = [pieces[index] if index % 3 == 2 else _unmarked(pieces[index]) for index in texts]
    return " ".join("".join(shown).split())


def _unmarked(text: str) -> str:
    text = LINK.sub(r"\1", IMAGE.sub(r"\1", text))
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", MARKS.sub("", text))


def take_title(text: str, given: str) -> tuple[str, str]:
    """(title, text): the first heading of level 1 gives the title where none is given, and leaves
    the text when it says the same. ("", text) when there is neither."""
    spans = CodeSpans(text)
    for found in spans.free_matches(HEADING, text):
        level = len(found[1]) if found[1] else 1 if found[4].startswith("=") else 2
        if level != 1:
            if not given:
                continue
            break
        title = plain_text(found[2] or found[3] or "")
        if given and slugify(title) != slugify(given):
            break
        if title:
            before, after = text[: found.start()], text[found.end() :].lstrip("\n")
            return (
                given or title,
                f"{before}{after}" if not before.strip() else f"{before.rstrip()}\n\n{after}",
            )
    return given, text


def readable_name(name: str, dialect: Dialect) -> str:
    """`01-getting_started` is "Getting started"; words in capitals stay."""
    bare = split_number(name)[1] if dialect.strip_numbers else name
    date = DATE.match(bare)
    day, rest = (date[0], bare[date.end() :]) if date else ("", bare)
    words = f"{day} {WORD_GAPS.sub(' ', rest).strip()}".strip() or name
    return words[:1].upper() + words[1:]
