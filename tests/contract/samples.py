"""Contexts for every template, made from the types that views hand over.

`context(name, fill)` follows the dataclasses field by field, so a new field is covered the day it is
added. What a field may hold is read from its type; names tell addresses and closed sets from words.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

from markupsafe import Markup

from apps.accounts.formview import Field
from apps.accounts.personal import Message
from apps.accounts.site import Site
from apps.console.views.handbooks import KeptHandbook
from apps.documents.models.run import Kind, State
from apps.documents.selectors.front import HandbookCard
from apps.documents.selectors.handbook import HandbookView
from apps.documents.selectors.jobs import JobView
from apps.documents.selectors.jump import JumpHit
from apps.documents.selectors.members import MemberRow
from apps.documents.selectors.mine import MyHandbook
from apps.documents.selectors.runs import EntryView, ItemView
from apps.documents.views.conflicts import Part
from apps.documents.views.handbooks import Look
from apps.documents.views.invitations import InvitationView
from apps.notifications.selectors import KindWish
from apps.notifications.selectors import Row as NotificationRow
from tests.contract.contexts import TYPES

type Fill = Callable[[], str]

# What a word in such a field may be: templates choose by it.
CLOSED: dict[tuple[type, str], tuple[str, ...]] = {
    (Field, "kind"): (
        *("text", "email", "password", "textarea", "select", "radio", "checkbox", "color", "icon"),
        *("hidden", "search"),
    ),
    (Part, "kind"): ("kept", "conflict"),
    (Part, "choice"): ("mine",),
    (MemberRow, "role"): ("owner", "editor", "reader"),
    (EntryView, "kind"): tuple(Kind),
    (ItemView, "state"): tuple(State),
    (HandbookView, "icon"): ("cairn",),
    (HandbookCard, "icon"): ("book",),
    (InvitationView, "icon"): ("book",),
    (Look, "icon"): ("book",),
    (MyHandbook, "icon"): ("book",),
    (KeptHandbook, "icon"): ("book",),
    (JobView, "kind"): ("import",),
    (JobView, "state"): ("refused",),
    (JumpHit, "icon"): ("book",),
    (NotificationRow, "kind_icon"): ("bell",),
    (KindWish, "icon"): ("bell",),
    (Site, "direction"): ("rtl",),
    (Message, "level"): ("success",),
}
FORM_FIELDS = (
    *("", "title", "source", "message", "parent", "after", "file"),
    *("note", "reason", "name", "due_on", "assignee"),
)
AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
DEPTH = 3  # of trees


@dataclass
class Maker:
    """`lean`: nothing where there may be nothing. `yes`: what every question is answered with."""

    fill: Fill
    lean: bool = False
    yes: bool = True
    number: int = 0

    def make(self, kind: Any, name: str = "", owner: type = object, depth: int = 0) -> Any:
        kind = kind.__value__ if isinstance(kind, TypeAliasType) else kind
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            options = [one for one in get_args(kind) if one is not type(None)]
            empty = self.lean and len(options) < len(get_args(kind))
            return None if empty else self.make(options[0], name, owner, depth)
        if origin is tuple:
            return tuple(self.items(get_args(kind)[0], owner, depth))
        if origin is dict:
            return {} if self.lean else {key: (self.fill(), self.fill()) for key in FORM_FIELDS}
        if origin is Literal:
            return get_args(kind)[0]
        return self.record(kind, depth) if is_dataclass(kind) else self.plain(kind, name, owner)

    def items(self, kind: Any, owner: type, depth: int) -> Iterator[Any]:
        """Two of each kind that templates tell apart."""
        if self.lean or depth > DEPTH:
            return
        kinds = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
        for one in kinds:
            choices = self.choices(one)
            for chosen in choices or ({}, {}):
                yield self.record(one, depth + 1, chosen) if is_dataclass(one) else self.make(one, "", owner)

    def choices(self, kind: Any) -> list[dict[str, str]]:
        if not is_dataclass(kind):
            return []
        hints = get_type_hints(kind)
        told_apart = ("kind", "role", *(("state",) if (kind, "state") in CLOSED else ()))
        name = next((name for name in told_apart if name in hints), None)
        if name is None:
            return []
        hint = hints[name]
        hint = hint.__value__ if isinstance(hint, TypeAliasType) else hint
        values = get_args(hint) if get_origin(hint) is Literal else CLOSED[kind, name]
        return [{name: value} for value in values]

    def record(self, kind: Any, depth: int, chosen: dict[str, str] | None = None) -> Any:
        hints = get_type_hints(kind)
        values = {
            field.name: self.make(hints[field.name], field.name, kind, depth)
            for field in fields(kind)
            if field.name not in (chosen or {})
        }
        if chosen == {"kind": "icon"}:  # are drawn: each is the name of a drawing
            values["choices"] = tuple(replace(one, value="cairn") for one in values["choices"])
        return kind(**values, **(chosen or {}))

    def plain(self, kind: Any, name: str, owner: type) -> Any:
        if kind is str:
            closed = CLOSED.get((owner, name))
            if closed:
                return closed[0]
            return f"/{self.fill()}" if name.endswith("url") or name == "action" else self.fill()
        self.number += 1
        made: dict[Any, Any] = {
            bool: self.yes,
            int: 0 if self.lean else self.number,
            UUID: uuid5(UUID(int=0), str(self.number)),
            datetime: AT,
            date: AT.date(),
            Markup: Markup('<p class="sample">…</p>'),
            type(None): None,
        }
        return made[kind]


def context(template: str, fill: Fill, *, lean: bool = False, yes: bool = True) -> dict[str, Any]:
    maker = Maker(fill, lean, yes)
    made = {name: maker.make(kind, name) for name, kind in TYPES[template].items()}
    return {name: value for name, value in made.items() if value != () or name != "messages"}


VARIANTS: dict[str, dict[str, bool]] = {
    "full": {"lean": False, "yes": True},
    "refused": {"lean": False, "yes": False},
    "lean": {"lean": True, "yes": False},
}
