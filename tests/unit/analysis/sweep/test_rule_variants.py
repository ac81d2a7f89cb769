"""A rule at other values: combinations as typed, and their runs by hand."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.sweep import rule_variants
from indexcalc.analysis.sweep.points import Point, points_of
from indexcalc.analysis.sweep.rule_variants import AS_WRITTEN, typed_changes, vary_rule
from indexcalc.analysis.sweep.swept_rule import SweptRule
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import Diagnostic
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.sweep.three_lines import RULE, three

CAPPED = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
AS_IT_IS = (Point("run", ()),)
LIMIT = "weighting.caps[0].limit"


def test_every_combination_of_the_values_in_order() -> None:
    made = typed_changes([("a", ["1", "2"]), ("b", ["x", "y"])])
    assert made == (
        {"a": "1", "b": "x"}, {"a": "1", "b": "y"}, {"a": "2", "b": "x"}, {"a": "2", "b": "y"},
    )  # fmt: skip
    assert typed_changes([]) == ({},)
    assert typed_changes([("a", ["1", "2", "1"])]) == ({"a": "1"}, {"a": "2"})


@pytest.mark.parametrize(
    "typed",
    [
        [("a", [])],
        [("", ["1"])],
        [("a", [str(n) for n in range(11)]), ("b", [str(n) for n in range(91)])],
    ],
)
def test_a_path_without_a_value_and_too_many_variants_are_refused(typed: Any) -> None:
    with pytest.raises(ic.UsageError, match="RUL006"):
        typed_changes(typed)


def test_a_thousand_variants_are_not_too_many() -> None:
    assert len(typed_changes([("a", [str(n) for n in range(1000)])])) == 1000


def varied(
    changes: list[dict[str, str]], points: Any = AS_IT_IS, text: str = CAPPED
) -> tuple[dict[str, SweptRule], list[Diagnostic]]:
    refused: list[Diagnostic] = []
    family = load_family([ic.Methodology.from_text(text)])
    made = dict(vary_rule(family, three(), Request(), points, changes, True, refused))
    return made, refused


def test_the_rule_as_written_comes_first_and_each_variant_by_its_name() -> None:
    """Returns 8.75 % at 50 %; 9 % at 60 %, where nobody is capped; 8 % at 40 %."""
    made, refused = varied([{LIMIT: "60%"}, {LIMIT: "40%"}])
    assert list(made) == [AS_WRITTEN, f"{LIMIT}=60%", f"{LIMIT}=40%"]
    returns = [swept.levels[0, -1] / swept.levels[0, 0] - 1 for swept in made.values()]
    assert returns == pytest.approx([0.0875, 0.09, 0.04 + 0.04 * 1.04 / 1.04], abs=1e-12)
    assert refused == []


def test_with_limits_only_the_variants_are_swept() -> None:
    made, _ = varied([{"weighting.scheme": "equal"}], points_of(["50%"], "security"), text=RULE)
    assert list(made) == ["weighting.scheme=equal"]
    assert [point.label for point in made["weighting.scheme=equal"].points] == ["50%", "none"]


def test_more_variants_than_are_scanned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_variants, "_AT_ONCE", 2)
    changes = [{LIMIT: f"{percent}%"} for percent in (60, 40, 50, 55)]
    made, _ = varied(changes)
    assert list(made) == [AS_WRITTEN, *(f"{LIMIT}={p}%" for p in (60, 40, 50, 55))]
    assert made[f"{LIMIT}=50%"].levels.tolist() == made[AS_WRITTEN].levels.tolist()


def test_a_variant_that_cannot_be_computed_is_told_and_the_others_go_on() -> None:
    """The market has no float factors, and ends before 2030: each is told with the variant's name."""
    later = "base.date=2030-01-01"
    made, refused = varied(
        [
            {"base.level": "500"},
            {"weighting.scheme": "float_market_cap"},
            {"base.date": "2030-01-01"},
        ]
    )
    assert list(made) == [AS_WRITTEN, "base.level=500"]
    assert made["base.level=500"].levels[0, 0] == 500.0
    assert {(found.code, found.message.partition(": ")[0]) for found in refused} == {
        ("DAT001", "weighting.scheme=float_market_cap"),
        ("CAL010", later),
    }


def test_where_no_variant_can_be_computed_all_are_told() -> None:
    points = points_of(["50%"], "security")
    with pytest.raises(ic.DataError, match=r"base\.date=2030-01-01: the base date"):
        varied([{"base.date": "2030-01-01"}], points)


def test_a_value_the_rule_cannot_have_is_refused_at_once() -> None:
    with pytest.raises(ic.RuleError, match="RUL011"):
        varied([{"base.level": "500"}, {LIMIT: "0%"}])


def test_a_path_that_is_no_value_is_refused() -> None:
    with pytest.raises(ic.RuleError, match="RUL020"):
        varied([{"weighting.cap": "1%"}])
