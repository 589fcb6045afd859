"""Where the site is: an address that links in mails can begin with."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.conf import load
from apps.notifications.conf import PREFIX, NotificationsConf


@pytest.mark.parametrize("url", ["https://handbook.example.org", "http://127.0.0.1:8000/", "http://[::1]:80"])
def test_the_address_of_the_site_has_a_scheme_and_a_host(url):
    assert load(NotificationsConf, PREFIX, {"CAIRN_NOTIFICATIONS_SITE_URL": url}).site_url == url


@pytest.mark.parametrize("url", ["", "handbook.example.org", "https://", "https://a/below", "https://a b"])
def test_what_links_cannot_begin_with_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="https://host or http://host"):
        load(NotificationsConf, PREFIX, {"CAIRN_NOTIFICATIONS_SITE_URL": url})
