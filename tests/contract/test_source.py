"""The source itself: only the log writes, rooms send no signals, and lower rooms never name upper ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.test_layers import ROOT, rooms_in_order

WRITES = frozenset(
    """save asave create acreate update aupdate delete adelete get_or_create aget_or_create update_or_create
    aupdate_or_create bulk_create abulk_create bulk_update abulk_update _raw_delete raw_delete
    executescript callproc copy set_password""".split()  # noqa: SIM905 - a list would fill the page
)
# What the guard does not see, or what is no write to a table. A call is named as it stands in the source.
THE_LOG = "apps/events/"  # the one room whose own code may open the guard
ALLOWED = {
    "change.update": "a recorded change",
    "change.delete": "a recorded change",
    "self.change.update": "a recorded change",
    "self.change.delete": "a recorded change",
    "connection.copy": "a database session of one's own",
}
# Modules whose tables the guard leaves free (FREE_TABLES): they carry no truth of the domain.
FREE = {
    "apps/accounts/sign_ins.py": "goes with sessions",
    "apps/accounts/throttles.py": "counts of tries",
    "apps/caching/purge_queue.py": "a queue to the CDN",
    "apps/rendering/counting.py": "counts of what servers did",
    "apps/documents/jobs/rows.py": "how far long work is",
}
RECEIVERS = re.compile(
    r"(?:^|\.)(?:objects|_base_manager|_default_manager|connection|cursor|session)\b|\.(?:filter|exclude|all|get|first|last)\(|_set\b"
)
SIGNALS = re.compile(r"django\.(?:db\.models|core|contrib\.auth|test)\.signals$|^django\.dispatch")
SIGNALS_ALLOWED = {"apps/events/apps.py": "the guard goes onto each connection as it opens"}


def sources() -> list[Path]:
    found = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "project").rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """(line, receiver as written, method) of every method call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value), node.func.attr


def model_names() -> frozenset[str]:
    from django.apps import apps

    return frozenset(model.__name__ for model in apps.get_models())


def rows_in(tree: ast.AST) -> frozenset[str]:
    """Names that hold a row or a queryset: assigned from a model, a manager or a query, or annotated so."""
    models, found = model_names(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            value = ast.unparse(node.value)
            if RECEIVERS.search(value) or value.partition("(")[0] in models:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {ast.unparse(target) for target in targets}
        annotation = node.annotation if isinstance(node, ast.arg) else None
        if annotation is not None and models & set(re.findall(r"\w+", ast.unparse(annotation))):
            found.add(node.arg)
    return frozenset(found)


def writes(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    rows = rows_in(tree)
    for line, receiver, method in calls(tree):
        is_row = receiver in rows or bool(RECEIVERS.search(receiver))
        if method in WRITES and is_row and f"{receiver}.{method}" not in ALLOWED:
            yield f"{name_of(path)}:{line}: {receiver}.{method}(...)"


def test_only_the_log_writes():
    guarded = [
        path for path in sources() if not name_of(path).startswith(THE_LOG) and name_of(path) not in FREE
    ]
    assert [each for path in guarded for each in writes(path)] == []


def test_only_the_log_and_migrations_open_the_guard():
    openers = {
        name_of(path)
        for path in sources()
        if re.search(r"\bopened\b.*import|import.*\bopened\b", path.read_text())
    }
    assert {path for path in openers if not path.startswith(THE_LOG)} == set()


@pytest.mark.parametrize(
    "source",
    [
        "Handbook.objects.update(title='x')",
        "Handbook.objects.filter(pk=1).delete()",
        "row = Document.objects.get()\nrow.save()",
        "def f(document: Document | None): document.delete()",
        "user = User(email='x')\nuser.save()",
        "handbook.membership_set.create(role='x')",
        "with connection.cursor() as cursor: cursor.copy('COPY t FROM STDIN')",
    ],
)
def test_a_write_in_the_source_is_seen(source, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.contract.test_source.ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(source)
    assert len(list(writes(path))) == 1


def test_no_signals_between_rooms():
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if any(SIGNALS.search(module) for module in modules):
                found.add(name_of(path))
    assert found <= SIGNALS_ALLOWED.keys() | {"apps/events/apps.py"}


def test_lower_rooms_never_name_upper_ones_not_even_in_text():
    """Not as `apps.documents`, nor as the label in 'documents.Document' or a URL's 'documents:page'."""
    rooms = [room for room in rooms_in_order() if room.startswith("apps.")]
    found = []
    for path in sources():
        room = ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
        if room not in rooms:
            continue
        upper = [name.removeprefix("apps.") for name in rooms[: rooms.index(room)]]
        named = re.compile(rf"\bapps[./](?:{'|'.join(upper)})\b|^(?:{'|'.join(upper)})[.:/]\w")
        found += [
            f"{name_of(path)}:{node.lineno}: {node.value[:60]!r}"
            for node in ast.walk(ast.parse(path.read_text()))
            if upper and isinstance(node, ast.Constant) and named.search(str(node.value))
        ]
    assert found == []
