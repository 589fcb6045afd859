"""Addresses of handbooks: `/<handbook>/<path>/` reads, all else is under `/<handbook>/-/`."""

from django.urls import path, re_path

from .views import reading

app_name = "documents"
urlpatterns = [
    # front page and handbooks
    # editing
    # finding and media
    re_path(r"^(?P<handbook>[a-z0-9][a-z0-9-]*)/(?P<path>(?:[^/-][^/]*/|-[^/]+/)*)$", reading.page, name="page"),
]
