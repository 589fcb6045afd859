"""A scenario for each action: it makes what the action needs and returns the call to hold to the contract.

A new action needs one more function here: `@scenario(the_action)` returns `partial(the_action, ...)`
without `operation_id`. `@refusal(the_action, Error)` returns a call that must be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts import actions as people
from apps.accounts.people import SYSTEM, Actor
from apps.documents.actions import (
    binning,
    care,
    comments,
    documents,
    handbooks,
    imports,
    media,
    places,
    publishing,
    revisions,
    run_items,
    run_terms,
    runs,
    saving,
)
from apps.documents.actions.saving import RevisionConflictError
from apps.documents.imports.prepared import Prepared
from apps.documents.imports.preparing import prepare
from apps.documents.media import checked_upload
from apps.documents.models import Comment, Document, Run
from apps.events.actions import RefusedError
from apps.events.guard import opened
from apps.events.ids import new_id
from apps.notifications import actions as notifications
from apps.notifications.models import Notification
from apps.notifications.source import Notice
from apps.rendering import actions as rendering
from apps.tenants import actions as tenants
from apps.tenants.models import Handbook
from apps.tenants.permissions import ForbiddenError, NotFoundError
from tests import given
from tests.documents.importing.memory import plan_of
from tests.documents.pictures import picture

type Call = partial[Any]
type Make = Callable[[], Call]
SCENARIOS: list[tuple[Callable[..., object], Make]] = []
REFUSALS: list[tuple[type[Exception], Make]] = []


def scenario(action: Callable[..., object]) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        SCENARIOS.append((action, make))
        return make

    return keep


def refusal(error: type[Exception]) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        REFUSALS.append((error, make))
        return make

    return keep


def place() -> tuple[Actor, UUID, Document]:
    """An owner, a private handbook, and its home page."""
    owner = given.person()
    id = given.handbook(owner).pk
    return owner, id, given.home(id)


def branch(pages: int, *, publish: bool = True) -> tuple[Actor, Document, Document]:
    """An owner, a page with `pages` pages below it that link to each other, and its neighbour."""
    owner, _, home = place()
    top = given.page(owner, home, "Top", "Words, [[Below 1]]", publish=publish)
    for number in range(pages):
        given.page(owner, top, f"Below {number}", "More words, [[Top]]", publish=publish)
    return owner, top, given.page(owner, home, "Neighbour", publish=publish)


def great_branch(pages: int, beside: int = 0) -> tuple[Actor, Document, Document]:
    """branch(), brought in by one import: more than an event can name one by one."""
    owner, id, _home = place()
    names = ["neighbour", *(f"beside-{number}" for number in range(beside))]
    names += ["top", *(f"top/below-{number}" for number in range(pages))]
    imports.import_pages(owner, id, prepared(id, {f"{name}.md": f"# {name}\n\n[[top]]\n" for name in names}))
    return owner, *(Document.objects.get(handbook_id=id, slug=slug) for slug in ("top", "neighbour"))


# People


@scenario(people.create_person)
def signs_up() -> Call:
    return partial(people.create_person, email=given.address(), name="Anna", password="a long secret")


@refusal(RefusedError)
def signs_up_with_a_taken_address() -> Call:
    email = given.address()
    given.person(email)
    return partial(people.create_person, email=email.upper(), name="", password=None)


@refusal(RefusedError)
def signs_up_without_an_address() -> Call:
    return partial(people.create_person, email="anna", name="", password=None)


@scenario(people.rename_person)
def renames_herself() -> Call:
    anna = given.person()
    return partial(people.rename_person, anna, anna.id, name="Anne")


@scenario(people.rename_person)
def keeps_her_name() -> Call:
    anna = given.person(name="Anna")
    return partial(people.rename_person, anna, anna.id, name="Anna")


@refusal(RefusedError)
def takes_too_long_a_name() -> Call:
    anna = given.person()
    return partial(people.rename_person, anna, anna.id, name="A" * 101)


@scenario(people.choose_language)
def chooses_a_language() -> Call:
    anna = given.person()
    return partial(people.choose_language, anna, anna.id, language="de")


@refusal(RefusedError)
def chooses_a_language_that_nobody_here_speaks() -> Call:
    anna = given.person()
    return partial(people.choose_language, anna, anna.id, language="tlh")


@scenario(people.change_password)
def changes_her_password() -> Call:
    anna = given.person()
    return partial(people.change_password, anna, anna.id, password="another secret")


@refusal(RefusedError)
def changes_a_password_that_is_another_by_now() -> Call:
    anna = given.person()
    return partial(people.change_password, anna, anna.id, password="another secret", replaces="!other")


@scenario(rendering.drop_cached)
def drops_what_is_cached() -> Call:
    owner, id, _ = place()
    return partial(rendering.drop_cached, owner, id, tags=["*", "document.title"], warm=True)


@refusal(RefusedError)
def drops_what_nothing_can_depend_on() -> Call:
    owner, id, _ = place()
    return partial(rendering.drop_cached, owner, id, tags=["*", "document.colour"])


@refusal(ForbiddenError)
def drops_as_an_editor() -> Call:
    owner, id, _ = place()
    return partial(rendering.drop_cached, given.member(owner, id, "editor"), id, tags=["*"])


@scenario(rendering.create_token)
def creates_a_token() -> Call:
    owner, id, _ = place()
    return partial(rendering.create_token, owner, id, name="Deploy")


@scenario(rendering.revoke_token)
def revokes_a_token() -> Call:
    owner, id, _ = place()
    token, _secret = rendering.create_token(owner, id, name="Deploy")
    return partial(rendering.revoke_token, owner, id, token.pk)


@refusal(NotFoundError)
def revokes_a_token_of_another_handbook() -> Call:
    owner, id, _ = place()
    other, elsewhere, _ = place()
    token, _secret = rendering.create_token(other, elsewhere, name="Deploy")
    return partial(rendering.revoke_token, owner, id, token.pk)


@scenario(people.note_sign_in)
def signs_in() -> Call:
    return partial(people.note_sign_in, given.person().id)


@scenario(people.note_sign_out)
def signs_out() -> Call:
    return partial(people.note_sign_out, given.person().id, "a-session")


@scenario(people.end_sessions)
def signs_out_everywhere_else() -> Call:
    anna = given.person()
    return partial(people.end_sessions, anna, anna.id, but="this")


# Handbooks and members


@scenario(tenants.create_handbook)
def creates_a_handbook() -> Call:
    return partial(tenants.create_handbook, given.person(), slug="guide", title="Guide", is_public=True)


@refusal(RefusedError)
def creates_a_handbook_at_a_taken_address() -> Call:
    given.handbook(given.person(), "guide")
    return partial(tenants.create_handbook, given.person(), slug="guide", title="Guide")


@scenario(handbooks.open_handbook)
def opens_a_handbook() -> Call:
    return partial(handbooks.open_handbook, given.person(), slug="guide", title="Guide")


@refusal(RefusedError)
def opens_a_handbook_at_a_taken_address() -> Call:
    given.handbook(given.person(), "guide")
    return partial(handbooks.open_handbook, given.person(), slug="guide", title="Guide")


@scenario(tenants.change_handbook)
def changes_a_handbook() -> Call:
    owner, id, _ = place()
    return partial(
        tenants.change_handbook, owner, id, slug="other", title="Other", is_public=True, icon="bolt"
    )


@refusal(RefusedError)
def moves_a_handbook_to_a_taken_address() -> Call:
    given.handbook(given.person(), "guide")
    owner, id, _ = place()
    return partial(tenants.change_handbook, owner, id, title="Other", slug="guide")


@refusal(ForbiddenError)
def changes_a_handbook_as_its_editor() -> Call:
    owner, id, _ = place()
    return partial(tenants.change_handbook, given.member(owner, id, "editor"), id, title="Mine")


@scenario(tenants.add_member)
def adds_a_member() -> Call:
    owner, id, _ = place()
    email = given.address()
    given.person(email)
    return partial(tenants.add_member, owner, id, email=email, role="reader")


@refusal(RefusedError)
def adds_somebody_without_an_account() -> Call:
    owner, id, _ = place()
    return partial(tenants.add_member, owner, id, email=given.address(), role="reader")


@scenario(tenants.change_role)
def changes_a_role() -> Call:
    owner, id, _ = place()
    return partial(tenants.change_role, owner, id, given.member(owner, id, "reader").id, role="owner")


@refusal(RefusedError)
def steps_down_as_the_last_owner() -> Call:
    owner, id, _ = place()
    return partial(tenants.change_role, owner, id, owner.id, role="reader")


@scenario(tenants.remove_member)
def removes_a_member() -> Call:
    owner, id, _ = place()
    return partial(tenants.remove_member, owner, id, given.member(owner, id, "reader").id)


@scenario(tenants.remove_member)
def leaves() -> Call:
    owner, id, _ = place()
    reader = given.member(owner, id, "reader")
    return partial(tenants.remove_member, reader, id, reader.id)


@refusal(RefusedError)
def leaves_as_the_last_owner() -> Call:
    owner, id, _ = place()
    return partial(tenants.remove_member, owner, id, owner.id)


@scenario(tenants.transfer_ownership)
def hands_over() -> Call:
    owner, id, _ = place()
    return partial(
        tenants.transfer_ownership, owner, id, given.member(owner, id, "editor").id, become="reader"
    )


@scenario(tenants.transfer_ownership)
def makes_another_owner_and_stays_one() -> Call:
    owner, id, _ = place()
    return partial(
        tenants.transfer_ownership, owner, id, given.member(owner, id, "reader").id, become="owner"
    )


@refusal(NotFoundError)
def hands_over_to_a_stranger() -> Call:
    owner, id, _ = place()
    return partial(tenants.transfer_ownership, owner, id, given.person().id, become="editor")


@refusal(RefusedError)
def hands_over_to_herself() -> Call:
    owner, id, _ = place()
    return partial(tenants.transfer_ownership, owner, id, owner.id, become="editor")


@refusal(ForbiddenError)
def hands_over_what_is_not_hers() -> Call:
    owner, id, _ = place()
    editor, reader = given.member(owner, id, "editor"), given.member(owner, id, "reader")
    return partial(tenants.transfer_ownership, editor, id, reader.id, become="editor")


# Invitations


def invitation(**values: Any) -> tuple[Actor, UUID, str]:
    """An owner, a private handbook and the secret of an invitation to it."""
    owner, id, _ = place()
    return owner, id, tenants.invite(owner, id, **{"role": "editor", **values})[1]


@scenario(tenants.invite)
def invites_ten() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, owner, id, role="reader", uses_max=10, days=1)


@scenario(tenants.invite)
def invites_by_address() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, owner, id, role="reader", email=given.address())


@refusal(RefusedError)
def invites_for_ever() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, owner, id, role="reader", days=10_000)


@refusal(RefusedError)
def invites_ten_by_one_address() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, owner, id, role="reader", email=given.address(), uses_max=10)


@refusal(RefusedError)
def invites_as_what_is_no_role() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, owner, id, role="king")


@refusal(RefusedError)
def invites_a_member() -> Call:
    owner, id, _ = place()
    email = given.address()
    given.person(email)
    tenants.add_member(owner, id, email=email, role="reader")
    return partial(tenants.invite, owner, id, role="reader", email=email)


@refusal(ForbiddenError)
def invites_as_an_editor() -> Call:
    owner, id, _ = place()
    return partial(tenants.invite, given.member(owner, id, "editor"), id, role="owner")


@scenario(tenants.revoke_invitation)
def takes_an_invitation_back() -> Call:
    owner, id, _ = place()
    made, _secret = tenants.invite(owner, id, role="reader")
    return partial(tenants.revoke_invitation, owner, id, made.pk)


@refusal(NotFoundError)
def takes_back_an_invitation_of_another_handbook() -> Call:
    owner, id, _ = place()
    other, elsewhere, _ = place()
    made, _secret = tenants.invite(other, elsewhere, role="reader")
    return partial(tenants.revoke_invitation, owner, id, made.pk)


@scenario(tenants.accept_invitation)
def comes_by_invitation() -> Call:
    _owner, _id, secret = invitation(uses_max=10)
    return partial(tenants.accept_invitation, given.person(), secret)


@scenario(tenants.accept_invitation)
def comes_again_and_stays_an_owner() -> Call:
    owner, _id, secret = invitation()
    return partial(tenants.accept_invitation, owner, secret)


@refusal(NotFoundError)
def comes_by_an_invitation_that_was_used() -> Call:
    _owner, _id, secret = invitation()
    tenants.accept_invitation(given.person(), secret)
    return partial(tenants.accept_invitation, given.person(), secret)


@refusal(NotFoundError)
def comes_by_an_invitation_that_was_taken_back() -> Call:
    owner, id, _ = place()
    made, secret = tenants.invite(owner, id, role="reader")
    tenants.revoke_invitation(owner, id, made.pk)
    return partial(tenants.accept_invitation, given.person(), secret)


@refusal(NotFoundError)
def comes_to_what_is_to_be_deleted() -> Call:
    owner, id, secret = invitation()
    tenants.close_handbook(owner, id, title="Guide")
    return partial(tenants.accept_invitation, given.person(), secret)


@refusal(RefusedError)
def comes_by_somebody_elses_invitation() -> Call:
    _owner, _id, secret = invitation(email=given.address())
    return partial(tenants.accept_invitation, given.person(), secret)


# Deleting a handbook


def ended() -> tuple[Actor, UUID]:
    """An owner, and a handbook of theirs whose last day is over."""
    owner, top, _ = branch(3)
    id = top.handbook_id
    given.member(owner, id, "reader")
    tenants.invite(owner, id, role="reader")
    rendering.create_token(owner, id, name="Deploy")
    media.add_media(owner, id, checked_upload("note.txt", b"Words"))
    tenants.close_handbook(owner, id, title="Guide")
    with opened():
        Handbook.objects.filter(pk=id).update(ends_at=timezone.now())
    return owner, id


@scenario(tenants.close_handbook)
def deletes_a_handbook() -> Call:
    owner = given.person()
    return partial(tenants.close_handbook, owner, given.handbook(owner, is_public=True).pk, title=" guide ")


@refusal(RefusedError)
def deletes_another_handbook_than_she_types() -> Call:
    owner, id, _ = place()
    return partial(tenants.close_handbook, owner, id, title="Other")


@refusal(ForbiddenError)
def deletes_a_handbook_as_an_editor() -> Call:
    owner, id, _ = place()
    return partial(tenants.close_handbook, given.member(owner, id, "editor"), id, title="Guide")


@refusal(RefusedError)
def opens_to_everybody_what_is_to_be_deleted() -> Call:
    owner, id, _ = place()
    tenants.close_handbook(owner, id, title="Guide")
    return partial(tenants.change_handbook, owner, id, is_public=True)


@scenario(tenants.reopen_handbook)
def takes_back_that_it_is_deleted() -> Call:
    owner = given.person()
    id = given.handbook(owner, is_public=True).pk
    tenants.close_handbook(owner, id, title="Guide")
    return partial(tenants.reopen_handbook, owner, id)


@refusal(NotFoundError)
def takes_it_back_as_an_editor() -> Call:
    owner, id, _ = place()
    editor = given.member(owner, id, "editor")
    tenants.close_handbook(owner, id, title="Guide")
    return partial(tenants.reopen_handbook, editor, id)


@scenario(tenants.purge_handbook)
def purges_a_handbook() -> Call:
    return partial(tenants.purge_handbook, SYSTEM, ended()[1])


@refusal(RefusedError)
def purges_before_its_time() -> Call:
    owner, id, _ = place()
    tenants.close_handbook(owner, id, title="Guide")
    return partial(tenants.purge_handbook, SYSTEM, id)


@refusal(ForbiddenError)
def purges_as_its_owner() -> Call:
    return partial(tenants.purge_handbook, *ended())


# Documents


@scenario(documents.create_document)
def writes_a_page() -> Call:
    owner, id, home = place()
    source = "# Words\n\n[[Other]] and [[a/b|there]]\n\n- [ ] do"
    return partial(
        documents.create_document, owner, id, parent_id=home.pk, title="Page", source=source, publish=True
    )


@scenario(documents.create_document)
def writes_a_page_with_many_links() -> Call:
    owner, id, home = place()
    source = " ".join(f"[[Page {number}]]" for number in range(150))
    return partial(documents.create_document, owner, id, parent_id=home.pk, title="Page", source=source)


@scenario(documents.create_document)
def publishes_below_a_draft() -> Call:
    owner, id, home = place()
    draft = given.page(owner, home, "Draft")
    return partial(documents.create_document, owner, id, parent_id=draft.pk, title="Page", publish=True)


@refusal(RefusedError)
def writes_a_page_without_a_title() -> Call:
    owner, id, home = place()
    return partial(documents.create_document, owner, id, parent_id=home.pk, title=" ")


@refusal(RefusedError)
def writes_below_what_is_not_there() -> Call:
    owner, id, _ = place()
    return partial(documents.create_document, owner, id, parent_id=new_id(), title="Page")


@scenario(saving.save_document)
def saves_a_page() -> Call:
    owner, top, _ = branch(2)
    base = top.revision_id
    return partial(
        saving.save_document, owner, top.pk, title="Top", source="New [[Neighbour]]", base_revision_id=base
    )


@scenario(saving.save_document)
def saves_a_page_under_another_title() -> Call:
    owner, top, _ = branch(2)
    return partial(
        saving.save_document, owner, top.pk, title="Peak", source="Words", base_revision_id=top.revision_id
    )


@scenario(saving.save_document)
def saves_a_branch_under_its_old_title() -> Call:
    owner, top, _ = branch(3)
    base = top.revision_id
    now = saving.save_document(owner, top.pk, title="Peak", source="Words", base_revision_id=base)
    return partial(
        saving.save_document, owner, top.pk, title="Top", source="Words", base_revision_id=now.revision_id
    )


@scenario(saving.save_document)
def saves_what_is_there_already() -> Call:
    owner, top, _ = branch(0)
    source = "Words, [[Below 1]]"
    return partial(
        saving.save_document, owner, top.pk, title="Top", source=source, base_revision_id=top.revision_id
    )


@scenario(saving.save_document)
def saves_beside_another_save() -> Call:
    owner, top, _ = branch(0)
    base = saving.save_document(
        owner, top.pk, title="Top", source="One\n\nTwo\n\nThree", base_revision_id=top.revision_id
    ).revision_id
    saving.save_document(owner, top.pk, title="Top", source="One!\n\nTwo\n\nThree", base_revision_id=base)
    return partial(
        saving.save_document,
        owner,
        top.pk,
        title="Top",
        source="One\n\nTwo\n\nThree!",
        base_revision_id=base,
    )


@refusal(RevisionConflictError)
def saves_over_another_save() -> Call:
    owner, top, _ = branch(0)
    base = top.revision_id
    saving.save_document(owner, top.pk, title="Top", source="Theirs", base_revision_id=base)
    return partial(saving.save_document, owner, top.pk, title="Top", source="Mine", base_revision_id=base)


@refusal(ForbiddenError)
def saves_as_a_reader() -> Call:
    owner, top, _ = branch(0)
    reader = given.member(owner, top.handbook_id, "reader")
    return partial(
        saving.save_document, reader, top.pk, title="Top", source="Mine", base_revision_id=top.revision_id
    )


@scenario(binning.bin_document)
def bins_a_page() -> Call:
    owner, top, _ = branch(3)
    return partial(binning.bin_document, owner, top.pk)


@scenario(binning.bin_document)
def bins_a_great_branch() -> Call:
    owner, top, _ = great_branch(105)
    return partial(binning.bin_document, owner, top.pk)


@refusal(RefusedError)
def bins_the_home_page() -> Call:
    owner, _, home = place()
    return partial(binning.bin_document, owner, home.pk)


@scenario(binning.bin_document)
def bins_what_is_in_the_bin() -> Call:
    owner, top, _ = branch(1)
    below = Document.objects.get(parent=top)
    binning.bin_document(owner, top.pk)
    return partial(binning.bin_document, owner, below.pk)


@scenario(binning.restore_document)
def takes_a_page_out_of_the_bin() -> Call:
    owner, top, _ = branch(2)
    binning.bin_document(owner, top.pk)
    given.page(owner, given.home(top.handbook_id), "Top")  # its path is another's by now
    return partial(binning.restore_document, owner, top.pk)


@scenario(binning.restore_document)
def takes_a_published_page_back_below_a_draft() -> Call:
    owner, top, _ = branch(1)
    below = Document.objects.get(parent=top)
    binning.bin_document(owner, below.pk)
    publishing.unpublish_document(owner, top.pk)
    return partial(binning.restore_document, owner, below.pk)


@scenario(binning.restore_document)
def takes_out_of_the_bin_what_is_not_in_it() -> Call:
    owner, top, _ = branch(0)
    return partial(binning.restore_document, owner, top.pk)


@refusal(NotFoundError)
def takes_out_of_the_bin_what_went_in_with_another() -> Call:
    owner, top, _ = branch(1)
    below = Document.objects.get(parent=top)
    binning.bin_document(owner, top.pk)
    return partial(binning.restore_document, owner, below.pk)


@scenario(places.move_document)
def moves_a_branch() -> Call:
    owner, top, neighbour = branch(3)
    return partial(places.move_document, owner, top.pk, parent_id=neighbour.pk, after_id=None)


@scenario(places.move_document)
def moves_a_branch_back_to_where_it_was() -> Call:
    owner, top, neighbour = branch(3)
    places.move_document(owner, top.pk, parent_id=neighbour.pk, after_id=None)
    home = given.home(top.handbook_id)
    return partial(places.move_document, owner, top.pk, parent_id=home.pk, after_id=neighbour.pk)


@scenario(places.move_document)
def moves_a_great_branch() -> Call:
    owner, top, neighbour = great_branch(105)
    return partial(places.move_document, owner, top.pk, parent_id=neighbour.pk, after_id=None)


@scenario(places.move_document)
def moves_where_all_neighbours_must_make_room() -> Call:
    owner, top, neighbour = great_branch(45, beside=60)
    home = given.home(top.handbook_id)
    for _ in range(20):  # halve the gap until there is none left
        last = Document.objects.filter(parent=home, slug__startswith="beside").order_by("-position").first()
        places.move_document(owner, last.pk, parent_id=home.pk, after_id=neighbour.pk)
    places.move_document(owner, top.pk, parent_id=last.pk, after_id=None)
    return partial(places.move_document, owner, top.pk, parent_id=home.pk, after_id=neighbour.pk)


@scenario(places.move_document)
def moves_to_where_it_stands() -> Call:
    owner, top, neighbour = branch(0)
    home = given.home(top.handbook_id)
    return partial(places.move_document, owner, neighbour.pk, parent_id=home.pk, after_id=top.pk)


@refusal(RefusedError)
def moves_below_what_is_in_the_bin() -> Call:
    owner, top, neighbour = branch(0)
    binning.bin_document(owner, neighbour.pk)
    return partial(places.move_document, owner, top.pk, parent_id=neighbour.pk, after_id=None)


@refusal(RefusedError)
def moves_below_itself() -> Call:
    owner, top, _ = branch(1)
    below = Document.objects.get(parent=top)
    return partial(places.move_document, owner, top.pk, parent_id=below.pk, after_id=None)


@refusal(RefusedError)
def moves_below_a_draft() -> Call:
    owner, top, _ = branch(0)
    draft = given.page(owner, given.home(top.handbook_id), "Draft")
    return partial(places.move_document, owner, top.pk, parent_id=draft.pk, after_id=None)


@scenario(publishing.publish_document)
def publishes_a_page_and_its_ancestors() -> Call:
    owner, top, _ = branch(1, publish=False)
    return partial(publishing.publish_document, owner, Document.objects.get(parent=top).pk)


@scenario(publishing.publish_document)
def publishes_what_is_public() -> Call:
    owner, top, _ = branch(0)
    return partial(publishing.publish_document, owner, top.pk)


@scenario(publishing.unpublish_document)
def unpublishes_a_branch() -> Call:
    owner, top, _ = branch(2)
    return partial(publishing.unpublish_document, owner, top.pk)


@refusal(RefusedError)
def unpublishes_the_home_page() -> Call:
    owner, _, home = place()
    return partial(publishing.unpublish_document, owner, home.pk)


@scenario(revisions.restore_revision)
def restores_a_revision() -> Call:
    owner, top, _ = branch(0)
    saving.save_document(owner, top.pk, title="Peak", source="New", base_revision_id=top.revision_id)
    return partial(revisions.restore_revision, owner, top.pk, number=1)


@refusal(NotFoundError)
def restores_a_revision_that_never_was() -> Call:
    owner, top, _ = branch(0)
    return partial(revisions.restore_revision, owner, top.pk, number=7)


# Comments


def talk(source: str = "What about the stove?", block: str = "") -> tuple[Actor, Document, Comment]:
    """The owner of a handbook, a page in it, and the owner's comment on the page or a block."""
    owner, top, _ = branch(0)
    said = comments.start_thread(owner, top.pk, source=source, block=block)
    return owner, top, said.comment


@scenario(comments.start_thread)
def comments_on_a_page() -> Call:
    owner, top, _ = branch(0)
    return partial(comments.start_thread, owner, top.pk, source="See [[Top]], @Anna")


@scenario(comments.start_thread)
def comments_on_a_block() -> Call:
    owner, top, _ = branch(0)
    reader = given.member(owner, top.handbook_id, "reader")
    [block] = top.revision.blocks
    revision = top.revision_id
    return partial(comments.start_thread, reader, top.pk, source="Why?", block=block[0], revision_id=revision)


@refusal(RefusedError)
def comments_on_a_block_that_is_gone() -> Call:
    owner, top, _ = branch(0)
    return partial(comments.start_thread, owner, top.pk, source="Why?", block="abcdefghij")


@refusal(RefusedError)
def comments_without_a_word() -> Call:
    owner, top, _ = branch(0)
    return partial(comments.start_thread, owner, top.pk, source=" \n ")


@refusal(RefusedError)
def comments_at_too_great_a_length() -> Call:
    owner, top, _ = branch(0)
    return partial(comments.start_thread, owner, top.pk, source="a" * 10_001)


@refusal(RefusedError)
def mentions_one_of_two() -> Call:
    owner, top, _ = branch(0)
    for _number in range(2):
        given.member(owner, top.handbook_id, "reader")
    return partial(comments.start_thread, owner, top.pk, source="@Reader, look")


@refusal(NotFoundError)
def comments_on_a_page_in_the_bin() -> Call:
    owner, top, _ = branch(0)
    binning.bin_document(owner, top.pk)
    return partial(comments.start_thread, owner, top.pk, source="Why?")


@refusal(NotFoundError)
def comments_on_a_draft_as_a_reader() -> Call:
    owner, top, _ = branch(0)
    draft = given.page(owner, top, "Draft")
    reader = given.member(owner, top.handbook_id, "reader")
    return partial(comments.start_thread, reader, draft.pk, source="Why?")


@scenario(comments.reply_to_thread)
def replies() -> Call:
    owner, _, comment = talk()
    reader = given.member(owner, comment.handbook_id, "reader")
    return partial(comments.reply_to_thread, reader, comment.thread_id, source="It is warm.")


@scenario(comments.reply_to_thread)
def replies_to_what_is_resolved() -> Call:
    owner, _, comment = talk()
    comments.resolve_thread(owner, comment.thread_id)
    return partial(comments.reply_to_thread, owner, comment.thread_id, source="It is warm.")


@refusal(NotFoundError)
def replies_to_what_never_was() -> Call:
    owner, _, _ = talk()
    return partial(comments.reply_to_thread, owner, new_id(), source="It is warm.")


@scenario(comments.change_comment)
def changes_a_comment() -> Call:
    owner, _, comment = talk()
    return partial(comments.change_comment, owner, comment.pk, source="What about the @Anna?")


@scenario(comments.change_comment)
def changes_nothing_of_a_comment() -> Call:
    owner, _, comment = talk()
    return partial(comments.change_comment, owner, comment.pk, source=comment.source)


@refusal(ForbiddenError)
def changes_a_comment_of_another() -> Call:
    owner, _, comment = talk()
    reader = given.member(owner, comment.handbook_id, "reader")
    theirs = comments.reply_to_thread(reader, comment.thread_id, source="Mine").comment
    return partial(comments.change_comment, owner, theirs.pk, source="Yours")


@refusal(RefusedError)
def changes_what_was_deleted() -> Call:
    owner, _, comment = talk()
    comments.delete_comment(owner, comment.pk)
    return partial(comments.change_comment, owner, comment.pk, source="Yours")


@scenario(comments.delete_comment)
def deletes_a_comment() -> Call:
    owner, _, comment = talk()
    return partial(comments.delete_comment, owner, comment.pk)


@scenario(comments.delete_comment)
def deletes_a_comment_of_another_as_an_owner() -> Call:
    owner, _, comment = talk()
    reader = given.member(owner, comment.handbook_id, "reader")
    theirs = comments.reply_to_thread(reader, comment.thread_id, source="Mine").comment
    return partial(comments.delete_comment, owner, theirs.pk)


@scenario(comments.delete_comment)
def deletes_a_comment_again() -> Call:
    owner, _, comment = talk()
    comments.delete_comment(owner, comment.pk)
    return partial(comments.delete_comment, owner, comment.pk)


@refusal(ForbiddenError)
def deletes_a_comment_of_another() -> Call:
    owner, _, comment = talk()
    editor = given.member(owner, comment.handbook_id, "editor")
    return partial(comments.delete_comment, editor, comment.pk)


@scenario(comments.resolve_thread)
def resolves() -> Call:
    owner, _, comment = talk()
    return partial(comments.resolve_thread, owner, comment.thread_id)


@scenario(comments.resolve_thread)
def resolves_again() -> Call:
    owner, _, comment = talk()
    comments.resolve_thread(owner, comment.thread_id)
    reader = given.member(owner, comment.handbook_id, "reader")
    return partial(comments.resolve_thread, reader, comment.thread_id)


@scenario(comments.reopen_thread)
def reopens() -> Call:
    owner, _, comment = talk()
    comments.resolve_thread(owner, comment.thread_id)
    return partial(comments.reopen_thread, owner, comment.thread_id)


# Media and imports


@scenario(media.add_media)
def adds_a_file() -> Call:
    owner, id, _ = place()
    return partial(media.add_media, owner, id, checked_upload("notes.txt", b"some words"))


@scenario(media.add_media)
def adds_a_file_again() -> Call:
    owner, id, _ = place()
    media.add_media(owner, id, checked_upload("notes.txt", b"some words"))
    return partial(media.add_media, owner, id, checked_upload("other.txt", b"some words"))


@scenario(media.remove_media)
def removes_a_file() -> Call:
    owner, id, _ = place()
    kept = media.add_media(owner, id, checked_upload("notes.txt", b"some words"))
    return partial(media.remove_media, owner, kept.pk)


@refusal(NotFoundError)
def removes_a_file_that_is_not_there() -> Call:
    owner, _, _ = place()
    return partial(media.remove_media, owner, new_id())


def prepared(handbook_id: UUID, files: dict[str, str | bytes]) -> Prepared:
    return prepare(handbook_id, plan_of(files), map, lambda *_: None)


FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\nSee [a](a.md).\n",
    "a.md": "# A\n\nWords, [b](deep/b.md) and [a file](notes.txt).\n",
    "deep/b.md": "# B\n\nMore words.\n",
    "notes.txt": b"a file",
}


@scenario(imports.import_pages)
def imports_a_folder() -> Call:
    owner, id, _ = place()
    return partial(imports.import_pages, owner, id, prepared(id, FILES))


@scenario(imports.import_pages)
def imports_a_great_folder() -> Call:
    owner, id, _ = place()
    files: dict[str, str | bytes] = {f"page-{n}.md": f"# Page {n}\n\nWords.\n" for n in range(110)}
    return partial(imports.import_pages, owner, id, prepared(id, files))


@scenario(imports.import_pages)
def imports_a_folder_that_has_changed() -> Call:
    owner, id, _ = place()
    imports.import_pages(owner, id, prepared(id, FILES))
    changed = FILES | {"a.md": "# A again\n\nOther words, [home](index.md).\n", "c.md": "# C\n"}
    return partial(imports.import_pages, owner, id, prepared(id, changed))


@refusal(imports.ImportOutdatedError)
def imports_over_what_changed_meanwhile() -> Call:
    owner, id, home = place()
    plan = prepared(id, FILES)
    given.page(owner, home, "A")
    return partial(imports.import_pages, owner, id, plan)


# Checklists that are run


TASKS = "## Morning\n\n- [ ] (!) Open the valve\n- [ ] Read the gauge\n\n## Evening\n\n- [ ] Close [[Top]]"


def running() -> tuple[Actor, Run, tuple[str, str, str]]:
    """An owner, a run of a published page, and the ids of its items: the first must be done."""
    owner, _id, home = place()
    page = given.page(owner, home, "Opening", TASKS, publish=True)
    run = runs.start_run(owner, page.pk)
    return owner, run, tuple(item["id"] for item in run.items)


def newer_text(owner: Actor, run: Run, source: str) -> UUID:
    """The revision of another text of the run's page."""
    page = Document.objects.get(pk=run.document_id)
    saved = saving.save_document(
        owner, page.pk, title=page.title, source=source, base_revision_id=page.revision_id
    )
    return saved.revision_id


def finished() -> tuple[Actor, Run, tuple[str, str, str]]:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[0])
    return owner, runs.finish_run(owner, run.pk), items


@scenario(runs.start_run)
def starts_a_run() -> Call:
    owner, id, home = place()
    page = given.page(owner, home, "Opening", TASKS, publish=True)
    reader = given.member(owner, id, "reader")
    return partial(
        runs.start_run,
        reader,
        page.pk,
        title="Opening in May",
        due_on=date(2026, 5, 2),
        assignee_ids=[owner.id, reader.id],
    )


@refusal(RefusedError)
def starts_a_run_of_what_has_no_tasks() -> Call:
    owner, top, _ = branch(0)
    return partial(runs.start_run, owner, top.pk)


@refusal(NotFoundError)
def starts_a_run_of_a_draft_as_a_reader() -> Call:
    owner, id, home = place()
    draft = given.page(owner, home, "Opening", TASKS)
    return partial(runs.start_run, given.member(owner, id, "reader"), draft.pk)


@refusal(NotFoundError)
def starts_a_run_on_a_revision_of_another_page() -> Call:
    owner, run, _ = running()
    other = given.page(owner, given.home(run.handbook_id), "Other", TASKS, publish=True)
    return partial(runs.start_run, owner, other.pk, revision_id=run.revision_id)


@refusal(RefusedError)
def starts_a_run_for_a_stranger() -> Call:
    owner, run, _ = running()
    return partial(runs.start_run, owner, run.document_id, assignee_ids=[given.person().id])


@scenario(run_items.tick_run_item)
def ticks_an_item() -> Call:
    owner, run, items = running()
    reader = given.member(owner, run.handbook_id, "reader")
    return partial(run_items.tick_run_item, reader, run.pk, items[1])


@scenario(run_items.tick_run_item)
def ticks_what_another_has_ticked() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(given.member(owner, run.handbook_id, "reader"), run.pk, items[1])
    return partial(run_items.tick_run_item, owner, run.pk, items[1])


@scenario(run_items.tick_run_item)
def ticks_what_one_has_ticked() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[1])
    return partial(run_items.tick_run_item, owner, run.pk, items[1])


@refusal(RefusedError)
def ticks_in_a_finished_run() -> Call:
    owner, run, items = finished()
    return partial(run_items.tick_run_item, owner, run.pk, items[1])


@refusal(RefusedError)
def ticks_an_item_that_the_text_does_not_have() -> Call:
    owner, run, _ = running()
    return partial(run_items.tick_run_item, owner, run.pk, "nosuchitem")


@refusal(RefusedError)
def ticks_an_item_that_is_gone() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[1])
    runs.update_run(owner, run.pk, revision_id=newer_text(owner, run, "- [ ] (!) Open the valve"))
    return partial(run_items.untick_run_item, owner, run.pk, items[1])


@refusal(NotFoundError)
def ticks_in_a_run_whose_page_is_a_draft_again_as_a_reader() -> Call:
    owner, run, items = running()
    reader = given.member(owner, run.handbook_id, "reader")
    publishing.unpublish_document(owner, run.document_id)
    return partial(run_items.tick_run_item, reader, run.pk, items[0])


@refusal(RefusedError)
def ticks_in_a_run_whose_page_is_in_the_bin() -> Call:
    owner, run, items = running()
    binning.bin_document(owner, run.document_id)
    return partial(run_items.tick_run_item, owner, run.pk, items[0])


@scenario(run_items.untick_run_item)
def unticks_an_item() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[1])
    return partial(run_items.untick_run_item, owner, run.pk, items[1])


@scenario(run_items.untick_run_item)
def unticks_what_is_open() -> Call:
    owner, run, items = running()
    return partial(run_items.untick_run_item, owner, run.pk, items[1])


@scenario(run_items.skip_run_item)
def passes_over_an_item() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[2])
    return partial(run_items.skip_run_item, owner, run.pk, items[2])


@scenario(run_items.note_run_item)
def notes_something() -> Call:
    owner, run, items = running()
    return partial(run_items.note_run_item, owner, run.pk, items[0], text="The valve is *stiff*.")


@refusal(RefusedError)
def notes_nothing() -> Call:
    owner, run, items = running()
    return partial(run_items.note_run_item, owner, run.pk, items[0], text=" \n")


@scenario(run_items.photograph_run_item)
def photographs_an_item() -> Call:
    owner, run, items = running()
    return partial(run_items.photograph_run_item, owner, run.pk, items[0], checked_upload("a.png", picture()))


@scenario(run_items.photograph_run_item)
def photographs_what_a_page_shows() -> Call:
    owner, run, items = running()
    media.add_media(owner, run.handbook_id, checked_upload("a.png", picture()))
    return partial(run_items.photograph_run_item, owner, run.pk, items[0], checked_upload("b.png", picture()))


@refusal(RefusedError)
def photographs_with_a_text() -> Call:
    owner, run, items = running()
    upload = checked_upload("a.png", b"no picture")
    return partial(run_items.photograph_run_item, owner, run.pk, items[0], upload)


@scenario(media.add_media)
def adds_what_was_a_photo_for_members() -> Call:
    owner, run, items = running()
    run_items.photograph_run_item(owner, run.pk, items[0], checked_upload("a.png", picture()))
    return partial(media.add_media, owner, run.handbook_id, checked_upload("b.png", picture()))


@scenario(imports.import_pages)
def imports_what_was_a_photo_for_members() -> Call:
    owner, run, items = running()
    run_items.photograph_run_item(owner, run.pk, items[0], checked_upload("a.png", picture()))
    files: dict[str, str | bytes] = {"a.md": "# A\n\n![a](a.png)\n", "a.png": picture()}
    return partial(imports.import_pages, owner, run.handbook_id, prepared(run.handbook_id, files))


@scenario(media.remove_media)
def removes_what_a_record_shows() -> Call:
    owner, run, items = running()
    kept = media.add_media(owner, run.handbook_id, checked_upload("a.png", picture()))
    run_items.photograph_run_item(owner, run.pk, items[0], checked_upload("a.png", picture()))
    return partial(media.remove_media, owner, kept.pk)


@scenario(run_terms.change_run)
def changes_a_run() -> Call:
    owner, run, _ = running()
    return partial(run_terms.change_run, owner, run.pk, title="In May", due_on=date(2026, 5, 2))


@refusal(RefusedError)
def takes_the_name_from_a_run() -> Call:
    owner, run, _ = running()
    return partial(run_terms.change_run, owner, run.pk, title=" ", due_on=None)


@scenario(run_terms.assign_run)
def assigns_a_run() -> Call:
    owner, run, _ = running()
    reader = given.member(owner, run.handbook_id, "reader")
    return partial(run_terms.assign_run, owner, run.pk, person_id=reader.id)


@refusal(RefusedError)
def assigns_a_run_to_a_stranger() -> Call:
    owner, run, _ = running()
    return partial(run_terms.assign_run, owner, run.pk, person_id=given.person().id)


@scenario(run_terms.unassign_run)
def takes_a_run_from_somebody() -> Call:
    owner, run, _ = running()
    run_terms.assign_run(owner, run.pk, person_id=owner.id)
    return partial(run_terms.unassign_run, owner, run.pk, person_id=owner.id)


@scenario(runs.update_run)
def takes_over_a_newer_text() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[1])
    newer = newer_text(owner, run, "- [ ] (!) Open the valve\n- [ ] Another")
    return partial(runs.update_run, owner, run.pk, revision_id=newer)


@refusal(RefusedError)
def takes_over_a_text_without_tasks() -> Call:
    owner, run, _ = running()
    return partial(runs.update_run, owner, run.pk, revision_id=newer_text(owner, run, "Words."))


@refusal(NotFoundError)
def takes_over_the_text_of_another_page() -> Call:
    owner, run, _ = running()
    other = given.page(owner, given.home(run.handbook_id), "Other", TASKS, publish=True)
    return partial(runs.update_run, owner, run.pk, revision_id=other.revision_id)


@scenario(runs.finish_run)
def finishes_a_run() -> Call:
    owner, run, items = running()
    run_items.skip_run_item(owner, run.pk, items[0])
    return partial(runs.finish_run, owner, run.pk, name="Anna A.")


@scenario(runs.finish_run)
def finishes_what_is_finished() -> Call:
    owner, run, _ = finished()
    return partial(runs.finish_run, owner, run.pk, name="Somebody else")


@refusal(runs.OpenItemsError)
def finishes_while_required_items_are_open() -> Call:
    owner, run, items = running()
    run_items.tick_run_item(owner, run.pk, items[1])
    return partial(runs.finish_run, owner, run.pk)


@scenario(runs.reopen_run)
def reopens_a_run() -> Call:
    owner, run, _ = finished()
    reader = given.member(owner, run.handbook_id, "reader")
    return partial(runs.reopen_run, reader, run.pk, reason="The gauge was misread.")


@refusal(RefusedError)
def reopens_without_a_reason() -> Call:
    owner, run, _ = finished()
    return partial(runs.reopen_run, owner, run.pk, reason="")


# Care


def cared_for() -> tuple[Actor, Document]:
    """An owner, and their page with tags that members are asked to read."""
    owner, top, _ = branch(0)
    care.change_care(
        owner, top.pk, owner_id=owner.id, tags=["Winter", "Fire"], review_on=None, review_every_months=3
    )
    care.ask_confirmation(owner, top.pk)
    return owner, top


@scenario(care.change_care)
def begins_to_care_for_a_page() -> Call:
    owner, top, _ = branch(0)
    values = {"tags": ["Winter", "Fire"], "review_on": date(2026, 5, 4), "review_every_months": 3}
    return partial(care.change_care, owner, top.pk, owner_id=owner.id, **values)


@scenario(care.change_care)
def changes_tags() -> Call:
    owner, top = cared_for()
    values = {"tags": ["winter", "Snow"], "review_on": None, "review_every_months": None}
    return partial(care.change_care, owner, top.pk, owner_id=None, **values)


@refusal(RefusedError)
def gives_a_page_to_a_stranger() -> Call:
    owner, top, _ = branch(0)
    values = {"tags": (), "review_on": None, "review_every_months": None}
    return partial(care.change_care, owner, top.pk, owner_id=given.person().id, **values)


@refusal(RefusedError)
def reviews_too_seldom() -> Call:
    owner, top, _ = branch(0)
    values = {"owner_id": None, "tags": (), "review_on": None}
    return partial(care.change_care, owner, top.pk, review_every_months=61, **values)


@scenario(care.mark_reviewed)
def reviews_a_page() -> Call:
    owner, top = cared_for()
    return partial(care.mark_reviewed, owner, top.pk)


@scenario(care.ask_confirmation)
def asks_members_to_read() -> Call:
    owner, top, _ = branch(0)
    return partial(care.ask_confirmation, owner, top.pk)


@scenario(care.stop_confirmation)
def asks_nobody_any_more() -> Call:
    owner, top = cared_for()
    return partial(care.stop_confirmation, owner, top.pk)


@scenario(care.confirm_reading)
def confirms_to_have_read() -> Call:
    owner, top = cared_for()
    return partial(care.confirm_reading, owner, top.pk, revision_id=top.revision_id)


@refusal(RefusedError)
def confirms_what_nobody_asks() -> Call:
    owner, top, _ = branch(0)
    return partial(care.confirm_reading, owner, top.pk, revision_id=top.revision_id)


# Notifications


def notice(person: Actor, subject_id: UUID | None = None) -> Notice:
    assert person.id is not None
    return Notice(person.id, "page_changed", new_id(), subject_id or new_id())


def told(times: int = 1) -> Actor:
    anna = given.person()
    for number in range(times):
        notifications.tell(anna.id, [notice(anna)], source=f"test@{number}")
    return anna


@scenario(notifications.tell)
def tells_of_two_things() -> Call:
    anna = given.person()
    return partial(notifications.tell, anna.id, [notice(anna), notice(anna)], source="test@1")


@scenario(notifications.tell)
def tells_of_the_same_once_more() -> Call:
    anna = given.person()
    same = notice(anna, new_id())
    notifications.tell(anna.id, [same], source="test@1")
    return partial(notifications.tell, anna.id, [same], source="test@2")


@scenario(notifications.mark_read)
def reads_everything() -> Call:
    anna = told(3)
    return partial(notifications.mark_read, anna, anna.id)


@scenario(notifications.watch)
def watches_a_page() -> Call:
    owner, id, home = place()
    return partial(notifications.watch, owner, id, home.pk)


@scenario(notifications.stop_watching)
def stops_watching() -> Call:
    owner, id, home = place()
    notifications.watch(owner, id, home.pk)
    return partial(notifications.stop_watching, owner, owner.id, home.pk)


@scenario(notifications.change_wishes)
def wants_no_mails() -> Call:
    anna = given.person()
    return partial(notifications.change_wishes, anna, anna.id, digest="off", unmailed=["page_changed"])


@refusal(RefusedError)
def wants_what_there_is_not() -> Call:
    anna = given.person()
    return partial(notifications.change_wishes, anna, anna.id, digest="daily", unwanted=["gossip"])


@scenario(notifications.note_digest)
def is_sent_a_digest() -> Call:
    anna = told(2)
    return partial(notifications.note_digest, anna.id, Notification.objects.values_list("pk", flat=True))


@scenario(notifications.note_failed_digest)
def is_not_reached_by_a_digest() -> Call:
    anna = given.person()
    return partial(notifications.note_failed_digest, anna.id)


@scenario(notifications.forget_read)
def forgets_what_was_read() -> Call:
    anna = told(2)
    notifications.mark_read(anna, anna.id)
    return partial(notifications.forget_read, anna.id, kept_days=0)
