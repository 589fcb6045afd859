"""Addresses: `/` and `/-/...` are the site's, `/<handbook>/...` a handbook's."""

from django.contrib import admin
from django.urls import include, path
from django.views import debug

from . import views

handler404 = "project.views.not_found"
handler403 = "project.views.forbidden"
handler500 = "project.views.server_error"
# In development too: a wrong address is no fault of the program.
debug.technical_404_response = views.not_found  # type: ignore[assignment]

urlpatterns = [
    path("-/health/", views.health, name="health"),
    path("-/", include("apps.accounts.urls")),
    path("-/", include("apps.rendering.urls")),
    path("-/notifications/", include("apps.notifications.urls")),
    path("-/console/", include("apps.console.urls")),
    path("-/staff/", admin.site.urls),
    path("", include("apps.documents.urls")),
]
