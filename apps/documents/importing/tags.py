"""Tags of HTML, JSX and Hugo's shortcodes, read into one shape."""

import re
from dataclasses import dataclass
from html import unescape

from apps.documents.importing.js_values import Value, balanced_end, parse_value

NAME = re.compile(r"</?([A-Za-z][\w.:-]*)?(?=[\s/>{])")
BLANKS = re.compile(r"\s*+")
END = re.compile(r"/?>")
ATTRIBUTE = re.compile(
    r"""([A-Za-z_:@$][\w:.@$-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`{]+)|(?=\{)))?"""
)
SHORTCODE = re.compile(
    r"\{\{([<%])\s*(/?)\s*(\w[\w/.-]*)((?:[^\"`<>%]|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[<>%](?!\}\}))*?)(/?)[>%]\}\}"
)
ARGUMENT = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s"`=]+))""")
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` as written ("" for a fragment); positional arguments of shortcodes are "0", "1" ..."""

    name: str
    attributes: dict[str, Value]
    start: int
    end: int
    closing: bool = False
    alone: bool = False
    shortcode: bool = False


def read_tag(text: str, position: int, *, jsx: bool) -> Tag | None:
    """The tag that opens or closes at `position` (a `<`); None for anything else."""
    opening = NAME.match(text, position)
    if opening is None or (opening[1] is None and not jsx):
        return None
    name, closing = opening[1] or "", opening[0].startswith("</")
    attributes: dict[str, Value] = {}
    here = opening.end()
    while True:
        here = _blanks_end(text, here)
        if ended := END.match(text, here):
            alone = ended[0] == "/>" or name.lower() in VOID
            return Tag(name, attributes, position, ended.end(), closing=closing, alone=alone)
        after = _read_attribute(text, here, attributes, jsx=jsx)
        if after is None:
            return None
        here = after


def _blanks_end(text: str, position: int) -> int:
    found = BLANKS.match(text, position)
    return found.end() if found else position


def _read_attribute(text: str, position: int, attributes: dict[str, Value], *, jsx: bool) -> int | None:
    """Where the attribute ends; None if there is none. `{...spread}` says nothing readable."""
    if jsx and text[position : position + 1] == "{":
        return balanced_end(text, position)
    found = ATTRIBUTE.match(text, position)
    if found is None:
        return None
    if text[found.end() : found.end() + 1] == "{":
        end = balanced_end(text, found.end()) if jsx and "=" in found[0] else None
        if end is not None:
            attributes[found[1]] = parse_value(text[found.end() + 1 : end - 1])
        return end
    written = next((value for value in found.groups()[1:] if value is not None), None)
    attributes[found[1]] = True if written is None else unescape(written)
    return found.end()


def read_shortcode(text: str, position: int) -> Tag | None:
    """The Hugo shortcode that begins at `position` (a `{{`)."""
    found = SHORTCODE.match(text, position)
    if found is None:
        return None
    attributes: dict[str, Value] = {}
    for index, argument in enumerate(ARGUMENT.finditer(found[4])):
        value = next((part for part in argument.groups()[1:] if part is not None), "")
        attributes[argument[1] or str(index)] = value.replace('\\"', '"')
    return Tag(
        found[3],
        attributes,
        position,
        found.end(),
        closing=bool(found[2]),
        alone=bool(found[5]),
        shortcode=True,
    )
