"""Pictures of a sweep: which points a reader is shown, what they are called, which files are made."""

from __future__ import annotations

from xml.etree import ElementTree

import pyarrow as pa

import indexcalc as ic
from indexcalc.report.sweep_pictures import label_of, shown_rows, sweep_pictures
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three


def summary(caps: list[tuple[str, int, float | None]]) -> pa.Table:
    rows = [{"cap": cap, "reviews_capped": bound, "level_last": last} for cap, bound, last in caps]
    return pa.Table.from_pylist(rows)


def test_caps_that_bind_are_spread_and_the_reference_stays() -> None:
    caps = [(f"{number}%", 5, 1.0) for number in range(10, 19)]
    made = summary([*caps, ("40%", 0, 1.0), ("none", 0, 1.0)])
    # Nine that bind: the first, the last and three between; 40 % binds nowhere; the reference is last.
    assert shown_rows(made) == [0, 2, 4, 6, 8, 10]
    assert shown_rows(made, most=2) == [0, 8, 10]


def test_a_point_without_a_level_is_not_shown_and_without_a_binding_cap_all_are() -> None:
    assert shown_rows(summary([("10%", 5, None), ("none", 0, 1.0)])) == [1]
    assert shown_rows(summary([("50%", 0, 1.0), ("none", 0, 1.0)])) == [0, 1]


def test_points_are_called_by_what_differs() -> None:
    assert label_of({"cap": "none"}) == "uncapped"
    assert label_of({"cap": "30%"}) == "30%"
    varied = {"cap": "30%", "variant": "weighting.scheme=price"}
    assert label_of(varied) == "scheme=price 30%"
    assert label_of({**varied, "cap": "as written"}) == "scheme=price"


def test_a_sweep_of_two_caps_has_three_pictures_and_one_of_levels_none() -> None:
    rule = ic.Methodology.from_text(RULE)
    made = sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%", "60%"]))
    assert sorted(made) == ["largest_weight.svg", "levels.svg", "trade_off.svg"]
    texts = {
        "".join(part.itertext())
        for part in ElementTree.fromstring(made["levels.svg"]).iter()
        if part.tag.endswith("text")
    }
    assert {"50%", "60%", "uncapped"} <= texts
    one = sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%", None]))
    assert "trade_off.svg" not in one
    assert sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%"], tables="levels")) == {}
