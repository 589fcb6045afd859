"""What somebody means by a URL, a tag or a handbook that is to be dropped, renewed or warmed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from apps.caching.tags import ANY, HIDDEN, PAGE, PRESENCE, ROOT, page_tag, subtree_tag
from apps.events.actions import RefusedError
from apps.events.tracked import tracked_models
from apps.tenants.directory import HandbookRef, directory

from .finding import Found
from .pages import Page

NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")  # what no database takes


@dataclass(frozen=True)
class Target:
    """A tag of one handbook."""

    handbook_id: UUID
    tag: str


def handbook_at(slug: str) -> HandbookRef:
    """Raises RefusedError, which names what was asked for."""
    ref = directory.find(slug.strip("/"))
    if ref is None:
        raise RefusedError(_("There is no handbook “%s”.") % slug, "handbook")
    return ref


def path_of(url: str) -> str:
    """The path of an address, with or without scheme and host. Raises RefusedError, which names it."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:  # "//["
        path = None
    if path is None or NO_TEXT.search(path):
        raise RefusedError(_("“%s” is no address.") % url, "url")
    return path if path.startswith("/") else f"/{path}"


def page_at(url: str) -> Found:
    """The page that answers at an address of this site, with or without scheme and host. Raises
    RefusedError, which names what was asked for."""
    path = path_of(url)
    try:
        match = resolve(path)
    except Resolver404:
        match = None
    if match is None or not isinstance(match.func, Page):
        raise RefusedError(_("There is no shared page at “%s”.") % url, "url")
    ref = handbook_at(match.kwargs["handbook"])
    arguments = {name: value for name, value in match.kwargs.items() if name != "handbook"}
    if not match.func.is_there(ref, arguments):
        raise RefusedError(_("There is no page at “%s”.") % url, "url")
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return Found(match.func, ref, arguments, match.func.canonical_query(query), path)


def target_of_url(url: str) -> Target:
    """One page: the address itself, with whatever query, not those below it."""
    found = page_at(url)
    return Target(found.ref.id, page_tag(found.path))


def target_of_subtree(url: str) -> Target:
    """A page with all below it."""
    found = page_at(url)
    return Target(found.ref.id, subtree_tag(found.path))


def target_of_tag(slug: str, tag: str) -> Target:
    if not is_known(tag):
        known = ", ".join(model.entity for model in tracked_models())
        text = _(
            "“%(tag)s” is no tag. Allowed are *, and entity, entity.column or entity[key=value].column "
            "of %(known)s."
        )
        raise RefusedError(text % {"tag": tag, "known": known}, "tag")
    return Target(handbook_at(slug).id, tag)


def target_of_handbook(slug: str) -> Target:
    return Target(handbook_at(slug).id, ROOT)


def is_known(tag: str) -> bool:
    """Whether something could depend on it: its entity, key and column exist."""
    if NO_TEXT.search(tag):
        return False
    if tag in (ROOT, PAGE) or tag.startswith(f"{PAGE}:/"):
        return True
    entity, bracket, rest = tag.partition("[")
    column: str | None = None
    if bracket:
        condition, closed, column = rest.rpartition("].")
        key = condition.removesuffix(" is null").partition("=")[0]
        if not closed:
            return False
    else:
        entity, dot, column_name = entity.partition(".")
        key, column = "", column_name if dot else None
    model = next((each for each in tracked_models() if each.entity == entity), None)
    if model is None:
        return False
    columns = {PRESENCE, ANY, *(field.attname for field in model._meta.concrete_fields)}
    known_key = not key or key == "id" or key.removeprefix("id+") in model.keys
    return known_key and (column is None or column.removeprefix(HIDDEN) in columns)
