"""Addresses of notifications: `/-/notifications/...`."""

from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox_page, name="inbox"),
    path("read/", views.read, name="read"),
    path("settings/", views.wishes, name="wishes"),
    path("<uuid:notification_id>/", views.open_notification, name="open"),
]
