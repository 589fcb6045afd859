"""Addresses of the page cache for scripts."""

from django.urls import path

from . import api

app_name = "rendering"
urlpatterns = [path("api/invalidate", api.invalidate, name="invalidate")]
