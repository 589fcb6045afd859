"""From a link as its tool understands it to a page or a file of this import."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from apps.documents.importing.names import MARKDOWN_SUFFIXES
from apps.documents.importing.site import Site, address_key, join
from apps.documents.text.slugs import slugify

type TargetKind = Literal["page", "file", "elsewhere", "unknown"]
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
ADDRESS_SUFFIXES = (*MARKDOWN_SUFFIXES, "/index.html", ".html", ".htm")
TOKEN = re.compile("\0([^\0]*)\0")


@dataclass(frozen=True, slots=True)
class Target:
    """`address` is what stands in the new link: `/path#anchor`, or a token for a file (its bytes
    are not read yet). "elsewhere" and "unknown" links stay as they are.
    """

    kind: TargetKind
    address: str = ""


ELSEWHERE, UNKNOWN = Target("elsewhere"), Target("unknown")


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the links of one page: `origin` is its file, `path` its path in the handbook."""

    site: Site
    origin: str
    path: str

    def resolve(self, address: str) -> Target:
        address = address.strip().removeprefix("pathname://")
        if address.startswith("#") and (own := self.site.anchors.get((self.path, unquote(address[1:])))):
            return Target("page", f"#{own}")
        if not address or address[0] in "#?" or SCHEME.match(address):
            return ELSEWHERE
        if address.startswith("/-/"):
            return ELSEWHERE
        target, _, anchor = address.partition("#")
        target = target.partition("?")[0]
        for written in dict.fromkeys((unquote(target), target)):
            if found := self._find(written):
                return self._with_anchor(found, anchor)
        return UNKNOWN

    def named(self, name: str) -> Target:
        """A page by its name alone, as wikis and shortcodes call it."""
        target, _, anchor = name.strip().partition("#")
        if not target:
            return Target("page", f"#{anchor}")
        if found := self._find(target):
            return self._with_anchor(found, anchor)
        stem = posixpath.basename(target.rstrip("/"))
        path = self.site.names.get(slugify(_without_suffix(stem)))
        return UNKNOWN if path is None else self._with_anchor(Target("page", f"/{path}"), anchor)

    def _with_anchor(self, target: Target, anchor: str) -> Target:
        if target.kind != "page" or not anchor:
            return target
        own = self.site.anchors.get((target.address[1:], unquote(anchor)), anchor)
        return Target("page", f"{target.address}#{own}")

    def _find(self, written: str) -> Target | None:
        for place in self._places(written):
            if (found := self._at_place(place)) is not None:
                return found
        for address in self._addresses(written):
            key = address_key(address)
            if not key and address.strip("./"):
                continue  # nothing of the address is a name
            if (path := self.site.addresses.get(key)) is not None or not key:
                return Target("page", f"/{path or ''}")
        return None

    def _places(self, written: str) -> Iterator[str]:
        """Where in the source the link may point, best guess first."""
        if written.startswith("@site/"):
            bases, written = [""], written.removeprefix("@site/")
        elif written.startswith("/"):
            site = self.site
            bases = [site.root, "", *(join(site.root, name) or name for name in site.dialect.static_folders)]
            bases += [name for name in site.dialect.static_folders if name not in bases]
            written = written.lstrip("/")
        else:
            bases = [posixpath.dirname(self.origin)]
        for base in dict.fromkeys(bases):
            if (place := join(base, written)) is not None:
                yield place

    def _at_place(self, place: str) -> Target | None:
        site = self.site
        for name in (place, *(f"{place}{suffix}" for suffix in MARKDOWN_SUFFIXES)):
            actual = site.folded.get(name.lower())
            if actual is not None and actual in site.pages:
                return Target("page", f"/{site.pages[actual]}")
            if actual is not None and name == place:
                return Target("file", f"\0{actual}\0")
        if place in site.folders and (place != site.root or self.path or place):
            return Target("page", f"/{site.folders[place]}")
        return None

    def _addresses(self, written: str) -> Iterator[str]:
        """The page addresses the link may mean, where it does not name a file."""
        written = _without_suffix(written)
        if written.startswith("/"):
            inside = written.strip("/")
            yield inside
            first, _, rest = inside.partition("/")
            if first in self.site.dialect.address_prefixes:
                yield rest
            return
        parent = self.site.folders.get(posixpath.dirname(self.origin), posixpath.dirname(self.path))
        for base in dict.fromkeys((parent, posixpath.dirname(self.path), self.path)):
            if (address := join(base, written)) is not None:
                yield address


def _without_suffix(written: str) -> str:
    lowered = written.lower()
    for suffix in ADDRESS_SUFFIXES:
        if lowered.endswith(suffix):
            return written[: -len(suffix)]
    return written
