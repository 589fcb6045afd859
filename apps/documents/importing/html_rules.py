"""Raw HTML as Markdown: Cairn shows no HTML of authors, so what it said is said in Markdown."""

import re
from html import unescape

from apps.documents.importing.callouts import quoted
from apps.documents.importing.elements import (
    Block,
    Element,
    Rule,
    code,
    fenced,
    indented,
    label,
    link,
    strong,
)

ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
LANGUAGE = re.compile(r"language-([\w+#-]+)")
SUPERSCRIPTS, SUBSCRIPTS = (
    str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
)
CELL, CELL_END = "\x1c", "\x1d"


def anchor(element: Element) -> str:
    text, address = element.inner.strip(), element.address("href", "to", "url")
    if not address or not text:
        return element.wrapped(element.inner)
    if "\n\n" in text:
        return Block(f"{text}\n\n{link(address, address)}")
    return link(" ".join(text.split()), address)


def image(element: Element) -> str:
    address = element.address("src", "srclight", "srcLight", "light", "source")
    if not address:
        return ""
    return f"!{link(label(element.text('alt', 'title', 'caption')), address)}"


def media(element: Element) -> str:
    """Films and frames become links."""
    address = element.address("src", "url", "href", "link")
    known = bool(address)
    if not address and (key := element.text("id", "videoId", "videoid", "0")):
        site = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}.get(
            element.name
        )
        address = f"{site}{key}" if site else ""
    if not address:
        return element.wrapped(element.inner)
    name = address.partition("\0")[0] if known else ""
    shown = element.text("title", "alt", "caption") or name or element.name.capitalize()
    return element.wrapped(link(label(shown), address))


def inline_code(element: Element) -> str:
    return code(unescape(ANY_TAG.sub("", element.raw)))


def preformatted(element: Element) -> str:
    language = LANGUAGE.search(element.raw.partition("\n")[0] + element.text("class", "className"))
    return fenced(unescape(ANY_TAG.sub("", element.raw)), language[1] if language else "")


def heading(element: Element) -> str:
    text = " ".join(element.inner.split())
    return Block(f"{'#' * int(element.name[1])} {text}") if text else ""


def summary(element: Element) -> str:
    return Block(strong(" ".join(element.inner.replace("#", "").split())))


def emphasis(element: Element) -> str:
    bare = element.inner.strip()
    return element.inner.replace(bare, f"*{bare}*") if bare and "\n\n" not in bare else element.inner


def struck(element: Element) -> str:
    return f"~~{element.inner.strip()}~~" if element.inner.strip() else ""


def raised(element: Element) -> str:
    return element.inner.translate(SUPERSCRIPTS) if element.inner.isdecimal() else element.inner


def lowered(element: Element) -> str:
    return element.inner.translate(SUBSCRIPTS) if element.inner.isdecimal() else element.inner


def list_item(element: Element) -> str:
    return Block(indented(element.inner.strip(), 2, "- "))


def bullets(element: Element) -> str:
    return Block(re.sub(r"\n\n(?=- )", "\n", element.inner.strip()))


def numbers(element: Element) -> str:
    parts = re.split(r"(?:\A|\n)- ", bullets(element))
    items = [part.replace("\n", "\n ") for part in parts if part.strip()]
    return Block("\n".join(f"{number}. {item}" for number, item in enumerate(items, 1)))


def cell(element: Element) -> str:
    text = " ".join(element.inner.replace("|", "\\|").split())
    return f"{CELL}{text}{CELL_END}"


def table(element: Element) -> str:
    rows = [re.findall(f"{CELL}([^{CELL_END}]*){CELL_END}", row) for row in element.inner.split("\x1f")]
    rows = [row for row in rows if row]
    if not rows:
        return Block(element.inner)
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return Block("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))


def wrapper(element: Element) -> str:
    return element.wrapped(element.inner)


def paragraph(element: Element) -> str:
    return Block(element.inner.strip("\n"))


def nothing(_element: Element) -> str:
    return ""


HTML_RULES: dict[str, Rule] = {
    "a": anchor,
    "img": image,
    "code": inline_code,
    "kbd": inline_code,
    "samp": inline_code,
    "tt": inline_code,
    "pre": preformatted,
    "summary": summary,
    "sup": raised,
    "sub": lowered,
    "li": list_item,
    "ul": bullets,
    "ol": numbers,
    "table": table,
    "th": cell,
    "td": cell,
    "tr": lambda element: f"{element.inner}\x1f",
    "dt": lambda element: Block(strong(element.inner.strip())),
    "br": nothing,  # what it becomes depends on the line: see markup
    "hr": lambda _element: Block("---"),
    "blockquote": lambda element: Block(quoted(element.inner.strip())),
    "figcaption": lambda element: Block(emphasis(element)),
}
HTML_RULES |= {f"h{level}": heading for level in range(1, 7)}
HTML_RULES |= dict.fromkeys(("b", "strong"), lambda element: strong(element.inner))
HTML_RULES |= dict.fromkeys(("i", "em", "cite", "dfn", "var"), emphasis)
HTML_RULES |= dict.fromkeys(("s", "del", "strike"), struck)
HTML_RULES |= dict.fromkeys(
    ("p", "div", "details", "dd", "dl", "figure", "center", "section", "article"), wrapper
)
HTML_RULES |= dict.fromkeys(("main", "header", "footer", "nav", "aside", "thead", "tbody", "tfoot"), wrapper)
HTML_RULES |= dict.fromkeys(
    ("span", "u", "ins", "mark", "small", "big", "font", "picture", "abbr", "q"), wrapper
)
HTML_RULES |= dict.fromkeys(("caption", "label", "address", "time", "colgroup"), wrapper)
HTML_RULES |= dict.fromkeys(("iframe", "video", "audio", "embed", "object"), media)
HTML_RULES |= dict.fromkeys(("p", "details"), paragraph)
DROPPED = (
    "script",
    "style",
    "svg",
    "noscript",
    "template",
    "source",
    "track",
    "col",
    "meta",
    "link",
    "wbr",
    "input",
)
HTML_RULES |= dict.fromkeys(DROPPED, nothing)
NOTED_HTML = frozenset({"script", "style", "svg", "iframe", "video", "audio", "embed", "object"})
