"""Completes stored HTML for a page: links to other pages, media addresses, words in the language,
the sign of a task that must be done as its word.

One pass of one expression. It reads what `compose` wrote and nothing else: the sanitiser has
escaped `<`, `>` and quotes in attribute values and `<` in text, so no text can look like a tag.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from types import MappingProxyType
from urllib.parse import quote

from apps.documents.text.links import readable
from apps.documents.text.words import ENGLISH

_PAGE = (
    r'a data-page="(?P<key>[^"]*)"(?: data-anchor="(?P<anchor>[^"]*)")?'
    r'(?: data-title="(?P<title>[^"]*)")?>(?P<label>.*?)</a>'
)
_MEDIA = r'(?P<media>(?P<tag>img|a) (?:src|href)=")(?=/-/media/(?P<file>[0-9a-f]+/[^"]*)")'
_WORD = r'(?P<word_tag>p class="callout-title") data-word="(?P<word>\w+)">'
_LABEL = (
    r'(?P<label_tag>(?:div|section|a) class="(?:table-wrap|footnotes|footnote-back)"[^>]*?)'
    r' data-label="(?P<name>\w+)(?: (?P<number>\d+))?"'
)
_REQUIRED = (
    r'(?P<task>li class="task"[^>]*><input [^>]*aria-label=")\(!\) ?'
    r"(?P<task_label>[^>]*> (?:<p[^>]*>)?)\(!\) ?"
)
_PERSON = re.compile(r'<span class="mention" data-person="([^"]*)"></span>')
_ANCHOR = re.compile(r' id="(?P<anchor>[^"]*)" data-block="(?P<marked>\w+)"| id="b-(?P<own>\w+)"')
_SIZES = "(min-width: 48rem) 43rem, 100vw"  # the measure of the text
# The common `<` lets the search skip from tag to tag.
_OPEN = re.compile(f"<(?:{_PAGE}|{_MEDIA}|{_WORD}|{_LABEL}|{_REQUIRED})", re.DOTALL)
_KEY = re.compile(r'<a data-page="([^"]*)"')
_MEDIA_ONLY = re.compile(f"<{_MEDIA}")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image's size in pixels, and the widths of its smaller copies (at `?w=`)."""

    width: int
    height: int
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A page that a link key means: its address and its title, neither escaped."""

    url: str
    title: str


def linked_keys(html: str) -> tuple[str, ...]:
    """The link keys that stored HTML names, in order, each once."""
    return tuple(dict.fromkeys(_KEY.findall(html)))


def media_digests(html: str) -> set[str]:
    """The digests of the images that stored HTML shows."""
    return {found["file"].partition("/")[0] for found in _MEDIA_ONLY.finditer(html) if found["tag"] == "img"}


def fill_people(html: str, names: Mapping[str, str], nobody: str) -> str:
    """The HTML of a comment with its mentions as people are called now, by id; `nobody` for who is gone."""
    return _PERSON.sub(
        lambda found: f'<span class="mention">@{escape(names.get(found[1]) or nobody)}</span>', html
    )


def mentioned_people(html: str) -> set[str]:
    """The ids of the people whom a stored comment mentions."""
    return set(_PERSON.findall(html))


def block_anchors(html: str) -> dict[str, str]:
    """The ids to jump to in stored HTML, by block id, in the order of the text."""
    anchors: dict[str, str] = {}
    for found in _ANCHOR.finditer(html):
        block = found["marked"] or found["own"]
        anchors.setdefault(block, found["anchor"] or f"b-{block}")
    return anchors


def fill_links(
    html: str,
    targets: Mapping[str, Target | None],
    handbook_slug: str,
    words: Mapping[str, str] = ENGLISH,
    pictures: Mapping[str, Picture] = MappingProxyType({}),
) -> str:
    """The HTML with every placeholder completed.

    A key that `targets` lacks or maps to None becomes a link to write that page, marked for eye and
    ear (`class="missing"` and hidden words). `words` has the keys of ENGLISH. `pictures`, by digest,
    gives images their size, so that nothing moves when they arrive.
    """
    root = "/" + quote(handbook_slug)

    def media(found: re.Match[str]) -> str:
        picture = pictures.get(found["file"].partition("/")[0]) if found["tag"] == "img" else None
        if picture is None:
            return f"<{found['media']}{root}"
        return f'<img{_size(picture, f"{root}/-/media/{found['file']}")} src="{root}'

    def complete(found: re.Match[str]) -> str:
        if found["key"] is not None:
            label = _MEDIA_ONLY.sub(media, found["label"])
            target = targets.get(found["key"])
            return _page(found, label, target) if target else _missing(found, label, root, words["missing"])
        if found["media"]:
            return media(found)
        if found["word"]:
            return f"<{found['word_tag']}>{escape(words[found['word']])}"
        if found["task"]:
            word = escape(words["required"])
            return f'<{found["task"]}{word} {found["task_label"]}<span class="badge plain">{word}</span> '
        number = f" {found['number']}" if found["number"] else ""
        return f'<{found["label_tag"]} aria-label="{escape(words[found["name"]])}{number}"'

    return _OPEN.sub(complete, html)


def _size(picture: Picture, address: str) -> str:
    copies = [f"{address}?w={width} {width}w" for width in picture.widths]
    if copies:
        copies.append(f"{address} {picture.width}w")
    srcset = f' srcset="{", ".join(copies)}" sizes="{_SIZES}"' if copies else ""
    return f' width="{picture.width}" height="{picture.height}"{srcset}'


def _page(found: re.Match[str], label: str, target: Target) -> str:
    anchor = f"#{found['anchor']}" if found["anchor"] else ""
    return f'<a href="{escape(target.url)}{anchor}">{label or escape(target.title)}</a>'


def _missing(found: re.Match[str], label: str, root: str, hint: str) -> str:
    title = unescape(found["title"] or "") or readable(found["key"])
    said = f'<span class="visually-hidden"> {escape(hint)}</span>' if hint else ""
    address = f"{root}/-/new/?title={quote(title, safe='')}"
    return f'<a class="missing" href="{address}">{label or escape(title)}{said}</a>'
