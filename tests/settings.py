"""The site's settings, with files in a folder that goes away and fast password hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Memory where the system has such a folder: SQLite waits for the disk at every commit.
_shared_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_folder = Path(tempfile.mkdtemp(prefix="cairn-tests-", dir=_shared_memory))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ.setdefault("CAIRN_SECRET_KEY", "only-for-tests")
os.environ["CAIRN_DATA_DIR"] = str(_folder)
# All of a test site's people come from one address.
os.environ.setdefault("CAIRN_ACCOUNTS_SIGN_UPS_AN_HOUR", "10000")
# A page is sent in parts where a part is slow, so on a busy machine; tests of that ask for it.
os.environ.setdefault("CAIRN_RENDERING_PART_PATIENCE_MS", "10000")

from project.settings import *
from project.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, so that threads and processes meet as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": _folder / "tests.sqlite3"}
else:
    # Test databases are dropped while a pool would still hold connections to them.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
