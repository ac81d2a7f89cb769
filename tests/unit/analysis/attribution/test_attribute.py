"""Attribution against hand calculations, and parts that sum to the return for every kind of rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.attribution.attribute import Attribution, attribute
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CLOSE = 1e-12
ROOT = Path(__file__).resolve().parents[4]


def made(text: str, over: ic.Market, series: Any = "pr", **options: Any) -> Attribution:
    run = ic.compute(small.rule(text), over, returns=["tr", "ntr"] if series == "ntr" else [series])
    found = attribute(run, series=series, by="line", **options)
    sums_hold(found)
    return found


def sums_hold(found: Attribution) -> None:
    """Parts sum to the return: each session, and over the period by line, group and cause."""
    for row in found.sessions.to_pylist():
        parts = row["price"] + row["currency"] + row["dividends"] + row["rounding"]
        assert parts == pytest.approx(row["return"], abs=CLOSE)
    for table in (found.lines, found.groups):
        total = sum(row["contribution"] for row in table.to_pylist())
        assert total + found.rounding == pytest.approx(found.total, abs=CLOSE * 100)
    assert sum(found.causes.values()) + found.rounding == pytest.approx(
        found.total, abs=CLOSE * 100
    )


def by_line(found: Attribution) -> dict[str, dict[str, Any]]:
    return {row["symbol"]: row for row in found.lines.to_pylist()}


CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def test_the_price_of_each_line_linked_over_two_sessions() -> None:
    """A 10 at 100, 110, 110; B 20 at 50, 50, 55: R 2000, then 2100: A 5 %, then B 100/2100 x 1.05 = 5 %."""
    over = market(
        line("A", [100, 100, 110, 110], 10),
        line("B", [50, 50, 50, 55], 20),
        memberships=given("A", "B"),
    )
    found = made(CAP, over)
    rows = by_line(found)
    assert rows["A"]["contribution"] == pytest.approx(0.05, abs=CLOSE)
    assert rows["B"]["contribution"] == pytest.approx(0.05, abs=CLOSE)
    assert rows["B"]["dividends"] == 0.0
    # By session they are not linked: B's is 100/2100 of the index of that day, and it weighed 1000/2100.
    assert found.by_session is not None
    of_day = {(str(row["date"]), row["symbol"]): row for row in found.by_session.to_pylist()}
    assert len(of_day) == 2 * 2
    last = of_day[str(day(3)), "B"]
    assert last["contribution"] == pytest.approx(100 / 2100, abs=CLOSE)
    assert last["weight"] == pytest.approx(1000 / 2100, abs=CLOSE)
    assert of_day[str(day(2)), "A"]["price"] == pytest.approx(0.05, abs=CLOSE)
    assert (last["group"], of_day[str(day(3)), "A"]["contribution"]) == ("B", 0.0)


def test_an_ordinary_dividend_in_the_gross_return() -> None:
    """A pays 4 a share on 10 shares of an index worth 2000: 2 %; its price falls by 4: -2 %."""
    over = market(
        line("A", [100, 100, 96], 10),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, 4.0)],
    )
    rows = by_line(made(CAP, over, "tr"))
    assert rows["A"]["dividends"] == pytest.approx(0.02, abs=CLOSE)
    assert rows["A"]["price"] == pytest.approx(-0.02, abs=CLOSE)


def test_a_dividend_counted_before_the_session_moves_with_it() -> None:
    """order: before: (S / R) V / R with S 1960, R 2000, V 40: 0.98 x 2 %."""
    over = market(
        line("A", [100, 100, 96], 10),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, 4.0)],
    )
    rows = by_line(made(CAP + "returns: {order: before}\n", over, "tr"))
    assert rows["A"]["dividends"] == pytest.approx(0.98 * 0.02, abs=CLOSE)


def test_a_dividend_put_into_the_stock_that_pays() -> None:
    """A's B is 96 and its q 10 x 100/96: then it moves to 98: (98 - 96) x 10.41667 of 2000 in all."""
    over = market(
        line("A", [100, 100, 98, 99], 10),
        line("B", [50, 50, 50, 51], 20),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, 4.0)],
    )
    text = CAP + "returns: {reinvest: paying_stock}\n"
    found = made(text, over, "tr", end=str(day(2)))
    rows = by_line(found)
    assert rows["A"]["contribution"] == pytest.approx(2 * 10 * 100 / 96 / 2000, abs=CLOSE)
    assert rows["A"]["price"] == pytest.approx(-0.01, abs=CLOSE)
    made(text, over, "tr")


@pytest.mark.parametrize("scheme", ["market_cap", "equal", "price"])
def test_events_are_no_return_and_the_parts_still_sum(scheme: str) -> None:
    text = small.GIVEN + f"weighting: {{scheme: {scheme}}}\n"
    over = market(
        line("A", [100, 100, 51, 52, 40, 41], [10, 10, 20, 20, 30, 30]),
        line("B", [50, 50, 49, 47, 48, 40], 20),
        line("C", [20, 20, 20, 21, 21, 22], 20),
        memberships=given("A", "B", "C"),
        corporate_actions=[
            action("A", 2, "split", ratio=2.0),
            action("A", 4, "rights", ratio=0.5, price=20.0),
        ],
        dividends=[dividend("A", 2, 3.0), dividend("A", 4, 1.0), dividend("B", 3, 2.0, "special"),
                   dividend("B", 3, 1.0)],
    )  # fmt: skip
    for series in ("pr", "tr"):
        made(text, over, series)


def test_a_foreign_line_moves_by_price_and_by_its_currency() -> None:
    """B 20 at 5 dollars of 10 won, then 6 at 11: currency 20 x 5 x 1 / 2000, price 20 x 11 / 2000."""
    over = market(
        line("A", [100, 100, 100], 10), line("B", [5, 5, 6], 20),
        memberships=given("A", "B"),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=[{"date": day(n), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
            for n, rate in enumerate((10.0, 10.0, 11.0))],
    )  # fmt: skip
    rows = by_line(made(CAP, over))
    assert rows["B"]["currency"] == pytest.approx(100 / 2000, abs=CLOSE)
    assert rows["B"]["price"] == pytest.approx(20 * 11 / 2000, abs=CLOSE)


def test_against_a_benchmark_by_hand() -> None:
    """Weights 0.5/0.5 against 0.75/0.25 and returns 10 % and 0: b 7.5 %; allocation -0.25 x 2.5 % and
    0.25 x -7.5 %: -2.5 % = r - b, all of it allocation (each line returns the same in both)."""
    over = market(
        line("A", [100, 100, 110], 30), line("B", [100, 100, 100], 10), memberships=given("A", "B")
    )
    own = ic.compute(small.rule(small.EQUAL), over)
    benchmark = ic.compute(small.rule(CAP), over)
    found = attribute(own, benchmark, by="line")
    assert found.effects is not None
    rows = {row["group"]: row for row in found.effects.to_pylist()}
    link = 1 / 1.075
    assert rows["A"]["allocation"] == pytest.approx(-0.25 * 0.025 * link, abs=CLOSE)
    assert rows["B"]["allocation"] == pytest.approx(0.25 * -0.075 * link, abs=CLOSE)
    assert rows["A"]["selection"] == pytest.approx(0.0, abs=CLOSE)
    assert rows["B"]["interaction"] == pytest.approx(0.0, abs=CLOSE)
    assert found.relative_total == pytest.approx(1.05 / 1.075 - 1, abs=CLOSE)


def test_without_a_line_the_others_fill_its_place() -> None:
    over = market(
        line("A", [100, 100, 110], 30), line("B", [100, 100, 90], 10), memberships=given("A", "B")
    )
    found = made(CAP, over, without=["A"])
    assert found.without is not None
    (row,) = found.without.to_pylist()
    assert row["total_return"] == pytest.approx(-0.1, abs=CLOSE)
    assert row["points"] == pytest.approx(1000 * 0.9 - 1000 * 4200 / 4000, abs=1e-9)


def test_the_demo_market_by_sector_against_a_benchmark() -> None:
    over = ic.Market.demo(securities=100, years=3, seed=20261030)
    own, benchmark = (
        ic.compute(name, over, returns=["tr"]) for name in ("top-n-buffer", "equal-weight")
    )
    found = attribute(own, benchmark, series="tr", start="2024-06-14")
    sums_hold(found)
    assert found.effects is not None
    assert found.differences is not None
    for row in found.differences.to_pylist():
        total = row["allocation"] + row["selection"] + row["interaction"]
        assert total == pytest.approx(row["difference"], abs=CLOSE)
    effects = sum(
        row["allocation"] + row["selection"] + row["interaction"]
        for row in found.effects.to_pylist()
    )
    assert effects == pytest.approx(found.relative_total, abs=1e-11)
    assert found.benchmark_total is not None
    assert found.relative_total == pytest.approx(
        (1 + found.total) / (1 + found.benchmark_total) - 1, abs=CLOSE
    )


def test_what_cannot_be_asked_is_told() -> None:
    over = market(line("A", [100, 100, 96], 10), memberships=given("A"))
    run = ic.compute(small.rule(CAP), over)
    with pytest.raises(ic.UsageError, match="grouped by"):
        attribute(run, by="sectr")


def test_a_split_and_a_special_dividend_are_no_return_of_their_day() -> None:
    """A 10 at 100 is 20 at 50 after its split and closes at 51: 20 of 2000.  B 20 at 50 is 45 after a
    special dividend of 5 and closes at 46: 20 of the 1920 there are then."""
    over = market(
        line("A", [100, 100, 51, 51], [10, 10, 20, 20]),
        line("B", [50, 50, 50, 46], 20),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
        dividends=[dividend("B", 3, 5.0, "special")],
    )
    found = made(CAP, over)
    first, second = found.sessions.to_pylist()
    assert first["price"] == pytest.approx(20 / 2000, abs=CLOSE)
    assert second["price"] == pytest.approx(20 / 1920, abs=CLOSE)
    rows = by_line(found)
    assert rows["A"]["contribution"] == pytest.approx(0.01, abs=CLOSE)
    assert rows["B"]["contribution"] == pytest.approx(1.01 * 20 / 1920, abs=CLOSE)
    assert found.causes["dividends"] == 0.0


CHANGED = [*given("A", "B"), *given("A", "C", on=3)]
MONTHS = CAP.replace("months: [1]", "months: [1, 2]")


def test_a_change_of_members_is_told_beside_the_return() -> None:
    """On session 3 C, worth 500, takes the place of B: 1100 + 500 are 1210 + 400 at the close, 10 in 1600;
    held as it was, A and B, 1100 + 1000 are 1210 + 1200, 310 in 2100."""
    over = market(
        line("A", [100, 100, 110, 121], 10),
        line("B", [50, 50, 50, 60], 20),
        line("C", [50, 50, 50, 40], 10),
        memberships=CHANGED,
    )
    found = made(MONTHS, over)
    (row,) = found.reviews.to_pylist()
    assert (row["effective_date"], row["until"]) == (day(3), day(3))
    assert row["index_return"] == pytest.approx(10 / 1600, abs=CLOSE)
    assert row["kept_list_return"] == pytest.approx(310 / 2100, abs=CLOSE)
    assert row["effect"] == pytest.approx(10 / 1600 - 310 / 2100, abs=CLOSE)
    # The change itself is no part: 100 of 2000 on session 2, then 110 and -100 of 1600.
    rows = by_line(found)
    assert rows["A"]["contribution"] == pytest.approx(0.05 + 1.05 * 110 / 1600, abs=CLOSE)
    assert rows["B"]["contribution"] == pytest.approx(0.0, abs=CLOSE)
    assert rows["C"]["contribution"] == pytest.approx(-1.05 * 100 / 1600, abs=CLOSE)


def test_weights_that_are_set_anew_are_told_beside_the_return() -> None:
    """Half and half, A has gone from 100 to 150 before session 3 and falls back to 100: a sixth of the
    index set anew (half of -1/3), a fifth of the one left as it was (0.6 of -1/3)."""
    over = market(
        line("A", [100, 100, 150, 100], 10),
        line("B", [50, 50, 50, 50], 20),
        memberships=[*given("A", "B"), *given("A", "B", on=3)],
    )
    text = small.EQUAL.replace("months: [1]", "months: [1, 2]")
    found = made(text, over)
    (row,) = found.reviews.to_pylist()
    assert row["index_return"] == pytest.approx(-1 / 6, abs=CLOSE)
    assert row["kept_list_return"] == pytest.approx(-0.2, abs=CLOSE)
    assert row["effect"] == pytest.approx(1 / 30, abs=CLOSE)
    assert by_line(found)["A"]["contribution"] == pytest.approx(0.25 - 1.25 / 6, abs=CLOSE)


def test_without_a_line_is_the_index_computed_without_it() -> None:
    """Of two and three lines with a list that changes, the index of the others, computed by itself."""
    closes = {"A": [100, 100, 110, 121, 90], "B": [50, 50, 50, 60, 66], "C": [50, 50, 49, 40, 41]}
    lists = [*given("A", "B"), *given("A", "B", "C", on=3)]

    def over(rows: list[dict[str, Any]]) -> ic.Market:
        return market(*(line(name, closes[name], 10) for name in "ABC"), memberships=rows)

    found = made(MONTHS, over(lists), without=["A"])
    others = over([row for row in lists if row["symbol"] != "A"])
    levels = ic.compute(small.rule(MONTHS), others).levels.column("level").to_pylist()
    assert found.without is not None
    (row,) = found.without.to_pylist()
    assert row["total_return"] == pytest.approx(levels[-1] / levels[0] - 1, abs=CLOSE)
