"""Float factors of a rule: what an update publishes, what holds between, what was known when."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.review.data.float_factors import FloatFactors
from tests.unit.review.data.fields_made import fields_of, on, recorded
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-12-31")
NAN = float("nan")
TABLE = [
    {"symbol": "A", "effective_date": "2020-01-02", "float_factor": 0.28, "known_at": None},
    {"symbol": "A", "effective_date": "2020-05-01", "float_factor": 0.30, "known_at": None},
    {"symbol": "B", "effective_date": "2020-05-01", "float_factor": 0.50, "known_at": None},
]
HOLDINGS = [
    {"symbol": "A", "date": "2020-01-02", "holder_kind": "treasury", "shares": 30.0},
    {"symbol": "A", "date": "2020-05-04", "holder_kind": "treasury", "shares": 10.0},
    {"symbol": "B", "date": "2020-01-02", "holder_kind": "strategic", "shares": 8.0},
]
KEEP = "float: {steps: [{keep_if_change_below: 5 points}]}\n"


def factors(text: str = "", assume: dict[str, str] | None = None, **tables: Any) -> FloatFactors:
    made = market(SESSIONS, {"A": 1.0, "B": 1.0}, **tables)
    return FloatFactors(rule(text), fields_of(made, SESSIONS, assume))


def shown(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 12) for value in values]


def test_an_update_is_measured_against_the_one_before_it() -> None:
    made = factors(KEEP, float_factors=TABLE)
    first = made.update(on("2020-03-13"), on("2020-02-28"))
    assert (shown(first.before), shown(first.made.factor)) == ([None, None], [0.28, None])
    # 30 % is 2 points more than 28 %: kept; B had none, so it has its own.
    second = made.update(on("2020-06-12"), on("2020-05-29"))
    assert shown(second.before) == [0.28, None]
    assert shown(second.made.candidate) == [0.30, 0.50]
    assert shown(second.made.factor) == [0.28, 0.50]
    assert shown(second.raw) == [0.30, 0.50]
    assert shown(made.in_force(on("2020-06-11"))) == [0.28, 0.50]  # B as an update would make it
    assert shown(made.in_force(on("2020-06-12"))) == [0.28, 0.50]
    assert shown(made.in_force(on("2020-03-13"))) == [0.28, None]


def test_a_factor_effective_on_the_day_is_not_known_before_it() -> None:
    made = factors(KEEP, float_factors=TABLE)
    update = made.update(on("2020-05-01"), on("2020-04-29"))
    assert shown(update.made.factor) == [0.28, None]
    assert made.unknown_yet(on("2020-05-01"), on("2020-04-29")).tolist() == [0, 1]
    assert made.unknown_yet(on("2020-05-01"), on("2020-05-01")).size == 0


def test_at_a_cut_off_the_steps_are_put_on_what_was_known_then() -> None:
    made = factors("float: {steps: [{round: up to 5%}]}\n", float_factors=TABLE)
    cutoff, effective = on("2020-02-28"), on("2020-06-12")
    assert shown(made.at_cutoff(cutoff, effective)) == [0.30, None]
    kept = factors(KEEP, float_factors=TABLE)
    kept.update(on("2020-03-13"), on("2020-02-28"))
    assert shown(kept.at_cutoff(on("2020-05-29"), effective)) == [0.28, 0.50]


def test_the_source_is_that_of_the_rule_on_the_day() -> None:
    tables = {"float_factors": TABLE[:1], "holdings": HOLDINGS}
    day = on("2020-03-02")
    of_both = "float: {exclude: [treasury, {strategic: {min: 10%}}]}\n"
    # Of 100 shares: A has a factor in the table; of B 8 % are below the least that is excluded.
    assert shown(factors(of_both, **tables).raw(day, day)) == [0.28, 1.0]
    of_holdings = of_both.replace("{exclude", "{source: holdings, exclude").replace("10%", "5%")
    assert shown(factors(of_holdings, **tables).raw(day, day)) == [0.70, 0.92]
    of_table = "float: {source: factors}\n"
    assert shown(factors(of_table, **tables).raw(day, day)) == [0.28, None]
    # Listed shares at hand are those used.
    made = factors(of_holdings, **tables)
    assert shown(made.raw(day, day, np.array([300.0, 16.0]))) == [0.90, 0.50]


def test_in_a_measure_a_silent_rule_has_the_factor_of_each_day() -> None:
    made = factors("", float_factors=TABLE)
    assert not made.late
    assert shown(made.on_day(on("2020-04-30"), on("2020-06-30"))) == [0.28, None]
    assert shown(made.on_day(on("2020-05-01"), on("2020-06-30"))) == [0.30, 0.50]
    # A rule with steps of its own has what it had published.
    said = factors(KEEP, float_factors=TABLE)
    said.update(on("2020-03-13"), on("2020-02-28"))
    said.update(on("2020-06-12"), on("2020-05-29"))
    assert shown(said.on_day(on("2020-06-30"), on("2020-06-30"))) == [0.28, 0.50]
    assert not said.late


def test_factors_known_late_count_as_known_at_the_windows_end() -> None:
    late = [TABLE[0], {**TABLE[1], "known_at": "2020-06-01"}]
    made = factors("", float_factors=late)
    assert made.late
    day = on("2020-05-11")
    assert shown(made.on_day(day, on("2020-05-29")))[0] == 0.28
    assert shown(made.on_day(day, on("2020-06-01")))[0] == 0.30


def test_before_the_first_update_no_holdings_after_the_first_cut_off_are_seen() -> None:
    made = factors("float: {exclude: [treasury], source: holdings}\n", holdings=HOLDINGS)
    made.first_cutoff = on("2020-02-28")
    assert shown(made.in_force(on("2020-06-01")))[0] == 0.70
    made.first_cutoff = None
    assert shown(made.in_force(on("2020-06-01")))[0] == 0.90


def test_a_long_window_has_the_factors_of_each_of_its_days() -> None:
    text = "float: {exclude: [treasury, strategic], source: holdings}\n"
    made = factors(text, holdings=HOLDINGS)
    shares = [np.array([100.0, 100.0]), np.array([100.0, 16.0])]
    days = ("2020-03-02", "2020-03-03", "2020-05-04")
    for day, of_day in ((days[0], 0), (days[1], 0), (days[1], 1), (days[2], 1), (days[0], 0)):
        fresh = factors(text, holdings=HOLDINGS).raw(on(day), on(day), shares[of_day])
        np.testing.assert_array_equal(made.in_force(on(day), shares[of_day]), fresh)


def test_factors_of_days_in_any_order_are_those_of_rules_that_were_asked_nothing_else() -> None:
    """A has a factor in the table, B from holdings, and before May neither was published."""
    text = "float: {exclude: [treasury, strategic], steps: [{round: down to 10%}]}\n"
    tables = {"float_factors": TABLE[:2], "holdings": HOLDINGS}
    updates = [(on("2020-05-01"), on("2020-04-29")), (on("2020-06-12"), on("2020-05-29"))]

    def fresh() -> FloatFactors:
        made = factors(text, **tables)
        made.update(on("2020-04-01"), on("2020-01-01"))
        for update in updates:
            made.update(*update)
        return made

    made, random = fresh(), np.random.default_rng(3)
    days = [
        on("2020-03-02"),
        on("2020-04-02"),
        on("2020-05-04"),
        on("2020-06-15"),
        on("2020-07-01"),
    ]
    seen = set()
    for _ in range(60):
        day = int(random.choice(days))
        shares = np.array([100.0, float(random.choice([16.0, 100.0]))])
        expected = fresh().in_force(day, shares)
        np.testing.assert_array_equal(made.in_force(day, shares), expected)
        seen.add(tuple(shown(expected)))
    assert len(seen) == 3


def test_assumed_factors_are_of_the_rows_asked_for() -> None:
    made = factors("", {"float_factor": "30%"}, float_factors=TABLE[:1])
    raw = np.array([0.28, NAN])
    both = np.array([0, 1], dtype=np.int32)
    assert shown(made.assumed(raw, both[:1], np.array([True, False]))) == [0.28, None]
    assert recorded(made.fields) == {}
    assert shown(made.assumed(raw, both, np.array([True, True]))) == [0.28, 0.30]
    assert recorded(made.fields) == {"float_factor=30% where it is not known": 1}
    whole = factors("", {"float_factor": "1"})
    assert shown(whole.assumed(raw, both, np.array([True, True]))) == [0.28, 1.0]


def test_what_is_shared_with_other_rules_depends_on_all_it_is_made_from() -> None:
    def key(text: str, **more: Any) -> Any:
        return factors(text, float_factors=TABLE, **more).key

    assert key("") == key("measures: {size: {last: market_cap}}\n")
    assert key("") != key(KEEP)
    assert key("", assume={"float_factor": "1"}) is None
    assert key("", assume={"sector": "x"}) == key("")
    updated = factors(KEEP, float_factors=TABLE)
    before = updated.key
    updated.update(on("2020-03-13"), on("2020-02-28"))
    assert updated.key != before
    silent = factors("", float_factors=TABLE)
    silent.update(on("2020-03-13"), on("2020-02-28"))
    assert silent.key == key("")
