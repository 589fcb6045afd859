"""Secrets that links carry: given out once, kept as a digest."""

from __future__ import annotations

import secrets
from hashlib import sha256

SECRET_BYTES = 32
SECRET_CHARS_MAX = 100  # of what is looked up; ours have 43


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    return sha256(secret[:SECRET_CHARS_MAX].encode()).hexdigest()
