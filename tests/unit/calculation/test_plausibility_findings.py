"""Rules and prices that cannot be: each is told, none shows a traceback or writes NaN."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.market import arrow
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

SCHEDULED = (
    "review: {months: [2], effective: first session of month, cutoff: 1 session before effective}\n"
    "selection: {steps: [{select: {size: {rank: 1}}}]}\n"
)
EVERY = "review: {every: session}\n"
FIELDS = (
    "listed_for",
    "market",
    "close",
    "volume",
    "symbol",
    "security_type",
    "listing_date",
    "size",
)
VALUES = (
    *("6 months", "5 sessions", "30%", "2024-01-02", "1/3", "5 points", "unknown", "none", "[1]"),
    *("{min: 6 months}", "{max: 3 sessions}", "{rank: 6 months}", "{above: 5}", "{in: [5]}"),
    *(
        "{share: {above: 3 sessions}}",
        "{below: unknown}",
        "{rank: unknown}",
        "{coverage: 3 months}",
    ),
)


def some(**tables: Any) -> ic.Market:
    return market(line("A", [100, 110, 130]), line("B", [30, 31, 29], 3000), **tables)


@pytest.mark.parametrize("review", [EVERY, SCHEDULED], ids=["every", "scheduled"])
def test_every_value_behind_every_field_is_computed_or_told(review: str) -> None:
    # Every calendar day is a session: the first of February is the 31st.
    many = market(line("A", [100.0 + day for day in range(33)]), line("B", [30.0] * 33, 3000))
    head = small.HEAD.replace("2024-01-02", "2024-02-01") + "measures: {size: {last: market_cap}}\n"
    tail = review + "weighting: {scheme: market_cap}\n"
    computed = 0
    for field, value in itertools.product(FIELDS, VALUES):
        for where in (
            f"universe: {{where: {{{field}: {value}}}}}\n",
            f"universe: {{}}\neligibility: {{{field}: {value}}}\n",
        ):
            try:
                ic.compute(ic.Methodology.from_text(head + where + tail), many)
                computed += 1
            except ic.IndexcalcError:
                continue
    assert computed > 10


def test_a_rule_that_does_not_say_who_is_in_is_told() -> None:
    text = small.CAP.replace("symbol: {not_in: []}", "market: unknown")
    with pytest.raises(ic.DataError, match=r"REV001 universe\.where\.market"):
        small.run(text, some())


@pytest.mark.parametrize("value", ["6 months", "3 sessions", "5 points"])
def test_a_duration_is_no_number(value: str) -> None:
    text = small.CAP.replace("symbol: {not_in: []}", f"close: {value}")
    with pytest.raises(ic.RuleError, match="RUL008"):
        ic.Methodology.from_text(text)


@pytest.mark.parametrize("key", ["variant_of", "universe: {of", "review: {follows"])
def test_a_name_longer_than_a_file_name_is_told(key: str) -> None:
    end = "}" if "{" in key else ""
    text = f"index: x\n{key}: {'a' * 250}{end}\n"
    with pytest.raises(ic.RuleError, match="REF001"):
        ic.compute(ic.Methodology.from_text(text), some())


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1000-01-01", "2999-12-31", "9998-12-31", "9999-12-31"]
)
def test_days_to_the_end_of_the_calendar(day: str) -> None:
    given = small.GIVEN + "weighting: {scheme: market_cap}\n"
    for text in (small.CAP.replace("2024-01-02", day), given.replace("2024-01-03", day)):
        with np.errstate(all="raise"):
            try:
                ic.compute(ic.Methodology.from_text(text), some())
            except ic.IndexcalcError:
                continue
    for option in ("start", "end", "known"):
        try:
            small.run(small.CAP, some(), **{option: day})
        except ic.IndexcalcError:
            continue


@pytest.mark.parametrize(
    "level", ["100000000000000000000000000", "1000000000000000000000000000000"]
)
def test_a_level_with_more_digits_than_can_be_published_is_told(level: str) -> None:
    with pytest.raises(ic.DataError, match="CAL030"):
        small.run(small.CAP.replace("1000}", level + "}"), some())


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize("price", [1e300, 1e-300, 1e150])
def test_no_nan_and_no_infinity_is_written(price: float) -> None:
    for lines in ([line("A", [price] * 3, 10**15)], [line("A", [1, price, 1]), line("B", [1] * 3)]):
        try:
            run = small.run(small.CAP, market(*lines))
        except ic.DataError:
            continue
        for table in (run.levels, run.constituents, run.reviews, run.events, run.decisions):
            for name in table.column_names:
                if str(table.column(name).type) == "double":
                    null = arrow.null_mask(table.column(name))
                    assert np.isfinite(arrow.floats(table.column(name))[~null]).all()


def test_an_index_without_members_is_not_written(tmp_path: Path) -> None:
    text = small.CAP.replace("symbol: {not_in: []}", "security_type: stock")
    untold = some(securities=[{"symbol": "A", "security_type": None}])
    with pytest.raises(ic.DataError, match="DAT011") as error:
        publish(small.run(text, untold), tmp_path)
    assert not list(tmp_path.iterdir())
    assert "CAL006" in str(error.value)
    run = small.run(text, some(), assume={"security_type": "stock"})
    assert run.levels.column("constituents").to_pylist() == [2, 2, 2]
    for name in ("observed", "threshold"):
        column = run.decisions.column(name)
        assert np.isfinite(arrow.floats(column)[~arrow.null_mask(column)]).all()


@pytest.mark.parametrize("facts", [{}, {"price_limit": 0.3}], ids=["no limit", "a limit"])
def test_a_dividend_above_the_close_is_told_of_a_line_that_fell_since_it_came_in(
    facts: dict[str, float],
) -> None:
    """15 a share is no half of the 100 at which A came in; it is nearly four times its last close."""
    closes = [100.0, 100, 75, 56, 42, 31, 23, 17, 13, 10, 7.5, 5.6, 4.2, 4, 4, 4]
    paid = [small.dividend("A", 14, 15.0)]
    made = small.run(small.CAP, market(line("A", closes), dividends=paid, facts=facts))
    (told,) = [found for found in made.diagnostics if found.code == "DAT055"]
    assert (told.severity, told.where) == ("error", f"A {small.day(14)}")
    before = [small.dividend("A", 1, 40.0)]  # no half of the close before it
    made = small.run(small.CAP, market(line("A", closes), dividends=before, facts=facts))
    assert "DAT055" not in small.codes(made)


def test_a_run_tells_a_day_on_which_many_of_its_lines_have_no_row() -> None:
    names = [f"{number:02d}" for number in range(20)]
    cut = market(*(line(name, [10] * 4, skip=[2] if name >= "08" else []) for name in names))
    run = small.run(small.CAP, cut)
    assert run.levels.column("constituents").to_pylist() == [20, 20, 8, 8]
    (found,) = [item for item in run.diagnostics if item.code == "DAT039"]
    assert (found.severity, found.where) == ("warning", small.day(2).isoformat())
    assert found.message.startswith(f"12 of the 20 lines of {small.day(1)} have no row")


def test_a_run_tells_sessions_on_which_no_line_has_a_row() -> None:
    sessions = [{"date": small.day(number)} for number in range(4)]
    run = small.run(small.CAP, market(line("A", [10] * 4, skip=[2]), sessions=sessions))
    (found,) = [item for item in run.diagnostics if item.code == "DAT037"]
    assert found.message.endswith(f"has no row: {small.day(2)}")
