"""Lines of two exchanges in one market: sessions are the union, each line has holidays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError
from indexcalc.market.checks.check import check_market
from tests.unit.calculation import small

# Thursday 2024-02-08 to Wednesday 14: Korea is closed on Friday and Monday, New York on Tuesday (made up).
DAYS = [dt.date(2024, 2, 8), dt.date(2024, 2, 9), *(dt.date(2024, 2, n) for n in (12, 13, 14))]
KOREA = {0: 100.0, 3: 110.0, 4: 121.0}
NEW_YORK = {0: 10.0, 1: 11.0, 2: 12.0, 4: 9.0}
RATE = [1000.0, 1000.0, 1100.0, 1100.0, 1200.0]
RULE = """index: both
currency: KRW
calendar: XKRX
base: {date: 2024-02-08, level: 100}
universe: {}
review: {every: session}
weighting: {scheme: market_cap}
"""
REVIEWED = RULE.replace(
    "review: {every: session}",
    "review: {months: [2], effective: 2nd tuesday, cutoff: 1 session before effective}\n"
    "selection: {steps: [{select: all}]}",
).replace("2024-02-08", "2024-02-13")


def market(currencies: bool = True, complete: bool = False, **extra: dict[int, float]) -> ic.Market:
    lines = {"KRA": KOREA, "USA": NEW_YORK, **extra}
    rows = [
        {"date": DAYS[n], "symbol": name, "close": close, "shares_outstanding": 10}
        for name, closes in lines.items()
        for n, close in closes.items()
    ]
    tables: dict[str, Any] = {"daily": pa.Table.from_pylist(rows)}
    if currencies:
        home = {"KRA": "KRW", "USA": "USD"}
        tables["securities"] = pa.Table.from_pylist(
            [{"symbol": name, "currency": home.get(name, "KRW")} for name in lines]
        )
        tables["fx"] = pa.Table.from_pylist(
            [
                {"date": day, "from_currency": "USD", "to_currency": "KRW", "rate": rate}
                for day, rate in zip(DAYS, RATE, strict=True)
            ]
        )
    return ic.Market.from_tables(**tables, complete=complete)


def levels(run: ic.Run) -> list[float]:
    return list(run.levels.column("level").to_pylist())


# Ten shares of each: 1,000 and 100,000 won on the first day; then closes carried, rates as they are.
VALUES = [
    1000 + 100 * 1000,
    1000 + 110 * 1000,
    1000 + 120 * 1100,
    1100 + 120 * 1100,
    1210 + 90 * 1200,
]


@pytest.mark.parametrize("complete", [False, True])
def test_the_sessions_are_the_union_and_each_line_is_carried_on_its_own_holidays(
    complete: bool,
) -> None:
    """Of a market that calls itself complete too: a line on holiday has not been delisted."""
    run = ic.compute(ic.Methodology.from_text(RULE, "both.yaml"), market(complete=complete))
    assert run.levels.column("date").to_pylist() == DAYS
    assert levels(run) == pytest.approx([100 * value / VALUES[0] for value in VALUES], rel=1e-12)
    assert run.diagnostics == ()
    notes = [str(note) for note in run.manifest["assumptions"]]
    assert any("2 days of `daily` outside the sessions of" in note for note in notes)
    (holidays,) = [note for note in notes if "holidays of its exchange" in note]
    assert "KRW 2 (first 2024-02-09), USD 1 (first 2024-02-13)" in holidays


@pytest.mark.parametrize("complete", [False, True])
def test_a_review_on_the_holiday_of_a_line_knows_it(complete: bool) -> None:
    """Cut-off on 2024-02-12, a holiday in Korea; in force from the 13th, one in New York."""
    run = ic.compute(ic.Methodology.from_text(REVIEWED, "both.yaml"), market(complete=complete))
    assert run.constituents.column("symbol").to_pylist() == ["KRA", "USA"]
    assert levels(run) == pytest.approx([100, 100 * VALUES[4] / VALUES[3]], rel=1e-12)
    assert run.diagnostics == ()


def test_a_hole_on_a_session_of_the_own_exchange_is_still_told() -> None:
    """KRB has no row on the 13th, when KRA has one."""
    over = market(KRB={0: 50.0, 4: 51.0})
    run = ic.compute(ic.Methodology.from_text(RULE, "both.yaml"), over)
    (found,) = run.diagnostics
    assert found.code == "CAL003"
    assert "1 row of a member is missing" in found.message
    assert "KRB 2024-02-13" in found.message
    (hole,) = [item for item in check_market(over).findings.items if item.code == "DAT030"]
    assert "1 time a line has no row and comes back: KRB 2024-02-13" in hole.message


def test_a_day_of_the_home_currency_that_is_no_session_is_an_error() -> None:
    with pytest.raises(DataError) as refused:
        ic.compute(ic.Methodology.from_text(RULE, "both.yaml"), market(KRB={1: 50.0, 3: 50.0}))
    (found,) = refused.value.diagnostics
    assert found.code == "DAT007"
    assert "1 day of daily is no session of XKRX: 2024-02-09" in found.message
    assert "--assume missing_row=carried" in found.hint


def test_without_currencies_the_way_out_works_as_typed() -> None:
    rule, over = ic.Methodology.from_text(RULE, "both.yaml"), market(currencies=False)
    with pytest.raises(DataError, match="missing_row=carried"):
        ic.compute(rule, over)
    run = ic.compute(rule, over, assume={"missing_row": "carried"})
    values = [100 + 10, 100 + 11, 100 + 12, 110 + 12, 121 + 9]
    assert levels(run) == pytest.approx([100 * value / 110 for value in values], rel=1e-12)
    assert any("(--assume missing_row=carried)" in str(n) for n in run.manifest["assumptions"])


@pytest.mark.parametrize("complete", [False, True])
def test_what_comes_later_changes_nothing_on_a_holiday(complete: bool) -> None:
    """On the 13th nobody knows yet that New York opens again on the 14th: the same level."""
    rule = ic.Methodology.from_text(RULE, "both.yaml")
    until = {"KRA": {n: p for n, p in KOREA.items() if n <= 3}, "USA": {0: 10.0, 1: 11.0, 2: 12.0}}
    early = market(complete=complete, **until)
    assert (
        levels(ic.compute(rule, early)) == levels(ic.compute(rule, market(complete=complete)))[:4]
    )


def test_a_level_of_zero_stays_at_zero() -> None:
    """The one line goes bankrupt at this close; what is listed later cannot be bought with nothing."""
    over = small.market(
        small.line("A", [10.0, 9.0, 8.0]),
        small.line("B", [20.0] * 3, start=3),
        corporate_actions=[{"symbol": "A", "ex_date": small.day(3), "type": "bankruptcy"}],
    )
    run = small.run(small.CAP, over)
    assert levels(run) == [1000.0, 900.0, 0.0, 0.0, 0.0, 0.0]
    assert {item.code for item in run.diagnostics} == {"CAL006"}


def test_an_index_that_is_worth_nothing_has_no_weights() -> None:
    """The one line is bankrupt on the session after the base date, so that it is worth 0 at the base."""
    over = small.market(
        small.line("A", [10.0]),
        n_sessions=2,
        corporate_actions=[{"symbol": "A", "ex_date": small.day(1), "type": "bankruptcy"}],
    )
    run = small.run(small.CAP, over)
    assert levels(run) == [1000.0]
    assert run.composition is not None
    assert [row["weight"] for row in run.composition.to_pylist()] == [None]
