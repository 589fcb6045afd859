"""Links in Cairn's own export, exactly: what export writes, import reads back to the character.

In an export a link to a page is the relative path of its file, a link to a file is relative to
`media/`. A destination that only looks like one of these (a page may say `[x](notes.md)` and mean
no page) gets `././` in front, which names the same place and is taken off again.
"""

import posixpath
from urllib.parse import unquote

from apps.documents.importing.markdown_links import Destination
from apps.documents.importing.site import Site, join

LITERAL = "././"


def imported_destination(site: Site, origin: str, found: Destination) -> str | None:
    """The destination in Cairn of one that stands in the file `origin`; None if it stays.

    A file's is a token, as `resolving.TOKEN` says.
    """
    if found.loose:
        return None
    if found.written.startswith(LITERAL):
        return found.written[len(LITERAL) :]
    path, mark, anchor = found.written.partition("#")
    place = join(posixpath.dirname(origin), unquote(path)) if path else None
    if place in site.pages:
        return f"/{site.pages[place]}{mark}{anchor}"
    return f"\0{place}\0" if place in site.files and not mark else None
