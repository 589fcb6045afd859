"""A form that two people fill in at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from apps.accounts.formview import form_view
from apps.accounts.mergingform import MergingForm, merged
from apps.events.actions import RefusedError, refuse_overtaken

AGAIN = "Save again to have it as it stands here."


class Trip(MergingForm):
    title = forms.CharField()
    day = forms.DateField(required=False)
    boats = forms.IntegerField(required=False)

    def both(self, name: str, drawn: str, stands: str, mine: str) -> str | None:
        return f"{stands}{mine}" if name == "boats" else None


def row(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**({"title": "Sea", "day": None, "boats": 1} | values))


def sent(drawn: SimpleNamespace, **values: str) -> QueryDict:
    """What a browser sends of the form as it was drawn, with these typed into it."""
    data = QueryDict(mutable=True)
    for field in form_view(Trip(drawn, None), "/").fields:
        data[f"initial-{field.name}"] = field.drawn or ""
        data[field.name] = values.get(field.name, field.value)
    return data


def saved(form: MergingForm) -> dict[str, Any] | None:
    """What an action gets; None where it gets nothing as the form is not valid."""
    given: dict[str, Any] = {}
    return given if merged(form, lambda **values: given.update(values)) else None


def test_an_action_gets_what_was_changed_and_what_that_was():
    assert saved(Trip(row(), sent(row(), title="Lake"))) == {"was": {"title": "Sea"}, "title": "Lake"}
    assert saved(Trip(row(), sent(row()))) == {}


def test_what_the_sender_left_alone_is_what_it_is_now():
    form = Trip(row(title="Lake", boats=3), sent(row(), day="2026-05-04"))
    assert set(saved(form) or ()) == {"was", "day"}
    assert (form.own, form.theirs) == (["day"], ["title", "boats"])


def test_who_changed_the_same_in_the_same_way_has_changed_nothing():
    assert saved(Trip(row(title="Lake"), sent(row(), title="Lake"))) == {}


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("Lake", f"Meanwhile somebody else changed this to “Lake”. {AGAIN}"),
        ("", f"Meanwhile somebody else emptied this. {AGAIN}"),
    ],
)
def test_who_changed_the_same_otherwise_is_told_and_then_has_the_last_word(now, said):
    form = Trip(row(title=now), sent(row(), title="Pond", day="2026-05-04"))
    assert saved(form) is None
    view = form_view(form, "/")
    assert [(field.value, field.drawn, field.errors) for field in view.fields] == [
        ("Pond", now, (said,)),
        ("2026-05-04", "", ()),
        ("1", "1", ()),
    ]
    again = QueryDict(mutable=True)
    for field in view.fields:
        again[field.name], again[f"initial-{field.name}"] = field.value, field.drawn
    given = saved(Trip(row(title=now), again)) or {}
    assert (given["title"], given["was"]["title"]) == ("Pond", now)


def test_where_both_can_be_had_they_are():
    assert saved(Trip(row(boats=2), sent(row(), boats="3"))) == {"was": {"boats": 2}, "boats": 23}


def test_what_is_sent_without_what_was_drawn_is_compared_with_what_stands():
    assert saved(Trip(row(title="Lake"), QueryDict("title=Pond"))) == {
        "was": {"title": "Lake"},
        "title": "Pond",
    }
    assert saved(Trip(row(title="Lake"), QueryDict("boats=1"))) == {}


def test_what_is_not_what_somebody_saw_is_not_replaced():
    with pytest.raises(RefusedError, match="saved this at the same moment"):
        refuse_overtaken(row(title="Lake"), {"day": None, "title": "Sea"})
    for was in (None, {}, {"title": "Sea"}):
        refuse_overtaken(row(), was)
