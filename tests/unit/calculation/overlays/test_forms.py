"""Overlays by hand: what each form does to a table of levels, and what it refuses."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation import verify
from indexcalc.calculation.run import publish
from indexcalc.diagnostics import DataError, UsageError
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from tests.oracle.rows import table_of
from tests.unit.calculation import level_table, small
from tests.unit.calculation.level_table import dates, levels, made, rule, run

EXACT = 1e-12
START = dt.date(2024, 1, 2)


def weekdays(n: int, start: dt.date = START) -> list[dt.date]:
    """The first ``n`` days from Monday to Friday."""
    days = (start + dt.timedelta(days=at) for at in range(2 * n + 7))
    return [day for day in days if day.weekday() < 5][:n]


def codes(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [item.code for item in error.value.diagnostics if item.severity == "error"]


# -- leverage --------------------------------------------------------------------------------------

walks = st.lists(st.floats(-0.09, 0.09), min_size=1, max_size=60)


def walked(moves: list[float], begin: float = 1000.0) -> list[float]:
    values = [begin]
    for move in moves:
        values.append(values[-1] * (1.0 + move))
    return values


@given(walks, st.sampled_from(["daily", "monthly"]), st.floats(1, 5000))
def test_leverage_of_one_is_the_index_to_the_bit(
    moves: list[float], reset: str, begin: float
) -> None:
    values = walked(moves, begin)
    market = levels(weekdays(len(values)), values)
    assert made(f"{{leverage: 1, reset: {reset}}}", market, START, level=repr(begin)) == values


@given(walks, st.sampled_from(["5%", "50 points"]))
def test_nothing_taken_off_is_the_index_to_the_bit(moves: list[float], kind: str) -> None:
    values = walked(moves)
    market = levels(weekdays(len(values)), values)
    nothing = kind.replace("50", "0").replace("5", "0")
    overlay = f"{{decrement: {nothing}, day_count: ACT/365, floor: 0}}"
    assert made(overlay, market, START) == values
    taken = made(overlay.replace(nothing, kind, 1), market, START)
    assert all(one < other for one, other in zip(taken[1:], values[1:], strict=True))


def test_inverse_by_hand() -> None:
    """-1 x (+10 %, -5 %, +2 %): 1000, 900, 945, 926.1."""
    values = walked([0.10, -0.05, 0.02])
    market = levels(weekdays(4), values)
    got = made("{leverage: -1, reset: daily}", market, START)
    assert got == pytest.approx([1000, 900, 945, 926.1], rel=EXACT)


def test_monthly_reset_by_hand() -> None:
    """Twice the month's return: January 1000 -> 1100 gives 1200; February from there 1100 -> 1210
    is 10 %, twice that is 20 % of 1200.  In between: 1050 is 5 %, 1100; 1155 is 5 %, 1320."""
    days = dates("2024-01-02", "2024-01-16", "2024-01-31", "2024-02-15", "2024-02-29")
    market = levels(days, [1000, 1050, 1100, 1155, 1210])
    told = run("{leverage: 2, reset: monthly}", market, days[0])
    got = told.levels.column("level").to_pylist()
    assert got == pytest.approx([1000, 1100, 1200, 1320, 1440], rel=EXACT)
    # At the end of January 2 x 1100 / 1200 of the index is held for one unit of it: 1.8333.
    ((day, event, before, after),) = (
        (row["date"], row["event"], row["before"], row["after"]) for row in told.events.to_pylist()
    )
    assert (day, event) == (dt.date(2024, 2, 15), "reset")
    assert (before, after) == (pytest.approx(2 * (1100 / 1000) / (1200 / 1000)), 2)
    assert told.levels.column("exposure").to_pylist() == [None, 2, 2, 2, 2]


def test_daily_reset_is_another_index_than_monthly() -> None:
    """+10 % and -10 %: daily 1200 then 960; over the month -1 %, twice that is 980."""
    market = levels(weekdays(3), [1000, 1100, 990])
    assert made("{leverage: 2, reset: daily}", market, START)[-1] == pytest.approx(960, rel=EXACT)
    assert made("{leverage: 2, reset: monthly}", market, START)[-1] == pytest.approx(980, rel=EXACT)


def test_monthly_reset_pays_simple_interest_on_what_was_borrowed() -> None:
    """Twice, 3.65 % on one unit over 29 days (Jan 2 to 31): 0.29 % off the month's 20 %."""
    days = dates("2024-01-02", "2024-01-16", "2024-01-31")
    market = levels(days, [1000, 1050, 1100], rates={"r": [0.0365] * 3})
    overlay = "{leverage: 2, reset: monthly, financing: {rate: r, day_count: ACT/365}}"
    assert made(overlay, market, days[0])[-1] == pytest.approx(1000 * (1.2 - 0.0029), rel=EXACT)


def test_the_rate_of_a_session_is_that_of_the_session_before() -> None:
    """Flat index, twice: day 1 pays 3.6 % / 360, day 2 (three days) 7.2 % * 3 / 360."""
    days = dates("2024-01-04", "2024-01-05", "2024-01-08")
    market = levels(days, [1000] * 3, rates={"r": [0.036, 0.072, 0.5]})
    overlay = "{leverage: 2, reset: daily, financing: {rate: r, day_count: ACT/360}}"
    told = run(overlay, market, days[0])
    got = told.levels.column("level").to_pylist()
    assert got == pytest.approx([1000, 1000 * 0.9999, 1000 * 0.9999 * 0.9994], rel=EXACT)
    rates = [(row["before"], row["after"]) for row in told.events.to_pylist()]
    assert rates == [(None, 0.036), (0.036, 0.072)]


def test_leverage_that_changes_by_date() -> None:
    """2 up to 01-03, 3 from 01-04: 1000, 1020, 1050.6."""
    market = levels(weekdays(3), walked([0.01, 0.01]))
    overlay = "{leverage: {2024-01-01: 2, 2024-01-04: 3}, reset: daily}"
    assert made(overlay, market, START) == pytest.approx([1000, 1020, 1050.6], rel=EXACT)


def test_unknown_leverage_is_refused() -> None:
    market = levels(weekdays(3), walked([0.01, 0.01]))
    with pytest.raises(DataError) as error:
        run("{leverage: {2024-01-04: 3}, reset: daily}", market, START)
    assert codes(error) == ["CAL017"]


def test_what_is_lost_stays_lost_and_is_said() -> None:
    """Three times -40 % is more than everything."""
    market = levels(weekdays(4), [1000, 900, 540, 1080])
    told = run("{leverage: 3, reset: daily}", market, START)
    assert told.levels.column("level").to_pylist() == [1000, pytest.approx(700), 0, 0]
    assert [item.code for item in told.diagnostics] == ["CAL015"]
    assert [row["event"] for row in told.events.to_pylist()] == ["lost"]


# -- rates that are not there ----------------------------------------------------------------------

FINANCED = "{leverage: 2, reset: daily, financing: {rate: r, day_count: ACT/365%s}}"


def test_a_missing_rate_is_named() -> None:
    days = weekdays(4)
    market = levels(days, [1000] * 4, rates={"r": [0.03, None, 0.04, None]})
    with pytest.raises(DataError) as error:
        run(FINANCED % "", market, START)
    (found,) = error.value.diagnostics
    assert found.code == "CAL014"
    # The rate of the last session is not needed.
    assert found.message == f"`rates` has no row of `r` on {days[1]}"
    assert found.span is not None


def test_a_rate_is_carried_where_the_rule_says_so() -> None:
    days = weekdays(4)
    holes = levels(days, [1000, 1010, 1000, 990], rates={"r": [0.03, None, 0.04, None]})
    whole = levels(days, [1000, 1010, 1000, 990], rates={"r": [0.03, 0.03, 0.04, None]})
    told = run(FINANCED % ", missing: carried", holes, START)
    expected = made(FINANCED % "", whole, START)
    assert told.levels.column("level").to_pylist() == expected
    assert any(note.startswith("r: on 1 session ") for note in told.manifest["assumptions"])


def test_a_rate_before_the_first_is_missing_even_where_rates_are_carried() -> None:
    market = levels(weekdays(3), [1000] * 3, rates={"r": [None, 0.03, 0.03]})
    with pytest.raises(DataError) as error:
        run(FINANCED % ", missing: carried", market, START)
    assert codes(error) == ["CAL014"]


# -- decrement -------------------------------------------------------------------------------------


def test_the_floor_holds() -> None:
    """400 points a year, 30/360: ten days of a month are 400 / 36 = 11.11 off 20."""
    days = dates("2024-01-10", "2024-01-20", "2024-01-30", "2024-02-05")
    market = levels(days, [100, 100, 100, 1000])
    told = run(
        "{decrement: 400 points, day_count: 30/360, floor: 2}",
        market,
        days[0],
        level=20,
        kind="net",
    )
    # 20 - 11.11 = 8.89; 8.89 - 11.11 is below 2; from there ten times it, less 5.56 for 5 days.
    got = told.levels.column("level").to_pylist()
    assert got == pytest.approx([20, 20 - 400 / 36, 2, 20 - 200 / 36], rel=EXACT)
    floored = [row for row in told.events.to_pylist() if row["event"] == "floor"]
    assert [row["date"] for row in floored] == [days[2]]
    assert floored[0]["before"] == pytest.approx(20 - 800 / 36)


# -- currencies ------------------------------------------------------------------------------------

USD = ("USD", "KRW", "spot")
MONTH = ("USD", "KRW", "1 month")


def test_conversion_by_hand() -> None:
    """100 at 1300 is the base; 110 at 1290 is 1000 * 110 * 1290 / 130,000."""
    days = weekdays(2)
    market = levels(days, [100, 110], fx={USD: dict(zip(days, [1300, 1290], strict=True))})
    told = run("{conversion: spot}", market, START, below="USD")
    got = told.levels.column("level").to_pylist()
    assert got == pytest.approx([1000, 1000 * 110 * 1290 / 130_000], rel=EXACT)
    assert told.levels.column("fx").to_pylist() == [1300, 1290]
    assert told.levels.column("underlying").to_pylist() == [100, 110]


def test_the_inverse_of_the_other_direction_is_taken() -> None:
    days = weekdays(2)
    there = {("KRW", "USD", "spot"): dict(zip(days, [1 / 1300, 1 / 1290], strict=True))}
    market = levels(days, [100, 110], fx=there)
    got = made("{conversion: spot}", market, START, below="USD")
    assert got[-1] == pytest.approx(1000 * 110 * 1290 / 130_000, rel=EXACT)


def test_a_missing_currency_rate_is_named() -> None:
    days = weekdays(3)
    market = levels(days, [100, 110, 120], fx={USD: {days[0]: 1300, days[2]: 1290}})
    with pytest.raises(DataError) as error:
        run("{conversion: spot}", market, START, below="USD")
    (found,) = error.value.diagnostics
    assert found.code == "CAL013"
    assert "from USD to KRW" in found.message
    assert str(days[1]) in found.message


def test_leverage_in_another_currency_is_on_the_converted_level() -> None:
    """+10 % in dollars and won 5 % weaker: 15.5 % in won, twice that 31 %."""
    days = weekdays(2)
    market = levels(days, [100, 110], fx={USD: dict(zip(days, [1000, 1050], strict=True))})
    got = made("{leverage: 2, reset: daily}", market, START, below="USD")
    assert got[-1] == pytest.approx(1310, rel=EXACT)


HEDGED = "{hedge: USD, ratio: %s, roll: last session of month, forward: 1 month, adjust: %s}"


def test_a_hedge_begun_between_rolls_by_hand() -> None:
    """Begun on 2024-01-16, 15 days before the roll of 01-31 and 18 after that of 12-29 (33 days,
    15/33 left): sold at 1300 + 6.6 * 15/33 = 1303; gone into spot 1280 at the roll.  The index
    does not move: 1000 * (1280/1300 + (1303 - 1280)/1300) = 1000 * 1303/1300."""
    days = dates("2024-01-16", "2024-01-31")
    fx = {
        USD: dict(zip(days, [1300, 1280], strict=True)),
        MONTH: dict(zip(days, [1306.6, 1284], strict=True)),
    }
    calendar = dates("2023-12-28", "2023-12-29", "2024-01-16", "2024-01-31", "2024-02-29")
    market = levels(days, [50, 50], fx=fx, sessions=calendar)
    got = made(HEDGED % ("100%", "monthly"), market, days[0], below="USD")
    assert got[-1] == pytest.approx(1000 * 1303 / 1300, rel=EXACT)
    # 12-29 is a Friday: where the table of sessions begins with the data it is found all the same.
    short = levels(days, [50, 50], fx=fx, sessions=calendar[2:])
    told = run(HEDGED % ("100%", "monthly"), short, days[0], below="USD")
    assert told.levels.column("level").to_pylist() == got
    assert any("before 2024-01-16" in note for note in told.manifest["assumptions"])


def _two_months() -> tuple[list[dt.date], Market]:
    days = dates("2024-01-31", "2024-02-15", "2024-02-29", "2024-03-15", "2024-03-29")
    fx = {
        USD: dict(zip(days, [1000, 1020, 990, 1010, 1000], strict=True)),
        MONTH: dict(zip(days, [1002, 1024, 993, 1013, 1004], strict=True)),
    }
    return days, levels(days, [100, 110, 105, 100, 120], fx=fx, sessions=None)


def test_two_months_of_a_monthly_hedge_by_a_trader() -> None:
    """A fund that buys the index unhedged for all it has at each roll and sells as many dollars
    forward as that is worth; between rolls the forward is worth spot plus what is left of the
    difference to the tenor's."""
    days, market = _two_months()
    told = run(HEDGED % ("100%", "monthly"), market, days[0], below="USD")
    got = told.levels.column("level").to_pylist()
    # February: 10 dollars' worth of index at 100 and 10,000 won; 1000 / 1000 = 1 dollar sold at 1002.
    units, sold, at = 1000 / (100 * 1000), 1000 / 1000, 1002
    left = 14 / 29  # from 02-15 to 02-29, of the 29 days since 01-31
    assert got[1] == pytest.approx(units * 110 * 1020 + sold * (at - (1020 + 4 * left)), rel=EXACT)
    worth = units * 105 * 990 + sold * (at - 990)
    assert got[2] == pytest.approx(worth, rel=EXACT)
    # March: everything anew from there, at spot 990 and forward 993; rolled on 03-29.
    units, sold, at = worth / (105 * 990), worth / 990, 993
    left = 14 / 29
    assert got[3] == pytest.approx(units * 100 * 1010 + sold * (at - (1010 + 3 * left)), rel=EXACT)
    assert got[4] == pytest.approx(units * 120 * 1000 + sold * (at - 1000), rel=EXACT)
    rolls = [(row["date"], row["before"], row["after"]) for row in told.events.to_pylist()]
    assert rolls == [(days[1], 1000, 1002), (days[3], 990, 993)]


def test_a_hedge_adjusted_daily_by_a_trader() -> None:
    """The same fund sets the dollars sold to what it is worth at every close, at the forward to the
    same roll."""
    days, market = _two_months()
    got = made(HEDGED % ("100%", "daily"), market, days[0], below="USD")
    middle = 1020 + 4 * 14 / 29
    first = 1000 * (110 * 1020 / (100 * 1000) + (1002 - middle) / 1000)
    second = first * (105 * 990 / (110 * 1020) + (middle - 990) / 1020)
    assert got[1:3] == pytest.approx([first, second], rel=EXACT)
    assert got[2] != pytest.approx(
        made(HEDGED % ("100%", "monthly"), market, days[0], below="USD")[2], rel=1e-6
    )


def test_a_hedge_of_nothing_is_the_conversion_to_the_bit() -> None:
    days, market = _two_months()
    assert made(HEDGED % ("0%", "monthly"), market, days[0], below="USD") == made(
        "{conversion: spot}", market, days[0], below="USD"
    )


def test_a_missing_forward_is_named_with_its_tenor() -> None:
    days = dates("2024-01-31", "2024-02-15")
    market = levels(days, [100, 110], fx={USD: dict.fromkeys(days, 1000.0)}, sessions=None)
    with pytest.raises(DataError) as error:
        run(HEDGED % ("100%", "monthly"), market, days[0], below="USD")
    (found,) = error.value.diagnostics
    assert found.code == "CAL013"
    assert "1 month" in found.message
    assert found.where == "overlay.forward"


# -- risk control ----------------------------------------------------------------------------------


CONTROL = (
    "{risk_control: {target: 10%%, leverage_max: %s, estimators: [{window: 2 sessions}], "
    "lag: %d sessions}}"
)


def test_risk_control_by_hand() -> None:
    """Logs +2 %, -2 %, then +1 %, -1 %: the estimate at the third session is 0.02 * root 252, so the
    fourth has leverage 0.10 / 0.3175 = 0.315; the fifth rests on (2 %, 1 %), with a lag of one on
    the third's again."""
    days = weekdays(6)
    moves = [0.02, -0.02, 0.01, -0.01, 0.01]
    values = (1000 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))).tolist()
    told = run(CONTROL % (1.5, 0), levels(days, values), START)
    assert told.levels.column("date").to_pylist() == days[2:]
    assert any("starts on" in note for note in told.manifest["assumptions"])
    at_two = 0.10 / (0.02 * math.sqrt(252))
    at_three = 0.10 / math.sqrt(252 * (4e-4 + 1e-4) / 2)
    at_four = 0.10 / math.sqrt(252 * (1e-4 + 1e-4) / 2)
    exposure = told.levels.column("exposure").to_pylist()
    assert exposure[1:] == pytest.approx([at_two, at_three, at_four], rel=1e-10)
    expected = [1000.0]
    for leverage, move in zip((at_two, at_three, at_four), moves[2:], strict=True):
        expected.append(expected[-1] * (1 + leverage * (math.exp(move) - 1)))
    assert told.levels.column("level").to_pylist() == pytest.approx(expected, rel=1e-10)
    late = run(CONTROL % (1.5, 1), levels(days, values), START)
    assert late.levels.column("exposure").to_pylist()[1:] == pytest.approx(
        [at_two, at_three], rel=1e-10
    )


def test_leverage_stops_at_its_limit() -> None:
    moves = [0.001, -0.001, 0.001, -0.001]
    values = (1000 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))).tolist()
    told = run(CONTROL % ("150%", 0), levels(weekdays(5), values), START)
    assert told.levels.column("exposure").to_pylist()[1:] == [1.5, 1.5]


@settings(max_examples=30)
@given(st.lists(st.floats(-0.05, 0.05), min_size=6, max_size=40), st.integers(0, 2))
def test_what_comes_later_changes_no_leverage(moves: list[float], lag: int) -> None:
    values = walked(moves)
    days = weekdays(len(values))
    cut = len(values) - 2
    poisoned = [*values[:cut], *(7 * value for value in values[cut:])]
    overlay = CONTROL.replace("window: 2", "window: 3") % (2, lag)
    one, other = (run(overlay, levels(days, given), START).levels for given in (values, poisoned))
    kept = [row for row, day in enumerate(one.column("date").to_pylist()) if day <= days[cut]]
    # The leverage of the first poisoned session was set before it.
    for row in kept:
        assert one.column("exposure").to_pylist()[row] == other.column("exposure").to_pylist()[row]


# -- on a computed index ---------------------------------------------------------------------------

LAID = """index: laid
base: {date: 2024-01-02, level: 1000}
underlying: {index: test, return: %s%s}
overlay: %s
"""


def _over(
    market: Market, overlay: str, kind: str = "price", more: str = "", returns: Any = ()
) -> dict[str, Any]:
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request

    below = Methodology.from_text(small.CAP)
    laid = Methodology.from_text(LAID % (kind, more, overlay))
    return compute_family(load_family([below, laid]), market, Request(returns=tuple(returns)))


def _market() -> Market:
    return small.market(
        small.line("A", [100, 110, 99, 120]),
        small.line("B", [50, 50, 55, 50], 2000),
        dividends=[small.dividend("A", 2, 4.0)],
        securities=[{"symbol": symbol, "country": "KR"} for symbol in "AB"],
    )


def test_it_stands_on_a_computed_index_and_its_manifest_names_it() -> None:
    runs = _over(_market(), "{leverage: 1, reset: daily}")
    assert small.levels(runs["laid"]) == small.levels(runs["test"])
    told = runs["laid"].manifest
    assert told["underlying"]["index"] == "test"
    assert told["underlying"]["return"] == "price"
    assert set(told["parents"]) == {"test"}


def test_gross_and_net_levels_below() -> None:
    """A pays 4 on 1000 shares, session 2: of 160,000 at the start of it (110,000 + 100,000 less
    nothing) 2 : 105; net at 25 % three quarters of that."""
    gross = _over(_market(), "{leverage: 1, reset: daily}", "gross", returns=["tr"])
    assert small.levels(gross["laid"]) == small.levels(gross["test"], "level_tr")
    net = _over(_market(), "{leverage: 1, reset: daily}", "net", ", withholding: 25%")
    price, whole, taxed = (
        small.levels(one)[2] / small.levels(one)[1]
        for one in (net["test"], gross["laid"], net["laid"])
    )
    opening = 110_000 + 100_000
    assert whole - price == pytest.approx(4000 / opening, rel=1e-9)
    assert taxed - price == pytest.approx(3000 / opening, rel=1e-9)


def test_net_levels_without_a_tax_rate_are_refused() -> None:
    with pytest.raises(DataError) as error:
        _over(_market(), "{leverage: 1, reset: daily}", "net")
    assert codes(error) == ["CAL016"]


def test_an_overlay_on_an_overlay() -> None:
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request

    below = level_table.rule("{leverage: 2, reset: daily}", START)
    above = Methodology.from_text(
        "index: above\nunderlying: {index: laid, return: price}\n"
        "overlay: {decrement: 50 points, day_count: ACT/365}\n"
    )
    market = levels(weekdays(3), [1000, 1010, 1000])
    runs = compute_family(load_family([below, above]), market, Request())
    twice = small.levels(runs["laid"])
    expected = [1000.0]
    for one, before in zip(twice[1:], twice, strict=False):
        expected.append(expected[-1] * one / before - 50 / 365)
    assert small.levels(runs["above"]) == pytest.approx(expected, rel=EXACT)


def test_the_tables_of_a_run_are_those_of_any_index() -> None:
    runs = _over(_market(), "{leverage: 2, reset: daily}")
    for name in ("constituents", "reviews", "decisions", "events"):
        one, other = getattr(runs["laid"], name), getattr(runs["test"], name)
        assert one.column_names == other.column_names, name
        assert one.schema.types == other.schema.types, name
        assert name == "events" or one.num_rows == 0
    with pytest.raises(UsageError):
        runs["laid"].weights(START)


def test_a_written_run_is_verified(tmp_path: Any) -> None:
    days = weekdays(4)
    market = levels(days, [1000, 1010, 1000, 990], rates={"r": [0.03, 0.03, 0.04, 0.04]})
    published = publish.publish(run(FINANCED % "", market, START), tmp_path)
    verdict = verify.verify_run(published, market)
    assert verdict.good
    assert verdict.bits
    other = levels(days, [1000, 1010, 1000, 991], rates={"r": [0.03, 0.03, 0.04, 0.04]})
    assert not verify.verify_run(published, other).good


def test_a_computed_overlay_is_verified(tmp_path: Any) -> None:
    market = _market()
    (tmp_path / "test.yaml").write_text(small.CAP)
    laid = tmp_path / "laid.yaml"
    laid.write_text(LAID % ("gross", "", "{leverage: 2, reset: daily}"))
    verdict = verify.verify_run(publish.publish(ic.compute(laid, market), tmp_path), market)
    assert verdict.bits


# -- where there is nothing to stand on ------------------------------------------------------------


def test_no_levels_of_that_name() -> None:
    market = levels(weekdays(3), [1000] * 3)
    text = level_table.rule("{leverage: 2, reset: daily}", START).text
    with pytest.raises(DataError) as error:
        ic.compute(Methodology.from_text(text.replace("index: below", "index: beloww")), market)
    assert codes(error) == ["CAL016"]


def test_a_level_on_no_session_is_refused() -> None:
    days = weekdays(3)
    market = levels(days, [1000] * 3, sessions=days[:2])
    # The sessions go on on weekdays after the table: take one out of its middle instead.
    market = levels(days, [1000] * 3, sessions=[days[0], days[2]])
    with pytest.raises(DataError) as error:
        run("{leverage: 2, reset: daily}", market, START)
    assert codes(error) == ["DAT007"]


def test_a_session_without_a_level_has_none_and_it_is_said() -> None:
    days = weekdays(4)
    given = [days[0], days[1], days[3]]
    market = levels(given, [1000, 1010, 1030], sessions=days)
    told = run("{leverage: 2, reset: daily}", market, START)
    assert told.levels.column("date").to_pylist() == given
    assert any(
        note.endswith("on 1 session") and "no level of" in note
        for note in told.manifest["assumptions"]
    )


def test_it_starts_at_an_anchor_or_says_that_it_does_not() -> None:
    days = weekdays(3)
    market = levels(days, [1000, 1010, 1020])
    anchored = rule("{leverage: 1, reset: daily}", "2020-01-02")
    told = ic.compute(anchored, market)
    assert small.levels(told)[0] == 1000
    assert any("is not in the data" in note for note in told.manifest["assumptions"])
    text = anchored.text.replace(
        "level: 1000}", f"level: 1000, anchors: [{{on: {days[0]}, level: 2345.6}}]}}"
    )
    assert small.levels(ic.compute(Methodology.from_text(text), market))[0] == 2345.6


def test_official_levels_beside_daily_rows() -> None:
    """The levels below come from `published`, whatever else the market has."""
    over = small.market(small.line("A", [10, 20, 30]))
    days = [small.day(number) for number in range(3)]
    table = table_of(
        [
            {"index": "below", "date": day, "level": value}
            for day, value in zip(days, (1000.0, 1100.0, 1000.0), strict=True)
        ]
    )
    market = Market.from_tables(
        daily=over.table("daily"), sessions=over.table("sessions"), published=table
    )
    assert made("{leverage: 1, reset: daily}", market, days[0]) == [1000, 1100, 1000]


# -- rules that make no sense ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("returns: {kinds: [gross]}\n", "RUL012"),
        ("maintenance: {shares: daily}\n", "RUL012"),
        ("weighting: {scheme: equal}\n", "RUL012"),
    ],
)
def test_an_overlay_says_nothing_of_members(more: str, code: str) -> None:
    with pytest.raises(ic.RuleError) as error:
        rule("{leverage: 2, reset: daily}", START, more=more)
    assert [item.code for item in error.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("{leverage: 2}", "RUL002"),
        ("{leverage: 2, reset: daily, decrement: 5%, day_count: ACT/365}", "RUL012"),
        ("{decrement: 50 points, day_count: ACT/365, method: geometric}", "RUL012"),
        ("{decrement: 5%}", "RUL002"),
        ("{conversion: spot, ratio: 50%}", "RUL012"),
        (CONTROL % (0, 0), "RUL011"),
    ],
)
def test_overlays_that_do_not_read(overlay: str, code: str) -> None:
    with pytest.raises(ic.RuleError) as error:
        rule(overlay, START)
    assert {item.code for item in error.value.diagnostics} == {code}


def test_published_levels_need_what_no_rule_below_says() -> None:
    text = (
        "index: laid\nunderlying: {index: below, return: gross, levels: published}\n"
        "overlay: {leverage: 2, reset: daily}\n"
    )
    with pytest.raises(ic.RuleError) as error:
        Methodology.from_text(text)
    missing = [item.message for item in error.value.diagnostics if item.code == "RUL002"]
    assert len(missing) == 3
    with pytest.raises(ic.RuleError) as error:
        rule("{leverage: 2, reset: daily}", START).from_text(
            text.replace("published}", "published, withholding: 15%}")
        )
    assert "RUL012" in [item.code for item in error.value.diagnostics]


def test_other_return_versions_are_not_its_own() -> None:
    market = levels(weekdays(3), [1000, 1010, 1020])
    told = ic.compute(rule("{leverage: 2, reset: daily}", START), market, returns=["tr"])
    assert "level_tr" not in told.levels.column_names
    assert any("has one level" in note for note in told.manifest["assumptions"])


# -- a hedge of the members in one currency --------------------------------------------------------

TWO = """index: two
currency: KRW
calendar: XKRX
base: {date: 2024-01-31, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {every: session}
weighting: {scheme: market_cap}
"""
TWO_HEDGED = """index: two-hedged
underlying: {index: two, return: price}
overlay:
  {hedge: USD, ratio: 50%, of: members, roll: last session of month, forward: 1 month, adjust: monthly}
"""


def test_a_hedge_of_members_by_a_trader() -> None:
    """K is 3,000 won x 100, U 1 dollar x 100 at 1,000 won: a quarter in dollars, half of it sold at
    1,002.  In February K stays, U goes to 2 dollars at 1,100: 520,000 for 400,000.  Then 220 of 520
    thousand are in dollars; March at 1,050 and the same prices: 510,000; sold at 1,101."""
    days = dates("2024-01-31", "2024-02-29", "2024-03-29")
    daily = [
        {"date": day, "symbol": symbol, "close": close, "shares_outstanding": 100}
        for symbol, closes in (("K", (3000.0,) * 3), ("U", (1.0, 2.0, 2.0)))
        for day, close in zip(days, closes, strict=True)
    ]
    spot, forward = (1000.0, 1100.0, 1050.0), (1002.0, 1101.0, 1055.0)
    fx = [
        {"date": day, "from_currency": "USD", "to_currency": "KRW", "tenor": tenor, "rate": rate}
        for tenor, rates in (("spot", spot), ("1 month", forward))
        for day, rate in zip(days, rates, strict=True)
    ]
    market = Market.from_tables(
        daily=table_of(daily),
        securities=table_of(
            [{"symbol": "K", "currency": "KRW"}, {"symbol": "U", "currency": "USD"}]
        ),
        fx=table_of(fx),
        complete=True,
    )
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request

    below, laid = (Methodology.from_text(text) for text in (TWO, TWO_HEDGED))
    runs = compute_family(load_family([laid, below]), market, Request())
    assert small.levels(runs["two"]) == pytest.approx([1000, 1300, 1275], rel=EXACT)
    sold = 0.5 * 0.25 * 1000 / 1000  # dollars, of the level
    february = 1300 + sold * (1002 - 1100)
    sold = 0.5 * (220 / 520) * february / 1100
    march = february * 510 / 520 + sold * (1101 - 1050)
    assert small.levels(runs["two-hedged"]) == pytest.approx([1000, february, march], rel=EXACT)
    alone = compute_family(load_family([laid, below]), market, Request(keep_weights=False))
    assert small.levels(alone["two-hedged"]) == small.levels(runs["two-hedged"])


def test_the_members_of_published_levels_are_not_known() -> None:
    from indexcalc.methodology.check.check import check

    said = rule(
        HEDGED.replace("roll", "of: members, roll") % ("100%", "monthly"), START, below="USD"
    )
    assert [item.code for item in check(said, {"laid": said}).errors] == ["REF006"]
