"""Events of a handbook's log, as the console tells them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.caching.marks import WARM
from apps.rendering.models import ApiToken

DROPPED_TYPES: Final = ("cache_dropped", "cache_warmed")
TOKEN_TYPES: Final = ("token_created", "token_revoked")
EVENTS: Final[dict[str, Promise]] = {
    "cache_dropped": gettext_lazy("Dropped or renewed by hand"),
    "cache_warmed": gettext_lazy("Warmed by hand"),
    "token_created": gettext_lazy("Token made"),
    "token_revoked": gettext_lazy("Token revoked"),
    "document_created": gettext_lazy("Page made"),
    "document_saved": gettext_lazy("Page saved"),
    "document_published": gettext_lazy("Page published"),
    "document_unpublished": gettext_lazy("Page taken back"),
    "document_moved": gettext_lazy("Page moved"),
    "revision_restored": gettext_lazy("Revision put back"),
    "care_changed": gettext_lazy("Care of a page changed"),
    "page_reviewed": gettext_lazy("Page reviewed"),
    "confirmation_asked": gettext_lazy("Members asked to confirm"),
    "confirmation_ended": gettext_lazy("Nobody asked to confirm any more"),
    "page_confirmed": gettext_lazy("Reading confirmed"),
    "comment_added": gettext_lazy("Comment added"),
    "comment_changed": gettext_lazy("Comment changed"),
    "comment_deleted": gettext_lazy("Comment deleted"),
    "thread_resolved": gettext_lazy("Conversation resolved"),
    "thread_reopened": gettext_lazy("Conversation opened again"),
    "run_started": gettext_lazy("Checklist started"),
    "run_item_ticked": gettext_lazy("Item ticked"),
    "run_item_unticked": gettext_lazy("Item opened again"),
    "run_item_skipped": gettext_lazy("Item set to “not applicable”"),
    "run_item_noted": gettext_lazy("Note on an item"),
    "run_item_photographed": gettext_lazy("Photo of an item"),
    "run_changed": gettext_lazy("Checklist renamed, or due another day"),
    "run_assigned": gettext_lazy("Somebody asked to see to a checklist"),
    "run_unassigned": gettext_lazy("Somebody released from a checklist"),
    "run_updated": gettext_lazy("Checklist on a newer text"),
    "run_finished": gettext_lazy("Checklist finished"),
    "run_reopened": gettext_lazy("Checklist reopened"),
    "media_added": gettext_lazy("File added"),
    "media_removed": gettext_lazy("File removed"),
    "member_added": gettext_lazy("Member added"),
    "member_removed": gettext_lazy("Member removed"),
    "role_changed": gettext_lazy("Role changed"),
    "ownership_transferred": gettext_lazy("Handed over"),
    "invitation_created": gettext_lazy("Invitation made"),
    "invitation_revoked": gettext_lazy("Invitation taken back"),
    "invitation_accepted": gettext_lazy("Somebody came by invitation"),
    "document_binned": gettext_lazy("Page binned"),
    "document_restored": gettext_lazy("Page put back"),
    "handbook_changed": gettext_lazy("Settings changed"),
    "pages_imported": gettext_lazy("Pages imported"),
    "handbook_created": gettext_lazy("Handbook made"),
    "handbook_closed": gettext_lazy("To be deleted"),
    "handbook_reopened": gettext_lazy("Not to be deleted any more"),
    "handbook_purged": gettext_lazy("Deleted for good"),
    "person_renamed": gettext_lazy("Somebody has another name"),
}
FATES: Final[dict[str, Promise]] = {
    "EXPIRED": gettext_lazy("Renewed"),
    "CHANGED": gettext_lazy("Dropped"),
    "GONE": gettext_lazy("Dropped as gone"),
}


def event_words(type: str) -> str:
    return str(EVENTS.get(type, type.replace("_", " ")))


def fate_words(fields: Collection[str]) -> str:
    """What became of the tags of a drop, by the fields of its touch."""
    said = next((str(words) for name, words in FATES.items() if name in fields), "")
    if not said:
        return _("Warmed")
    return _("%s and made anew at once") % said if WARM in fields else said


class Who:
    """Those who did something, by name; nobody's name is the system's."""

    def __init__(self, people: Collection[UUID | None], tokens: Collection[UUID | None] = ()) -> None:
        self._names = {person.pk: str(person) for person in User.objects.filter(pk__in=_those(people))}
        rows = ApiToken.objects.filter(pk__in=_those(tokens))
        self._tokens = dict(rows.values_list("pk", "name"))

    def __call__(self, person: UUID | None, token: UUID | None = None) -> str:
        if token in self._tokens:
            return _("Token “%s”") % self._tokens[token]
        if person is None:
            return _("A command")
        return self._names.get(person, _("Somebody"))


def _those(ids: Collection[UUID | None]) -> set[UUID]:
    return {id for id in ids if id is not None}
