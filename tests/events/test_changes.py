"""A change writes what differs, notes it, and refuses what its event could not tell truly."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.events.changes import ClosedChangeError
from apps.events.ids import new_id
from apps.events.models import Event
from apps.events.rows import StaleRowError
from apps.events.streams import handbook_stream, person_stream
from apps.events.touches import Touch
from apps.events.unit import record
from apps.tenants.models import Handbook, Membership
from tests import given
from tests.contract.snapshot import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.get(pk=given.person().id)


def changing(person, **options):
    return record("person_changed", person_stream(person.pk), actor_id=None, **options)


def last_touches():
    return Event.objects.order_by("-id").first().touched()


def new_person(**values):
    return User(**{"email": given.address(), "name": "New", "created_at": timezone.now(), **values})


def test_only_columns_that_differ_are_written_and_noted(person):
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        changing(person) as change,
    ):
        row = User.objects.get(pk=person.pk)
        assert change.update(row, name="Bert", email=row.email, is_staff=False)
    [update] = [q["sql"] for q in queries if 'UPDATE "accounts_user"' in q["sql"]]
    assert "email" not in update
    assert last_touches() == (Touch("person", "~", ("name",), str(person.pk)),)


def test_nothing_is_written_where_nothing_differs(person):
    before = every_table()
    with changing(person) as change:
        assert not change.update(User.objects.get(pk=person.pk), name=person.name)
    assert every_table() == before


def test_values_are_compared_as_the_row_would_hold_them():
    handbook = given.handbook(given.person())
    before = every_table()
    with record("x_changed", handbook_stream(handbook.pk), actor_id=None) as change:
        membership = Membership.objects.get()
        assert not change.update(membership, person_id=str(membership.person_id))
    assert every_table() == before


def test_only_columns_can_be_set_and_the_key_cannot(person):
    for name, value in (("id", new_id()), ("groups", [])):
        with pytest.raises(TypeError, match="no column to set"), changing(person) as change:
            change.update(User.objects.get(pk=person.pk), **{name: value})
    with pytest.raises(TypeError, match="'handbook' is no column"):
        handbook = given.handbook(given.person())
        with record("x_changed", handbook_stream(handbook.pk), actor_id=None) as change:
            change.update(Membership.objects.get(), handbook=handbook)


def test_a_row_read_before_the_lock_is_refused(person):
    before = every_table()
    for write in (lambda c: c.update(person, name="Eve"), lambda c: c.delete(person)):
        with pytest.raises(StaleRowError), changing(person) as change:
            write(change)
    with changing(person):
        read_then = User.objects.get(pk=person.pk)
    with pytest.raises(StaleRowError), changing(person) as change:
        change.update(read_then, name="Eve")
    assert every_table() == before


def test_a_row_that_is_gone_is_refused(person):
    before = every_table()
    for write in (lambda c, row: c.update(row, name="Eve"), lambda c, row: c.delete(row)):
        with pytest.raises(StaleRowError, match="0 of 1 rows of User"), changing(person) as change:
            row, again = (User.objects.get(pk=person.pk) for _ in range(2))
            change.delete(row)
            write(change, again)
    assert every_table() == before


def test_a_change_is_of_no_use_outside_its_block(person):
    with changing(person) as change:
        row = User.objects.get(pk=person.pk)
    before = every_table()
    outside = User.objects.get(pk=person.pk)
    with changing(person) as inner:
        pass
    for closed in (change, inner):
        for write in (
            lambda c: c.update(outside, name="Eve"),
            lambda c: c.update(row, name="Eve"),
            lambda c: c.insert(new_person()),
            lambda c: c.delete(outside),
            lambda c: c.execute("DELETE FROM tenants_membership", [], []),
        ):
            with pytest.raises(ClosedChangeError):
                write(closed)
    assert every_table() == before


def test_a_change_is_of_no_use_in_another_thread(person):
    raised = []

    def write(change):
        try:
            change.insert(new_person())
        except ClosedChangeError as error:
            raised.append(error)

    with changing(person) as change:
        thread = threading.Thread(target=write, args=[change])
        thread.start()
        thread.join()
    assert len(raised) == 1


def test_a_row_may_be_changed_after_it_was_inserted(person):
    with changing(person) as change:
        added = change.insert(new_person())
        change.update(added, name="Newer")
    assert User.objects.get(pk=added.pk).name == "Newer"
    assert last_touches() == (Touch("person", "+", (), str(added.pk)),)


def test_a_row_that_came_and_went_is_not_told(person):
    events = Event.objects.count()
    with changing(person) as change:
        change.delete(change.insert(new_person()))
    assert Event.objects.count() == events


def test_many_rows_are_written_in_few_statements_and_noted_each():
    handbook = given.handbook(given.person())
    people = [new_person() for _ in range(30)]
    with record("people_added", handbook_stream(handbook.pk), actor_id=None) as change:
        with CaptureQueriesContext(connection) as queries:
            change.insert_many(people)
            change.insert_many([])
            assert change.update_many((row, {"name": "Same"}) for row in people) == 30
        assert len(queries) <= 3
    assert User.objects.filter(name="Same").count() == 30


def test_deletes_happen_by_model_and_no_cascade_takes_more(person):
    handbook = given.handbook(given.person())
    with (
        pytest.raises(IntegrityError),
        record("h_deleted", handbook_stream(handbook.pk), actor_id=None) as change,
    ):
        change.delete(Handbook.objects.get(pk=handbook.pk))
        connection.check_constraints()  # what the commit would say
    assert Handbook.objects.filter(pk=handbook.pk).exists()
    assert Membership.objects.filter(handbook_id=handbook.pk).count() == 1


def test_a_failed_write_notes_nothing(person):
    taken = given.address()
    given.person(taken)
    before = every_table()
    with pytest.raises(IntegrityError), changing(person) as change:
        change.update(User.objects.get(pk=person.pk), email=taken)
    assert every_table() == before


def test_a_raw_statement_tells_what_its_caller_names(person):
    touch = Touch("person", "~", ("name",), None, {}, 1)
    with changing(person) as change:
        assert (
            change.execute(
                "UPDATE accounts_user SET name = %s WHERE email = %s", ["Raw", person.email], [touch]
            )
            == 1
        )
    assert last_touches() == (touch,)
    assert User.objects.get(pk=person.pk).name == "Raw"
