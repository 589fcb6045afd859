"""A handbook with something of everything in it, made in one go by the actions of the site."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from tests.e2e.files import picture
from tests.e2e.steps import PASSWORD
from tests.services.site import Site

SLUG = "mountain-hut"
WATER = "/mountain-hut/water/"
EMAIL = "olga@example.org"
EDITOR_EMAIL = "emil@example.org"
READER_EMAIL = "rosa@example.org"
STAFF_EMAIL = "stig@example.org"

TEXT = """The spring is behind the hut. See [[Stove]] and [[No such page]].

> [!WARNING]
> Boil it first.

## What to bring

| Thing | How many |
|---|--:|
| Can | 2 |
| Cup | 6 |

- [x] cans
- [ ] cups[^1]

[^1]: Of tin.

## How to fetch it

1. Walk down.
2. Fill the *cans*.

```python
def fetch(litres: int) -> str:
    return f"{litres} litres of very cold water, carried all the way up from the spring behind the hut"
```

![The spring](MEDIA)

## Afterwards

> Water is life.

Press `Ctrl`, look at <https://example.org/> and rest.
"""

MAKE = """
import base64, json
from datetime import date, timedelta
from uuid import uuid4
from django.utils import timezone
from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.actions.binning import bin_document
from apps.documents.actions.comments import reply_to_thread, resolve_thread, start_thread
from apps.documents.actions.care import ask_confirmation, change_care, confirm_reading
from apps.documents.actions.documents import create_document
from apps.documents.actions.saving import save_document
from apps.documents.actions.handbooks import open_handbook
from apps.documents.actions.media import add_media
from apps.documents.actions.run_items import note_run_item, photograph_run_item, skip_run_item, tick_run_item
from apps.documents.actions.runs import finish_run, reopen_run, start_run
from apps.documents.media import checked_upload
from apps.documents.models import Document
from apps.notifications.actions import tell
from apps.notifications.source import Notice
from apps.rendering.actions import create_token, drop_cached
from apps.tenants.actions import add_member, invite
from tests.rendering.kept import keep
given = json.loads({given!r})
def person(email, name):
    return Actor(create_person(email=email, name=name, password=given["password"]).pk)
olga = person(given["email"], "Olga Ortiz")
book = open_handbook(olga, slug=given["slug"], title="Mountain hut", is_public=True)
invitation = invite(olga, book.pk, role="reader", uses_max=100)[1]
people = {{}}
for email, role in given["members"].items():
    people[role] = person(email, role.title())
    add_member(olga, book.pk, email=email, role=role)
rosa = people["reader"]
media = add_media(olga, book.pk, checked_upload("spring.png", base64.b64decode(given["picture"])))
home = Document.objects.get(handbook=book, parent=None)
def page(title, source, below=None, publish=True):
    parent = below or home
    return create_document(
        olga, book.pk, parent_id=parent.pk, title=title, source=source, publish=publish)
text = given["text"].replace("MEDIA", f"/-/media/{{media.digest}}/{{media.name}}")
water = page("Water", text)
stove = page("Stove", "Light it with dry wood. Water: [[Water]].")
for title in ("Firewood", "Ashes", "Chimney"):
    page(title, f"About {{title.lower()}}. " * 40, stove)
page("Not ready", "A draft.", publish=False)
bin_document(olga, page("Thrown away", "Old.").pk)
for path in ("water/", "stove/", "stove/ashes/", "-/tree/"):
    keep(f"/{{given['slug']}}/{{path}}", hits=3)
water = Document.objects.select_related("revision").get(pk=water.pk)
save_document(olga, water.pk, title="Water", source=text.replace("rest", "rest well"), message="Rest",
    base_revision_id=water.revision_id)
emil = User.objects.get(email=given["editor"])
for number, document in enumerate((stove, water, water)):
    notice = Notice(olga.id, "page_changed", book.pk, document.pk, emil.pk)
    tell(olga.id, [notice], source=f"hut@{{number}}")
today = timezone.localdate()
for document, tags, days in ((water, ["Drinking", "Safety"], 0), (stove, ["Safety"], 20)):
    change_care(olga, document.pk, owner_id=olga.id, tags=tags, review_on=today + timedelta(days=days),
        review_every_months=6)
ask_confirmation(olga, water.pk)
confirm_reading(Actor(emil.pk), water.pk, revision_id=Document.objects.get(pk=water.pk).revision_id)
draft = Document.objects.get(handbook=book, title="Not ready")
blocks = water.revision.blocks
spring, warning = blocks[0][0], blocks[1][0]
asked = start_thread(people["reader"], water.pk, source="Is it *really* behind the hut? @Olga", block=spring)
reply_to_thread(olga, asked.comment.thread_id, source="Yes:\\n\\n- up the path\\n- see [[Stove]]")
start_thread(people["editor"], water.pk, source="How long?", block=warning)
start_thread(people["editor"], water.pk, source="A picture of the `can` would help.")
done = start_thread(people["reader"], water.pk, source="A typo in the second line.").comment
resolve_thread(people["editor"], done.thread_id)
save_document(olga, water.pk, title="Water", source=text.replace("rest", "rest well").replace(
    "Boil it first.", "Boil it first, for ten minutes."), base_revision_id=water.revision_id)
start_thread(olga, draft.pk, source="What is missing?")
create_person(email=given["staff"], name="Stig", password=given["password"], staff=True)
create_token(olga, book.pk, name="Deploy")
operation = uuid4()
drop_cached(olga, book.pk, tags=["page:/mountain-hut/stove/"], warm=True, operation_id=operation)
run = start_run(olga, water.pk, title="Fetching water, May", due_on=date(2026, 5, 2), assignee_ids=[olga.id])
first, second = (item["id"] for item in run.items)
for person in (olga, rosa):
    tick_run_item(person, run.pk, first)
skip_run_item(rosa, run.pk, second)
note_run_item(rosa, run.pk, first, text="One can leaks.")
photograph_run_item(rosa, run.pk, first, checked_upload("can.png", base64.b64decode(given["picture"])))
finished = start_run(olga, water.pk, title="Fetching water, April")
tick_run_item(olga, finished.pk, first)
finish_run(olga, finished.pk)
reopen_run(rosa, finished.pk, reason="Too early.")
finish_run(rosa, finished.pk)
runs = {{"run": run.pk, "item": first, "finished": finished.pk}}
ids = runs | {{"water": water.pk, "stove": stove.pk, "draft": draft.pk, "operation": operation,
    "thread": asked.comment.thread_id, "comment": asked.comment.pk, "resolved": done.thread_id,
    "rosa": rosa.id, "invitation": invitation}}
print(json.dumps({{name: str(id) for name, id in ids.items()}}))
"""


@dataclass(frozen=True)
class Hut:
    """Ids of its documents; Olga owns it, Emil edits, Rosa reads, all with PASSWORD."""

    water: str
    stove: str
    draft: str
    operation: str  # that renewed what is below Stove
    run: str  # of Water's checklist, open
    item: str  # its first item
    finished: str  # another run
    thread: str  # about a block of Water, begun by the reader's
    comment: str
    resolved: str  # another thread
    rosa: str
    invitation: str  # its secret
    slug: str = SLUG


def build(site: Site) -> Hut:
    given = {
        "email": EMAIL,
        "password": PASSWORD,
        "staff": STAFF_EMAIL,
        "editor": EDITOR_EMAIL,
        "slug": SLUG,
        "members": {EDITOR_EMAIL: "editor", READER_EMAIL: "reader"},
        "picture": base64.b64encode(picture()).decode(),
        "text": TEXT,
    }
    return Hut(**json.loads(site.python(MAKE.format(given=json.dumps(given)))))
