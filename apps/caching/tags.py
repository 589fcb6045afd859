"""Tags: the names of what a cached thing was built from, as a tree.

    *                                everything of a stream: a handbook, a person
    document                         every row of an entity
    document.title, document.+       a column; which rows there are
    document[parent_id=7].title      that column among the rows with that key
    document[parent_id=7].?          whether there is any
    document[id=7].title             of one row
    document[id+parent_id=7].?       whether that row is there, and where its parent_id has it
    document[id=7].~title            a column while readers do not see the row (see Tracked.visible)
    event.document_saved             that there are events of a type
    page:/cairn/a/.                  a page by its address, below page:/cairn/a/ and page:/cairn/

A reader depends on leaves. A change marks a leaf and all above it, so whoever depends on a coarser tag
sees it too; dropping a tag drops all below it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

VOCABULARY: Final = 3  # of what events mark; an index that another release has marked is not ours to ask
ROOT: Final = "*"
PRESENCE: Final = "+"  # in place of a column: which rows there are
ANY: Final = "?"  # in place of a column: whether there is one
SEEN: Final = ""  # before a column: of rows that readers see
HIDDEN: Final = "~"  # before a column: of rows that they do not see
BOTH: Final = (SEEN, HIDDEN)
PAGE: Final = "page"
EVENT: Final = "event"
KEY_CHARS_MAX: Final = 200  # a longer value is cut: two that begin alike then share a tag, which is safe


def column_tag(entity: str, column: str) -> str:
    return f"{entity}.{column}"


def key_tag(entity: str, key: str, value: Any, column: str = PRESENCE) -> str:
    """Of the rows whose `key` (a declared key, or `id`) is `value`. None stands for NULL."""
    text = "" if value is None else str(value)[:KEY_CHARS_MAX]
    return f"{entity}[{key}{'=' if value is not None else ' is null'}{text}].{column}"


def place_tag(entity: str, key: str, id: Any, side: str = SEEN) -> str:
    """That a row is there, with the value that its `key` has."""
    return key_tag(entity, f"id+{key}", id, side + ANY)


def event_tag(type: str) -> str:
    """Of the log itself: that it has events of this type."""
    return column_tag(EVENT, type)


def page_tag(path: str) -> str:
    """Of the page at a canonical path, '/' at both ends."""
    return f"{PAGE}:{path}."


def subtree_tag(path: str) -> str:
    """Above the page at a path and all pages below it."""
    return f"{PAGE}:{path}"


def above(tag: str) -> tuple[str, ...]:
    """The tags above this one, nearest first, ending with ROOT; none above ROOT."""
    return _above_page(tag) if tag.startswith(f"{PAGE}:") else _above(tag)


def _above_page(tag: str) -> tuple[str, ...]:
    """Not remembered: anybody may ask for any address, and each has many long ones above it."""
    steps = tag.removeprefix(f"{PAGE}:").strip("/").split("/")
    folders = (f"{PAGE}:/{'/'.join(steps[:count])}/" for count in range(len(steps) - 1, 0, -1))
    return (*folders, PAGE, ROOT)


@lru_cache(maxsize=16_384)
def _above(tag: str) -> tuple[str, ...]:
    if tag == ROOT:
        return ()
    entity, bracket, _key = tag.partition("[")
    if bracket:
        column = tag[tag.rindex("].") + 2 :]
        return (column_tag(entity, column), entity, ROOT)
    entity, dot, _column = tag.partition(".")
    return (entity, ROOT) if dot else (ROOT,)


def rolled_up(tags: set[str], most: int) -> frozenset[str]:
    """At most `most` tags that see every change that `tags` see: the largest families become their parent."""
    kept = set(tags)
    while len(kept) > most:
        if ROOT in kept:
            return frozenset({ROOT})
        families: dict[str, list[str]] = {}
        for tag in kept:
            families.setdefault(above(tag)[0], []).append(tag)
        parent, members = max(families.items(), key=lambda family: (len(family[1]), family[0]))
        kept.difference_update(members)
        kept.add(parent)
    return frozenset(kept)
