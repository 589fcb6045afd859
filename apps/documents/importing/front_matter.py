"""The head of a Markdown file: YAML between `---`, TOML between `+++`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

from apps.documents.importing.bounded_yaml import YamlRefusedError, load_yaml
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told

ORDER_KEYS = ("order", "weight", "sidebar_position", "nav_order")
NOTED_KEYS = ("aliases", "redirect_from", "categories", "keywords")
YES, NO = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
MAX_BYTES = 64_000
TAGS_READ = 100  # of a page; it has far fewer
TOML_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    title: str = ""
    id: UUID | None = None
    order: float | None = None
    published: bool = True
    slug: str = ""
    description: str = ""
    sidebar_label: str = ""
    tags: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


def decode_text(data: bytes, origin: str) -> str:
    """UTF-8 without BOM, lines ended by one newline; else refused with the byte's offset."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data[:offset].count(b"\n") + 1
        raise ImportRefusedError(
            origin,
            Told(
                "is not UTF-8: byte 0x%(byte)02x at offset %(offset)d (line %(line)d)",
                byte=data[offset],
                offset=offset,
                line=line,
            ),
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def split_front_matter(text: str, origin: str, *, own_ids: bool = True) -> tuple[FrontMatter, str, int]:
    """(head, body, lines above the body). A file that opens with a rule (`---`) has no head.

    `own_ids` is False for tools that use `id` for something else than Cairn's export does.
    """
    fence = text[:3]
    if fence not in {"---", "+++"} or text[3 : text.find("\n")].strip() or "\n" not in text:
        return FrontMatter(), text, 0
    start = text.index("\n") + 1
    end = re.compile(rf"^{re.escape(fence)}[ \t]*$", re.MULTILINE).search(text, start)
    if end is None:
        if fence == "---":
            return FrontMatter(), text, 0
        raise ImportRefusedError(
            origin, Told("line 1: the front matter has no closing %(fence)s", fence=fence)
        )
    head, body_at = text[start : end.start()], min(end.end() + 1, len(text))
    values = _values(head, fence, origin)
    if values is None:
        return FrontMatter(), text, 0
    return _front_matter(values, origin, own_ids=own_ids), text[body_at:], text.count("\n", 0, body_at)


def _values(head: str, fence: str, origin: str) -> Mapping[str, object] | None:
    """What the head says; None where `---` was only a rule above prose."""
    if len(head.encode()) > MAX_BYTES:
        raise ImportRefusedError(
            origin, Told("line 1: the front matter has more than %(max)s bytes", max=f"{MAX_BYTES:,}")
        )
    try:
        value = load_yaml(head) if fence == "---" else tomllib.loads(head)
    except YamlRefusedError as error:
        raise ImportRefusedError(
            origin,
            Told("line %(line)d: broken front matter: %(error)s", line=error.line + 1, error=str(error)),
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = TOML_LINE.search(str(error))
        line = int(found[1]) + 1 if found else 1
        raise ImportRefusedError(
            origin, Told("line %(line)d: broken front matter: %(error)s", line=line, error=str(error))
        ) from error
    if value is None or value == "":
        return {}
    if isinstance(value, str) and (head.startswith("\n") or "\n\n" in head):
        return None
    if not isinstance(value, dict):
        raise ImportRefusedError(
            origin,
            Told("line 2: front matter must be names with values, not %(kind)s", kind=type(value).__name__),
        )
    return {str(key).lower(): entry for key, entry in value.items()}


def _front_matter(values: Mapping[str, object], origin: str, *, own_ids: bool) -> FrontMatter:
    orders = (_number(values.get(key)) for key in ORDER_KEYS)
    hidden = any(_text(values.get(key)).lower() in YES for key in ("draft", "hidden", "unlisted"))
    return FrontMatter(
        title=_text(values.get("title")),
        id=_id(values.get("id"), origin) if own_ids else None,
        order=next((order for order in orders if order is not None), None),
        published=not hidden and _text(values.get("published")).lower() not in NO,
        slug=_text(values.get("slug")),
        description=_text(values.get("description")),
        sidebar_label=_text(values.get("sidebar_label") or values.get("linktitle")),
        tags=_tags(values.get("tags")),
        noted=tuple(key for key in NOTED_KEYS if values.get(key)),
    )


def _tags(value: object) -> tuple[str, ...]:
    """A list of names (Docusaurus also has mappings with a `label`), or names with commas between."""
    items = value if isinstance(value, list) else _text(value).split(",")
    names = (_text(item.get("label") if isinstance(item, dict) else item) for item in items[:TAGS_READ])
    return tuple(dict.fromkeys(name for name in names if name))


def _text(value: object) -> str:
    """One line of text: controls and line ends become spaces. Lists and mappings are none."""
    if value is None or isinstance(value, dict | list):
        return ""
    return "".join(char if char.isprintable() else " " for char in str(value)).strip()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _id(value: object, origin: str) -> UUID | None:
    if value is None or value == "":
        return None
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError as error:
        raise ImportRefusedError(
            origin,
            Told(
                "its id %(id)r in the front matter is not a UUID as an export writes it", id=str(value)[:80]
            ),
        ) from error
