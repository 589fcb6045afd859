"""The key that signs sessions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project.secret import FILE_NAME, secret_key


def test_a_configured_key_is_taken_and_nothing_is_written(tmp_path: Path):
    assert secret_key("chosen", tmp_path / "data") == "chosen"
    assert not (tmp_path / "data").exists()


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    key = secret_key("", tmp_path / "data")
    assert len(key) == 50
    assert secret_key("", tmp_path / "data") == key
    assert (tmp_path / "data" / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: secret_key("", tmp_path / "data"), range(32)))
    assert {len(key) for key in keys} == {50}
    assert len(set(keys)) == 1
