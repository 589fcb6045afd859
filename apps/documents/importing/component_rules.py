"""Components of documentation sites, and shortcodes that mean the same, as Markdown."""

import re

from apps.documents.importing.callouts import KIND_OF, callout
from apps.documents.importing.data_rules import listed_data
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
from apps.documents.importing.html_rules import HTML_RULES, anchor, image, media

TITLES = ("title", "label", "name", "header", "summary", "heading", "0")
LINKS = ("href", "link", "url", "to", "path")
TEXTS = (
    "children",
    "text",
    "title",
    "label",
    "description",
    "caption",
    "content",
    "message",
    "initialInput",
    "alt",
)
GUESSES = {
    "bash": re.compile(
        r"(?:\$ )?(?:npm|npx|pnpm|yarn|bun|pip|uv|brew|apt|curl|git|docker|cargo|go|deno|cd|export) "
    ),
    "ts": re.compile(r"import [\w{*'\"]|const \w"),
}


def note(element: Element) -> str:
    """`<Note>`, `<Callout type="tip">`, `{{< hint warning >}}`."""
    said = element.text("type", "kind", "variant", "intent", "status", "color", "0").lower()
    name = said if said in KIND_OF else element.name
    title = element.text("title", "heading", "1")
    text = element.inner.strip() or element.text("description", "content", "message", "text")
    if not element.block:
        return element.inner
    return Block(callout(name, title, text))


def panel(element: Element) -> str:
    """One tab, one step, one part that opens: its name in bold above what it holds."""
    return Block("\n\n".join(filter(None, (strong(element.text(*TITLES)), element.inner.strip("\n")))))


def card(element: Element) -> str:
    """`- [Title](address): text`; longer text below."""
    title, address, text = element.text(*TITLES), element.address(*LINKS), element.inner.strip()
    text = text or element.text("description")
    if not title and not address:
        return element.wrapped(element.inner)
    head = link(label(title or address), address) if address else strong(title)
    if not text:
        return Block(f"- {head}")
    if "\n" not in text and not text.startswith(("-", "#", "`" * 3, "|", ">")):
        return Block(f"- {head}: {text}")
    return Block(f"- {head}\n\n  {indented(text, 2)}")


def cards(element: Element) -> str:
    return Block(re.sub(r"\n\n(?=- )", "\n", element.inner.strip("\n")))


def snippet(element: Element) -> str:
    """Text to copy: a fenced block of code."""
    raw = element.attributes.get("text", element.attributes.get("code", element.attributes.get("command")))
    lines = [line for line in raw if isinstance(line, str)] if isinstance(raw, list) else []
    text = "\n".join(lines) or element.source("text", "code", "command", "children")
    if not text:
        return element.wrapped(element.inner)
    guessed = next((language for language, pattern in GUESSES.items() if pattern.match(text)), "")
    language = element.text("lang", "language", "0") or guessed
    return fenced(text, language) if element.block else code(text)


def highlighted(element: Element) -> str:
    """Hugo's `highlight`: what stands in it is code."""
    return fenced(element.raw, element.text("0", "lang"))


def button(element: Element) -> str:
    address, text = element.address(*LINKS), element.inner.strip() or element.text(*TEXTS)
    return (
        element.wrapped(link(" ".join(text.split()) or label(address), address)) if address else element.inner
    )


def figure(element: Element) -> str:
    shown, caption = image(element), element.text("caption", "title")
    if not shown:
        return element.wrapped(element.inner)
    return Block("\n\n".join(filter(None, (shown, f"*{caption}*" if caption else ""))))


def other(element: Element) -> str:
    """A component nobody taught us: its children, else what its attributes say, else nothing."""
    title = element.text("title", "label", "heading")
    address = element.address("href", "link", "to", "url")
    if element.inner.strip():
        if not element.block:
            return element.inner
        head = link(label(title or address), address) if address else strong(title)
        return Block("\n\n".join(filter(None, (head, element.inner.strip("\n")))))
    if data := listed_data(element):
        return Block(data)
    if element.attributes.get("src") is not None:
        return image(element) or ""
    text = element.text(*TEXTS)
    if address:
        return element.wrapped(link(label(text or address), address))
    written = element.source(*TEXTS)
    return fenced(written) if "\n" in written.strip() and element.block else element.wrapped(text)


COMPONENT_RULES: dict[str, Rule] = dict.fromkeys(KIND_OF, note)
COMPONENT_RULES |= dict.fromkeys(
    ("callout", "admonition", "alert", "aside", "notice", "banner", "notification"), note
)
COMPONENT_RULES |= dict.fromkeys(
    ("tab", "tabitem", "tabpane", "tabpanel", "step", "accordion", "expandable"), panel
)
COMPONENT_RULES |= dict.fromkeys(
    ("accordionitem", "collapsible", "collapse", "toggle", "expand", "codetab"), panel
)
COMPONENT_RULES |= dict.fromkeys(("card", "linkcard", "doccard", "feature", "tile"), card)
COMPONENT_RULES |= dict.fromkeys(("cards", "cardgroup", "cardgrid", "cardlist", "columns", "grid"), cards)
COMPONENT_RULES |= dict.fromkeys(("snippet", "codeblock", "command", "terminal", "copycommand"), snippet)
COMPONENT_RULES |= dict.fromkeys(("button", "buttonlink", "linkbutton", "cta", "githublink"), button)
COMPONENT_RULES |= dict.fromkeys(
    ("image", "mdximage", "screenshot", "frame", "zoomimage", "imagezoom"), figure
)
COMPONENT_RULES |= dict.fromkeys(
    ("youtube", "vimeo", "video", "iframe", "codesandbox", "stackblitz", "embed"), media
)
COMPONENT_RULES |= dict.fromkeys(("link", "nextlink", "navlink", "externallink"), anchor)
COMPONENT_RULES |= dict.fromkeys(("check", "checkicon", "checkmark", "yes"), lambda _element: "✓")
COMPONENT_RULES |= dict.fromkeys(("cross", "crossicon", "crossmark", "xmark", "no"), lambda _element: "✗")
# Parts of these names are HTML too: where a page writes components, they are components.
COMPONENT_RULES["details"] = panel
COMPONENT_RULES["highlight"] = highlighted
COMPONENT_RULES["figure"] = figure
COMPONENT_RULES["img"] = HTML_RULES["img"]
