"""Where a request comes from, with proxies before the site and without."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from apps.accounts import addresses
from apps.accounts.addresses import client_address
from apps.accounts.conf import AccountsConf
from apps.conf import load

PROXIES = ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")


@pytest.fixture(autouse=True)
def proxies(monkeypatch):
    monkeypatch.setattr(addresses, "conf", AccountsConf(trusted_proxies=PROXIES))


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # anybody may write that
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, nonsense", "127.0.0.1"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("2a00:1:2:3:4:5:6:7", "", "2a00:1:2:3::"),  # one customer has the whole network
        ("2001:db8::1", "2a00:1:2:3::9", "2a00:1:2:3::"),
        ("", "198.51.100.7", None),
        ("127.0.0.1", ",".join(["10.0.0.1"] * 1000), "10.0.0.1"),
    ],
)
def test_the_nearest_address_that_is_no_proxy(remote, forwarded, expected):
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_a_proxy_that_is_no_address_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="CAIRN_ACCOUNTS_TRUSTED_PROXIES='proxy'"):
        load(AccountsConf, "CAIRN_ACCOUNTS", {"CAIRN_ACCOUNTS_TRUSTED_PROXIES": "proxy"})
