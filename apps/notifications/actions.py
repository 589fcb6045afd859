"""What changes notifications, watches and wishes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils import timezone

from apps.accounts.people import Actor, require_self
from apps.events.actions import action, refuse_other
from apps.events.streams import person_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import Right, require

from .models import Digest, Notification, Watch, Wishes
from .source import Notice, kinds

READ_AT_ONCE = 1_000  # rows of one change


@action
def tell(person_id: UUID, notices: Sequence[Notice], *, source: str, operation_id: UUID | None = None) -> int:
    """Tell a person what they want to know of what `source` brought: an event's place (`stream@position`)
    or an occasion. Returns how many are news to them; repeating it tells nothing."""
    known = kinds()
    with record(
        "person_notified",
        person_stream(person_id),
        actor_id=None,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        wishes = Wishes.objects.filter(pk=person_id).first()
        wanted = [each for each in notices if wishes is None or each.kind not in wishes.unwanted]
        return sum(_tell(change, each, source, together=known[each.kind].together) for each in wanted)


def _tell(change: Recorder, notice: Notice, source: str, *, together: bool) -> bool:
    id = notification_id(source, notice)
    if Notification.objects.filter(pk=id).exists():
        return False
    now = timezone.now()
    last = _last(notice) if together else None
    if last is not None and _place(last.source) >= _place(source):
        return False  # it was counted already
    if last is not None and last.read_at is None:
        return change.update(
            last,
            count=last.count + 1,
            at=now,
            actor_id=notice.actor_id,
            source=source,
            mailed_at=None,
        )
    change.insert(
        Notification(
            id=id,
            person_id=notice.person_id,
            handbook_id=notice.handbook_id,
            kind=notice.kind,
            subject_id=notice.subject_id,
            actor_id=notice.actor_id,
            source=source,
            at=now,
        )
    )
    return True


def notification_id(source: str, notice: Notice) -> UUID:
    """The same source tells the same once."""
    return uuid5(NAMESPACE_OID, f"{source} {notice.person_id} {notice.kind} {notice.subject_id}")


def _last(notice: Notice) -> Notification | None:
    about = {"person_id": notice.person_id, "kind": notice.kind, "subject_id": notice.subject_id}
    return Notification.objects.filter(**about).order_by("-at").first()


def _place(source: str) -> int:
    """Where in its stream the event stands that told; what is told together comes from one stream."""
    return int(source.partition("@")[2])


@action
def mark_read(
    actor: Actor,
    person_id: UUID,
    ids: Collection[UUID] | None = None,
    *,
    until: datetime | None = None,
    operation_id: UUID | None = None,
) -> int:
    """These of the person's (None: all), but what was told after `until`. Returns how many were unread."""
    require_self(actor, person_id)
    with record(
        "notifications_marked",
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        rows = Notification.objects.filter(person_id=person_id, read_at=None).order_by("-at")
        if ids is not None:
            rows = rows.filter(pk__in=list(ids)[:READ_AT_ONCE])
        if until is not None:
            rows = rows.filter(at__lte=until)
        now = timezone.now()
        return change.update_many((row, {"read_at": now}) for row in rows[:READ_AT_ONCE])


@action
def watch(actor: Actor, handbook_id: UUID, subject_id: UUID, *, operation_id: UUID | None = None) -> Watch:
    """From now on; who watches already goes on. That the subject may be seen is for the caller to say."""
    require(actor, handbook_id, Right.TAKE_PART)
    person_id = cast("UUID", actor.id)
    with record(
        "subject_watched",
        person_stream(person_id),
        actor_id=person_id,
        operation_id=operation_id,
        about_id=subject_id,
    ) as change:
        row = Watch.objects.filter(person_id=person_id, subject_id=subject_id).first()
        return row or change.insert(
            Watch(person_id=person_id, handbook_id=handbook_id, subject_id=subject_id, since=timezone.now())
        )


@action
def stop_watching(
    actor: Actor, person_id: UUID, subject_id: UUID, *, operation_id: UUID | None = None
) -> None:
    require_self(actor, person_id)
    with record(
        "watch_ended",
        person_stream(person_id),
        actor_id=person_id,
        operation_id=operation_id,
        about_id=subject_id,
    ) as change:
        change.delete(*Watch.objects.filter(person_id=person_id, subject_id=subject_id))


@action
def change_wishes(
    actor: Actor,
    person_id: UUID,
    *,
    digest: str,
    unwanted: Collection[str] = (),
    unmailed: Collection[str] = (),
    operation_id: UUID | None = None,
) -> Wishes:
    require_self(actor, person_id)
    refuse_other(digest, Digest.values, "digest")
    known = kinds()
    for kind in sorted({*unwanted, *unmailed}):
        refuse_other(kind, known)
    values: dict[str, Any] = {
        "digest": digest,
        "unwanted": sorted({*unwanted}),
        "unmailed": sorted({*unmailed}),
    }
    with record(
        "wishes_changed",
        person_stream(person_id),
        actor_id=person_id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        return _write_wishes(change, person_id, **values)


def _write_wishes(change: Recorder, person_id: UUID, **values: Any) -> Wishes:
    wishes = Wishes.objects.filter(pk=person_id).first()
    if wishes is None:
        return change.insert(Wishes(person_id=person_id, **values))
    change.update(wishes, **values)
    return wishes


@action
def note_digest(person_id: UUID, mailed: Collection[UUID], *, operation_id: UUID | None = None) -> None:
    """A digest with these notifications has left; also with none of them, so that the next is a day away."""
    now = timezone.now()
    with record(
        "digest_mailed",
        person_stream(person_id),
        actor_id=None,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        rows = Notification.objects.filter(person_id=person_id, pk__in=list(mailed))
        change.update_many((row, {"mailed_at": now}) for row in rows)
        _write_wishes(change, person_id, digest_at=now, failed_at=None)


@action
def note_failed_digest(person_id: UUID, *, operation_id: UUID | None = None) -> None:
    """A digest could not be sent: others come first now."""
    with record(
        "digest_failed",
        person_stream(person_id),
        actor_id=None,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        _write_wishes(change, person_id, failed_at=timezone.now())


@action
def forget_read(
    person_id: UUID, *, kept_days: int, most: int = READ_AT_ONCE, operation_id: UUID | None = None
) -> int:
    """Delete what was read longer ago than that. Returns how many."""
    before = timezone.now() - timedelta(days=kept_days)
    with record(
        "notifications_cleared",
        person_stream(person_id),
        actor_id=None,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        rows = list(Notification.objects.filter(person_id=person_id, read_at__lt=before)[:most])
        change.delete(*rows)
        return len(rows)


def by_person(notices: Iterable[Notice]) -> dict[UUID, list[Notice]]:
    found: dict[UUID, list[Notice]] = {}
    for notice in notices:
        if notice.person_id != notice.actor_id:  # nobody is told what they did themselves
            found.setdefault(notice.person_id, []).append(notice)
    return found
