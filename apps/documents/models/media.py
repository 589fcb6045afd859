"""Images and files that pages show or link to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.events.ids import new_id
from apps.events.tracked import Tracked
from apps.tenants.models import Handbook

NAME_MAX = 150
DIGEST_CHARS = 20


class Media(Tracked):
    """A file by its content: equal bytes in one handbook are one row. The bytes lie in the media
    folder under handbook and digest; a change of content is another file. `for_members`: it belongs to the
    record of a checklist alone, so visitors of a public handbook do not get it either."""

    entity = "media"
    keys = ("digest",)
    presence = ("for_members",)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT)
    digest = models.CharField(max_length=DIGEST_CHARS)
    name = models.CharField(max_length=NAME_MAX)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField()
    for_members = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("handbook", "digest"), name="one_media_a_digest"),)

    def __str__(self) -> str:
        return self.name
