"""A handbook as templates see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import translation

from apps.rendering.books import Book
from apps.tenants.models import Handbook


@dataclass(frozen=True)
class Crumb:
    title: str
    url: str


@dataclass(frozen=True)
class HandbookView:
    id: UUID
    slug: str
    title: str
    language: str
    direction: str
    color: str
    icon: str
    is_public: bool
    ends_at: datetime | None
    url: str
    search_url: str
    jump_url: str
    tree_url: str
    bar_url: str
    more_url: str
    changes_url: str
    runs_url: str
    new_url: str
    settings_url: str
    delete_url: str
    members_url: str
    drafts_url: str
    bin_url: str
    media_url: str
    tags_url: str
    due_url: str
    import_url: str
    export_url: str


def handbook_view(handbook: Handbook | Book) -> HandbookView:
    def address(name: str) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug})

    return HandbookView(
        id=handbook.id,
        slug=handbook.slug,
        title=handbook.title,
        language=handbook.language,
        direction=_direction(handbook.language),
        color=handbook.color,
        icon=handbook.icon,
        is_public=handbook.is_public,
        ends_at=handbook.ends_at,
        url=reverse("documents:page", kwargs={"handbook": handbook.slug, "path": ""}),
        search_url=address("search"),
        jump_url=address("jump"),
        tree_url=address("tree"),
        bar_url=address("bar"),
        more_url=address("more"),
        changes_url=address("changes"),
        runs_url=address("runs"),
        new_url=address("new"),
        settings_url=address("settings"),
        delete_url=address("delete_handbook"),
        members_url=address("members"),
        drafts_url=address("drafts"),
        bin_url=address("bin"),
        media_url=address("media"),
        tags_url=address("tags"),
        due_url=address("due"),
        import_url=address("import"),
        export_url=address("export"),
    )


def _direction(language: str) -> str:
    return "rtl" if translation.get_language_info(language)["bidi"] else "ltr"


def page_url(handbook_slug: str, path: str) -> str:
    """The reading address of a page. Slugs need no escaping beyond what a browser does with letters."""
    return reverse("documents:page", kwargs={"handbook": handbook_slug, "path": f"{path}/" if path else ""})


def read_url(handbook_slug: str, document_id: UUID, path: str, *, is_published: bool) -> str:
    """Where a document that is in no bin is read: a draft has a page of its own for editors."""
    if is_published:
        return page_url(handbook_slug, path)
    return reverse("documents:draft", kwargs={"handbook": handbook_slug, "document_id": document_id})
