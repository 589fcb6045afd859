"""YAML from strangers: text, lists and mappings only, few of them, and no aliases that multiply."""

from typing import Any

import yaml

MAX_NODES = 20_000
MAX_DEPTH = 50


class YamlRefusedError(ValueError):
    """`line` counts from 1 within the YAML text."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class BoundedLoader(yaml.BaseLoader):
    """Scalars stay the text that was written (`3.10` is no 3.1, `No` is a title); tags are not looked at."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = 0
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        line = self.line + 1
        self._nodes += 1
        if self.check_event(yaml.AliasEvent):
            raise YamlRefusedError(line, "YAML aliases (*name) are not allowed")
        if self._nodes > MAX_NODES:
            raise YamlRefusedError(line, f"more than {MAX_NODES:,} YAML values")
        if self._depth > MAX_DEPTH:
            raise YamlRefusedError(line, f"YAML nested deeper than {MAX_DEPTH} levels")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def load_yaml(text: str) -> object:
    """The value (str, list, dict or None), or `YamlRefusedError` with the line and YAML's own words."""
    try:
        return yaml.load(text, BoundedLoader)  # noqa: S506  a BaseLoader builds nothing but text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or error.context or "not YAML"
        raise YamlRefusedError(mark.line + 1 if mark else 1, message) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlRefusedError(line, "a character that YAML does not allow") from error
