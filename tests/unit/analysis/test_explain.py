"""Why a line is in an index: of a day after the data, the answer of the review on paper."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.analysis.explain import explain
from indexcalc.analysis.pro_forma import pro_forma
from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day
from tests.unit.review.small_reviews import market, rule, weekdays

# Reviews on 2020-03-13 and 06-12 by the caps of 02-28 and 05-29; the data end on 06-05.
HOLIDAYS = ("01-24", "01-27", "04-15", "04-30", "05-01", "05-05")
WEEKDAYS = weekdays("2020-01-02", "2020-06-05")
SESSIONS = Sessions(
    "XKRX",
    "1",
    np.array(
        [day for day in WEEKDAYS.days if str(date_of(int(day)))[5:] not in HOLIDAYS],
        dtype=np.int32,
    ),
)
COMING = dt.date(2020, 6, 12)


def test_the_coming_review_is_explained_as_review_makes_it() -> None:
    grown = [
        50.0 if SESSIONS.date(at) < dt.date(2020, 5, 1) else 90.0 for at in range(len(SESSIONS))
    ]
    over = market(SESSIONS, {"A": 100.0, "B": 80.0, "C": grown})
    text = (
        "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n"
        "selection: {count: 2, steps: [{fill: {to: 2, by: size}}]}\n"
    )
    family = load_family([rule(text)])
    paper = pro_forma(family, over, COMING)
    assert paper.members.column("symbol").to_pylist() == ["A", "C"]
    for symbol in "ABC":
        told = explain(family, over, symbol, COMING)
        assert told.member == (symbol in "AC")
        assert told.links[-1].decided == COMING
    assert told.data_until == SESSIONS.date(len(SESSIONS) - 1)
    # Before the review takes effect the list in force stands.
    assert explain(family, over, "B", COMING - dt.timedelta(days=1)).member


def test_a_decision_of_the_market_s_table_has_no_line_of_a_rule() -> None:
    """C is taken out on the second session of the list by a row of the table `committee`."""
    row = {"index": "test", "effective_date": day(2), "symbol": "C", "decision": "remove"}
    over = small.market(
        *(small.line(symbol, [100] * 4) for symbol in "ABC"),
        memberships=small.given("A", "B", "C"),
        committee=[{**row, "why": "it is closed", "ref": "minutes 7"}],
    )
    steps = "selection: {steps: [{select: all}]}\n"
    text = small.GIVEN.replace("selection: given\n", steps) + "weighting: {scheme: market_cap}\n"
    (link,) = explain(load_family([small.rule(text)]), over, "C", day(3)).links
    assert not link.member
    assert (link.rule_line, link.file) == (0, "")
    assert link.sentence().startswith(
        f"test: is not in by the decision of {day(2)}: market/committee.remove: "
    )
    assert ":0" not in link.sentence() + link.reason()


def test_zeros_that_a_symbol_has_lost_are_put_back_first() -> None:
    over = market(SESSIONS, {"000150": 100.0, "001500": 90.0, "015": 80.0, "150X": 70.0})
    text = "measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n" + (
        "selection: {steps: [{select: all}]}\n"
    )
    with pytest.raises(DataError, match="DAT012") as refused:
        explain(load_family([rule(text)]), over, "150", COMING)
    assert refused.value.diagnostics[0].hint == "did you mean 000150?"
