"""The audit trail names who did what; a token's secret is shown once."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts.people import SYSTEM
from apps.caching.marks import State
from apps.console.views import trail
from apps.rendering.actions import create_token, digest_of, drop_cached, revoke_token
from apps.rendering.models import ApiToken
from tests.accounts.shown import errors, fields, notices
from tests.console.shown import elements, links, main_text, with_class, words
from tests.contract.snapshot import every_table

AUDIT = "/-/console/hut/audit/"
TOKENS = "/-/console/hut/tokens/"


def rows(page) -> list[str]:
    """Each without its date and its raw tags."""
    found = []
    for each in with_class(page, "row-text"):
        facts, what = [words(one) for one in each.inside if one.tag == "p"][1::-1]
        found.append(f"{what} | {facts.split(' · ')[0]}")
    return found


def test_nothing_was_done_yet(at_hut):
    assert "Nothing was done by hand yet" in main_text(at_hut.get(AUDIT))


def test_it_tells_who_did_what_newest_first(owner, book, at_hut):
    token, _secret = create_token(owner, book, name="Deploy")
    drop_cached(SYSTEM, book, tags=["*"])
    drop_cached(SYSTEM, book, tags=["document.title"], state=State.GONE, warm=True, by_token=token.pk)
    drop_cached(owner, book, tags=["page:/hut/water/."], state=State.EXPIRED)
    drop_cached(owner, book, tags=["page:/hut/stove/"], state=None, warm=True)
    revoke_token(owner, book, token.pk)
    assert rows(at_hut.get(AUDIT)) == [
        "Token revoked Token “Deploy” | Olga",
        "Warmed /hut/stove/ and all below it | Olga",
        "Renewed the page at /hut/water/ | Olga",
        "Dropped as gone and made anew at once all of “Pages”: title | Token “Deploy”",
        "Dropped everything | A command",
        "Token made Token “Deploy” | Olga",
    ]


def test_each_drop_leads_to_its_progress(owner, book, at_hut):
    drop_cached(owner, book, tags=["*"])
    assert at_hut.get(links(at_hut.get(AUDIT))["Progress"]).status_code == 200


def test_it_is_paged_both_ways(owner, book, at_hut, monkeypatch):
    monkeypatch.setattr(trail, "SHOWN", 2)
    for number in range(5):
        create_token(owner, book, name=f"T{number}")
    seen, page = [], at_hut.get(AUDIT)
    while True:
        seen.append([row.split("“")[1][:2] for row in rows(page)])
        if "Older" not in links(page):
            break
        page = at_hut.get(links(page)["Older"])
    assert seen == [["T4", "T3"], ["T2", "T1"], ["T0"]]
    newer = at_hut.get(links(page)["Newer"])
    assert [row.split("“")[1][:2] for row in rows(newer)] == ["T2", "T1"]
    first = at_hut.get(links(newer)["Newer"])
    assert "Newer" not in links(first)
    assert len(rows(at_hut.get(AUDIT, {"before": "x", "after": "9" * 30}))) == 2


def test_a_secret_is_shown_once_and_works(at_hut):
    cache.clear()
    answer = at_hut.post(TOKENS, {"name": " Deploy  script "})
    (shown,) = with_class(answer, "secret-text")
    secret = words(shown)
    token = ApiToken.objects.get()
    assert (token.name, token.digest) == ("Deploy script", digest_of(secret))
    assert f"Authorization: Bearer {secret}" in main_text(answer)
    assert "http://testserver/-/api/invalidate" in main_text(answer)
    assert secret not in at_hut.get(TOKENS).content.decode()
    headers = {"Authorization": f"Bearer {secret}"}
    used = Client().post(
        "/-/api/invalidate", {"url": "/hut/water/"}, content_type="application/json", headers=headers
    )
    assert used.status_code == 200


def test_a_token_is_revoked_from_the_list_and_stays_on_it(owner, book, at_hut):
    token, secret = create_token(owner, book, name="Deploy")
    (form,) = [
        each
        for each in elements(at_hut.get(TOKENS))
        if each.attributes.get("action", "").endswith("/revoke/")
    ]
    at_hut.post(form.attributes["action"])
    token.refresh_from_db()
    assert token.revoked_at is not None
    page = at_hut.get(TOKENS)
    assert notices(page) == ["Revoked: it opens nothing any more."]
    assert re.search(r"Deploy Revoked Made by Olga", main_text(page))
    assert "/revoke/" not in page.content.decode()
    headers = {"Authorization": f"Bearer {secret}"}
    refused = Client().post("/-/api/invalidate", {}, content_type="application/json", headers=headers)
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Name: This field is required."),
        ("x" * 101, "Name: Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_a_name_that_is_refused_is_kept(at_hut, name, said):
    before = every_table()
    answer = at_hut.post(TOKENS, {"name": name})
    assert (answer.status_code, errors(answer), fields(answer)["name"]) == (422, [said], name)
    assert every_table() == before
