"""Handbooks and members, for staff to look at."""

from django.contrib import admin

from apps.events.readonly import ReadOnlyAdmin

from .models import Handbook, Membership


@admin.register(Handbook)
class HandbookAdmin(ReadOnlyAdmin):
    list_display = ("slug", "title", "language", "is_public", "created_at")
    list_filter = ("is_public",)
    search_fields = ("slug", "title")
    ordering = ("slug",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("handbook", "person", "role", "created_at")
    list_select_related = ("handbook", "person")
    list_filter = ("role",)
    search_fields = ("handbook__slug", "person__email")
    ordering = ("handbook__slug", "person__email")
