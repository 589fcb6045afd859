"""The write guard: whatever road a write takes, outside a recorded change it is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import RequestFactory
from django.test.utils import isolate_apps

from apps.accounts.models import User
from apps.events.guard import UnrecordedWriteError, opened
from apps.events.models import Event, Parked, Stream
from apps.events.streams import person_stream
from apps.events.unit import record
from apps.tenants.models import Handbook, Membership
from tests import given
from tests.contract.snapshot import every_table

pytestmark = pytest.mark.django_db


@contextmanager
def refused() -> Iterator[None]:
    """Refused, and nothing in any table changed."""
    before = every_table()
    with pytest.raises(UnrecordedWriteError), transaction.atomic():
        yield
    assert every_table() == before


@pytest.fixture
def person() -> User:
    return User.objects.get(pk=given.person().id)


def test_a_queryset_update_is_refused(person):
    with refused():
        User.objects.filter(pk=person.pk).update(name="Eve")
    with refused():
        User.objects.update(name=models.F("email"))


def test_save_and_create_are_refused(person):
    with refused():
        person.save()
    with refused():
        person.save(update_fields=["name"])
    with refused():
        Group.objects.create(name="x")
    with refused():
        Stream(id=person.pk, kind=1).save(force_insert=True)


def test_get_or_create_and_update_or_create_are_refused(person):
    with refused():
        Group.objects.get_or_create(name="x")
    with refused():
        User.objects.update_or_create(pk=person.pk, defaults={"name": "Eve"})


def test_bulk_writes_are_refused(person):
    with refused():
        Group.objects.bulk_create([Group(name="x")])
    with refused():
        Group.objects.bulk_create(
            [Group(name="x")], update_conflicts=True, unique_fields=["name"], update_fields=["name"]
        )
    with refused():
        User.objects.bulk_update([person], ["name"])


def test_deletes_are_refused(person):
    given.handbook(given.person())
    with refused():
        Membership.objects.all().delete()
    with refused():
        Membership.objects.get().delete()
    with refused():
        Membership.objects.all()._raw_delete("default")


def test_many_to_many_changes_are_refused(person):
    with opened():
        group = Group.objects.create(name="x")
        person.groups.add(Group.objects.create(name="y"))
    with refused():
        person.groups.add(group)
    with refused():
        person.groups.clear()
    with refused():
        person.groups.remove(*person.groups.all())
    with refused():
        person.groups.set([])
    with refused():
        group.user_set.add(person)


def test_a_cascade_from_a_free_table_is_refused(person):
    content_type = ContentType.objects.get_for_model(User)
    with opened():
        group = Group.objects.create(name="x")
        group.permissions.add(*content_type.permission_set.all())
    with refused():
        content_type.delete()


def test_a_cascade_between_guarded_tables_is_refused(person):
    event = Event.objects.order_by("id").first()
    with opened():
        Parked.objects.create(event=event, handler="h", error="e", next_attempt_at=event.at)
    with refused():
        event.delete()
    with refused():
        person.delete()


def test_a_writing_admin_is_refused(person):
    site = admin.AdminSite()
    site.register(Handbook, admin.ModelAdmin)
    model_admin = site.get_model_admin(Handbook)
    person.is_staff = person.is_superuser = True
    handbook = given.handbook(given.person())
    form = {
        "slug": "eve",
        "title": "Eve",
        "language": "en",
        "color": "lake",
        "icon": "cairn",
        "created_at_0": "2026-01-01",
    }
    form |= {"created_at_1": "12:00", "ends_at_0": "2026-02-01", "ends_at_1": "12:00"}
    for view, arguments in ((model_admin.add_view, ()), (model_admin.change_view, (str(handbook.pk),))):
        request = RequestFactory().post("/", form)
        request.user, request._dont_enforce_csrf_checks = person, True
        with refused():
            view(request, *arguments)
    request = RequestFactory().post("/", {"post": "yes"})
    request.user, request._dont_enforce_csrf_checks = person, True
    with refused():
        model_admin.delete_model(request, person)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_user SET name = 'Eve'",
        "update \"accounts_user\" set name = 'Eve'",
        "/* it's */ DELETE FROM tenants_membership",
        "WITH x AS (SELECT 1) DELETE FROM tenants_membership",
        "INSERT INTO auth_group (name) VALUES ('x') ON CONFLICT DO NOTHING",
        "-- DELETE\nDELETE\nFROM\n\ttenants_membership",
    ],
)
def test_raw_statements_are_refused(sql):
    given.handbook(given.person())
    with refused(), connection.cursor() as cursor:
        cursor.execute(sql)
    with refused(), connection.cursor() as cursor:
        cursor.executemany(sql.replace("%", "%%"), [[]])


@pytest.mark.postgresql_only("SQLite has neither TRUNCATE, COPY, MERGE, DO nor several statements in one")
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE tenants_membership",
        "TRUNCATE django_session, tenants_membership",
        "COPY auth_group FROM '/dev/null'",
        "WITH x AS (DELETE FROM tenants_membership RETURNING id) SELECT * FROM x",
        "SELECT 1; DELETE FROM tenants_membership",
        'DELETE FROM public."tenants_membership"',
        "DO $$ BEGIN DELETE FROM tenants_membership; END $$",
        "MERGE INTO auth_group USING auth_group g ON false WHEN NOT MATCHED THEN INSERT (name) VALUES ('x')",
    ],
)
def test_raw_statements_of_postgresql_are_refused(sql):
    given.handbook(given.person())
    with refused(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.postgresql_only("psycopg alone takes composed statements and bytes")
def test_composed_statements_are_read():
    from psycopg import sql

    for statement in (
        sql.SQL("DELETE FROM {}").format(sql.Identifier("auth_group")),
        b"DELETE FROM auth_group",
    ):
        with refused(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.sqlite_only("the other spellings are SQLite's")
@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE INTO auth_group (name) VALUES ('x')",
        "INSERT OR REPLACE INTO auth_group (name) VALUES ('x')",
        "UPDATE OR IGNORE [accounts_user] SET name = 'Eve'",
        "DELETE FROM main.tenants_membership",
        "DELETE FROM `tenants_membership`",
    ],
)
def test_raw_statements_of_sqlite_are_refused(sql):
    given.handbook(given.person())
    with refused(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_inside_a_change_only_the_change_writes(person):
    with refused(), record("person_renamed", person_stream(person.pk), actor_id=None) as change:
        change.update(User.objects.get(pk=person.pk), name="Bert")
        User.objects.update(name="Eve")


def test_the_guard_is_closed_again_after_an_error(person):
    with pytest.raises(ZeroDivisionError), opened():
        1 / 0  # noqa: B018
    with refused():
        User.objects.update(name="Eve")
    with opened(), pytest.raises(ZeroDivisionError), opened():
        1 / 0  # noqa: B018
    with refused():
        User.objects.update(name="Eve")


def test_a_wrapper_put_on_before_the_connection_opens_leaves_the_guard_on():
    other = connection.copy()
    try:
        with other.execute_wrapper(lambda execute, *rest: execute(*rest)), other.cursor() as cursor:
            cursor.execute("SELECT 1")
        with pytest.raises(UnrecordedWriteError), other.cursor() as cursor:
            cursor.execute("DELETE FROM auth_group")
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_another_thread_is_guarded_while_this_one_writes():
    outcome: list[object] = []

    def write() -> None:
        try:
            Group.objects.create(name="x")
        except UnrecordedWriteError as error:
            outcome.append(error)
        finally:
            connection.close()

    with opened():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert [type(each) for each in outcome] == [UnrecordedWriteError]
    assert Group.objects.count() == 0


def test_reads_and_locks_pass(person):
    with transaction.atomic():
        assert list(User.objects.select_for_update().filter(pk=person.pk)) == [person]


def test_sessions_pass():
    session = SessionStore()
    session["a"] = 1
    session.save()
    session["a"] = 2
    session.save()
    assert SessionStore(session.session_key)["a"] == 2
    session.delete()
    SessionStore.clear_expired()


@pytest.mark.django_db(transaction=True)
@isolate_apps("apps.events")
def test_a_migration_rebuilds_a_table():
    class Shelf(models.Model):
        name = models.TextField(null=True)  # noqa: DJ001

        class Meta:
            app_label = "events"

    needed = models.TextField(default="none")
    needed.set_attributes_from_name("name")
    with connection.schema_editor() as editor:
        editor.create_model(Shelf)
    try:
        with opened(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO events_shelf (name) VALUES (NULL), ('a')")
        with opened(), connection.schema_editor() as editor:  # as the migrate command opens it
            editor.alter_field(Shelf, Shelf._meta.get_field("name"), needed)
        assert sorted(Shelf.objects.values_list("name", flat=True)) == ["a", "none"]
        with refused():
            Shelf.objects.create(name="b")
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Shelf)


@pytest.mark.django_db(transaction=True)
def test_migrate_and_flush_may_write():
    given.person()
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    assert (User.objects.count(), Event.objects.count()) == (0, 0)
