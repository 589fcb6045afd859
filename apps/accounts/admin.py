"""People, for staff to look at."""

from django.contrib import admin
from django.contrib.auth.models import Group

from apps.events.readonly import ReadOnlyAdmin

from .models import User

admin.site.unregister(Group)  # rights come from roles in handbooks, and `is_staff`


@admin.register(User)
class PersonAdmin(ReadOnlyAdmin):
    fields = ("id", "email", "name", "language", "is_staff", "is_active", "created_at")
    list_display = ("email", "name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
