"""An editor in a process of its own, beside the servers: each line it reads becomes the text of the page.
A script: DOCUMENT."""

from __future__ import annotations

import sys

import django


def edit(document_id: str) -> None:
    from apps.accounts.people import SYSTEM
    from apps.documents.actions.saving import save_document
    from apps.documents.models import Document

    print("ready", flush=True)
    for line in sys.stdin:
        document = Document.objects.get(pk=document_id)
        save_document(
            SYSTEM,
            document.pk,
            title=document.title,
            source=f"Number {line.strip()} it is.",
            base_revision_id=document.revision_id,
        )
        print("saved", flush=True)


if __name__ == "__main__":
    django.setup()
    edit(sys.argv[1])
