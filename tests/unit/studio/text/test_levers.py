"""Levers: what of a rule can be dragged, to what, and what moves with it."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.load import load
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.studio.text.edits import with_values
from indexcalc.studio.text.levers import levers

ON = dt.date(2026, 10, 30)


def found(name: str, on: dt.date = ON) -> dict[str, object]:
    return {lever.path: lever for lever in levers(Methodology.load(name), on)}


def test_a_count_moves_the_steps_that_fill_and_trim_to_it() -> None:
    lever = next(
        item for item in levers(Methodology.load("top-n-buffer"), ON) if item.kind == "count"
    )
    assert lever.paths == (
        "selection.count",
        "selection.steps[1].trim.to",
        "selection.steps[2].fill.to",
    )
    assert lever.moved("12") == dict.fromkeys(lever.paths, "12")
    assert lever.text == "10"
    assert (lever.values[0], lever.values[-1]) == ("5", "20")


def test_a_cap_has_whole_percents_its_own_limit_and_none() -> None:
    rule = Methodology.load("kospi200-cap30").varied({"weighting.caps[0].limit": "7.5%"})
    (cap,) = [item for item in levers(rule, ON) if item.kind == "cap"]
    assert cap.per == "security"
    assert cap.values[:3] == ("1%", "2%", "3%")
    assert cap.values[6:9] == ("7%", "7.5%", "8%")
    assert cap.values[-2:] == ("40%", "none")


def test_of_dated_values_the_one_in_force_is_a_lever() -> None:
    now, before = found("kospi200"), found("kospi200", dt.date(2010, 1, 4))
    assert "measures.size.over.2020-06-12" in now
    assert "measures.size.over.1994-06-01" in before
    assert not set(now) & {"measures.size.over.1994-06-01"}
    assert all("2026-11-02" not in path and "2026-12-11" not in path for path in now)


def test_kinds_are_told_apart() -> None:
    rule = found("kospi200")
    kinds = {path: lever.kind for path, lever in rule.items()}  # type: ignore[attr-defined]
    assert kinds["selection.steps.2017-06-09[2].select.any[0].size.rank"] == "buffer"
    assert kinds["eligibility.float_factor.min.2007-06-15"] == "threshold"
    assert kinds["measures.recent_size.over.2015-01-26"] == "window"
    assert kinds["review.cutoff"] == "date"
    assert "last session 3 months before" in rule["review.cutoff"].values  # type: ignore[attr-defined]
    assert "last session 1 month before" in rule["review.cutoff"].values  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(load.shipped_names(load.shipped_folder())))
def test_every_lever_of_a_shipped_rule_can_be_written(name: str) -> None:
    """The first and the last value of each lever read as a value of its kind at its place."""
    rule = Methodology.load(name)
    for lever in levers(rule, ON):
        assert lever.values[lever.place] == lever.text
        assert len(set(lever.values)) == len(lever.values)
        for value in (lever.values[0], lever.values[-1]):
            text = with_values(rule.text, lever.moved(value))
            assert Methodology.from_text(text, beside=rule.folder).index == rule.index, lever
