"""Our middleware answers exactly as Django's own, in sync and in async mode, without its thread hops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.project.site_urls"),
]

OURS = [path for path in settings.MIDDLEWARE if path.startswith("project.")]


def djangos(path: str) -> str:
    base = next(cls for cls in import_string(path).__mro__ if cls.__module__.startswith("django."))
    return f"{base.__module__}.{base.__qualname__}"


class SyncVisitor:
    """Keeps cookies from one request to the next, as a browser does."""

    def __init__(self) -> None:
        self.client: Any = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def ask(self, method: str, path: str, data: Any = None, **headers: str) -> HttpResponse:
        return self._call(getattr(self.client, method), path, data, headers=headers)

    def _call(self, send: Callable[..., Any], *args: Any, **kwargs: Any) -> HttpResponse:
        return send(*args, **kwargs)


class AsyncVisitor(SyncVisitor):
    def __init__(self) -> None:
        self.client = AsyncClient(enforce_csrf_checks=True, raise_request_exception=False)

    def _call(self, send: Callable[..., Any], *args: Any, **kwargs: Any) -> HttpResponse:
        return async_to_sync(send)(*args, **kwargs)


def seen(response: HttpResponse) -> tuple[int, dict[str, str], dict[str, dict[str, str]], str]:
    """Status, headers, cookies and body, without what is random or a time."""
    cookies = {
        name: {key: value for key, value in cookie.items() if key != "expires"}
        | {"value": re.sub(r"[A-Za-z0-9]{32,}|:.*", "random", cookie.value)}
        for name, cookie in response.cookies.items()
    }
    body = re.sub(r"[A-Za-z0-9]{64}", "token", response.content.decode())
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, headers, cookies, body


def walk(visitor: SyncVisitor) -> Iterator[tuple[str, HttpResponse]]:
    """Everything that these middlewares do something about."""
    yield "plain", visitor.ask("get", "/plain/")
    yield "async view", visitor.ask("get", "/later/")
    yield "no slash", visitor.ask("get", "/plain")
    yield "nothing there", visitor.ask("get", "/nothing/")
    yield "session read", visitor.ask("get", "/read/")
    yield "who", visitor.ask("get", "/who/")
    yield "session written", visitor.ask("get", "/write/")
    yield "session written again", visitor.ask("get", "/write/")
    yield "session untouched", visitor.ask("get", "/plain/")
    yield "session flushed", visitor.ask("get", "/flush/")
    visitor.client.cookies["sessionid"] = "short"
    yield "broken session", visitor.ask("get", "/plain/")
    visitor.client.cookies["sessionid"] = "x" * 32
    yield "unknown session", visitor.ask("get", "/who/")
    yield "post without cookie", visitor.ask("post", "/echo/", {"text": "a"})
    token = visitor.ask("get", "/token/")
    yield "token", token
    value = token.content.decode()
    yield "post without token", visitor.ask("post", "/echo/", {"text": "a"})
    yield "post with a wrong token", visitor.ask("post", "/echo/", {"csrfmiddlewaretoken": "x" * 64})
    fields = {"csrfmiddlewaretoken": value, "text": "a"}
    yield "post", visitor.ask("post", "/echo/", fields)
    upload = SimpleUploadedFile("a.txt", b"file")
    yield "post with a file", visitor.ask("post", "/echo/", {**fields, "file": upload})
    yield "post with a header", visitor.ask("post", "/echo/", {"text": "b"}, **{"X-CSRFToken": value})
    yield "foreign origin", visitor.ask("post", "/echo/", fields, Origin="https://elsewhere.example")
    yield "message left", visitor.ask("get", "/message/")
    yield "message waits", visitor.ask("get", "/plain/")
    yield "message read", visitor.ask("get", "/messages/")
    yield "language", visitor.ask("get", "/translated/", **{"Accept-Language": "de"})
    yield "language is not kept", visitor.ask("get", "/translated/")
    yield "foreign host", visitor.ask("get", "/plain/", Host="elsewhere.example")
    yield "failing view", visitor.ask("get", "/failing/")


def answers(visitor: SyncVisitor, middleware: list[str]) -> dict[str, Any]:
    failure = "tests.project.site_urls.csrf_failure"
    with override_settings(MIDDLEWARE=middleware, CSRF_FAILURE_VIEW=failure):
        return {name: seen(response) for name, response in walk(visitor)}


def test_every_middleware_of_the_site_is_djangos_own_class_underneath():
    assert [djangos(path).rpartition(".")[2] for path in OURS] == [path.rpartition(".")[2] for path in OURS]
    assert len(OURS) == 9
    others = [path for path in settings.MIDDLEWARE if path not in OURS]
    assert others == [
        "apps.rendering.connections.ConnectionMiddleware",
        "apps.rendering.positions.PositionMiddleware",
    ]
    assert settings.MIDDLEWARE[0] == others[0]  # what comes before would still need the database


@override_settings(LANGUAGES=[("en", "English"), ("de", "German")])
@pytest.mark.parametrize("visitor", [SyncVisitor, AsyncVisitor])
def test_answers_have_the_headers_and_cookies_of_djangos_own_stack(visitor: type[SyncVisitor]):
    expected = answers(SyncVisitor(), [djangos(path) for path in OURS])
    found = answers(visitor(), OURS)
    assert list(found) == list(expected)
    for name in expected:
        assert found[name] == expected[name], name
    # The walk reached what it was meant to reach.
    assert {name: answer[0] for name, answer in found.items() if answer[0] != 200} == {
        "no slash": 301,
        "nothing there": 404,
        "post without cookie": 403,
        "post without token": 403,
        "post with a wrong token": 403,
        "foreign origin": 403,
        "foreign host": 400,
        "failing view": 500,
    }
    assert found["post with a file"][3] == "a,file"
    assert found["message read"][3] == "Saved."
    assert found["language"][3] == "Montag"
    assert found["language is not kept"][3] == "Monday"
    assert "sessionid" in found["broken session"][2]
    assert "sessionid" in found["session written"][2]
    assert found["session untouched"][2] == {}


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Middleware hooks that were run in a thread, as they happen."""
    hopped: list[str] = []
    call = SyncToAsync.__call__

    async def noted(self: SyncToAsync[Any, Any], *args: Any, **kwargs: Any) -> Any:
        owner = getattr(self.func, "__self__", None)
        if isinstance(owner, MiddlewareMixin):
            hopped.append(f"{type(owner).__name__}.{self.func.__name__}")
        return await call(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", noted)
    return hopped


def test_a_page_that_names_its_language_does_not_vary_with_the_visitors():
    named = SyncVisitor().ask("get", "/named/")
    assert (named["Content-Language"], named.get("Vary")) == ("fr", None)
    assert SyncVisitor().ask("get", "/plain/")["Vary"] == "Accept-Language"


def test_djangos_own_stack_hops_for_every_hook(hops: list[str]):
    with override_settings(MIDDLEWARE=[djangos(path) for path in OURS]):
        AsyncVisitor().ask("get", "/later/")
    assert len(hops) == 17


def test_a_request_that_changes_no_session_hops_for_no_middleware(hops: list[str]):
    visitor = AsyncVisitor()
    for path in ("/later/", "/plain/", "/read/", "/who/", "/token/", "/message/", "/messages/", "/nothing/"):
        visitor.ask("get", path)
    visitor.ask("get", "/later/")
    assert hops == []


def test_a_changed_session_is_saved_in_a_thread(hops: list[str]):
    AsyncVisitor().ask("get", "/write/")
    assert hops == ["SessionMiddleware.process_response"]


def test_a_body_with_files_is_read_in_a_thread_and_one_of_text_is_not(hops: list[str]):
    visitor = AsyncVisitor()
    token = visitor.ask("get", "/token/").content.decode()
    fields = {"csrfmiddlewaretoken": token, "text": "a"}
    visitor._call(
        visitor.client.post,
        "/echo/",
        f"csrfmiddlewaretoken={token}&text=a",
        "application/x-www-form-urlencoded",
    )
    assert hops == []
    visitor.ask("post", "/echo/", fields)  # the test client's own form is multipart
    assert hops == ["CsrfViewMiddleware.process_view"]
