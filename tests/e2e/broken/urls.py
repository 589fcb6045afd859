"""The site's addresses and `/-/broken/`, which fails as only a fault of ours does."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from project import urls

handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


def fail(_request: HttpRequest) -> NoReturn:
    raise ZeroDivisionError("a secret of the program")


urlpatterns = [path("-/broken/", fail), *urls.urlpatterns]
