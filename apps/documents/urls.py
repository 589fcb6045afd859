"""Addresses of handbooks: `/<handbook>/<path>/` reads, all else is under `/<handbook>/-/`."""

from django.urls import path, re_path

from .views import (
    arranging,
    care,
    editing,
    front,
    handbooks,
    history,
    jumping,
    me,
    media,
    media_file,
    members,
    reading,
    watching,
)

app_name = "documents"
urlpatterns = [
    # front page and handbooks
    path("", front.front, name="front"),
    path("-/me/", me.me, name="me"),
    path("-/jump/", jumping.jump_site, name="jump_site"),
    path("-/jump/list/", jumping.jump_site_list, name="jump_site_list"),
    path("-/handbooks/yours/", front.yours, name="yours"),
    path("-/handbooks/new/", handbooks.new_handbook, name="new_handbook"),
    path("<slug:handbook>/-/settings/", handbooks.handbook_settings, name="settings"),
    path("<slug:handbook>/-/members/", members.members, name="members"),
    path("<slug:handbook>/-/members/<uuid:person_id>/role/", members.member_role, name="member_role"),
    path("<slug:handbook>/-/members/<uuid:person_id>/remove/", members.member_remove, name="member_remove"),
    # reading
    path("<slug:handbook>/-/tree/", reading.tree, name="tree"),
    path("<slug:handbook>/-/tree/<uuid:document_id>/", reading.tree, name="tree_below"),
    path("<slug:handbook>/-/branch/<uuid:document_id>/", reading.branch, name="branch"),
    path("<slug:handbook>/-/bar/", arranging.bar, name="bar"),
    path("<slug:handbook>/-/more/", arranging.more, name="more"),
    # writing
    path("<slug:handbook>/-/new/", editing.new, name="new"),
    path("<slug:handbook>/-/preview/", editing.preview, name="preview"),
    path("<slug:handbook>/-/edit/<uuid:document_id>/", editing.edit, name="edit"),
    path("<slug:handbook>/-/edit/<uuid:document_id>/resolve/", editing.resolve, name="resolve"),
    path("<slug:handbook>/-/history/<uuid:document_id>/", history.history, name="history"),
    path("<slug:handbook>/-/history/<uuid:document_id>/<int:number>/", history.revision, name="revision"),
    path("<slug:handbook>/-/history/<uuid:document_id>/<int:number>/changes/", history.diff, name="diff"),
    path(
        "<slug:handbook>/-/history/<uuid:document_id>/<int:number>/restore/",
        history.restore,
        name="restore_revision",
    ),
    # arranging
    path("<slug:handbook>/-/drafts/", arranging.drafts, name="drafts"),
    path("<slug:handbook>/-/drafts/<uuid:document_id>/", arranging.draft, name="draft"),
    path("<slug:handbook>/-/move/<uuid:document_id>/", arranging.move, name="move"),
    path("<slug:handbook>/-/publish/<uuid:document_id>/", arranging.publish, name="publish"),
    path("<slug:handbook>/-/unpublish/<uuid:document_id>/", arranging.unpublish, name="unpublish"),
    path("<slug:handbook>/-/bin/", arranging.bin, name="bin"),
    path("<slug:handbook>/-/bin/<uuid:document_id>/", arranging.put_into_bin, name="put_into_bin"),
    path("<slug:handbook>/-/bin/<uuid:document_id>/restore/", arranging.restore, name="restore"),
    # care
    path("<slug:handbook>/-/tags/", care.tags, name="tags"),
    path("<slug:handbook>/-/tags/<str:slug>/", care.tag, name="tag"),
    path("<slug:handbook>/-/care/", care.due, name="due"),
    path("<slug:handbook>/-/care/<uuid:document_id>/", care.care, name="care"),
    path("<slug:handbook>/-/care/<uuid:document_id>/reviewed/", care.reviewed, name="reviewed"),
    path("<slug:handbook>/-/care/<uuid:document_id>/ask/", care.ask, name="ask_confirmation"),
    path("<slug:handbook>/-/care/<uuid:document_id>/record/", care.confirmations, name="confirmations"),
    path("<slug:handbook>/-/confirm/<uuid:document_id>/", care.confirm, name="confirm"),
    path("<slug:handbook>/-/watch/<uuid:document_id>/", watching.watching, name="watch"),
    # finding and media
    path("<slug:handbook>/-/search/", reading.search, name="search"),
    path("<slug:handbook>/-/jump/", jumping.jump, name="jump"),
    path("<slug:handbook>/-/jump/list/", jumping.jump_list, name="jump_list"),
    path("<slug:handbook>/-/complete/", jumping.complete, name="complete"),
    path("<slug:handbook>/-/changes/", reading.changes, name="changes"),
    path("<slug:handbook>/-/media/", media.media, name="media"),
    path("<slug:handbook>/-/media/<uuid:media_id>/remove/", media.remove, name="remove_media"),
    re_path(
        r"^(?P<handbook>[a-z0-9][a-z0-9-]*)/-/media/(?P<digest>[0-9a-f]{20})/(?P<name>[^/]+)$",
        media_file.media_file,
        name="media_file",
    ),
    re_path(r"^(?P<handbook>[a-z0-9][a-z0-9-]*)/(?P<path>(?:[^/]+/)*)$", reading.document, name="page"),
]
