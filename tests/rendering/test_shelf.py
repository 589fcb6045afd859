"""Pages as bytes that other processes read, and what their keys stand for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from apps.rendering import shelf
from apps.rendering.bodies import Body, body_of
from apps.rendering.cdn import Cdn
from apps.rendering.keeping import Keeper
from apps.rendering.makers import imported
from apps.rendering.pages import Answer
from apps.rendering.shelf import BodyCodec, digest, shared_pages

SECURITY = [(b"x-frame-options", b"DENY")]
LONG, LARGE, SMALL = b"<p>words</p>" * 5_000, b"<p>words</p>" * 500, b"<p>few</p>"


@pytest.mark.parametrize("text", [LONG, LARGE, SMALL])
def test_a_body_comes_back_as_it_was(text: bytes):
    cdn = Cdn((b"xkey", b"a b"), time.monotonic() + 60)
    body = body_of(Answer(200, text, "de", "public"), SECURITY, 3.5, cdn)
    data = BodyCodec().dump(body)
    assert data is not None
    found = BodyCodec().load(data, 60)
    assert found.cdn is not None
    assert abs(found.cdn.ends_at - cdn.ends_at) < 5
    found.cdn = cdn
    assert found == body
    assert BodyCodec().size_of(found) == body.size
    for accepts in (b"br", b"gzip", b""):
        assert found.encoded(accepts) == body.encoded(accepts)


def test_what_is_packed_is_stored_packed_alone():
    data = BodyCodec().dump(body_of(Answer(200, LARGE, "en", "members"), SECURITY, 1.0, None))
    assert data is not None
    assert len(data) < len(LARGE) / 10


@pytest.mark.parametrize("status", [404, 500, 301])
def test_only_pages_that_are_there_are_shared(status: int):
    assert (
        BodyCodec().dump(body_of(Answer(status, SMALL, "en", "public", "/a/"), SECURITY, 1.0, None)) is None
    )


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x90", b"\x93\x01\x02\x03", b"no body at all"])
def test_other_bytes_are_refused(data: bytes):
    with pytest.raises(ValueError, match="no stored body"):
        Body.from_bytes(data, 60)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that belongs to what makes the bytes."""
    made = tmp_path / "page.html"
    made.write_text("one")
    files = [made, *shelf._files()]
    monkeypatch.setattr(shelf, "_files", lambda: files)
    return made


def test_the_digest_stands_for_what_makes_the_bytes(made: Path):
    one = digest.__wrapped__()
    assert digest.__wrapped__() == one
    made.write_text("two")
    assert digest.__wrapped__() != one


def test_another_version_of_a_library_is_another_digest(monkeypatch: pytest.MonkeyPatch):
    one = digest.__wrapped__()
    assert any(each.startswith("Django ") for each in shelf.libraries())
    monkeypatch.setattr(shelf, "libraries", lambda: ["Django 0"])
    assert digest.__wrapped__() != one


@pytest.mark.parametrize(
    "name",
    [
        "apps/documents/views/reading.py",
        "apps/documents/views/__init__.py",
        "apps/documents/selectors/tree.py",
        "apps/documents/text/render.py",
        "apps/accounts/site.py",
        "apps/accounts/urls.py",
        "apps/caching/reads.py",
        "apps/rendering/bodies.py",
        "apps/rendering/security.py",
        "apps/tenants/models.py",
        "project/settings.py",
        "project/templating.py",
        "project/urls.py",
        "project/formats/de/formats.py",
        "templates/base.html",
        "locale/de/LC_MESSAGES/django.po",
        "static/dist/meta.json",
    ],
)
def test_the_digest_is_of_all_that_makes_the_bytes(name: str):
    assert shelf.ROOT / name in set(shelf._files())


@pytest.mark.parametrize(
    "name",
    [
        "apps/console/views/pages.py",
        "apps/documents/importing/dialects.py",
        "apps/documents/management/commands/demo.py",
        "apps/documents/migrations/0001_initial.py",
        "apps/notifications/digests.py",
        "apps/accounts/views/account.py",
        "project/asgi.py",
    ],
)
def test_a_deploy_of_other_code_keeps_the_pages(name: str):
    path = shelf.ROOT / name
    assert path.exists()
    assert path not in set(shelf._files())


def test_what_a_module_imports_is_found_wherever_it_stands(tmp_path: Path):
    texts = {
        "a": "from . import b\nimport json",
        "b": "def late():\n    from house.c.d import name",
        "c": "",
        "c.d": "from ..e import name",
        "e": "import house.f as f",
        "f": "from house import a",
        "g": "from house import a",
    }
    known = {}
    for name, text in texts.items():
        path = known[f"house.{name}"] = tmp_path / f"{name}.py"
        path.write_text(text)
    assert imported(["house.a"], known) == {f"house.{name}" for name in ("a", "b", "c", "c.d", "e", "f")}


def test_the_digest_is_of_nothing_that_differs_between_machines():
    assert [path for path in shelf._files() if "__pycache__" in path.parts or path.suffix == ".pyc"] == []


def test_the_digest_is_read_when_the_edge_is_set_up_before_another_deploy_can_change_the_files():
    digest.cache_clear()
    shared_pages.cache_clear()
    Keeper()
    assert digest.cache_info().misses == 1


def test_the_digest_is_quickly_made():
    began = time.process_time()
    digest.__wrapped__()
    assert time.process_time() - began < 2


def test_without_redis_nothing_is_shared():
    assert shared_pages() is None
