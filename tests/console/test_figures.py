"""Charts: what they draw, say and list; reads that are dropped more often than needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.console.charts import nice, rate_chart, time_chart
from apps.console.minutes import Span, spans
from apps.console.views import figures
from apps.console.words import age_of, percent, took
from apps.rendering.models import CacheMinute
from tests.console.shown import elements, main_text

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIGURES = "/-/console/hut/figures/"


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(seconds=40))


@pytest.mark.usefixtures("at_noon")
def test_minutes_are_summed_in_steps_up_to_this_minute(book):
    for minutes, hits in ((0, 1), (14, 2), (15, 4), (59, 8), (60, 16)):
        CacheMinute.objects.create(
            handbook_id=book, minute=NOON - minutes * MINUTE, hits=hits, expired=1, fills=2, render_ms=9.0
        )
    found = spans(book, timedelta(hours=1), timedelta(minutes=15))
    start = NOON + MINUTE - timedelta(hours=1)
    assert found == (
        Span(start, 8, 1, 2, 9.0),
        Span(start + 15 * MINUTE),
        Span(start + 30 * MINUTE, 4, 1, 2, 9.0),
        Span(start + 45 * MINUTE, 3, 2, 4, 18.0),
    )


def some(*values: tuple[int, int, float]) -> tuple[Span, ...]:
    return tuple(
        Span(NOON + number * MINUTE, hits, 0, made, ms) for number, (hits, made, ms) in enumerate(values)
    )


def test_the_hit_rate_as_bars_sentence_and_table():
    chart = rate_chart("hour", some((3, 1, 9.0), (0, 0, 0), (0, 2, 8.0), (5, 0, 0)), MINUTE)
    assert [(bar.x, bar.from_top, bar.height) for bar in chart.bars] == [
        (0, 25, 75),
        (10, 100, 0),  # nobody asked
        (20, 99, 1),  # all were misses: seen all the same
        (30, 0, 100),
    ]
    assert chart.summary == "72.7 % of 11 requests were answered with what was kept."
    assert [(row.answers, row.value) for row in chart.rows] == [("4", "75 %"), ("2", "0 %"), ("5", "100 %")]
    assert chart.ticks == (NOON, NOON + 2 * MINUTE, NOON + 4 * MINUTE)


def test_the_render_time_as_bars_sentence_and_table():
    chart = time_chart("hour", some((3, 1, 9.0), (7, 0, 0), (0, 2, 60.0)), MINUTE)
    assert (chart.top, chart.middle) == ("50 ms", "25 ms")
    assert [bar.height for bar in chart.bars] == [18, 0, 60]
    assert chart.summary == "3 pages made, in 23 ms each on average."
    assert [row.value for row in chart.rows] == ["9.0 ms", "–", "30 ms"]


def test_without_requests_a_chart_says_so():
    assert rate_chart("hour", some((0, 0, 0)), MINUTE).summary == "Nobody asked for anything."
    assert time_chart("hour", some((4, 0, 0)), MINUTE).summary == "Nothing had to be made."


@pytest.mark.parametrize(
    ("most", "expected"), [(0, 10), (0.7, 1), (1, 1), (1.1, 2), (4, 5), (7, 10), (53, 100), (1200, 2000)]
)
def test_axes_end_at_round_numbers(most, expected):
    assert nice(most) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 0, "–"), (0, 5, "0 %"), (1, 3, "33.3 %"), (9999, 10000, "99.9 %"), (5, 5, "100 %")],
)
def test_a_hundred_per_cent_is_all(part, whole, expected):
    assert percent(part, whole) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-3, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (172_800, "2 d")],
)
def test_ages_are_told_in_their_largest_unit(seconds, expected):
    assert age_of(NOON, NOON + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("ms", "expected"), [(0.42, "0.4 ms"), (9.96, "10.0 ms"), (351, "351 ms"), (1500, "1.5 s")]
)
def test_times_have_the_digits_that_matter(ms, expected):
    assert took(ms) == expected


def test_the_page_draws_four_charts_each_with_a_table(book, at_hut):
    CacheMinute.objects.create(handbook_id=book, minute=timezone.now(), hits=9, fills=1, render_ms=12.0)
    page = at_hut.get(FIGURES)
    found = elements(page)
    titles = {each.attributes.get("aria-labelledby") for each in found if each.tag == "figure"}
    assert titles == {"hour-rate-title", "hour-time-title", "day-rate-title", "day-time-title"}
    assert len([each for each in found if each.tag == "table"]) == 4
    assert main_text(page).count("90 % of 10 requests were answered with what was kept.") == 2


def test_coarse_reads_of_this_process_are_listed(at_hut, monkeypatch):
    monkeypatch.setattr(figures, "COARSE", {})
    assert "None so far." in main_text(at_hut.get(FIGURES))
    monkeypatch.setattr(figures, "COARSE", {"SearchHit(all)": "document.+, document.title"})
    text = main_text(at_hut.get(FIGURES))
    assert "SearchHit(all) document.+, document.title" in text
    assert "Only what this server process has seen since it started is listed." in text
