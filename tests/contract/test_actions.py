"""The contract of every action: its events tell exactly what it changed, and refused ones change nothing."""

from __future__ import annotations

import json
import pkgutil
from functools import partial
from importlib import import_module
from inspect import signature
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

import apps
from apps.accounts.people import ANONYMOUS, Actor
from apps.events.actions import ACTIONS
from apps.events.models import Event, Stream
from apps.events.touches import EVENT_MAX_BYTES
from tests.contract.scenarios import REFUSALS, SCENARIOS
from tests.contract.snapshot import every_table, tracked_rows
from tests.contract.told import check

pytestmark = pytest.mark.django_db
for module in pkgutil.walk_packages(apps.__path__, "apps."):
    if ".actions" in module.name:
        import_module(module.name)

MAKES_NEW = ("create_handbook", "open_handbook")  # anybody with an account may
cases = pytest.mark.parametrize("make", [make for _, make in SCENARIOS], ids=lambda make: make.__name__)


def bytes_of(event: Event) -> int:
    """As it goes over a wire: UTF-8 JSON without spaces."""
    values = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    return len(json.dumps(values, default=str, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_every_action_has_a_scenario_and_takes_an_operation_id(name):
    assert ACTIONS[name] in [action for action, _ in SCENARIOS], (
        f"tests/contract/scenarios.py has none for {name}"
    )
    assert signature(ACTIONS[name]).parameters["operation_id"].kind.name == "KEYWORD_ONLY"


@cases
def test_events_tell_exactly_what_changed_and_strangers_change_nothing(make):
    call, operation_id = make(), uuid4()
    turn_away_strangers(call)
    before, last = tracked_rows(), Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    call(operation_id=operation_id)
    events = list(Event.objects.filter(id__gt=last).order_by("id"))
    check(before, tracked_rows(), events)
    for event in events:
        assert bytes_of(event) <= EVENT_MAX_BYTES
        assert event.operation_id == operation_id
        assert any(word.endswith("ed") for word in event.type.split("_")), event.type
        assert event.applied is False
    for stream in Stream.objects.all():
        positions = (
            Event.objects.filter(stream_id=stream.pk).order_by("id").values_list("position", flat=True)
        )
        assert list(positions) == list(range(1, stream.position + 1))


def turn_away_strangers(call: partial) -> None:
    if "actor" not in signature(call.func).parameters:
        return  # signing up and in is for everybody
    before = every_table()
    for stranger in [ANONYMOUS] if call.func.__name__ in MAKES_NEW else [ANONYMOUS, Actor(uuid4())]:
        with pytest.raises((PermissionDenied, Http404)):
            partial(call.func, stranger, *call.args[1:], **call.keywords)()
    assert every_table() == before


@pytest.mark.parametrize(("error", "make"), REFUSALS, ids=lambda each: each.__name__)
def test_what_is_refused_changes_nothing(error, make):
    call = make()
    before = every_table()
    with pytest.raises(error):
        call()
    assert every_table() == before
