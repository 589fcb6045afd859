"""Fenced code as HTML with classes, for the languages listed here; anything else stays plain.

The classes are few and stand for meaning, not for a lexer's token tree: see CLASSES. Colours are
the style sheet's.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Token, _TokenType

MAX_HIGHLIGHTED: Final = 20_000  # characters of one block: some lexers are quadratic
_PIECE: Final = 4_000

CLASSES: Final[dict[str, str]] = {
    "tok-comment": "comments",
    "tok-keyword": "keywords, literals such as true and null",
    "tok-string": "strings and characters",
    "tok-number": "numbers and dates",
    "tok-name": "names being defined or called: functions, classes, tags",
    "tok-attribute": "attributes, keys, properties, decorators",
    "tok-variable": "variables and built-in names",
    "tok-operator": "operators",
    "tok-heading": "headings in code (diff, Markdown), prompts",
    "tok-inserted": "inserted lines of a diff",
    "tok-deleted": "deleted lines of a diff",
}

_MEANING: Final[dict[_TokenType, str]] = {
    Token.Comment: "comment",
    Token.Keyword: "keyword",
    Token.Operator.Word: "keyword",
    Token.Literal.String: "string",
    Token.Literal.Number: "number",
    Token.Literal.Date: "number",
    Token.Name.Function: "name",
    Token.Name.Class: "name",
    Token.Name.Tag: "name",
    Token.Name.Exception: "name",
    Token.Name.Namespace: "name",
    Token.Name.Attribute: "attribute",
    Token.Name.Property: "attribute",
    Token.Name.Decorator: "attribute",
    Token.Name.Entity: "attribute",
    Token.Name.Builtin: "variable",
    Token.Name.Variable: "variable",
    Token.Name.Constant: "variable",
    Token.Operator: "operator",
    Token.Generic.Heading: "heading",
    Token.Generic.Subheading: "heading",
    Token.Generic.Prompt: "heading",
    Token.Generic.Inserted: "inserted",
    Token.Generic.Deleted: "deleted",
}

# Fence names to the lexer used. A list of our own: it bounds what a hostile text can start.
LANGUAGES: Final[dict[str, str]] = {
    name: lexer
    for lexer, names in {
        "bash": "bash sh shell zsh",
        "console": "console shell-session terminal",
        "bat": "bat cmd",
        "c": "c",
        "cpp": "cpp c++",
        "csharp": "csharp cs c#",
        "css": "css",
        "diff": "diff patch",
        "docker": "docker dockerfile",
        "elixir": "elixir",
        "go": "go golang",
        "graphql": "graphql",
        "html": "html vue svelte",
        "http": "http",
        "ini": "ini cfg conf",
        "java": "java",
        "javascript": "javascript js mjs cjs",
        "tsx": "jsx tsx",
        "json": "json jsonc json5",
        "kotlin": "kotlin kt",
        "lua": "lua",
        "make": "make makefile",
        "markdown": "markdown md mdx",
        "nginx": "nginx",
        "perl": "perl",
        "php": "php",
        "powershell": "powershell ps1",
        "properties": "properties env dotenv",
        "python": "python py python3",
        "pycon": "pycon",
        "r": "r",
        "ruby": "ruby rb",
        "rust": "rust rs",
        "scss": "scss",
        "sql": "sql",
        "swift": "swift",
        "terraform": "terraform hcl",
        "toml": "toml",
        "typescript": "typescript ts mts",
        "xml": "xml svg",
        "yaml": "yaml yml",
    }.items()
    for name in names.split()
}


def highlight(code: str, language: str) -> str:
    """The code as HTML text with `<span class="tok-...">`; escaped text where it stays plain."""
    lexer_name = LANGUAGES.get(language.lower())
    if lexer_name is None or len(code) > MAX_HIGHLIGHTED:
        return escaped(code)
    out: list[str] = []
    length, run, run_class = 0, "", ""
    for token_type, value in _lexer(lexer_name).get_tokens(code):
        length += len(value)
        meaning = _meaning(token_type)
        if meaning == run_class or value.isspace():
            run += value
            continue
        out.append(_span(run, run_class))
        run, run_class = value, meaning
    out.append(_span(run, run_class))
    # A lexer that drops or adds characters would change what the author wrote.
    return "".join(out) if length == len(code) else escaped(code)


def escaped(text: str) -> str:
    """The text as HTML; a very long one in pieces, as the sanitiser is quadratic in one text node."""
    if len(text) <= MAX_HIGHLIGHTED:
        return escape(text, quote=False)
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return "".join(f"<span>{escape(piece, quote=False)}</span>" for piece in pieces)


def _span(text: str, meaning: str) -> str:
    safe = escape(text, quote=False)
    return f'<span class="tok-{meaning}">{safe}</span>' if meaning and text else safe


@lru_cache(maxsize=1024)
def _meaning(token_type: _TokenType) -> str:
    kind: _TokenType | None = token_type
    while kind is not None:
        if kind in _MEANING:
            return _MEANING[kind]
        kind = kind.parent
    return ""


@lru_cache(maxsize=len(LANGUAGES))
def _lexer(name: str) -> Lexer:
    return find_lexer_class_by_name(name)(stripnl=False, ensurenl=False)
