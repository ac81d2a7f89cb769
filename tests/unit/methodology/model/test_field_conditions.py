"""Tests of a field: bounds, ranks, coverage, their modifiers and dates, and mistakes at their place."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.values import (
    NONE,
    UNKNOWN,
    Duration,
    Label,
    MeasureAtRank,
    PercentOf,
    RankPoints,
    Share,
)
from tests.unit.methodology.model.conditions_read import both, condition, only, refused
from tests.unit.methodology.small_rule import rule

D = dt.date


def test_a_value_stands_for_equality() -> None:
    (one,) = only("{market: KOSPI}")
    assert (one.op, both(one.value)) == ("equals", Label("KOSPI"))
    (flag,) = only("{impaired_capital: false}")
    assert not both(flag.value)
    (symbol,) = only('{symbol: "005930"}')
    assert both(symbol.value) == Label("005930")


def test_bounds_and_lists() -> None:
    low, high = only("{close: {min: 1, below: 1000.5}}")
    assert (low.op, float(both(low.value)), high.op, float(both(high.value))) == (
        "min",
        1.0,
        "below",
        1000.5,
    )
    (some,) = only("{sector: {not_in: [10, energy]}}")
    assert (some.op, some.labels.value) == ("not_in", (Label("10"), Label("energy")))
    (listed,) = only("{listed_for: {min: 6 calendar months}}")
    assert both(listed.value) == Duration(6, "calendar months", "")


def test_ranks() -> None:
    (rank,) = only("{size: {rank: 85%}}")
    assert isinstance(rank, c.Rank)
    assert both(rank.max) == Share(Fraction(17, 20), "")
    assert rank.rounding == "floor"
    (of,) = only("{size: {rank: {max: 110% of existing, rounding: half_up}}}")
    assert both(of.max) == PercentOf(Fraction(11, 10), "existing", "")
    assert of.rounding == "half_up"
    (buffer,) = only("{size: {rank: {existing: 110, new: 90}}}")
    held = buffer.max.value
    assert (int(held.existing), int(held.new)) == (110, 90)
    (between,) = only("{size: {rank: {from: 101, to: 300}}}")
    assert (int(both(between.from_)), int(both(between.to)), between.max) == (101, 300, None)
    (beyond,) = only("{size: {rank: {beyond: 60}}}")
    assert int(both(beyond.beyond)) == 60


def test_coverage_and_share() -> None:
    (reach,) = only("{size: {coverage: 85%}}")
    assert both(reach.reach) == Share(Fraction(17, 20), "")
    (bands,) = only("{size: {coverage: {from: 70%, to: 85%}}}")
    assert both(bands.from_).exact == Fraction(7, 10)
    (points,) = only("{size: {coverage: {max: rank 1000 + 2.5 points}}}")
    assert isinstance(both(points.max), RankPoints)
    (share,) = only("{size: {share: {above: 1%, among: kospi}}}")
    assert both(share.above).exact == Fraction(1, 100)
    assert (share.among.kind, share.among.index) == ("index", "kospi")


def test_modifiers_stand_on_each_test_and_inside_wins() -> None:
    coverage, rank = only(
        "{size: {coverage: 80%, rank: {max: 90% of existing, among: remaining, "
        "unless: {group: {existing_count: {below: 3}}}}, among: eligible, within: all}}"
    )
    assert (coverage.among.kind, coverage.within.value, coverage.unless) == (
        "eligible",
        "all",
        None,
    )
    assert (rank.among.kind, rank.within.value) == ("remaining", "all")
    (excuse,) = rank.unless.value.conditions
    (group,) = excuse.parts
    assert isinstance(group, c.GroupTests)
    assert group.fields[0].name == "existing_count"


def test_for_reviews_unless_flags_and_measures_at_rank() -> None:
    (adv,) = only("{liquidity: {min: {new: 1000000, existing: 600000}, for: 3 reviews}}")
    assert adv.for_reviews == 3
    assert float(adv.value.value.existing) == 600_000
    (listed,) = only(
        "{listed_for: {min: 1 year, unless: [existing, demerged, {size: {rank: 50}}]}}"
    )
    unless = listed.unless.value
    assert unless.flags == ("existing", "demerged")
    assert c.fields_used(unless.conditions[0]) == ("size",)
    (half,) = only("{size: {min: 50% of size at rank 50, among: kospi}}")
    assert isinstance(both(half.value), MeasureAtRank)
    assert half.among.index == "kospi"


def test_dates_outside_a_field_inside_a_test_and_around_a_condition() -> None:
    (field,) = condition(
        "{share_class: {1994-06-01: {in: [common, old]}, 2002-06-14: common}}"
    ).parts
    assert isinstance(field, c.Field)
    (first,) = field.tests.at(D(2002, 6, 13))  # type: ignore[misc]
    assert isinstance(first, c.OneOf)
    (second,) = field.tests.at(D(2002, 6, 14))  # type: ignore[misc]
    assert isinstance(second, c.Compare)
    assert field.tests.at(D(1994, 5, 31)) is UNKNOWN
    (low,) = only("{float_factor: {min: {1994-06-01: none, 2007-06-15: 10%}}}")
    assert low.value.at(D(2000, 1, 1)) is NONE
    assert low.value.at(D(2010, 1, 1)).new.exact == Fraction(1, 10)
    (ranks,) = condition(
        "{size: {rank: {2000-01-01: {max: 5}, 2010-01-01: {from: 1, to: 3}}}}"
    ).parts
    assert isinstance(ranks, c.Field)
    (late,) = ranks.tests.at(D(2010, 1, 1))  # type: ignore[misc]
    assert (late.max, int(both(late.from_))) == (None, 1)  # type: ignore[union-attr]
    whole = rule("eligibility: {2000-01-01: none, 2010-01-01: {market: KOSPI}}\n").eligibility
    assert whole is not None
    assert whole.at(D(2005, 1, 1)) is NONE
    (inner,) = condition("{not: {2000-01-01: {market: A}, 2010-01-01: {market: B}}}").parts
    assert isinstance(inner, c.Not)
    assert isinstance(inner.condition.parts[0], c.ByDate)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{size: {rnak: 5}}", [("RUL001", 8, 9)]),
        ("{size: {rank: 0}}", [("RUL011", 8, 15)]),
        ("{size: {rank: 0.85}}", [("RUL011", 8, 15)]),
        ("{size: {rank: best}}", [("RUL008", 8, 15)]),
        ("{size: {coverage: 85}}", [("RUL006", 8, 19)]),
        ("{size: {coverage: {reach: 120%}}}", [("RUL006", 8, 27)]),
        ("{size: {share: 5%}}", [("RUL003", 8, 16)]),
        ("{size: {rank: {}}}", [("RUL002", 8, 9)]),
        ("{size: {rank: {max: 5, roundng: ceil}}}", [("RUL001", 8, 24)]),
        ("{size: {rank: {existing: 5}}}", [("RUL015", 8, 15)]),
        ("{size: {rank: {existing: 5, nwe: 3}}}", [("RUL001", 8, 29), ("RUL015", 8, 15)]),
        ("{size: {among: eligible}}", [("RUL002", 8, 2)]),
        ("{size: {rank: 5, among: eligble}}", [("RUL004", 8, 25)]),
        ("{size: {rank: 5, unless: exsting}}", [("RUL004", 8, 26)]),
        ("{size: {rank: 5, for: 3}}", [("RUL008", 8, 23)]),
        ("{size: [1, 2]}", [("RUL003", 8, 8)]),
        ("{size: }", [("RUL016", 8, 2)]),
        ("{size: {}}", [("RUL016", 8, 8)]),
        ("{}", [("RUL016", 8, 1)]),
        ("all", [("RUL003", 8, 1)]),
        ("{listed_for: {min: 6}}", [("RUL008", 8, 20)]),
        ("{listed_for: {min: 6 calender months}}", [("RUL008", 8, 20)]),
        ("{float_factor: {min: 10}}", [("RUL006", 8, 22)]),
        ("{symbol: {in: [005930]}}", [("RUL009", 8, 16)]),
        ("{symbol: 000660}", [("RUL009", 8, 10)]),
        ('{symbol: {not_in: ["1", 0126Z0, 12]}}', [("RUL009", 8, 33)]),
        ("{size: {min: 5,000}}", [("RUL001", 8, 16)]),
        ("{size: {min: 50% of sizee at rank 3}}", [("RUL014", 8, 14)]),
        ("{status: old}", [("RUL004", 8, 10)]),
        ("{member_of: {when: after}}", [("RUL002", 8, 2)]),
        ("{member_of: KOSPI 200}", [("RUL010", 8, 13)]),
        ("{any: {size: {rank: 5}}}", [("RUL003", 8, 7)]),
        ("{close: {min: {2000-01-01: 5, x: 6}}}", [("DTE003", 8, 31)]),
        ("{close: {min: {2010-01-01: 5, 2000-01-01: 6}}}", [("DTE002", 8, 31)]),
        ("{close: {min: {2010-02-30: 5}}}", [("DTE001", 8, 16)]),
        ("{close: {min: {2010-2-3: 5}}}", [("DTE001", 8, 16)]),
    ],
)
def test_mistakes_at_their_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert sorted(refused(text)) == sorted(expected)


def test_each_stretch_of_a_dated_field_has_its_own_tests() -> None:
    (field,) = condition(
        "{sector: {2000-01-04: a, 2010-01-04: {in: [b, c]}, 2020-01-02: none}}"
    ).parts
    assert isinstance(field, c.Field)
    assert [str(day) for day in field.tests.dates] == ["2000-01-04", "2010-01-04", "2020-01-02"]
    on_days = [field.tests.at(D(year, 6, 1)) for year in (2005, 2015, 2025)]
    assert isinstance(on_days[0][0], c.Compare)  # type: ignore[index]
    assert isinstance(on_days[1][0], c.OneOf)  # type: ignore[index]
    assert on_days[2] is NONE


def test_a_test_inside_that_is_dated_too_keeps_to_its_stretch() -> None:
    inner = "{rank: {2000-01-04: {max: 5}, 2012-01-04: {max: 6}}}"
    (field,) = condition(f"{{size: {{2000-01-04: {inner}, 2010-01-04: {{rank: 9}}}}}}").parts
    assert isinstance(field, c.Field)
    # What the first stretch says of 2012 is past its end.
    assert [str(day) for day in field.tests.dates] == ["2000-01-04", "2010-01-04"]
    (late,) = field.tests.at(D(2015, 1, 1))  # type: ignore[misc]
    assert int(both(late.max)) == 9  # type: ignore[union-attr]
