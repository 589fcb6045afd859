#!/usr/bin/env python
"""The catalogues of languages (locale/*/LC_MESSAGES/django.po): collected, checked, compiled.

scripts/catalogue.py collect    write what the code and the templates say into each, and take out the rest
scripts/catalogue.py check      fail where a string is missing, not translated or not translated well
scripts/catalogue.py compile    make what Django reads (.mo, not committed); what is up to date is left
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
NAMES = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "Told", "sentence")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
# As project/templating.py sets the environment up.
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d.]*[a-zA-Z%]")
SPEAKS = re.compile(r"gettext|\b(Told|sentence)\(")
MARKUP = re.compile(r"[<>&]")


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def language_of(path: Path) -> str:
    return path.parts[-3]


def collected() -> Catalog:
    """What the code and the templates say, each with the files that say it."""
    found = Catalog()
    for path, method in _sources():
        options = JINJA if method == "jinja2" else {}
        for _line, message, _comments, _context in extract_from_file(
            method, str(path), keywords=NAMES, options=options
        ):
            found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return found


def _sources() -> Iterator[tuple[Path, str]]:
    for room in ("apps", "project"):
        # Taking a module apart is slow, and most of them say nothing.
        yield from (
            (p, "python") for p in sorted((ROOT / room).rglob("*.py")) if SPEAKS.search(p.read_text())
        )
    yield from ((p, "jinja2") for p in sorted((ROOT / "templates").rglob("*")) if p.is_file())


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path), ignore_obsolete=True)


def collect(path: Path, said: Catalog) -> None:
    """What stands above the first entry, comments and header, stays as it is."""
    head = path.read_text().partition("\n\n")[0]
    catalogue = read(path)
    catalogue.update(said, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(
        written,
        catalogue,
        width=0,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    path.write_text(f"{head}\n\n{written.getvalue().decode().strip()}\n")


def problems(path: Path, said: Catalog) -> Iterator[str]:
    catalogue = read(path)
    wanted, known = _ids(said), _ids(catalogue)
    for message in catalogue:
        if (texts := _texts(message.id)) in wanted:
            yield from (f"“{texts[0]}” {fault}" for fault in faults(message, catalogue.num_plurals))
    yield from (f"“{each[0]}” is missing" for each in sorted(wanted - known))
    yield from (f"“{each[0]}” is said by nobody any more" for each in sorted(known - wanted))


def faults(message: Message, num_plurals: int) -> Iterator[str]:
    """What is wrong with a translation. Templates trust it like themselves, so it brings no markup."""
    originals, texts = _texts(message.id), _texts(message.string)
    if len(texts) != (1 if len(originals) == 1 else num_plurals) or not all(texts):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked as fuzzy"
    for number, text in enumerate(texts):
        original = originals[min(number, len(originals) - 1)]
        if _placeholders(text) != _placeholders(original):
            yield f"has other placeholders in “{text}”"
        if sorted(MARKUP.findall(text)) != sorted(MARKUP.findall(original)):
            yield f"has other markup in “{text}”"
        if text.strip() != text and original.strip() == original:
            yield f"has spaces around “{text}”"


def _ids(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {_texts(message.id) for message in catalogue if message.id}


def _texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Singular and plural, or one alone."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def _placeholders(text: str) -> list[str]:
    """Those without a name have to keep their order."""
    found = PLACEHOLDER.findall(text)
    return found if any("(" not in one and one != "%%" for one in found) else sorted(found)


def compile_catalogue(path: Path) -> None:
    made = path.with_suffix(".mo")
    if not made.exists() or made.stat().st_mtime_ns <= path.stat().st_mtime_ns:
        part = made.with_suffix(".part")  # who reads meanwhile finds all of it
        with part.open("wb") as file:
            write_mo(file, read(path))
        part.replace(made)


def main(command: str) -> int:
    if command == "compile":
        for path in catalogues():
            compile_catalogue(path)
        return 0
    said = collected()
    if command == "collect":
        for path in catalogues():
            collect(path, said)
    found = [(path, line) for path in catalogues() for line in problems(path, said)]
    for path, line in found:
        print(f"{path.relative_to(ROOT)}: {line}")
    if found and command == "check":
        print("Run scripts/catalogue.py collect, and translate what is new.")
    return int(bool(found))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("collect", "check", "compile"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
