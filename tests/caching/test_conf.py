import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.caching.conf import PREFIX, CachingConf, checked
from apps.conf import load


def loaded(**values: str) -> CachingConf:
    return checked(load(CachingConf, PREFIX, {f"{PREFIX}_{name}": value for name, value in values.items()}))


def test_a_cdn_is_used_as_soon_as_it_has_endpoints():
    assert loaded().cdn is False
    conf = loaded(CDN_ENDPOINTS="http://a:8080, http://b/", CDN_TOKEN="t")
    assert (conf.cdn, conf.cdn_endpoints) == (True, ("http://a:8080", "http://b/"))


@pytest.mark.parametrize(
    "url", ["https://a", "a:80", "http://", "http://a:x", "http://a/purge", "http://a?x=1"]
)
def test_an_endpoint_is_http_with_a_host_and_no_more(url):
    with pytest.raises(ImproperlyConfigured, match=r"CAIRN_CACHING_CDN_ENDPOINTS=.*http://host:port"):
        loaded(CDN_ENDPOINTS=url, CDN_TOKEN="t")


def test_endpoints_need_a_token():
    with pytest.raises(ImproperlyConfigured, match="CAIRN_CACHING_CDN_TOKEN=''"):
        loaded(CDN_ENDPOINTS="http://a:8080")


def test_a_token_needs_endpoints():
    with pytest.raises(ImproperlyConfigured, match="CAIRN_CACHING_CDN_ENDPOINTS=''"):
        loaded(CDN_TOKEN="t")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CDN_TAG_BYTES", "8001", "at most 8000"),
        ("CDN_TAG_BYTES", "199", "at least 200"),
        ("CDN_TAG_HEADER", "x key", "a header's name"),
        ("CDN_TAG_HEADER", "x:\r\nset-cookie", "a header's name"),
    ],
)
def test_a_header_has_a_right_name_and_a_length_that_varnish_takes(name, value, allowed):
    with pytest.raises(ImproperlyConfigured, match=allowed):
        loaded(**{name: value})
