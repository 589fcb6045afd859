"""What people are told after an import, where there is much of a kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from ..importing.plan import Notice
from ..importing.told import Told

EXAMPLES: Final = 3
# What differs between notices of a kind.
SPECIFIC = re.compile(r"'[^']*'|[“„][^“”]*[”“]|<[^>]*>|\b[0-9a-f-]{36}\b|\d+")


def said(message: str) -> str:
    """In the active language, as far as an import left it open."""
    return _(message.template) % message.values if isinstance(message, Told) else message


def told(
    notices: Iterable[Notice], examples: int = EXAMPLES, more: str = "... and %d more like this"
) -> Iterator[str]:
    """Notices of one kind together, so many as examples, the rest as a number."""
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for notice in notices:
        place = f"{notice.origin}{f':{notice.line}' if notice.line else ''}"
        kinds[SPECIFIC.sub("…", notice.message)][f"{place}: {said(notice.message)}"] += 1
    for lines in kinds.values():
        for line, count in list(lines.items())[:examples]:
            times = _("%(line)s (%(count)d times)") % {"line": line, "count": count}
            yield times if count > 1 else line
        if len(lines) > examples:
            yield more % (len(lines) - examples)
