"""YAML from strangers: text, lists and mappings only, few of them, and no aliases that multiply."""

from typing import Any

import yaml

MAX_NODES = 20_000
MAX_DEPTH = 50
# Scalars stay the text that was written (`3.10` is no 3.1, `No` is a title) and tags are not looked at.
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class YamlRefusedError(ValueError):
    """`line` counts from 1 within the YAML text."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def load_yaml(text: str) -> object:
    """The value (str, list, dict or None), or `YamlRefusedError` with the line and YAML's own words."""
    try:
        _check_bounds(text)
        return yaml.load(text, LOADER)  # noqa: S506  a BaseLoader builds nothing but text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or error.context or "not YAML"
        line = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
        raise YamlRefusedError(line, message) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlRefusedError(line, "a character that YAML does not allow") from error


def _check_bounds(text: str) -> None:
    """Refuse before anything is built."""
    nodes = depth = 0
    for event in yaml.parse(text, LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise YamlRefusedError(line, "YAML aliases (*name) are not allowed")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if nodes > MAX_NODES:
            raise YamlRefusedError(line, f"more than {MAX_NODES:,} YAML values")
        if depth > MAX_DEPTH:
            raise YamlRefusedError(line, f"YAML nested deeper than {MAX_DEPTH} levels")
