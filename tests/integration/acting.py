"""A process that calls actions, and a command: a line of JSON in says which, one out how far the log is."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command


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
        case "import":
            page = Document.objects.get(pk=told["document"])
            with TemporaryDirectory() as folder:
                Path(folder, f"{page.path}.md").write_text(f"# {page.title}\n\n{told['source']}\n")
                quiet = {"stdout": StringIO(), "stderr": StringIO()}
                call_command("import_handbook", folder, f"--handbook={page.handbook.slug}", **quiet)
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
