from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.documents.text import heading_slug, slugify
from apps.documents.text.slugs import MAX_SLUG


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Getting Started", "getting-started"),
        ("Don't panic — it’s fine", "dont-panic-its-fine"),
        ("Über uns!", "über-uns"),
        ("हिन्दी गाइड", "हिन्दी-गाइड"),
        ("日本語 ガイド", "日本語-ガイド"),
        ("ﬁle №5", "file-no5"),
        ("snake_case.md", "snake-case-md"),
        ("  --- ", ""),
        ("🎉", ""),
    ],
)
def test_a_title_becomes_lower_case_words_of_its_own_script(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(st.text())
def test_a_slug_is_stable_short_and_never_the_reserved_dash(title: str) -> None:
    slug = slugify(title)
    assert slugify(slug) == slug
    assert len(slug) <= MAX_SLUG
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert "/" not in slug


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What's new in v1.2?", "whats-new-in-v12"),
        ("The `--force` flag", "the---force-flag"),
        ("snake_case", "snake_case"),
        ("Größe & Länge", "größe--länge"),
        ("🎉", "section"),
    ],
)
def test_an_anchor_is_made_as_github_makes_it(heading: str, anchor: str) -> None:
    assert heading_slug(heading) == anchor
