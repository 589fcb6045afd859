"""Who may do what at each address, and what the answer is then. A route that is not here fails the tests.

`get` and `post` are the least right that a method needs; None where it is not for that method. A thing that
stands in the address needs its own right besides (SEEN). What somebody may not do or not know is answered
as it would be for a thing that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from apps.tenants.permissions import Right
from tests.matrix.world import NEWCOMER


class Site(IntEnum):
    """What the site's own addresses need."""

    OPEN = 1
    SIGNED_IN = 2
    STAFF = 3


READ, TAKE_PART, EDIT, MANAGE = Right
OPEN, SIGNED_IN, STAFF = Site
NOBODY: Final[frozenset[str]] = frozenset()
type Least = Right | frozenset[str]  # a right, or those people alone
type Statuses = int | tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One route. `but`: where a thing needs another right than SEEN says ("POST binned"). `own`: who may
    in addition, by thing. `authors`: who alone may, of those who see it; the others are told so (403).
    `lost`: what is said where a thing is not to be seen. `to`: where a POST leads, one of these. `streams`:
    by parts, which are made on threads. `is_key`: whoever has the address may be told where it leads."""

    get: Right | Site | None = None
    post: Right | Site | None = None
    things: tuple[str, ...] = ("book",)
    but: Mapping[str, Least] = field(default_factory=dict)
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    query: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    got: Mapping[str, int] = field(default_factory=dict)
    posted: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    to: tuple[str, ...] = ("/{slug}/",)
    writes_on_get: bool = False
    streams: bool = False
    is_key: bool = False


SEEN: Final[dict[str, Least]] = {
    "draft": EDIT,
    "binned": NOBODY,
    "old draft": NOBODY,
    "old binned": NOBODY,
    "draft talk": EDIT,
    "page with talk of draft": NOBODY,
    "tag of draft": NOBODY,
    "newcomer": NOBODY,
    "reader's notice of page": frozenset({"reader"}),
    "reader's notice of draft": NOBODY,
    "editor's notice of draft": frozenset({"editor"}),
    "photo": TAKE_PART,
    "export job": frozenset({"editor", "owner", "staff"}),
    "import job": frozenset({"editor", "owner", "staff"}),
    "draft run": EDIT,
    "page run with item of draft": NOBODY,
    "revoked link": NOBODY,
    "session of reader": frozenset({"reader"}),
    "session of owner": frozenset({"owner"}),
    "former's notice of page": NOBODY,
}
PAGES: Final = ("page", "draft", "binned")
TALKS: Final = ("page talk", "draft talk", "page with talk of draft")
SHARED: Final = {"GET draft": NOBODY}  # the same for all members: not even editors see drafts there
JOB: Final = ("/{slug}/-/jobs/",)
TEXT: Final = {"title": "Other", "source": "other", "message": ""}
HANDBOOK: Final = {
    "title": "Other",
    "slug": "other",
    "is_public": "private",
    "language": "en",
    "color": "lake",
    "icon": "cairn",
}

ROUTES: Final[dict[str, Row]] = {
    # the site
    "health": Row(get=OPEN),
    "documents:front": Row(get=OPEN),
    "documents:me": Row(get=SIGNED_IN, streams=True),
    "documents:yours": Row(get=OPEN),
    "documents:new_handbook": Row(get=SIGNED_IN, post=SIGNED_IN, form=HANDBOOK, to=("/other/",)),
    # people
    "accounts:bar": Row(get=OPEN),
    "accounts:language": Row(get=OPEN, post=OPEN, form={"language": "en"}, to=("/-/language/",)),
    "accounts:account": Row(get=SIGNED_IN, post=SIGNED_IN, form={"name": "Other"}, to=("/-/account/",)),
    "accounts:sign_in": Row(get=OPEN, post=OPEN, got={"*": 302, "visitor": 200}, posted={"*": 422}),
    "accounts:sign_up": Row(get=OPEN, post=OPEN, posted={"*": 422}),
    "accounts:sign_out": Row(get=OPEN, post=OPEN, got={"visitor": 302}, to=("/-/signed-out/",)),
    "accounts:sign_up_sent": Row(get=OPEN),
    "accounts:sign_up_confirm": Row(
        get=OPEN,
        post=OPEN,
        things=("reader",),
        but={"GET reader": NOBODY, "POST reader": NOBODY},
        lost={"GET": 410, "POST": 410},
    ),
    "accounts:end_session": Row(
        post=SIGNED_IN,
        things=("session of reader", "session of owner"),
        lost={"POST": 302},
        to=("/-/account/",),
    ),
    "accounts:end_other_sessions": Row(post=SIGNED_IN, to=("/-/account/",)),
    "accounts:signed_out": Row(get=OPEN),
    "accounts:password_change": Row(get=SIGNED_IN, post=SIGNED_IN, posted={"*": 422}),
    "accounts:password_change_done": Row(get=SIGNED_IN),
    "accounts:password_reset": Row(
        get=OPEN, post=OPEN, form={"email": NEWCOMER}, to=("/-/password/reset/sent/",)
    ),
    "accounts:password_reset_done": Row(get=OPEN),
    "accounts:password_reset_complete": Row(get=OPEN),
    "accounts:password_reset_confirm": Row(
        get=OPEN,
        post=OPEN,
        things=("reader", "owner"),
        but={"GET reader": NOBODY, "GET owner": NOBODY, "POST reader": NOBODY, "POST owner": NOBODY},
        form={"password": "another long secret", "password_again": "another long secret"},
        lost={"GET": 410, "POST": 410},
    ),
    # notifications
    "notifications:inbox": Row(get=SIGNED_IN),
    "notifications:read": Row(post=SIGNED_IN, to=("/-/notifications/",)),
    "notifications:wishes": Row(
        get=SIGNED_IN, post=SIGNED_IN, form={"digest": "daily"}, to=("/-/notifications/settings/",)
    ),
    "notifications:open": Row(
        get=SIGNED_IN,
        things=(
            "reader's notice of page",
            "reader's notice of draft",
            "editor's notice of draft",
            "former's notice of page",
        ),
        got={"*": 302},
        writes_on_get=True,
    ),
    # the console
    "rendering:invalidate": Row(post=OPEN, posted={"*": 401}),
    "console:handbooks": Row(get=SIGNED_IN),
    "console:everything": Row(
        get=STAFF, post=STAFF, form={"fate": "renew", "confirmed": "yes"}, to=("/-/console/-/progress/",)
    ),
    "console:everything_progress": Row(get=STAFF, things=("operation",)),
    "console:everything_now": Row(get=STAFF, things=("operation",)),
    "console:pages": Row(get=MANAGE),
    "console:page": Row(get=MANAGE, query="address=/{book}/{book}-page/"),
    "console:act": Row(
        get=MANAGE,
        post=MANAGE,
        form={"which": "handbook", "value": "", "fate": "renew", "confirmed": "yes"},
        to=("/-/console/{slug}/progress/",),
    ),
    "console:progress": Row(get=MANAGE, things=("operation",)),
    "console:progress_now": Row(get=MANAGE, things=("operation",)),
    "console:figures": Row(get=MANAGE),
    "console:audit": Row(get=MANAGE),
    "console:tokens": Row(get=MANAGE, post=MANAGE, form={"name": "Other"}, posted={"*": 200}),
    "console:revoke": Row(post=MANAGE, things=("token",), to=("/-/console/{slug}/tokens/",)),
    # a handbook and its members
    "documents:settings": Row(
        get=MANAGE, post=MANAGE, form=HANDBOOK | {"slug": "{slug}"}, to=("/{slug}/-/settings/",)
    ),
    "documents:delete_handbook": Row(
        get=MANAGE, post=MANAGE, form={"title": "{title}"}, to=("/{slug}/-/settings/delete/",)
    ),
    "documents:reopen_handbook": Row(post=MANAGE, to=("/{slug}/-/settings/",)),
    "documents:members": Row(
        get=TAKE_PART,
        post=MANAGE,
        form={"email": "", "role": "reader", "uses_max": "1", "days": "7"},
        posted={"*": 200},
    ),
    "documents:member_role": Row(
        post=MANAGE,
        things=("editor", "reader", "newcomer"),
        form={"role": "reader"},
        to=("/{slug}/-/members/",),
    ),
    "documents:member_remove": Row(
        get=MANAGE,
        post=MANAGE,
        things=("editor", "reader", "newcomer"),
        own={"reader": ("reader",), "editor": ("editor",)},
        to=("/{slug}/-/members/", "/-/account/"),
    ),
    "documents:transfer": Row(
        get=MANAGE, post=MANAGE, form={"person": "{person}", "become": "owner"}, to=("/{slug}/-/members/",)
    ),
    "documents:revoke_invitation": Row(
        post=MANAGE, things=("invitation", "link"), to=("/{slug}/-/members/",)
    ),
    "documents:invitation": Row(
        get=OPEN,
        things=("link", "revoked link"),
        but={"GET revoked link": frozenset({"reader", "editor", "owner"})},
        lost={"GET": 410},
        is_key=True,
    ),
    # reading
    "documents:page": Row(
        get=READ,
        things=(*PAGES, "home", "old page", "old draft", "old binned"),
        but=SHARED,
        got={"old page": 301},
    ),
    "documents:tree": Row(get=READ),
    "documents:tree_below": Row(get=READ, things=("home", *PAGES), but=SHARED),
    "documents:branch": Row(get=READ, things=("home", *PAGES), but=SHARED, lost={"GET": 200}),
    "documents:bar": Row(get=READ, things=PAGES, query="document={document_id}", lost={"GET": 200}),
    "documents:more": Row(get=TAKE_PART, things=PAGES, query="document={document_id}"),
    "documents:search": Row(get=READ, query="q=common"),
    "documents:changes": Row(get=READ),
    "documents:jump": Row(get=READ, query="q=title"),
    "documents:jump_list": Row(get=READ, query="q=title"),
    "documents:jump_site": Row(get=OPEN, query="q=title"),
    "documents:jump_site_list": Row(get=OPEN, query="q=title"),
    "documents:complete": Row(get=EDIT, query="q=title"),
    # writing
    "documents:new": Row(
        get=EDIT,
        post=EDIT,
        things=PAGES,
        query="parent={document_id}&operation_id=01a20375-db52-7d2d-8e02-f7ef1e704158",
        form=TEXT,
        lost={"GET": 200, "POST": 422},
    ),
    "documents:preview": Row(post=EDIT, form={"source": "other"}, posted={"*": 200}),
    "documents:edit": Row(
        get=EDIT,
        post=EDIT,
        things=PAGES,
        but={"POST binned": EDIT},
        form=TEXT | {"base_revision": "{revision}"},
        posted={"binned": 422},
    ),
    "documents:resolve": Row(
        post=EDIT,
        things=PAGES,
        but={"POST binned": EDIT},
        form=TEXT | {"base_revision": "{revision}", "theirs_revision": "{revision}", "whole": "1"},
        posted={"binned": 422},
    ),
    "documents:history": Row(get=EDIT, things=PAGES),
    "documents:revision": Row(get=EDIT, things=PAGES),
    "documents:diff": Row(get=EDIT, things=PAGES),
    "documents:restore_revision": Row(post=EDIT, things=PAGES),
    # arranging
    "documents:drafts": Row(get=EDIT),
    "documents:draft": Row(get=EDIT, things=PAGES),
    "documents:move": Row(get=EDIT, post=EDIT, things=PAGES, form={"parent": "{home}"}),
    "documents:publish": Row(post=EDIT, things=PAGES),
    "documents:unpublish": Row(post=EDIT, things=PAGES),
    "documents:bin": Row(get=EDIT),
    "documents:put_into_bin": Row(post=EDIT, things=PAGES, but={"POST binned": EDIT}),
    "documents:restore": Row(post=EDIT, things=PAGES, but={"POST binned": EDIT}),
    # talk
    "documents:talk_people": Row(get=TAKE_PART),
    "documents:talk": Row(get=TAKE_PART, things=PAGES, but=SHARED),
    "documents:talk_part": Row(get=TAKE_PART, things=PAGES, but=SHARED),
    "documents:draft_talk": Row(get=EDIT, things=PAGES),
    "documents:new_thread": Row(get=TAKE_PART, post=TAKE_PART, things=PAGES, form={"source": "other"}),
    "documents:reply": Row(get=TAKE_PART, post=TAKE_PART, things=TALKS, form={"source": "other"}),
    "documents:resolve_thread": Row(get=TAKE_PART, post=TAKE_PART, things=TALKS),
    "documents:reopen_thread": Row(get=TAKE_PART, post=TAKE_PART, things=TALKS),
    "documents:comment": Row(
        get=TAKE_PART,
        post=TAKE_PART,
        things=(*TALKS, "answer"),
        authors={"page talk": ("reader",), "draft talk": ("editor",), "answer": ("editor",)},
        form={"source": "other"},
    ),
    "documents:delete_comment": Row(
        post=TAKE_PART,
        things=(*TALKS, "answer"),
        authors={
            "page talk": ("reader", "owner", "staff"),
            "draft talk": ("editor", "owner", "staff"),
            "answer": ("editor", "owner", "staff"),
        },
    ),
    # checklists
    "documents:runs": Row(get=TAKE_PART),
    "documents:runs_of": Row(get=TAKE_PART, things=PAGES, but=SHARED),
    "documents:open_runs_of": Row(get=READ, things=PAGES, lost={"GET": 200}),
    "documents:run_start": Row(get=TAKE_PART, post=TAKE_PART, things=PAGES, form={"title": "Other"}),
    "documents:run": Row(get=TAKE_PART, things=("page run", "draft run"), but={"GET draft run": NOBODY}),
    "documents:run_work": Row(
        get=TAKE_PART, post=TAKE_PART, things=("page run", "draft run"), form={"do": "tick {item}"}
    ),
    "documents:run_item": Row(
        get=TAKE_PART,
        post=TAKE_PART,
        things=("page run", "draft run", "page run with item of draft"),
        form={"note": "other"},
    ),
    # care
    "documents:tags": Row(get=READ),
    "documents:tag": Row(get=READ, things=("tag of page", "tag of draft")),
    "documents:due": Row(get=TAKE_PART),
    "documents:care": Row(get=EDIT, post=EDIT, things=PAGES, form={"tags": "other", "owner_id": ""}),
    "documents:reviewed": Row(post=EDIT, things=PAGES),
    "documents:ask_confirmation": Row(post=EDIT, things=PAGES, form={"ask": "1"}),
    "documents:confirmations": Row(get=EDIT, things=PAGES),
    "documents:confirm": Row(get=TAKE_PART, post=TAKE_PART, things=PAGES, form={"revision": "{revision}"}),
    "documents:watch": Row(post=TAKE_PART, things=PAGES, form={"watch": "1"}),
    # media
    "documents:media": Row(get=EDIT, post=EDIT, form={"file": "FILE"}, to=("/{slug}/-/media/",)),
    "documents:remove_media": Row(post=EDIT, things=("file",), to=("/{slug}/-/media/",)),
    "documents:media_file": Row(get=READ, things=("file", "photo")),
    # in and out
    "documents:import": Row(get=EDIT, post=EDIT, form={"files": "FILE", "dialect": ""}, to=JOB),
    "documents:export": Row(get=EDIT, post=EDIT, to=JOB),
    "documents:job": Row(get=TAKE_PART, things=("export job", "import job")),
    "documents:job_now": Row(get=TAKE_PART, things=("export job", "import job")),
    "documents:job_write": Row(
        post=EDIT, things=("import job",), but={"POST import job": frozenset({"editor"})}, to=JOB
    ),
    "documents:job_discard": Row(
        post=EDIT,
        things=("import job",),
        but={"POST import job": frozenset({"editor"})},
        to=("/{slug}/-/import/",),
    ),
    "documents:job_file": Row(get=EDIT, things=("export job", "import job"), but={"GET import job": NOBODY}),
}
