"""What goes into the log."""

from __future__ import annotations

import logging

FORBIDDEN = 403


class WithoutTraces(logging.Filter):
    """Of what was refused: it was answered as it should be, so no fault is to be traced."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == FORBIDDEN:
            record.exc_info = None
        return True
