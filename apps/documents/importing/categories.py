"""Docusaurus' `_category_.json` and `_category_.yml`: the name and place of a folder."""

import json
import posixpath

from apps.documents.importing.bounded_yaml import YamlRefusedError, load_yaml
from apps.documents.importing.front_matter import decode_text
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source
from apps.documents.importing.told import Told

NAMES = ("_category_.json", "_category_.yml", "_category_.yaml")


def read_categories(source: Source) -> tuple[dict[str, str], dict[str, float]]:
    """(labels, positions) by folder."""
    labels: dict[str, str] = {}
    positions: dict[str, float] = {}
    for file in source:
        folder, name = posixpath.split(file.path)
        if name not in NAMES:
            continue
        values = _values(source, file.path)
        if label := str(values.get("label") or "").strip():
            labels[folder] = label
        try:
            positions[folder] = float(str(values.get("position")))
        except ValueError:
            continue  # no position, or a word: the folder's name orders it
    return labels, positions


def _values(source: Source, path: str) -> dict[str, object]:
    text = decode_text(source.read(path), path)
    try:
        values = json.loads(text) if path.endswith(".json") else load_yaml(text)
    except json.JSONDecodeError as error:
        raise ImportRefusedError(
            path, Told("line %(line)d: not JSON: %(error)s", line=error.lineno, error=error.msg)
        ) from error
    except YamlRefusedError as error:
        raise ImportRefusedError(
            path, Told("line %(line)d: not readable: %(error)s", line=error.line, error=str(error))
        ) from error
    except RecursionError as error:
        raise ImportRefusedError(path, Told("is nested too deeply")) from error
    return values if isinstance(values, dict) else {}
