"""The parts of each session's return, line by line, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.attribution import parts as parts_module
from indexcalc.analysis.attribution.parts import ReturnParts, SessionParts
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
CLOSE = 1e-15


def sessions(text: str, over: ic.Market, series: Any = "pr") -> list[SessionParts]:
    run = ic.compute(small.rule(text), over, returns=[] if series == "pr" else [series])
    return ReturnParts(run, series).sessions()


def paying(closes: list[float], amount: float) -> ic.Market:
    """A 10 at 100, that pays in session 2, and B 20 at 50: an index worth 2000."""
    return market(
        line("A", closes, 10),
        line("B", [50] * len(closes), 20),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, amount)],
    )


def test_weights_are_those_of_the_opening_and_prices_move_the_rest() -> None:
    """A 10 at 100 -> 110 of 2000, then 1100 of 2100 -> 99."""
    first, second = sessions(
        CAP,
        market(
            line("A", [100, 100, 110, 99], 10),
            line("B", [50, 50, 50, 50], 20),
            memberships=given("A", "B"),
        ),
    )
    assert (first.day, second.day) == (day_number(day(2)), day_number(day(3)))
    assert first.codes.tolist() == [0, 1]
    np.testing.assert_allclose(first.weight, [0.5, 0.5], atol=CLOSE)
    np.testing.assert_allclose(second.weight, [1100 / 2100, 1000 / 2100], atol=CLOSE)
    np.testing.assert_allclose(first.price, [0.05, 0.0], atol=CLOSE)
    np.testing.assert_allclose(second.lines, [-110 / 2100, 0.0], atol=CLOSE)
    assert first.total == pytest.approx(0.05, abs=CLOSE)
    assert (first.rounding, second.rounding) == (0.0, 0.0)


def test_currency_is_counted_on_the_price_before_it_moves() -> None:
    """B 20 at 5 dollars of 10 won, then 6 at 11: 20 x 5 x 1 of 2000, and 20 x 1 x 11 the rest."""
    (found,) = sessions(
        CAP,
        market(
            line("A", [100, 100, 100], 10),
            line("B", [5, 5, 6], 20),
            memberships=given("A", "B"),
            securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
            fx=[
                {"date": day(at), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
                for at, rate in enumerate((10.0, 10.0, 11.0))
            ],
        ),
    )
    np.testing.assert_allclose(found.currency, [0.0, 100 / 2000], atol=CLOSE)
    np.testing.assert_allclose(found.price, [0.0, 220 / 2000], atol=CLOSE)


@pytest.mark.parametrize(("order", "part"), [("after", 0.02), ("before", 0.02 * 1960 / 2000)])
def test_a_dividend_by_the_order_of_the_rule(order: str, part: float) -> None:
    """4 a share on 10 of 2000; counted before, it falls with the index to 1960."""
    (found,) = sessions(CAP + f"returns: {{order: {order}}}\n", paying([100, 100, 96], 4.0), "tr")
    np.testing.assert_allclose(found.dividends, [part, 0.0], atol=CLOSE)
    np.testing.assert_allclose(found.price, [-0.02, 0.0], atol=CLOSE)


def test_a_dividend_in_the_session_of_a_split_is_of_the_shares_before_it() -> None:
    """10 shares with 4 each; split in two they are 20 at 48."""
    over = market(
        line("A", [100, 100, 48], [10, 10, 20]),
        line("B", [50, 50, 50], 20),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
        dividends=[dividend("A", 2, 4.0)],
    )
    (found,) = sessions(CAP, over, "tr")
    np.testing.assert_allclose(found.dividends, [0.02, 0.0], atol=CLOSE)


def test_a_dividend_put_into_the_payer_moves_with_it_from_then_on() -> None:
    """q of A becomes 10 x 100 / 96 for the series: 98 then 99 are moves of 2 and 1 on it."""
    text = CAP + "returns: {reinvest: paying_stock}\n"
    first, second = sessions(text, paying([100, 100, 98, 99], 4.0), "tr")
    shares = 1000 / 96
    np.testing.assert_allclose(first.lines, [shares * 2 / 2000, 0.0], atol=CLOSE)
    np.testing.assert_allclose(first.price, [-0.01, 0.0], atol=CLOSE)
    np.testing.assert_allclose(second.lines, [shares / (shares * 98 + 1000), 0.0], atol=CLOSE)
    np.testing.assert_allclose(second.dividends + second.price, second.lines, atol=CLOSE)


def test_a_new_list_holds_the_shares_of_the_index_again() -> None:
    """The shares bought are sold with the list of session 3: 10 x 1 of 1980, not 10.4."""
    over = market(
        line("A", [100, 100, 98, 99], 10),
        line("B", [50] * 4, 20),
        memberships=[*given("A", "B"), *given("A", "B", on=3)],
        dividends=[dividend("A", 2, 4.0)],
    )
    text = CAP.replace("months: [1]", "months: [1, 2]") + "returns: {reinvest: paying_stock}\n"
    _, second = sessions(text, over, "tr")
    np.testing.assert_allclose(second.lines, [10 / 1980, 0.0], atol=CLOSE)


def test_a_rounded_divisor_leaves_a_rounding() -> None:
    """The divisor 2.001 is 2.  New shares of A make 2101 into 2431 at the same prices: 2 x 2431 / 2101 is
    2.31 and stays 2, so that the level gains what no line did."""
    over = market(
        line("A", [100, 100, 110, 110], [10, 10, 10, 13]),
        line("B", [50.05, 50.05, 50.05, 50.05], 20),
        memberships=given("A", "B"),
    )
    text = CAP + "rounding: {divisor: 0}\n"
    run = ic.compute(small.rule(text), over)
    level = small.levels(run)
    found = ReturnParts(run).sessions()
    for at, item in enumerate(found):
        assert item.total == level[at + 1] / level[at] - 1
        assert item.lines.sum() + item.rounding == pytest.approx(item.total, abs=CLOSE)
    assert found[-1].lines.tolist() == [0.0, 0.0]
    assert found[-1].rounding == pytest.approx(2431 / 2101 - 1, abs=CLOSE)


def test_parts_that_do_not_sum_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module.SessionDividends, "per_share", lambda *_: np.zeros(2))
    with pytest.raises(ic.RunError, match=r"ANA004.*differ from it by -0.02"):
        sessions(CAP, paying([100, 100, 96], 4.0), "tr")


def test_a_series_the_run_has_not_is_refused() -> None:
    run = ic.compute(small.rule(CAP), paying([100, 100, 96], 4.0))
    with pytest.raises(ic.UsageError, match=r"ANA003.*no level_tr"):
        ReturnParts(run, "tr")


def test_sums_by_session_add_one_line_after_the_other() -> None:
    """As one running addition does: 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1."""
    values = np.array([0.1, 0.2, 0.3, 7.0, 0.3, 0.2, 0.1])
    found = parts_module.session_sums(values, np.array([0, 3, 3, 4, 7]))
    assert found.tolist() == [0.1 + 0.2 + 0.3, 0.0, 7.0, 0.3 + 0.2 + 0.1]
    assert found[0] != found[3]


def test_sums_of_more_sessions_than_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "_CELLS", 4)
    found = parts_module.session_sums(np.arange(9.0), np.array([0, 2, 3, 6, 9]))
    assert found.tolist() == [1.0, 2.0, 12.0, 21.0]


def test_sessions_between_two_days() -> None:
    run = ic.compute(small.rule(CAP), paying([100, 100, 96, 97, 98], 4.0))
    every = ReturnParts(run).all()
    some = every.between(int(every.days[0]), int(every.days[2]))
    assert some.days.tolist() == every.days[1:3].tolist()
    assert some.bounds.tolist() == [0, 2, 4]
    (_, second, third) = every.sessions()
    for made, one in zip(some.sessions(), (second, third), strict=True):
        assert made.price.tolist() == one.price.tolist()
        assert (made.day, made.total) == (one.day, one.total)
    assert some.sums(some.price).tolist() == [float(sum(one.price)) for one in (second, third)]
