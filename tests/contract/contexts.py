"""What each template is given by its views, as types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from markupsafe import Markup

from apps.accounts.bar import PersonBar
from apps.accounts.formview import Choice, FormView
from apps.accounts.personal import Message
from apps.accounts.sign_up_links import Wanted
from apps.accounts.site import Site
from apps.accounts.views.account import Person, SessionRow
from apps.console.catalogue import Catalogue
from apps.console.charts import Chart
from apps.console.operations import Operation
from apps.console.rooms import Rooms
from apps.console.views.acting import Question
from apps.console.views.figures import CoarseRead
from apps.console.views.handbooks import KeptHandbook
from apps.console.views.pages import CachedView, Column, FateView, Summary
from apps.console.views.tokens import NewToken, TokenRow
from apps.console.views.trail import TrailRow
from apps.documents.selectors.bar import BarView
from apps.documents.selectors.care import DueRow, Tagged, TagsPage
from apps.documents.selectors.care_form import CareView, ConfirmationRow
from apps.documents.selectors.changes import ChangeDay
from apps.documents.selectors.completing import Completion
from apps.documents.selectors.documents import DocumentHead
from apps.documents.selectors.front import Ending, HandbookCard
from apps.documents.selectors.handbook import Crumb, HandbookView
from apps.documents.selectors.history import RevisionRow
from apps.documents.selectors.jobs import JobRow, JobView
from apps.documents.selectors.jump import JumpPage
from apps.documents.selectors.media import MediaRow
from apps.documents.selectors.members import InvitationRow, MemberRow
from apps.documents.selectors.mine import MyChange, MyDraft, MyPage
from apps.documents.selectors.my_care import MyPageToDo
from apps.documents.selectors.my_runs import MyRun
from apps.documents.selectors.pages import PageView
from apps.documents.selectors.run_lists import RunLine, RunsPage
from apps.documents.selectors.runs import ItemView, RunView
from apps.documents.selectors.search import SearchHit
from apps.documents.selectors.talk import TalkView, ThreadView
from apps.documents.selectors.talk_part import TalkPart
from apps.documents.selectors.tree import TreeNode
from apps.documents.selectors.unseen import BinRow, DraftRow
from apps.documents.text import DiffLine, Fold, Heading
from apps.documents.views.arranging import MoveForm
from apps.documents.views.conflicts import ConflictView
from apps.documents.views.edit_form import EditForm
from apps.documents.views.handbooks import Look
from apps.documents.views.invitations import InvitationView
from apps.documents.views.invite_form import NewInvitation
from apps.documents.views.jobs import ImportForm
from apps.documents.views.media import UploadForm
from apps.documents.views.remark_form import RemarkForm
from apps.documents.views.run_detail import DetailForm
from apps.documents.views.run_start import StartForm
from apps.documents.views.run_work import WorkForms
from apps.notifications.selectors import Inbox, WishesView
from apps.notifications.selectors import Row as NotificationRow

FORM = {"form": FormView}
BOOK = {"handbook": HandbookView}
PAGED = {"newer_url": str | None, "older_url": str | None}
ONE = {**BOOK, "document": DocumentHead}
PERSONAL = {"site": Site, "csrf_input": Markup, "messages": tuple[Message, ...]}
CONSOLE = PERSONAL | BOOK | {"rooms": Rooms}
SHARED = {"site": Site, **BOOK}


@dataclass(frozen=True)
class Preview:
    html: Markup
    outline: tuple[Heading, ...]


TYPES: dict[str, dict[str, Any]] = {
    "403.html": {"site": Site, "book_url": str | None, "typed": str, "may_sign_in": bool},
    "csrf.html": {"site": Site, "typed": str, "may_sign_in": bool},
    "404.html": {"site": Site, "search_url": str | None, "typed": str, "may_sign_in": bool},
    "500.html": {},
    "accounts/account.html": PERSONAL
    | FORM
    | {"person": Person, "password_change_url": str, "sign_out_url": str}
    | {"handbooks": tuple[HandbookCard, ...], "new_handbook_url": str}
    | {"work_url": str, "wishes_url": str, "endings": tuple[Ending, ...]}
    | {"sessions": tuple[SessionRow, ...], "end_others_url": str},
    "accounts/bar.html": PERSONAL | {"bar": PersonBar},
    "accounts/language.html": PERSONAL | FORM,
    "accounts/password_change.html": PERSONAL | FORM,
    "accounts/password_change_done.html": PERSONAL,
    "accounts/password_reset.html": PERSONAL | FORM,
    "accounts/password_reset_complete.html": PERSONAL,
    "accounts/password_reset_confirm.html": PERSONAL | FORM | {"valid": bool, "reset_url": str},
    "accounts/password_reset_done.html": PERSONAL,
    "accounts/password_reset_mail.txt": {"site": Site, "name": str, "reset_url": str, "valid_hours": int},
    "accounts/password_reset_subject.txt": {"site": Site, "name": str},
    "accounts/sign_in.html": PERSONAL | FORM | {"sign_up_url": str, "reset_url": str},
    "accounts/sign_out.html": PERSONAL | FORM,
    "accounts/sign_up.html": PERSONAL | FORM | {"sign_in_url": str, "by_mail": bool},
    "accounts/sign_up_confirm.html": PERSONAL | {"asked": Wanted | None, "form": FormView},
    "accounts/sign_up_mail.txt": {"site": Site, "name": str, "confirm_url": str},
    "accounts/sign_up_sent.html": PERSONAL,
    "accounts/sign_up_subject.txt": {"site": Site},
    "accounts/sign_up_taken_mail.txt": {"site": Site, "name": str, "sign_in_url": str, "reset_url": str},
    "accounts/sign_up_taken_subject.txt": {"site": Site},
    "accounts/signed_out.html": PERSONAL,
    "accounts/wait.html": PERSONAL | {"text": str},
    "documents/backlinks.html": {"backlinks": tuple[Crumb, ...]},
    "console/act.html": CONSOLE | FORM,
    "console/audit.html": CONSOLE | PAGED | {"rows": tuple[TrailRow, ...]},
    "console/confirm.html": PERSONAL
    | {"handbook": HandbookView | None, "rooms": Rooms | None, "question": Question},
    "console/everything.html": PERSONAL | FORM | {"handbooks_url": str},
    "console/figures.html": CONSOLE
    | {"hour": tuple[Chart, ...], "day": tuple[Chart, ...], "coarse": tuple[CoarseRead, ...]},
    "console/handbooks.html": PERSONAL | {"rows": tuple[KeptHandbook, ...], "everything_url": str | None},
    "console/now.html": {"csrf_input": Markup, "operation": Operation},
    "console/page.html": CONSOLE | {"cached": CachedView, "fates": tuple[FateView, ...]},
    "console/pages.html": CONSOLE
    | {"found": Catalogue, "summary": Summary, "query": str, "state": str, "sort": str}
    | {"columns": tuple[Column, ...]},
    "console/progress.html": PERSONAL
    | {"handbook": HandbookView | None, "rooms": Rooms | None, "operation": Operation}
    | {"now_url": str, "here_url": str, "back_url": str},
    "console/tokens.html": CONSOLE | FORM | {"rows": tuple[TokenRow, ...], "new": NewToken | None},
    "documents/bar.html": PERSONAL | BOOK | {"bar": BarView},
    "documents/bin.html": PERSONAL | BOOK | PAGED | {"rows": tuple[BinRow, ...]},
    "documents/branch.html": SHARED | {"nodes": tuple[TreeNode, ...]},
    "documents/changes.html": SHARED | PAGED | {"days": tuple[ChangeDay, ...]},
    "documents/complete.html": {"completions": tuple[Completion, ...]},
    "documents/conflict.html": PERSONAL | ONE | {"conflict": ConflictView},
    "documents/diff.html": PERSONAL
    | ONE
    | {"old": RevisionRow, "new": RevisionRow, "lines": tuple[DiffLine | Fold, ...]},
    "documents/draft.html": PERSONAL | ONE | {"html": Markup, "publish_url": str},
    "documents/drafts.html": PERSONAL | BOOK | PAGED | {"rows": tuple[DraftRow, ...]},
    "documents/edit.html": PERSONAL | ONE | {"form": EditForm},
    "documents/export.html": PERSONAL | BOOK | {"error": str, "jobs": tuple[JobRow, ...]},
    "documents/import.html": PERSONAL | BOOK | {"form": ImportForm, "jobs": tuple[JobRow, ...]},
    "documents/job.html": PERSONAL | BOOK | {"job": JobView, "error": str},
    "documents/job_now.html": PERSONAL | BOOK | {"job": JobView},
    "documents/jobs_kept.html": {"jobs": tuple[JobRow, ...]},
    "documents/jump.html": PERSONAL | {"jump": JumpPage, "action": str},
    "documents/jump_list.html": {"jump": JumpPage},
    "documents/history.html": PERSONAL | ONE | PAGED | {"revisions": tuple[RevisionRow, ...]},
    "documents/media.html": PERSONAL
    | BOOK
    | PAGED
    | {"upload": UploadForm | None, "rows": tuple[MediaRow, ...]},
    "documents/me.html": PERSONAL | {"name": str, "initials": str},
    "documents/me_changes.html": {"rows": tuple[MyChange, ...]},
    "documents/me_drafts.html": {"rows": tuple[MyDraft, ...]},
    "documents/me_handbooks.html": {"rows": tuple[HandbookCard, ...], "new_url": str},
    "documents/me_pages.html": {"rows": tuple[MyPage, ...]},
    "documents/me_runs.html": {"rows": tuple[MyRun, ...]},
    "documents/more.html": PERSONAL | BOOK | {"bar": BarView, "document": DocumentHead | None},
    "documents/move.html": PERSONAL | ONE | {"move": MoveForm},
    "documents/new.html": PERSONAL | BOOK | {"document": type(None), "form": EditForm},
    "documents/page.html": SHARED | {"page": PageView},
    "documents/preview.html": {"preview": Preview},
    "documents/remark.html": PERSONAL
    | ONE
    | {"kind": Literal["new"], "form": RemarkForm, "thread": ThreadView | None, "comment_id": UUID | None}
    | {"may_change": bool, "delete_url": str | None},
    "documents/revision.html": PERSONAL
    | ONE
    | PAGED
    | {"revision": RevisionRow, "html": Markup, "source": str},
    "documents/run.html": SHARED | {"run": RunView},
    "documents/run_detail.html": PERSONAL | BOOK | {"run": RunView, "item": ItemView, "detail": DetailForm},
    "documents/run_open.html": {"rows": tuple[RunLine, ...], "list_url": str | None, "start_url": str},
    "documents/run_part.html": {"run": RunView, "item": ItemView},
    "documents/run_start.html": PERSONAL | ONE | {"start": StartForm},
    "documents/run_work.html": PERSONAL | BOOK | {"run": RunView, "work": WorkForms},
    "documents/runs.html": SHARED | {"runs": RunsPage},
    "documents/search.html": SHARED | PAGED | {"query": str, "total": int, "results": tuple[SearchHit, ...]},
    "documents/talk.html": SHARED | {"talk": TalkView},
    "documents/talk_part.html": SHARED | {"talk": TalkPart},
    "documents/talk_people.html": {"names": tuple[str, ...]},
    "documents/tree.html": SHARED
    | PAGED
    | {"parent": Crumb | None, "breadcrumbs": tuple[Crumb, ...], "nodes": tuple[TreeNode, ...]},
    "late.html": {"title": str},
    "documents/care.html": PERSONAL | ONE | FORM | {"care": CareView},
    "documents/confirm.html": PERSONAL
    | ONE
    | {"number": int, "revision": str, "is_asked": bool, "is_current": bool}
    | {"has_confirmed": bool, "error": str},
    "documents/confirmations.html": PERSONAL
    | ONE
    | {"care": CareView, "rows": tuple[ConfirmationRow, ...], "number": int},
    "documents/due.html": SHARED | {"rows": tuple[DueRow, ...]},
    "documents/me_care.html": {"rows": tuple[MyPageToDo, ...]},
    "documents/tag.html": SHARED | {"tag": Tagged},
    "documents/tags.html": SHARED | {"tags": TagsPage},
    "documents/me_notices.html": {"rows": tuple[NotificationRow, ...]},
    "notifications/digest.txt": {
        "site": Site,
        "name": str,
        "rows": tuple[NotificationRow, ...],
        "root": str,
        "wishes_url": str,
    },
    "notifications/inbox.html": PERSONAL
    | {"inbox": Inbox, "unread_only": bool, "until": str | None}
    | {"all_url": str, "unread_url": str, "read_url": str, "wishes_url": str},
    "notifications/wishes.html": PERSONAL
    | {"wishes": WishesView, "error": str, "action": str, "inbox_url": str},
    "tenants/front.html": {
        "site": Site,
        "handbooks": tuple[HandbookCard, ...],
        "yours_url": str,
        "new_url": str,
    },
    "tenants/delete.html": PERSONAL | BOOK | {"ending": Ending | None, "days": int, "form": FormView},
    "tenants/handbook_form.html": PERSONAL
    | FORM
    | {"handbook": HandbookView | None, "cancel_url": str, "look": Look, "delete_url": str | None}
    | {"ending": Ending | None},
    "tenants/invitation.html": PERSONAL | {"invitation": InvitationView},
    "tenants/invitation_mail.txt": {"site": Site, "who": str, "title": str, "invitation_url": str}
    | {"expires_at": datetime},
    "tenants/invitation_over.html": PERSONAL,
    "tenants/invitation_subject.txt": {"who": str, "title": str},
    "tenants/member_remove.html": PERSONAL
    | BOOK
    | {"member": MemberRow, "action": str, "error": str, "is_last_owner": bool}
    | {"transfer_url": str | None, "delete_url": str},
    "tenants/members.html": PERSONAL
    | BOOK
    | {"members": tuple[MemberRow, ...], "form": FormView | None, "roles": tuple[Choice, ...]}
    | {"invitations": tuple[InvitationRow, ...], "new": NewInvitation | None, "transfer_url": str | None},
    "tenants/transfer.html": PERSONAL | BOOK | FORM | {"has_others": bool},
    "tenants/yours.html": {
        "csrf_input": Markup,
        "handbooks": tuple[HandbookCard, ...],
        "new_url": str | None,
        "name": str | None,
    },
}
