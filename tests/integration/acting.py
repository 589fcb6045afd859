"""A process that calls actions: a line of JSON in says which, a line out says how far the log then is."""

from __future__ import annotations

import json
import sys
from typing import Any
from uuid import UUID

import django


def act(told: dict[str, Any]) -> dict[str, Any]:
    from apps.accounts.actions import change_password
    from apps.accounts.people import SYSTEM, Actor
    from apps.documents.actions.saving import save_document
    from apps.documents.models import Document
    from apps.events.models import Stream
    from apps.tenants.actions import remove_member

    match told["action"]:
        case "revision":
            return {"revision": str(Document.objects.get(pk=told["document"]).revision_id)}
        case "save":
            page = Document.objects.get(pk=told["document"])
            save_document(
                Actor(UUID(told["owner"])), page.pk, title=page.title, source=told["source"],
                base_revision_id=page.revision_id,
            )  # fmt: skip
            return {"position": str(Stream.objects.get(pk=page.handbook_id).position)}
        case "remove":
            remove_member(SYSTEM, UUID(told["book"]), UUID(told["person"]))
        case "password":
            person = UUID(told["person"])
            change_password(Actor(person), person, password="another-one-1")
        case unknown:
            raise ValueError(unknown)
    return {}


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        print(json.dumps(act(json.loads(line))), flush=True)
