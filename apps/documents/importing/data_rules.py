"""Components that get their content as data: lists of links, tables of properties."""

from collections.abc import Iterator

from apps.documents.importing.elements import Element, code, label, link, readable_value, strong
from apps.documents.importing.js_values import Value

NAMES = ("title", "name", "label", "heading", "question", "term")
TEXTS = ("description", "text", "content", "summary", "answer", "value", "body")
LINKS = ("href", "link", "url", "to")
FLAGS = {"isOptional": "optional", "optional": "optional", "required": "required", "isRequired": "required"}
MAX_DEPTH = 8


def listed_data(element: Element) -> str:
    """The first attributes that hold lists of records, as nested lists; "" when there are none."""
    blocks = [
        list(_items(value, element, 0)) for value in element.attributes.values() if isinstance(value, list)
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _items(values: list[Value], element: Element, depth: int) -> Iterator[str]:
    for value in values if depth < MAX_DEPTH else []:
        if isinstance(value, dict):
            head = _head(value, element)
            nested = [entry for entry in value.values() if isinstance(entry, list)]
            if head:
                yield f"{'  ' * depth}- {head}"
            for entry in nested:
                yield from _items(entry, element, depth + bool(head))
        elif text := " ".join(readable_value(value).split()):
            yield f"{'  ' * depth}- {text}"


def _head(record: dict[str, Value], element: Element) -> str:
    """`[Title](address): text`, or ``**name** `type`, optional: text``."""
    name, text = _text(record, *NAMES), _text(record, *TEXTS)
    address = next((record[key] for key in LINKS if isinstance(record.get(key), str)), None)
    kind = code(_text(record, "type"))
    if isinstance(address, str) and address:
        title = link(label(name or address), element.link(address))
    else:
        title = strong(code(name) if kind else name)
    flags = [word for key, word in FLAGS.items() if record.get(key) is True]
    if default := _text(record, "default", "defaultValue"):
        flags.append(f"default {code(default)}")
    front = ", ".join(filter(None, (" ".join(filter(None, (title, kind))), *flags)))
    return ": ".join(filter(None, (front, text)))


def _text(record: dict[str, Value], *names: str) -> str:
    for name in names:
        if shown := " ".join(readable_value(record.get(name)).split()):
            return shown
    return ""
