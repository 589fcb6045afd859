"""Uploads: what they are, what they are called, what is refused, where they lie."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from apps.accounts.people import ANONYMOUS
from apps.documents import storing
from apps.documents.actions.media import add_media, remove_media
from apps.documents.handlers import delete_removed_media, make_media_variants
from apps.documents.media import TooLargeError, checked_upload, safe_name
from apps.documents.models import Media
from apps.documents.selectors.media import pictures
from apps.documents.sniffing import sniff
from apps.documents.text import Picture
from apps.events.actions import RefusedError
from apps.events.models import Event
from apps.tenants.permissions import ForbiddenError, NotFoundError
from tests.documents import sample
from tests.documents.pictures import moving_picture, photo_taken_upright, picture, png_that_claims

SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture(autouse=True)
def media_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (picture(), "image/png"),
        (picture(format="JPEG"), "image/jpeg"),
        (picture(format="GIF"), "image/gif"),
        (picture(format="WEBP"), "image/webp"),
        (picture(format="AVIF"), "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
        (b"\0\0\0\x18ftyp<svg\0\0\0\0", "application/octet-stream"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0<svg", "application/octet-stream"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"just words, \xc3\xa9", "text/plain"),
        (b"caf\xe9", "application/octet-stream"),
        (b"text\0", "application/octet-stream"),
        (b"MZ\x90\0\x03", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(data, content_type):
    assert sniff(data) == content_type


@pytest.mark.parametrize(
    "data",
    [
        SVG.encode(),
        SVG.encode("utf-8-sig"),
        b"\xff\xfe" + SVG.encode("utf-16-le"),
        b"\xfe\xff" + SVG.encode("utf-16-be"),
        b"\n \t" + SVG.encode(),
        f"<?xml version='1.0'?>\n<!-- <html> --><?x y?><!DOCTYPE svg [<!ENTITY a 'b>'>]>\n{SVG}".encode(),
        b"<!doctype svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x.dtd'><SVG:svg".replace(b"SVG:", b"s:")
        + b" xmlns:s='x'/>",
    ],
)
def test_svg_is_known_whatever_stands_before_its_root(data):
    assert sniff(data) == "image/svg+xml"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><script>alert(1)</script>",
        "<html><svg></svg></html>",
        "<!-- <svg> --><script>alert(1)</script>",
        "<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'/>",
        "<svgx>",
        "text <svg>",
        "<!DOCTYPE svg",
        "<script>alert(1)</script>",
        "alert(1)",
        "{}",
    ],
)
def test_what_a_browser_could_run_is_plain_text(text):
    assert sniff(text.encode()) == "text/plain"
    assert sniff(text.encode("utf-8-sig")) == "text/plain"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a b  c.PNG", "a-b-c.PNG"),
        ("gpj.\u202egnp.exe", "gpj.gnp.exe"),
        ('x"\r\nSet-Cookie: a=b.png', "x-Set-Cookie-a-b.png"),
        ("Größe – 1.png", "Größe-1.png"),
        ("x\0y.png", "x-y.png"),
        ("%2e%2e%2fx?y#z.png", "2e-2e-2fx-y-z.png"),
        ("[a](b)!.png", "a-b.png"),
        ("a" * 300 + ".jpeg", "a" * 139 + ".jpeg"),
        ("name." + "x" * 300, "name." + "x" * 134),
    ],
)
def test_names_are_safe_in_addresses_headers_and_text(given, kept):
    assert safe_name(given) == kept
    assert safe_name(kept) == kept


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "“x.png” is empty."),
        (picture(400, 300)[:-200], "“x.png” is a broken image."),
        (picture(400, 300, "JPEG")[:-700], "“x.png” is a broken image."),
        (picture(400, 300, "WEBP")[:-60], "“x.png” is a broken image."),
        (picture(400, 300, "GIF")[:-600], "“x.png” is a broken image."),
        (b"GIF89a=/*\0\0\0*/0;alert(1)//", "“x.png” is a broken image."),
        (b"\xff\xd8\xff<script>alert(1)</script>", "“x.png” is a broken image."),
        (png_that_claims(50_000, 50_000), "“x.png” has more than 50 megapixels, the most that is allowed."),
        (
            png_that_claims(2**31 - 1, 2**31 - 1),
            "“x.png” has more than 50 megapixels, the most that is allowed.",
        ),
        (png_that_claims(0, 5), "“x.png” is a broken image."),
    ],
)
def test_what_is_empty_broken_or_huge_is_refused(data, message):
    with pytest.raises(RefusedError) as refused:
        checked_upload("x.png", data)
    assert (refused.value.message, refused.value.field) == (message, "file")


def test_what_is_too_large_is_refused_and_the_limit_itself_is_not(monkeypatch):
    monkeypatch.setattr("apps.documents.media.conf", type("conf", (), {"max_upload_bytes": 2_500_000}))
    assert checked_upload("a.bin", b"\xff" * 2_500_000).size_bytes == 2_500_000
    with pytest.raises(TooLargeError) as refused:
        checked_upload("a.bin", b"\xff" * 2_500_001)
    assert refused.value.message == "“a.bin” is larger than 2.5 MB, the most that is allowed."


def test_dimensions_are_those_that_are_shown():
    upload = checked_upload("x.jpg", photo_taken_upright(80, 60))
    assert (upload.width, upload.height) == (60, 80)


@pytest.mark.django_db
class TestKeeping:
    @pytest.fixture
    def owner(self):
        return sample.person()

    @pytest.fixture
    def book(self, owner):
        return sample.handbook(owner)

    def test_equal_bytes_are_one_row_and_one_file(self, book, owner, media_folder):
        first = add_media(sample.actor(owner), book.pk, checked_upload("a.png", picture()))
        second = add_media(sample.actor(owner), book.pk, checked_upload("b.png", picture()))
        assert first.pk == second.pk
        assert Media.objects.count() == 1
        assert files(media_folder) == [first.digest]
        assert storing.file_path(book.pk, first.digest).read_bytes() == picture()

    def test_the_same_file_in_two_handbooks_is_two(self, book, owner, media_folder):
        other = sample.handbook(owner)
        upload = checked_upload("a.png", picture())
        assert (
            add_media(sample.actor(owner), book.pk, upload).pk
            != add_media(sample.actor(owner), other.pk, upload).pk
        )

    def test_nothing_is_kept_without_the_right(self, book, owner, media_folder):
        upload = checked_upload("a.png", picture())
        reader = sample.member(book, owner, "reader")
        with pytest.raises(ForbiddenError):
            add_media(sample.actor(reader), book.pk, upload)
        private = sample.handbook(owner, is_public=False)
        with pytest.raises(NotFoundError):
            add_media(ANONYMOUS, private.pk, upload)
        assert files(media_folder) == []
        assert Media.objects.count() == 0

    def test_a_write_that_fails_leaves_no_file_and_no_row(self, book, owner, media_folder, monkeypatch):
        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storing.os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            add_media(sample.actor(owner), book.pk, checked_upload("a.png", picture()))
        assert files(media_folder) == []
        assert Media.objects.count() == 0

    def test_removed_bytes_go_unless_they_came_back(self, book, owner, media_folder):
        upload = checked_upload("a.png", picture())
        media = add_media(sample.actor(owner), book.pk, upload)
        remove_media(sample.actor(owner), media.pk)
        removed = Event.objects.get(type="media_removed")
        add_media(sample.actor(owner), book.pk, upload)
        delete_removed_media(removed)
        assert files(media_folder) == [upload.digest]
        remove_media(sample.actor(owner), Media.objects.get().pk)
        delete_removed_media(Event.objects.filter(type="media_removed").latest("position"))
        delete_removed_media(removed)
        assert files(media_folder) == []

    def test_large_images_get_smaller_upright_copies_without_the_place(self, book, owner, media_folder):
        media = add_media(
            sample.actor(owner), book.pk, checked_upload("a.jpg", photo_taken_upright(1600, 1200))
        )
        for _twice in range(2):
            make_media_variants(Event.objects.get(type="media_added"))
        assert files(media_folder) == [media.digest, f"{media.digest}.640.webp"]
        with Image.open(storing.variant_path(storing.file_path(book.pk, media.digest), 640)) as copy:
            assert (copy.format, copy.size, dict(copy.getexif())) == ("WEBP", (640, 853), {})
        assert pictures(book.pk, [media.digest, "0" * 20]) == {media.digest: Picture(1200, 1600, (640,))}

    def test_transparency_stays_in_copies(self, book, owner, media_folder):
        buffer = io.BytesIO()
        Image.new("RGBA", (1300, 10), (255, 0, 0, 0)).save(buffer, "PNG")
        media = add_media(sample.actor(owner), book.pk, checked_upload("a.png", buffer.getvalue()))
        make_media_variants(Event.objects.get(type="media_added"))
        assert files(media_folder) == [media.digest, f"{media.digest}.1280.webp", f"{media.digest}.640.webp"]
        with Image.open(storing.variant_path(storing.file_path(book.pk, media.digest), 640)) as copy:
            assert (copy.mode, copy.getpixel((5, 2))[3]) == ("RGBA", 0)

    @pytest.mark.parametrize(
        "data", [picture(640, 10), moving_picture("GIF"), moving_picture("WEBP"), b"text"]
    )
    def test_small_and_moving_images_and_files_get_no_copies(self, book, owner, media_folder, data):
        media = add_media(sample.actor(owner), book.pk, checked_upload("a", data))
        make_media_variants(Event.objects.get(type="media_added"))
        assert files(media_folder) == [media.digest]

    def test_an_image_that_is_gone_or_does_not_decode_gets_no_copies_and_no_error(
        self, book, owner, media_folder
    ):
        media = add_media(sample.actor(owner), book.pk, checked_upload("a.png", png_that_claims(2000, 2000)))
        make_media_variants(Event.objects.get(type="media_added"))
        storing.file_path(book.pk, media.digest).unlink()
        make_media_variants(Event.objects.get(type="media_added"))
        assert files(media_folder) == []
