"""Adding and removing images and files."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from apps.accounts.people import Actor
from apps.events.actions import action
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import NotFoundError, Right, require

from ..media import Upload, store_file
from ..models import Media, RunEntry


@action
def add_media(actor: Actor, handbook_id: UUID, upload: Upload, *, operation_id: UUID | None = None) -> Media:
    """Keep a checked upload. Equal bytes are one file: the second upload returns the first."""
    require(actor, handbook_id, Right.EDIT)
    store_file(
        handbook_id, upload
    )  # slow, so before the lock; and before the row, which never lacks its file
    with record(
        "media_added", handbook_stream(handbook_id), actor_id=actor.id, operation_id=operation_id
    ) as change:
        require(actor, handbook_id, Right.EDIT)
        store_file(handbook_id, upload)  # equal bytes may have been removed meanwhile
        media = kept_media(change, handbook_id, upload, actor.id)
        change.describe(about_id=media.pk)
        return media


def kept_media(
    change: Recorder, handbook_id: UUID, upload: Upload, person_id: UUID | None, *, for_members: bool = False
) -> Media:
    """Within a change: the row of these bytes. What a page may show is not for members alone any more."""
    media = Media.objects.filter(handbook_id=handbook_id, digest=upload.digest).first()
    if media is None:
        media = new_media(handbook_id, upload, person_id)
        media.for_members = for_members
        return change.insert(media)
    if not for_members:
        change.update(media, for_members=False)
    return media


def new_media(handbook_id: UUID, upload: Upload, person_id: UUID | None) -> Media:
    return Media(
        handbook_id=handbook_id,
        digest=upload.digest,
        name=upload.name,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        width=upload.width,
        height=upload.height,
        uploaded_by_id=person_id,
        uploaded_at=timezone.now(),
    )


@action
def remove_media(actor: Actor, media_id: UUID, *, operation_id: UUID | None = None) -> None:
    """Remove a file: nobody gets it from then on, and the relay deletes its bytes. Pages that show it
    show its description instead. What the record of a checklist shows stays there, for members."""
    found = Media.objects.filter(pk=media_id).first()
    if found is None:
        raise NotFoundError
    with record(
        "media_removed",
        handbook_stream(found.handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=media_id,
    ) as change:
        require(actor, found.handbook_id, Right.EDIT)
        media = Media.objects.filter(pk=media_id).first()
        if media is None:
            raise NotFoundError
        if RunEntry.objects.filter(photo=media).exists():
            change.update(media, for_members=True)
        else:
            change.delete(media)
