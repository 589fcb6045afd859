"""Edges with one fault each, as they were found in the wild: a site behind a cache that somebody wrote in a
hurry. The suite of attacks has to catch every one of them. Run as an ASGI app; BROKEN names the fault."""

from __future__ import annotations

import os
import re
from typing import Any, Final
from urllib.parse import unquote

from project.asgi import application as site
from project.static import App, Receive, Scope, Send

FILE: Final = re.compile(r"(?:[;%$\\?#./\0\t\n]|//)+[\w.-]*\.(?:css|js|jpg|ico|txt)/?$")
FAULTS: Final = {  # and the attack that finds each
    "keys_without_audience": "X-Forwarded-Host",
    "reflects_forwarded_host": "X-Forwarded-Host",
    "stores_errors": "If-None-Match *",
    "ignores_query": "fat GET with a query",
    "stores_set_cookie": "X-Forwarded-Host twice",
    "honours_original_url": "X-Original-URL",
    "honours_method_override": "HMO: X-HTTP-Method-Override HEAD",
    "reads_body_of_get": "fat GET",
    "splits_query_at_semicolon": "cloaking with ;",
    "serves_files_loosely": "deception: path as a style sheet",
    "varies_without_key": "framework: React server component payload",
    "stores_ranges": "framework: ranges that overlap",
    "stores_answers_to_conditions": "If-None-Match *",
}


class BrokenEdge:
    """Keeps what the site says, by address."""

    def __init__(self, app: App, fault: str) -> None:
        self.app = app
        self.fault = fault
        self.kept: dict[Any, list[dict[str, Any]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        key = self.key(scope, headers)
        if key not in self.kept:
            messages: list[dict[str, Any]] = []

            async def note(message: dict[str, Any]) -> None:
                messages.append(message)

            await self.app(await self.asked(scope, headers, receive), receive, note)
            messages = self.answered(messages, headers)
            if not self.stores(messages[0]):
                await say(messages, send)
                return
            self.kept[key] = messages
        await say(self.kept[key], send)

    def key(self, scope: Scope, headers: dict[str, str]) -> Any:
        query = b"" if self.fault == "ignores_query" else scope["query_string"]
        if self.fault == "splits_query_at_semicolon":
            parts = (part for part in query.split(b"&") if not part.startswith(b"utm_"))
            query = b"&".join(parts)
        loose = self.fault in ("keys_without_audience", "serves_files_loosely")
        return scope["path"], query, "" if loose else headers.get("cookie", "")

    def stores(self, start: dict[str, Any]) -> bool:
        headers = {name.lower(): value for name, value in start["headers"]}
        if b"set-cookie" in headers and self.fault != "stores_set_cookie":
            return False
        if self.fault == "serves_files_loosely":
            return bool(start.get("file"))
        usual = {200} | ({206} if self.fault == "stores_ranges" else set())
        usual |= {304} if self.fault == "stores_answers_to_conditions" else set()
        return self.fault == "stores_errors" or start["status"] in usual

    async def asked(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Scope:
        """What the site is asked instead."""
        changed = dict(scope)
        match self.fault:
            case "honours_original_url":
                target = headers.get("x-original-url") or headers.get("x-rewrite-url")
                if target:
                    path, _, query = target.partition("?")
                    changed |= {"path": unquote(path), "query_string": query.encode()}
            case "honours_method_override":
                changed["method"] = headers.get("x-http-method-override", "GET")
            case "reads_body_of_get" if headers.get("content-length", "0") != "0":
                changed["query_string"] = (await receive()).get("body", b"")
            case "splits_query_at_semicolon":
                changed["query_string"] = scope["query_string"].replace(b";", b"&")
            case "serves_files_loosely":
                changed["path"] = FILE.sub("/", scope["path"]).replace("//", "/")
        self.is_file = changed["path"] != scope["path"]
        return changed

    def answered(self, messages: list[dict[str, Any]], headers: dict[str, str]) -> list[dict[str, Any]]:
        """What is kept of the site's answer."""
        start = {**messages[0], "file": self.is_file}
        body = b"".join(message.get("body", b"") for message in messages[1:])
        match self.fault:
            case "reflects_forwarded_host" if "x-forwarded-host" in headers:
                body += f"<link rel=canonical href=//{headers['x-forwarded-host']}/>".encode()
            case "varies_without_key" if "rsc" in headers:
                body = b'0:["payload"]'
            case "stores_ranges" if headers.get("range", "").startswith("bytes="):
                start, body = {**start, "status": 206}, body[:1]
        length = (b"content-length", str(len(body)).encode())
        kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        return [{**start, "headers": [*kept, length]}, {"type": "http.response.body", "body": body}]


async def say(messages: list[dict[str, Any]], send: Send) -> None:
    for message in messages:
        await send({key: value for key, value in message.items() if key != "file"})


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await _broken(scope, receive, send)


_broken = BrokenEdge(site, os.environ.get("BROKEN", ""))
