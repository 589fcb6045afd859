"""What documents do after a commit: run by the relay, at least once (settings.EVENT_HANDLERS)."""

from __future__ import annotations

from apps.events.models import Event
from apps.events.streams import handbook_stream
from apps.events.unit import unit
from apps.tenants.models import Handbook

from .models import Media
from .pictures import make_variants
from .storing import delete_all_files, delete_file, file_path


def make_media_variants(event: Event) -> None:
    """Smaller copies of the images that were added."""
    added = [
        touch.id for touch in event.touched() if touch.entity == "media" and touch.op == "+" and touch.id
    ]
    media = Media.objects.filter(pk__in=added)
    if any(touch.entity == "media" and touch.op == "+" and touch.id is None for touch in event.touched()):
        media = Media.objects.filter(
            handbook_id=event.stream_id
        )  # many at once: the event does not name them
    for row in media:
        make_variants(file_path(row.handbook_id, row.digest), row.content_type, row.width)


def delete_removed_media(event: Event) -> None:
    """The bytes of media that were removed. Under the handbook's lock, as add_media() looks for the
    file: the same bytes may be coming back right now."""
    gone = {
        touch.keys["digest"][0]
        for touch in event.touched()
        if touch.entity == "media" and touch.op == "-" and touch.keys
    }
    if not gone:
        return
    with unit(handbook_stream(event.stream_id)):
        used = Media.objects.filter(handbook_id=event.stream_id, digest__in=gone).values_list(
            "digest", flat=True
        )
        for digest in gone.difference(used):
            delete_file(event.stream_id, digest)


def delete_media_of_purged(event: Event) -> None:
    """All bytes of a handbook that was deleted for good."""
    purged = event.about_id if event.type == "handbook_purged" else None
    if purged and not Handbook.objects.filter(pk=purged).exists():
        delete_all_files(purged)
