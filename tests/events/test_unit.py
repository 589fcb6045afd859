"""The unit of work: actions join it, its streams are locked first and in order, all or nothing is kept."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import rename_person
from apps.accounts.models import User
from apps.accounts.people import SYSTEM
from apps.events.models import Event, Stream
from apps.events.streams import handbook_stream, person_stream
from apps.events.unit import StreamNotLockedError, record, unit
from tests import given
from tests.contract.snapshot import every_table

pytestmark = pytest.mark.django_db


def positions(stream_id: UUID) -> list[tuple[str, int]]:
    return list(Event.objects.filter(stream_id=stream_id).order_by("id").values_list("type", "position"))


def name_of(person) -> str:
    return User.objects.get(pk=person.id).name


def test_joined_actions_share_one_transaction_and_its_positions():
    anna, bert = given.person(), given.person()
    with unit(person_stream(anna.id), person_stream(bert.id)):
        rename_person(SYSTEM, anna.id, name="One")
        rename_person(SYSTEM, bert.id, name="Two")
        rename_person(SYSTEM, anna.id, name="Three")
        assert len(positions(anna.id)) == 1
    assert positions(anna.id) == [("person_created", 1), ("person_renamed", 2), ("person_renamed", 3)]
    assert positions(bert.id) == [("person_created", 1), ("person_renamed", 2)]
    assert Stream.objects.get(pk=anna.id).position == 3


def test_a_unit_that_fails_leaves_nothing():
    anna = given.person()
    before = every_table()
    with pytest.raises(ZeroDivisionError), unit(person_stream(anna.id)):
        rename_person(SYSTEM, anna.id, name="One")
        1 / 0  # noqa: B018
    assert every_table() == before


def test_a_joined_action_that_fails_leaves_nothing_of_itself():
    anna = given.person()
    with unit(person_stream(anna.id)):
        rename_person(SYSTEM, anna.id, name="One")
        with (
            pytest.raises(ZeroDivisionError),
            record("x_failed", person_stream(anna.id), actor_id=None) as change,
        ):
            change.update(User.objects.get(pk=anna.id), name="Two")
            1 / 0  # noqa: B018
    assert name_of(anna) == "One"
    assert positions(anna.id) == [("person_created", 1), ("person_renamed", 2)]


def test_an_action_cannot_join_for_a_stream_that_is_not_locked():
    anna, bert = given.person(), given.person()
    before = every_table()
    with unit(person_stream(anna.id)), pytest.raises(StreamNotLockedError, match=str(bert.id)):
        rename_person(SYSTEM, bert.id, name="Two")
    assert every_table() == before


@pytest.mark.postgresql_only("SQLite's writers are serial as they are and lock no rows")
def test_streams_are_locked_before_anything_is_read_persons_first():
    one, two = sorted(uuid4() for _ in range(2))
    refs = (handbook_stream(two), handbook_stream(one), person_stream(two), person_stream(uuid4()))
    with unit(*refs):
        pass
    with CaptureQueriesContext(connection) as queries, unit(*refs):
        User.objects.exists()
    statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert statements[1].endswith('ORDER BY "events_stream"."kind" ASC, "events_stream"."id" ASC FOR UPDATE')
    assert "accounts_user" in statements[2]


def test_new_streams_are_made_before_any_is_locked():
    known, fresh = given.person(), uuid4()
    with CaptureQueriesContext(connection) as queries, unit(handbook_stream(fresh), person_stream(known.id)):
        pass
    statements = [q["sql"] for q in queries if "events_stream" in q["sql"]]
    assert [sql.split()[0] for sql in statements] == ["SELECT", "INSERT", "SELECT"]
    assert "FOR UPDATE" not in statements[0]
    assert Stream.objects.get(pk=fresh).position == 0


def test_an_event_on_several_streams_has_a_position_on_each():
    anna, handbook_id = given.person(), uuid4()
    with record("x_noted", handbook_stream(handbook_id), person_stream(anna.id), actor_id=None, always=True):
        pass
    assert positions(handbook_id) == [("x_noted", 1)]
    assert positions(anna.id)[-1] == ("x_noted", 2)


def test_a_change_that_touches_nothing_is_no_event_unless_it_says_so():
    anna = given.person()
    with record("x_noted", person_stream(anna.id), actor_id=None):
        pass
    assert len(positions(anna.id)) == 1
    with record("x_noted", person_stream(anna.id), actor_id=None, always=True):
        pass
    assert positions(anna.id)[1:] == [("x_noted", 2)]


def test_a_transaction_opened_around_a_unit_decides_for_both():
    anna = given.person()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename_person(SYSTEM, anna.id, name="One")
        1 / 0  # noqa: B018
    assert (name_of(anna), len(positions(anna.id))) == ("Anna", 1)
    with transaction.atomic():
        rename_person(SYSTEM, anna.id, name="One")
    assert positions(anna.id)[1:] == [("person_renamed", 2)]


def test_what_an_event_is_about_may_be_said_late():
    anna, about, revision = given.person(), uuid4(), uuid4()
    with record("x_noted", person_stream(anna.id), actor_id=anna.id, always=True) as change:
        change.describe(about_id=about, revision_id=revision)
    event = Event.objects.order_by("-id").first()
    assert (event.about_id, event.revision_id, event.actor_id) == (about, revision, anna.id)
