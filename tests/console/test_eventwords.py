"""Whatever actions record in a handbook's log is told in words, and nothing else is."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.utils.translation import override

from apps.console.eventwords import EVENTS, event_words

APPS = Path(__file__).resolve().parents[2] / "apps"
OF_PERSONS = {"accounts", "notifications"}  # rooms that write to the logs of persons


def recorders(trees: Iterable[ast.Module]) -> dict[str, int]:
    """Functions that are given the type of an event, as `record` is, and in which place."""
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = {each.name: [arg.arg for arg in each.args.args] for each in functions}
    return {name: arguments.index("type") for name, arguments in names.items() if "type" in arguments}


def types_in(tree: ast.Module, places: Mapping[str, int]) -> Iterator[str]:
    """The types that these functions are called with; what is only passed on is found where it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
            given = node.args[places[node.func.id]]
            found = {each.value for each in ast.walk(given) if isinstance(each, ast.Constant)}
            assert found or ast.unparse(given) == "type", ast.unparse(node)
            yield from found


def test_every_event_of_a_handbook_has_words_and_all_words_have_an_event():
    trees = {path: ast.parse(path.read_text()) for path in sorted(APPS.glob("*/**/*.py"))}
    actions = {path: tree for path, tree in trees.items() if "actions" in {path.stem, path.parent.name}}
    places = recorders([*actions.values(), trees[APPS / "events" / "unit.py"]])
    assert {"record", "recording", "editing", "taking_part", "on_run"} <= set(places)
    recorded: dict[bool, set[str]] = {True: set(), False: set()}
    for path, tree in actions.items():
        recorded[path.relative_to(APPS).parts[0] in OF_PERSONS].update(types_in(tree, places))
    assert recorded[False] - set(EVENTS) == set()
    assert set(EVENTS) - recorded[False] - recorded[True] == set()


def test_what_is_done_for_the_care_of_a_page_is_told_in_german():
    with override("de"):
        assert event_words("page_confirmed") == "Lesen bestätigt"
        assert event_words("handbook_purged") == "Endgültig gelöscht"
