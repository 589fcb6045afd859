import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from apps.documents.importing.limits import Limits, size_text
from apps.documents.importing.reading import read_source
from apps.documents.importing.refusal import ImportRefusedError


def folder_of(root: Path, **files: bytes) -> Path:
    for name, data in files.items():
        place = root / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return root


def zip_of(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], deflated: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        read_all(path, limits)
    return str(refused.value)


def read_all(path: Path, limits: Limits | None) -> None:
    with read_source(path, limits) as source:
        for file in source:
            source.read(file.path)


def test_folder_and_zip_give_the_same_files_in_the_same_order(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", b_dot_md=b"B", a__z_dot_md=b"Z", a__b__c_dot_png=b"png")
    archive = zip_of(tmp_path / "x.zip", ("b.md", b"B"), ("a/z.md", b"Z"), ("a/b/c.png", b"png"))

    for path in (root, archive):
        with read_source(path) as source:
            assert [(file.path, file.size) for file in source] == [
                ("a/b/c.png", 3),
                ("a/z.md", 1),
                ("b.md", 1),
            ]
            assert source.read("a/b/c.png") == b"png"


def test_one_folder_around_everything_in_a_zip_is_left_out(tmp_path: Path) -> None:
    with read_source(
        zip_of(tmp_path / "x.zip", ("docs-main/a.md", b"A"), ("docs-main/b/c.md", b"C"))
    ) as source:
        assert [file.path for file in source] == ["a.md", "b/c.md"]


def test_hidden_files_and_packages_are_not_seen(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", a_dot_md=b"A", node_modules__x__b_dot_md=b"B")
    folder_of(root / ".git", c_dot_md=b"C")
    (root / ".hidden.md").write_bytes(b"H")
    (root / ".git" / "link").symlink_to("/etc/passwd")
    archive = zip_of(tmp_path / "x.zip", ("a.md", b"A"), (".git/c.md", b"C"), ("__MACOSX/a.md", b"M"))

    for path in (root, archive):
        with read_source(path) as source:
            assert [file.path for file in source] == ["a.md"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil.md", '../evil.md: the file name leaves the import ("..")'),
        ("a/../../evil.md", 'a/../../evil.md: the file name leaves the import ("..")'),
        ("..\\evil.md", '..\\evil.md: the file name leaves the import ("..")'),
        ("/etc/evil.md", "/etc/evil.md: the file name is absolute; only names inside the import are allowed"),
        ("C:\\evil.md", "C:\\evil.md: the file name is absolute; only names inside the import are allowed"),
        ("a" * 600 + ".md", "a" * 300 + ": the name is longer than 500 characters"),
        ("a/" * 30 + "b.md", "a/" * 30 + "b.md: lies 31 levels deep; 20 are allowed"),
    ],
)
def test_names_that_leave_the_import_are_refused(tmp_path: Path, name: str, message: str) -> None:
    assert refusal(zip_of(tmp_path / "x.zip", (name, b"x"), ("a.md", b"A"))) == message


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("aXb.md", b"x"))
    archive.write_bytes(archive.read_bytes().replace(b"aXb.md", b"a\0b.md"))

    assert "NUL" in refusal(archive)


def test_links_in_a_folder_are_refused_wherever_they_lead(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", a_dot_md=b"A")
    (root / "inside.md").symlink_to("a.md")
    assert refusal(root) == "inside.md: is a symbolic link; links are not followed"

    (root / "inside.md").unlink()
    (root / "out").symlink_to("/etc")
    assert refusal(root) == "out: is a symbolic link; links are not followed"


def test_a_link_put_in_place_after_listing_is_not_followed(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", a_dot_md=b"A")
    with read_source(root) as source:
        (root / "a.md").unlink()
        (root / "a.md").symlink_to("/etc/hostname")
        with pytest.raises(ImportRefusedError, match=r"^a\.md: cannot be read"):
            source.read("a.md")


def test_a_pipe_in_a_folder_is_refused(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", a_dot_md=b"A")
    os.mkfifo(root / "pipe.md")

    assert refusal(root) == "pipe.md: is neither a file nor a folder"


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert refusal(zip_of(tmp_path / "x.zip", (link, b"/etc/passwd"))) == (
        "link.md: is a symbolic link; links are not followed"
    )


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("a.md", b"A"))
    data = bytearray(archive.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)

    assert refusal(archive) == "a.md: is encrypted"


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("a.md", b"A"), ("bomb.bin", b"\0" * 15_000_000))

    assert refusal(archive).startswith("bomb.bin: unpacks from ")
    assert refusal(archive).endswith("at most 200 times is allowed")


def test_a_size_that_an_entry_lies_about_is_found_while_reading(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("a.md", os.urandom(2_000_000)))
    data = archive.read_bytes().replace(struct.pack("<I", 2_000_000), struct.pack("<I", 10))
    archive.write_bytes(data)

    assert refusal(archive).startswith("a.md: ")


def test_a_directory_for_too_many_entries_is_refused_before_it_is_read(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("a.md", b"A"))
    data = bytearray(archive.read_bytes())
    data[-10:-6] = struct.pack("<I", 900_000_000)
    archive.write_bytes(data)

    assert refusal(archive) == "x.zip: its directory of 900 MB is for more than 20,000 files"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"Dear reader, this is a letter.")

    assert refusal(tmp_path / "x.zip") == "x.zip: is not a zip file"
    assert refusal(tmp_path / "none") == f"{tmp_path / 'none'}: no such folder or zip file"


def test_damage_is_reported_with_the_entry(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "x.zip", ("a.md", b"A" * 100), deflated=False)
    archive.write_bytes(archive.read_bytes().replace(b"A" * 100, b"B" * 100))

    assert refusal(archive) == "a.md: cannot be read (Bad CRC-32 for file 'a.md')"


def test_a_name_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = zip_of(tmp_path / "x.zip", ("a.md", b"1"), ("a.md", b"2"))

    assert refusal(archive) == "a.md: stands twice in the zip file"


def test_names_that_differ_only_by_case_or_unicode_form_are_refused(tmp_path: Path) -> None:
    assert refusal(zip_of(tmp_path / "x.zip", ("Notes.md", b"1"), ("notes.md", b"2"))) == (
        "notes.md: has the same name as Notes.md"
    )
    assert refusal(zip_of(tmp_path / "y.zip", ("u\u0308.md", b"1"), ("\u00fc.md", b"2"))) == (
        "\u00fc.md: stands twice in the zip file"
    )


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            Limits(max_markdown_bytes=10),
            "big.md: the file has 50 bytes or more; Markdown files may have 10 bytes",
        ),
        (Limits(max_media_bytes=10), "big.png: the file has 60 bytes or more; other files may have 10 bytes"),
        (Limits(max_total_bytes=100), "big.png: with this file the import passes 100 bytes in total"),
        (Limits(max_files=1), "docs: it holds more than 1 files"),
    ],
)
def test_limits_name_the_file_and_the_value(tmp_path: Path, limits: Limits, message: str) -> None:
    assert (
        refusal(folder_of(tmp_path / "docs", big_dot_md=b"m" * 50, big_dot_png=b"p" * 60), limits) == message
    )
    archive = zip_of(tmp_path / "docs.zip", ("big.md", b"m" * 50), ("big.png", b"p" * 60))
    assert refusal(archive, limits) == message.replace("docs:", "docs.zip:")


def test_a_hundred_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "root", a_dot_md=b"A")
    with (root / "film.mp4").open("wb") as film:
        film.truncate(100_000_000)

    assert refusal(root) == "film.mp4: the file has 100 MB or more; other files may have 20 MB"


def test_nothing_to_import_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty") == "empty: there is no Markdown file in it (.md, .mdx or .markdown)"
    assert refusal(folder_of(tmp_path / "pictures", a_dot_png=b"x")) == (
        "pictures: there is no Markdown file in it (.md, .mdx or .markdown)"
    )


def test_sizes_are_said_in_units_people_know() -> None:
    assert [size_text(size) for size in (3, 1_500, 20_000_000, 1_000_000_000)] == [
        "3 bytes", "1.5 KB", "20 MB", "1 GB",
    ]  # fmt: skip
