"""The log, for staff to look at."""

from django.contrib import admin

from .models import Event, Parked
from .readonly import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "type", "stream_id", "position", "about_id", "actor_id", "applied")
    list_filter = ("applied",)
    search_fields = ("=type", "=stream_id", "=about_id", "=actor_id", "=operation_id")
    ordering = ("-id",)


@admin.register(Parked)
class ParkedAdmin(ReadOnlyAdmin):
    list_display = ("event", "handler", "attempts", "next_attempt_at", "error")
    list_select_related = ("event",)
    ordering = ("next_attempt_at",)
