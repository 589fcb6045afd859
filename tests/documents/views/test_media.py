"""Media over HTTP: sending, the library, and files that are never run."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient, Client

from apps.documents import media as uploads
from apps.documents.actions.media import add_media
from apps.documents.handlers import make_media_variants
from apps.documents.models import Media
from apps.documents.selectors.media import PAGE_SIZE
from apps.events.models import Event
from tests.documents import sample
from tests.documents.pictures import picture

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
MAX_BYTES = 300_000


@pytest.fixture(autouse=True)
def media_folder(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    limits = type("conf", (), {"max_upload_bytes": MAX_BYTES})
    for module in ("media", "views.media", "views.uploading"):
        monkeypatch.setattr(f"apps.documents.{module}.conf", limits)
    return tmp_path


@pytest.fixture
def owner():
    return sample.person()


@pytest.fixture
def book(owner):
    return sample.handbook(owner)


@pytest.fixture
def editor(client, owner):
    client.force_login(owner)
    return client


def send(client, book, name, data, **values):
    file = SimpleUploadedFile(name, data, content_type="text/html")
    return client.post(f"/{book.slug}/-/media/", {"file": file, **values}, headers=JSON)


def kept(book, owner, name, data):
    """The address of a file."""
    media = add_media(sample.actor(owner), book.pk, uploads.checked_upload(name, data))
    return f"/{book.slug}/-/media/{media.digest}/{media.name}"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_script_gets_the_address_and_the_markdown(editor, book):
    answer = send(editor, book, "My Bild ü.png", picture())
    digest = Media.objects.get().digest
    assert answer.status_code == 201
    assert answer.json() == {
        "url": f"/-/media/{digest}/My-Bild-ü.png",
        "markdown": f"![My-Bild-ü](/-/media/{digest}/My-Bild-ü.png)",
    }
    assert send(editor, book, "notes.txt", b"hello").json()["markdown"].startswith("[notes.txt](/-/media/")


def test_a_form_goes_back_to_the_library(editor, book):
    file = SimpleUploadedFile("a.png", picture())
    answer = editor.post(f"/{book.slug}/-/media/", {"file": file}, follow=True)
    assert answer.redirect_chain == [(f"/{book.slug}/-/media/", 303)]
    assert "“a.png” was added." in answer.text
    assert f"/{book.slug}/-/media/{Media.objects.get().digest}/a.png" in answer.text


@pytest.mark.parametrize(
    ("name", "data", "status", "error"),
    [
        ("a.png", b"", 422, "“a.png” is empty."),
        ("a.png", picture(99, 99)[:-60], 422, "“a.png” is a broken image."),
        ("a.bin", b"x" * (MAX_BYTES + 1), 413, "“a.bin” is larger than 0.3 MB, the most that is allowed."),
        (
            "a.bin",
            b"x" * (MAX_BYTES + 90_000),
            413,
            "“The-file” is larger than 0.3 MB, the most that is allowed.",
        ),
    ],
)
def test_a_refusal_says_why_and_nothing_is_stored(editor, book, media_folder, name, data, status, error):
    answer = send(editor, book, name, data)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    form = editor.post(f"/{book.slug}/-/media/", {"file": SimpleUploadedFile(name, data)})
    assert form.status_code == status
    assert error in form.text
    assert Media.objects.count() == 0
    assert [path for path in media_folder.rglob("*") if path.is_file()] == []


def test_a_body_that_lies_about_its_length_is_read_no_further_than_the_limit(editor, book):
    big = SimpleUploadedFile("a.bin", b"x" * (MAX_BYTES * 3))
    answer = editor.post(f"/{book.slug}/-/media/", {"file": big}, headers=JSON, CONTENT_LENGTH="100000")
    assert answer.status_code in (413, 422)
    assert Media.objects.count() == 0


def test_a_form_without_a_file_is_refused(editor, book):
    answer = editor.post(f"/{book.slug}/-/media/", {}, headers=JSON)
    assert (answer.status_code, answer.json()) == (422, {"error": "Choose a file first."})


def test_a_forged_form_is_refused(owner, book):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert send(client, book, "a.png", picture()).status_code == 403
    client.get(f"/{book.slug}/-/media/")
    token = client.cookies["csrftoken"].value
    assert send(client, book, "a.png", picture(), csrfmiddlewaretoken=token).status_code == 201
    refused = send(client, book, "a.bin", b"x" * (MAX_BYTES + 1), csrfmiddlewaretoken=token)
    assert refused.status_code == 413


def test_only_editors_may_send_and_see_the_library(book, owner, client):
    assert send(client, book, "a.png", picture()).status_code == 403
    private = sample.handbook(owner, is_public=False)
    answer = send(client, private, "a.png", picture())
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
    client.force_login(sample.member(private, owner, "reader"))
    assert send(client, private, "a.png", picture()).status_code == 403
    assert client.get(f"/{private.slug}/-/media/").status_code == 403
    assert Media.objects.count() == 0
    client.force_login(sample.member(private, owner, "editor"))
    assert client.get(f"/{private.slug}/-/media/").status_code == 200


def test_the_library_has_the_newest_first_by_pages(editor, book, owner):
    addresses = [kept(book, owner, f"{number}.txt", b"%d" % number) for number in range(PAGE_SIZE + 2)]
    first = editor.get(f"/{book.slug}/-/media/")
    assert addresses[-1] in first.text
    assert addresses[1] not in first.text
    ids = list(Media.objects.order_by("-pk").values_list("pk", flat=True))
    older = f"/{book.slug}/-/media/?before={ids[PAGE_SIZE - 1]}"
    assert older in first.text
    second = editor.get(older)
    assert addresses[1] in second.text
    assert addresses[2] not in second.text
    newer = f"/{book.slug}/-/media/?after={ids[PAGE_SIZE]}"
    assert newer in second.text
    assert addresses[2] in editor.get(newer).text
    assert editor.get(f"/{book.slug}/-/media/?before=x").status_code == 200


def test_a_removed_file_is_gone(editor, book, owner):
    address = kept(book, owner, "a.png", picture())
    media = Media.objects.get()
    other = sample.handbook(owner)
    assert editor.post(f"/{other.slug}/-/media/{media.pk}/remove/").status_code == 404
    assert editor.get(address).status_code == 200
    assert editor.post(f"/{book.slug}/-/media/{media.pk}/remove/").status_code == 303
    assert editor.get(address).status_code == 404


SANDBOX = "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "data", "content_type", "disposition", "policy"),
    [
        ("a.png", picture(), "image/png", 'inline; filename="a.png"', SANDBOX),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "image/svg+xml",
            'inline; filename="a.svg"',
            f"{SANDBOX}; style-src 'unsafe-inline'",
        ),
        (
            "a.png",
            b"<!doctype html><script>alert(1)</script>",
            "text/plain; charset=utf-8",
            'attachment; filename="a.png"',
            SANDBOX,
        ),
        ("a.html", b"\0<script>", "application/octet-stream", 'attachment; filename="a.html"', SANDBOX),
        ("a.pdf", b"%PDF-1.7", "application/pdf", 'attachment; filename="a.pdf"', SANDBOX),
        ("ü.bin", b"\xff", "application/octet-stream", "attachment; filename*=utf-8''%C3%BC.bin", SANDBOX),
        ("a.mp3", b"ID3\4", "audio/mpeg", 'inline; filename="a.mp3"', f"{SANDBOX}; media-src 'self'"),
        (
            'x"\r\nX-Evil: 1\r\n\r\n<script>.png',
            picture(),
            "image/png",
            'inline; filename="x-X-Evil-1-script.png"',
            SANDBOX,
        ),
    ],
)  # fmt: skip
def test_no_file_is_ever_run(client, book, owner, name, data, content_type, disposition, policy):
    answer = client.get(kept(book, owner, name, data))
    assert answer.status_code == 200
    assert body(answer) == data
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == disposition
    assert answer["Content-Security-Policy"] == policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer


def test_a_public_file_may_be_kept_and_asks_for_nobody(client, book, owner):
    answer = client.get(kept(book, owner, "a.png", picture()))
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]
    assert "Set-Cookie" not in answer


def test_a_private_file_asks_at_every_request(client, owner):
    book = sample.handbook(owner, is_public=False)
    address = kept(book, owner, "a.png", picture())
    assert client.get(address).status_code == 404
    client.force_login(sample.person("Stranger"))
    assert client.get(address).status_code == 404
    client.force_login(sample.member(book, owner, "reader"))
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    unchanged = client.get(address, headers={"if-none-match": answer["ETag"]})
    assert (unchanged.status_code, unchanged.content, unchanged["Cache-Control"]) == (
        304,
        b"",
        "private, no-cache",
    )
    client.logout()
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 404


def test_a_file_of_another_handbook_is_not_found(client, book, owner):
    other = sample.handbook(owner)
    address = kept(book, owner, "a.png", picture()).replace(book.slug, other.slug)
    assert client.get(address).status_code == 404
    assert client.get(f"/{book.slug}/-/media/{'0' * 20}/a.png").status_code == 404
    assert client.get(f"/nowhere/-/media/{'0' * 20}/a.png").status_code == 404


def test_the_name_in_the_address_is_for_people_alone(client, book, owner):
    address = kept(book, owner, "a.png", picture()).replace("a.png", "%0d%0aX-Evil:1.html")
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'inline; filename="a.png"')


def test_a_lost_file_is_not_found(client, book, owner, media_folder):
    address = kept(book, owner, "a.png", picture())
    for path in media_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert client.get(address).status_code == 404


LONG = bytes(range(256)) * 1100  # more than one chunk


@pytest.mark.parametrize(
    ("asked", "status", "told", "expected"),
    [
        ("bytes=0-99", 206, "bytes 0-99/281600", LONG[:100]),
        ("bytes=281500-", 206, "bytes 281500-281599/281600", LONG[-100:]),
        ("bytes=-100", 206, "bytes 281500-281599/281600", LONG[-100:]),
        ("bytes=1-", 206, "bytes 1-281599/281600", LONG[1:]),
        ("bytes=100-999999", 206, "bytes 100-281599/281600", LONG[100:]),
        ("bytes=281600-", 416, "bytes */281600", b""),
        ("bytes=-0", 416, "bytes */281600", b""),
        ("bytes=5-2", 200, None, LONG),
        ("bytes=0-1,5-6", 200, None, LONG),
        ("lines=0-1", 200, None, LONG),
        ("bytes=" + "9" * 40 + "-", 200, None, LONG),
        ("bytes=-", 200, None, LONG),
    ],
)
def test_one_range_of_bytes_is_sent(client, book, owner, asked, status, told, expected):
    answer = client.get(kept(book, owner, "a.bin", LONG), headers={"range": asked})
    assert (answer.status_code, answer.get("Content-Range")) == (status, told)
    assert body(answer) == expected
    if status != 416:
        assert answer["Content-Length"] == str(len(expected))


def test_a_range_of_another_version_is_the_whole(client, book, owner):
    address = kept(book, owner, "a.bin", LONG)
    etag = client.head(address)["ETag"]
    asked = {"range": "bytes=0-9"}
    assert client.get(address, headers={**asked, "if-range": etag}).status_code == 206
    answer = client.get(address, headers={**asked, "if-range": '"other"'})
    assert (answer.status_code, body(answer)) == (200, LONG)


def test_head_has_the_headers_alone(client, book, owner):
    answer = client.head(kept(book, owner, "a.bin", LONG))
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", "281600")


@pytest.mark.django_db(transaction=True)
def test_a_server_streams_it_without_blocking(book, owner):
    address = kept(book, owner, "a.bin", LONG)

    async def get() -> bytes:
        answer = await AsyncClient().get(address)
        assert answer.streaming
        assert answer.is_async
        chunks = [chunk async for chunk in answer.streaming_content]
        assert [len(chunk) for chunk in chunks] == [262144, 19456]
        await sync_to_async(answer.close)()
        await sync_to_async(lambda: connection.close())()  # noqa: PLW0108 - that of the view's thread
        return b"".join(chunks)

    assert asyncio.run(get()) == LONG


def test_a_smaller_copy_is_sent_where_there_is_one(client, book, owner):
    address = kept(book, owner, "a.png", picture(700, 20))
    before = client.get(f"{address}?w=640")
    assert (before["Content-Type"], before["Cache-Control"]) == ("image/png", "public, no-cache")
    make_media_variants(Event.objects.get(type="media_added"))
    after = client.get(f"{address}?w=640")
    assert (after["Content-Type"], after["Cache-Control"]) == (
        "image/webp",
        "public, no-cache",
    )
    assert after["ETag"] != before["ETag"]
    for width in ("1280", "639", "x", "../x", ""):
        assert client.get(f"{address}?w={width}")["Content-Type"] == "image/png"
