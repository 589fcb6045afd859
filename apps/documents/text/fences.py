"""What stands behind the opening of a fenced block: its language and, where given, a file name."""

from __future__ import annotations

import re

_LANGUAGE = re.compile(r"[^\s{,:=]{1,40}")
_TITLE = re.compile(r"""(?:^|\s)(?:title|filename|file)=(?:"([^"]{1,200})"|'([^']{1,200})')""")


def fence_info(info: str) -> tuple[str, str]:
    """(language, title) of `tsx title="app/page.tsx" {1,3}`; either may be empty."""
    text = info.strip()
    language = _LANGUAGE.match(text.removeprefix("."))
    title = _TITLE.search(text)
    has_language = language is not None and (title is None or title.start() > 0)
    return (
        language[0].lower() if language and has_language else "",
        (title[1] or title[2]) if title else "",
    )
