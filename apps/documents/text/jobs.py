"""Composing in other processes: what goes there and what comes back can be pickled."""

from __future__ import annotations

from collections.abc import Sequence

from apps.documents.text.blocks import Block
from apps.documents.text.compose import Composed, compose
from apps.documents.text.source import TextLimitError


def compose_job(job: tuple[str, Sequence[Block]]) -> Composed | str:
    """compose() of a source and its previous blocks; the reason where a limit refuses it."""
    try:
        return compose(*job)
    except TextLimitError as error:
        return str(error)
