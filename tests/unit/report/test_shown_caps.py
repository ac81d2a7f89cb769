"""Which points of a sweep a reader is shown, and what they are called."""

from __future__ import annotations

import pyarrow as pa

from indexcalc.report.shown_caps import label_of, left_out, shown_rows


def summary(caps: list[tuple[str, int, float | None]]) -> pa.Table:
    rows = [{"cap": cap, "reviews_capped": bound, "level_last": last} for cap, bound, last in caps]
    return pa.Table.from_pylist(rows)


def test_caps_that_bind_are_spread_and_the_reference_stays() -> None:
    caps = [(f"{number}%", 5, 1.0) for number in range(10, 19)]
    made = summary([*caps, ("40%", 0, 1.0), ("none", 0, 1.0)])
    # First and last (40 %, which binds nobody), then the middle of the widest gap: 14 % of 10 to 40,
    # 12 % of 10 to 14, 16 % of 14 to 40 (two from both), 11 %; the reference is last.
    assert shown_rows(made) == [0, 1, 2, 4, 6, 9, 10]
    assert shown_rows(made, most=2) == [0, 9, 10]
    assert left_out(made, shown_rows(made, most=2)) == [f"{n}%" for n in range(11, 19)]


def test_the_cap_of_the_rule_is_always_shown() -> None:
    """`simulate kospi200-cap20 --cap 10%:40%:5%`: the page left out 20 %."""
    made = summary([(f"{number}%", 5, 1.0) for number in range(10, 45, 5)] + [("none", 0, 1.0)])
    assert 2 in shown_rows(made, "20%")
    assert shown_rows(made, "35%", most=2) == [0, 5, 6, 7]
    assert left_out(made, shown_rows(made, "20%")) == ["35%"]


def test_a_point_without_a_level_is_not_shown_and_without_a_binding_cap_all_are() -> None:
    assert shown_rows(summary([("10%", 5, None), ("none", 0, 1.0)])) == [1]
    assert shown_rows(summary([("50%", 0, 1.0), ("none", 0, 1.0)])) == [0, 1]


def test_points_are_called_by_what_differs() -> None:
    assert label_of({"cap": "none"}) == "uncapped"
    assert label_of({"cap": "30%"}) == "30%"
    varied = {"cap": "30%", "variant": "weighting.scheme=price"}
    assert label_of(varied) == "scheme=price 30%"
    assert label_of({**varied, "cap": "as written"}) == "scheme=price"
