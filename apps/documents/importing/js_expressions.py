"""`{...}` in MDX, and its `import` and `export` statements."""

import re

from apps.documents.importing.code_spans import CodeSpans
from apps.documents.importing.elements import code, readable_value
from apps.documents.importing.js_values import Expression, balanced_end, parse_value

COMMENT = re.compile(r"\s*(?:/\*.*?\*/\s*|//[^\n]*\s*)*\Z", re.DOTALL)
MARKUP = re.compile(r"<(?:[A-Za-z]|>).*>", re.DOTALL)
NAME = re.compile(r"[\w$]+(?:[.?\[\]\w$'\"]*)?\Z")
STATEMENT = re.compile(
    r"""^(?:import[ \t]+(?:[\w$*{][^;"']{0,2000}+(?:(?<=from)|(?<=from[ \n])))?"""
    r"""["'][^"'\n]+["'][ \t]*;?[ \t]*$"""
    r"""|export[ \t]+(?:const|let|var|function|default|async|class|\{|\*)(?=[\s{*]))""",
    re.MULTILINE,
)
MAX_NAME_CHARS = 60


def shown_expression(inner: str) -> tuple[str | None, str]:
    """(text, JSX within that is still to be converted).

    None for a comment: nothing was said. Strings and numbers are text, a name is code; other
    expressions are "", unless they hold JSX.
    """
    if COMMENT.match(inner):
        return None, ""
    value = parse_value(inner)
    if not isinstance(value, Expression):
        return readable_value(value), ""
    if markup := MARKUP.search(inner):
        return "", markup[0]
    if len(value.text) <= MAX_NAME_CHARS and NAME.match(value.text):
        return code(value.text), ""
    return "", ""


def without_statements(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with `import` and `export` statements emptied, lines kept; (line, word) of each."""
    spans = CodeSpans(text, indented=False)
    pieces, told, position = list[str](), list[tuple[int, str]](), 0
    for found in spans.free_matches(STATEMENT, text):
        if found.start() < position or "\n\n" in found[0]:
            continue
        end = _statement_end(text, found)
        pieces += [text[position : found.start()], "\n" * text.count("\n", found.start(), end)]
        told.append((text.count("\n", 0, found.start()), found[0].split()[0]))
        position = end
    return "".join([*pieces, text[position:]]), told


def _statement_end(text: str, found: re.Match[str]) -> int:
    """The end of the line on which all brackets of the statement are closed."""
    position = found.end() - found[0].endswith("{")
    while position < len(text) and text[position] != "\n":
        opens = text[position] in "{[("
        position = (balanced_end(text, position) if opens else None) or position + 1
    return position
