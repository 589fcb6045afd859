"""Bodies over the limit never reach the app whole."""

from __future__ import annotations

import asyncio

import pytest

from project.body_limit import BodyLimit


async def reading_app(scope, receive, send):
    """Answers with the number of bytes it read; nothing when the sender went."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def answer(chunks, headers=(), allowance=None):
    sent = []
    messages = [
        {"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1}
        for index, chunk in enumerate(chunks)
    ]
    taken = iter(messages)

    async def receive():
        return next(taken)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": list(headers)}
    asyncio.run(BodyLimit(reading_app, 100, allowance)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"], len(list(taken))


def test_what_is_within_the_limit_passes():
    assert answer([b"x" * 60, b"x" * 40]) == (200, b"100", 0)


@pytest.mark.parametrize(
    ("declared", "sent", "status"),
    [(b"150", 150, 200), (b"201", 201, 413), (b"150", 250, 413), (b"", 150, 413)],
)
def test_who_may_send_more_says_how_much_first(declared, sent, status):
    async def allowance(_scope):
        return 200

    headers = [(b"content-length", declared)] if declared else []
    assert answer([b"x" * sent], headers, allowance)[0] == status


def test_an_allowance_never_takes_away():
    async def allowance(_scope):
        return 0

    assert answer([b"x" * 100], [(b"content-length", b"100")], allowance)[0] == 200


def test_a_declared_length_over_the_limit_is_refused_before_a_byte_is_read():
    status, body, left = answer([b"x" * 101], [(b"content-length", b"101")])
    assert (status, left) == (413, 1)
    assert b"the most that is allowed" in body


def test_an_undeclared_body_is_cut_where_it_passes_the_limit():
    status, _body, left = answer([b"x" * 60, b"x" * 60, b"x" * 60])
    assert (status, left) == (413, 1)


@pytest.mark.parametrize("length", [b"", b"-1", b"many"])
def test_a_length_that_is_no_number_counts_what_comes(length):
    assert answer([b"x"], [(b"content-length", length)]) == (200, b"1", 0)
