"""Which file names may enter: one rule for folders and zips."""

import unicodedata
from collections.abc import Iterable

from apps.documents.importing.limits import Limits
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told

MARKDOWN_SUFFIXES = (".md", ".mdx", ".markdown")
IGNORED_NAMES = frozenset({"node_modules", "__MACOSX", "Thumbs.db", "desktop.ini"})


def is_markdown(path: str) -> bool:
    return path.lower().endswith(MARKDOWN_SUFFIXES)


def is_ignored(name: str) -> bool:
    """Hidden files, version control and what package managers and desktops leave behind."""
    return name.startswith(".") or name in IGNORED_NAMES


def printable(name: str) -> str:
    """The name as a message may show it, whatever bytes it holds."""
    if name.isascii() and name.isprintable():
        return name[:300]
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in shown)[:300]


def checked_name(raw: str, limits: Limits) -> str:
    """The name as a relative POSIX path in NFC, or `ImportRefusedError` when it leaves the root."""
    shown, name = printable(raw), raw.replace("\\", "/")
    if not name.isascii() and any(0xD800 <= ord(char) <= 0xDFFF for char in name):
        raise ImportRefusedError(shown, Told("the file name is not UTF-8"))
    if "\0" in name:
        raise ImportRefusedError(shown, Told("the file name holds a NUL character"))
    if name.startswith("/") or name[1:2] == ":":
        raise ImportRefusedError(
            shown, Told("the file name is absolute; only names inside the import are allowed")
        )
    parts = name.split("/")
    if ".." in parts:
        raise ImportRefusedError(shown, Told('the file name leaves the import ("..")'))
    kept = [part for part in parts if part not in {"", "."}]
    name = unicodedata.normalize("NFC", "/".join(kept))
    if len(name) > limits.max_name_chars:
        raise ImportRefusedError(
            shown, Told("the name is longer than %(max)d characters", max=limits.max_name_chars)
        )
    if len(kept) > limits.max_depth:
        raise ImportRefusedError(
            shown,
            Told("lies %(levels)d levels deep; %(max)d are allowed", levels=len(kept), max=limits.max_depth),
        )
    return name


def refuse_twins(names: Iterable[str]) -> None:
    """Two names that many disks hold for one (case, Unicode form) are refused, naming both."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", name.lower())
        other = seen.setdefault(key, name)
        if other is not name:
            raise ImportRefusedError(
                printable(name), Told("has the same name as %(other)s", other=printable(other))
            )
