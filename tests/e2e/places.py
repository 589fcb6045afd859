"""Every kind of page there is, by the name of its route."""

from __future__ import annotations

from tests.e2e.hut import Hut

# Read without an account.
OPEN = {
    "documents:front": "/",
    "documents:page": "/{slug}/water/",
    "documents:tree": "/{slug}/-/tree/",
    "documents:tree_below": "/{slug}/-/tree/{stove}/",
    "documents:tags": "/{slug}/-/tags/",
    "documents:tag": "/{slug}/-/tags/drinking/",
    "documents:search": "/{slug}/-/search/?q=water",
    "documents:jump": "/{slug}/-/jump/?q=wate",
    "documents:jump_site": "/-/jump/",
    "documents:changes": "/{slug}/-/changes/",
    "accounts:sign_in": "/-/sign-in/",
    "accounts:sign_up": "/-/sign-up/",
    "accounts:signed_out": "/-/signed-out/",
    "accounts:password_reset": "/-/password/reset/",
    "accounts:password_reset_done": "/-/password/reset/sent/",
    "accounts:password_reset_complete": "/-/password/reset/complete/",
    "accounts:password_reset_confirm": "/-/password/reset/{water}/no-such-token/",
}
# Asked who one is.
OWN = {
    "accounts:account": "/-/account/",
    "accounts:sign_out": "/-/sign-out/",
    "accounts:password_change": "/-/password/",
    "accounts:password_change_done": "/-/password/changed/",
    "documents:me": "/-/me/",
    "notifications:inbox": "/-/notifications/",
    "notifications:wishes": "/-/notifications/settings/",
    "documents:new_handbook": "/-/handbooks/new/",
    "documents:settings": "/{slug}/-/settings/",
    "documents:members": "/{slug}/-/members/",
    "documents:more": "/{slug}/-/more/?document={water}",
    "documents:new": "/{slug}/-/new/",
    "documents:edit": "/{slug}/-/edit/{water}/",
    "documents:history": "/{slug}/-/history/{water}/",
    "documents:revision": "/{slug}/-/history/{water}/1/",
    "documents:diff": "/{slug}/-/history/{water}/2/changes/",
    "documents:due": "/{slug}/-/care/",
    "documents:care": "/{slug}/-/care/{water}/",
    "documents:confirmations": "/{slug}/-/care/{water}/record/",
    "documents:confirm": "/{slug}/-/confirm/{water}/",
    "documents:drafts": "/{slug}/-/drafts/",
    "documents:draft": "/{slug}/-/drafts/{draft}/",
    "documents:move": "/{slug}/-/move/{stove}/",
    "documents:bin": "/{slug}/-/bin/",
    "documents:media": "/{slug}/-/media/",
    "console:handbooks": "/-/console/",
    "console:pages": "/-/console/{slug}/",
    "console:page": "/-/console/{slug}/page/?address=/{slug}/water/",
    "console:act": "/-/console/{slug}/act/",
    "console:progress": "/-/console/{slug}/progress/{operation}/",
    "console:figures": "/-/console/{slug}/figures/",
    "console:audit": "/-/console/{slug}/audit/",
    "console:tokens": "/-/console/{slug}/tokens/",
}
# Other faces of these pages.
FACES = {
    "menu of the bar": "/{slug}/",
    "nothing found": "/{slug}/-/search/?q=zebra",
    "no such cached page": "/-/console/{slug}/?q=zebra",
    "a search to begin": "/{slug}/-/search/",
}
# Parts of pages, files, data, and what only takes forms.
NO_PAGES = {
    "health",
    "accounts:bar",
    "rendering:invalidate",
    "console:progress_now",
    "console:revoke",
    "console:everything",  # for staff, as these: looked at where the console is walked
    "console:everything_progress",
    "console:everything_now",
    "notifications:open",
    "notifications:read",
    "documents:watch",
    "documents:reviewed",
    "documents:ask_confirmation",
    "documents:yours",
    "documents:bar",
    "documents:jump_list",
    "documents:jump_site_list",
    "documents:complete",
    "documents:branch",
    "documents:media_file",
    "documents:preview",
    "documents:resolve",  # its page of a conflict is looked at where two people edit
    "documents:member_role",
    "documents:member_remove",
    "documents:restore_revision",
    "documents:publish",
    "documents:unpublish",
    "documents:put_into_bin",
    "documents:restore",
    "documents:remove_media",
}


def address(pattern: str, hut: Hut) -> str:
    return pattern.format(
        slug=hut.slug, water=hut.water, stove=hut.stove, draft=hut.draft, operation=hut.operation
    )
