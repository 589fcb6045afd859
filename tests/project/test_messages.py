"""What somebody just did is said on the page that follows, or not at all."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from tests import given
from tests.accounts.shown import notices

pytestmark = pytest.mark.django_db


def test_a_message_that_no_page_shows_is_gone_after_half_a_minute():
    owner = given.person()
    book = given.handbook(owner)
    client = Client()
    client.force_login(User.objects.get(pk=owner.id))
    saved = client.post(f"/{book.slug}/-/new/", {"title": "Stove", "publish": "1"})
    assert (saved["Location"], saved.cookies["messages"]["max-age"]) == (f"/{book.slug}/stove/", 30)
    bar = client.get("/-/bar/")
    assert (notices(bar), bar.cookies["messages"]["max-age"]) == (["Saved."], 0)
