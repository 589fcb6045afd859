"""What waits to be said to somebody who just did something."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.messages.storage.cookie import CookieStorage
from django.http.response import HttpResponseBase

LIFE_S: Final = 30  # a page and its bar are loaded by then


class BriefStorage(CookieStorage):
    """A page that is the same for all leaves saying it to the bar, which without scripts nobody fetches: it
    is not said on some other page later then."""

    def _update_cookie(self, encoded_data: Any, response: HttpResponseBase) -> None:
        super()._update_cookie(encoded_data, response)  # type: ignore[misc]
        if encoded_data:
            response.cookies[self.cookie_name]["max-age"] = LIFE_S
