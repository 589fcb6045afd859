"""Rows of projections as bytes: MessagePack, with ids and times as extensions of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgpack

ROW_BYTES: Final = 400  # in memory, about; rows are not measured one by one
ID, TIME = 1, 2


class RowsCodec:
    """Tuples of rows of one projection."""

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._names = [field.name for field in fields(cls)]

    def dump(self, value: Any) -> bytes | None:
        """None where a column holds what MessagePack cannot say."""
        rows = [[getattr(row, name) for name in self._names] for row in value]
        try:
            said: bytes = msgpack.packb(rows, default=_extension, strict_types=True)
        except (TypeError, ValueError, OverflowError):
            return None
        return said

    def load(self, data: bytes, left_s: float) -> tuple[Any, ...]:
        try:
            rows = msgpack.unpackb(data, ext_hook=_value)
            return tuple(self._cls(*row) for row in rows)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise ValueError(f"no rows of {self._cls.__qualname__}: {error}") from error

    def size_of(self, value: tuple[Any, ...]) -> int:
        return ROW_BYTES * len(value)


def digest_of(cls: Any) -> str:
    """Of what a projection reads: rows of another declaration are others."""
    plan = cls.plan
    said = (
        f"{cls.__module__}.{cls.__qualname__}",
        [(field.name, str(field.type)) for field in fields(cls)],
        plan.paths,
        str(plan.where),
        [(name, str(each.where)) for name, each in sorted(plan.has.items())],
    )
    return sha256(repr(said).encode()).hexdigest()[:16]


def _extension(value: Any) -> msgpack.ExtType:
    if isinstance(value, UUID):
        return msgpack.ExtType(ID, value.bytes)
    if isinstance(value, datetime):
        return msgpack.ExtType(TIME, value.isoformat().encode())
    raise TypeError(f"{type(value).__name__} cannot be shared")


def _value(code: int, data: bytes) -> Any:
    if code == ID:
        return UUID(bytes=data)
    if code == TIME:
        return datetime.fromisoformat(data.decode())
    raise ValueError(f"unknown extension {code}")
