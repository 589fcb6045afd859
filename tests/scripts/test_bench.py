"""Figures are told with their aims, and one that is not met fails the run."""

from __future__ import annotations

import json

import pytest

from bench import measuring
from bench.registry import Bench, Figure


@pytest.mark.parametrize(
    ("figure", "said", "met"),
    [
        (Figure("a.b_ms", 4.00049, "ms", most=5), "at most 5", True),
        (Figure("a.b_ms", 5.1, "ms", "of 3", most=5), "at most 5; of 3", False),
        (Figure("a.b", 0.45, "times", "nginx", least=0.45), "at least 0.45; nginx", True),
        (Figure("a.b", 0.449, "times", least=0.45), "at least 0.45", False),
        (Figure("a.b", 1, "times", "by itself"), "by itself", None),
    ],
)
def test_a_figure_says_its_aim_and_whether_it_is_met(figure: Figure, said: str, met: bool | None):
    told = figure.said()
    assert (told["compared_with"], told.get("met")) == (said, met)
    assert told["value"] == round(figure.value, 3)


def test_a_missed_aim_fails_after_all_figures_are_told(monkeypatch, capsys):
    figures = [Figure("a.b_ms", 7, "ms", most=5), Figure("a.c", 1, "times")]
    monkeypatch.setattr(measuring, "discover", lambda: None)
    monkeypatch.setattr(measuring, "BENCHES", [Bench(("a.b_ms", "a.c"), lambda: figures)])
    with pytest.raises(SystemExit, match="1"):
        measuring.measure(0, "a")
    told = capsys.readouterr()
    assert [json.loads(line)["name"] for line in told.out.splitlines()] == ["a.b_ms", "a.c"]
    assert told.err == "Aims not met: a.b_ms\n"
