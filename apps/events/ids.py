"""Ids that sort by time (UUID version 7, RFC 9562 section 5.7) and that a device may mint as well."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """48 bits of Unix time in ms, version and variant, 74 random bits."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
