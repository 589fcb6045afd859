from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.template import engines
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from markupsafe import Markup, escape

from project.templating import clock, date, escaped, filesize, moment

ODD = "<b> & \"'"


class Drawn:
    def __html__(self) -> str:
        return "<i>"


@pytest.mark.parametrize(
    "value",
    [
        ODD,
        "",
        "x",
        Markup(ODD),
        mark_safe(ODD),
        lazystr(ODD),
        Drawn(),
        [ODD],
        7,
        -1.5,
        True,
        None,
        UUID(int=7),
    ],
)
def test_values_are_escaped_as_everywhere(value):
    assert escaped(value) == escape(value)


def test_what_templates_make_is_escaped_once():
    source = (
        "{% macro cell(text) %}<td>{{ text }}</td>{% endmacro %}"
        "{% set kept %}<p>{{ odd }}</p>{% endset %}"
        "{{ odd }}{{ cell(odd) }}{{ kept }}{{ cell(cell(odd)) }}{{ odd ~ cell(odd) }}{{ _('%(a)s', a=odd) }}"
    )
    once = escape(ODD)
    cell = f"<td>{once}</td>"
    made = engines["jinja2"].from_string(source).render({"odd": ODD})
    assert made == f"{once}{cell}<p>{once}</p><td>{cell}</td>{once}{cell}{once}"


@pytest.mark.parametrize(
    ("n_bytes", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1\u00a0kB"),
        (1_740, "1.7\u00a0kB"),
        (9_990, "10\u00a0kB"),
        (999_499, "999\u00a0kB"),
        (999_600, "1\u00a0MB"),
        (1_500_000, "1.5\u00a0MB"),
        (20_000_000, "20\u00a0MB"),
    ],
)
def test_sizes_are_said_in_units_of_a_thousand(n_bytes, said):
    assert filesize(n_bytes) == said


@pytest.mark.parametrize(
    ("language", "day", "at", "hour", "sizes"),
    [
        ("en", "2 March 2026", "2 March 2026, 14:05 UTC", "14:05", "1 byte, 1.7\u00a0kB"),
        ("de", "2. März 2026", "2. März 2026, 14:05 UTC", "14:05", "1 Byte, 1,7\u00a0kB"),
    ],
)
def test_dates_and_sizes_are_said_as_the_language_says_them(language, day, at, hour, sizes):
    value = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
    with translation.override(language):
        assert (date(value), date(value.date()), moment(value), clock(value)) == (day, day, at, hour)
        assert f"{filesize(1)}, {filesize(1_740)}" == sizes
