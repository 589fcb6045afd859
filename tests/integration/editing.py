"""An editor in a process of its own, beside the servers. A script: each line it reads, DOCUMENT NUMBER, makes
the number the text of that page."""

from __future__ import annotations

import sys

import django


def edit() -> None:
    from apps.accounts.people import SYSTEM
    from apps.documents.actions.saving import save_document
    from apps.documents.models import Document

    print("ready", flush=True)
    for line in sys.stdin:
        document_id, number = line.split()
        document = Document.objects.get(pk=document_id)
        save_document(
            SYSTEM,
            document.pk,
            title=document.title,
            source=f"Number {number} it is.",
            base_revision_id=document.revision_id,
        )
        print("saved", flush=True)


if __name__ == "__main__":
    django.setup()
    edit()
