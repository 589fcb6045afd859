"""Django's admin: staff look, everybody else is refused as if there were nothing, whatever the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import pytest
from django.apps import apps

from tests.matrix.answers import Browsers, tables
from tests.matrix.asked import differences
from tests.matrix.routes import STAFFS, Address, routes
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
SPOKEN_FOR: Final = {"app_label": "accounts", "content_type_id": "1", "url": "nothing/"}
DOORS: Final = ("/-/staff/login/", "/-/sign-in/", "/-/password/")
ROUTES: Final = [route for route in routes().values() if route.pattern.startswith(STAFFS)]


def paths(pattern: str) -> tuple[str, str]:
    """With the id of a row that is there, and with one that none has."""
    parts = pattern.removeprefix(STAFFS).split("/")
    path = "/" + pattern.partition("^")[0]
    if "^(?P<app_label>" in pattern:
        path += "accounts/"
    models = {f"{model._meta.app_label}/{model._meta.model_name}": model for model in apps.get_models()}
    model = models.get("/".join(parts[:2]))
    row = model._base_manager.first() if model else None
    for name, value in SPOKEN_FOR.items():
        path = path.replace(f"<path:{name}>", value)
    there = str(row.pk) if row else "1"
    nothing = "9" * len(there) if there.isdigit() else str(uuid4())
    return path.replace("<path:object_id>", there), path.replace("<path:object_id>", nothing)


def faults(browsers: Browsers, who: str, pattern: str, hidden: list[str]) -> Iterator[str]:
    there, nothing = (Address(path, (path,)) for path in paths(pattern))
    is_way_out = "logout" in pattern
    got = browsers.get(who, there), browsers.get(who, nothing)
    sent = browsers.post(who, there, {}), browsers.post(who, nothing, {})
    for answer, other in (got, sent):
        if shown := [mark for mark in hidden if mark in answer.all_of_it]:
            yield f"shows {shown}"
        if answer.status >= 500 or (answer.wrote and not is_way_out):
            yield f"answers {answer.status}, or writes"
        if who != "staff":
            yield from differences(answer.like(*there.named), other.like(*nothing.named))
        if (
            who != "staff"
            and answer.status < 400
            and not answer.location.startswith(DOORS)
            and not is_way_out
        ):
            yield f"answers {answer.status} {answer.location}"


@pytest.mark.parametrize("who", ["visitor", "stranger", "owner", "staff"])
def test_the_admin_is_for_staff(world: World, browsers: Browsers, who: str):
    hidden = world.hidden_from(who)
    found = [
        f"{each.name}: {fault}" for each in ROUTES for fault in faults(browsers, who, each.pattern, hidden)
    ]
    assert found == []
    assert len(ROUTES) > 30
    assert tables() == browsers.before
