"""Gross and net returns: taxes, reinvestment, currencies, estimates, each beside a fund by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import DataError, UsageError
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market, rates

EXACT = 1e-12
ALL = ["pr", "tr", "ntr"]


def rule(returns: str = "", text: str = small.CAP, **maintenance: str) -> str:
    keys = ", ".join(f"{key}: {value}" for key, value in maintenance.items())
    said = f"returns: {{kinds: [price, gross, net]{', ' if returns else ''}{returns}}}\n"
    return text + said + (f"maintenance: {{{keys}}}\n" if keys else "")


def three(run: Any) -> list[list[float]]:
    return [small.levels(run, name) for name in ("level", "level_tr", "level_ntr")]


def countries(**said: str) -> list[dict[str, Any]]:
    return [{"symbol": symbol, "country": country} for symbol, country in said.items()]


# -- taxes -----------------------------------------------------------------------------------------


def test_net_against_a_fund_that_receives_and_reinvests() -> None:
    """Two lines of 1,000 shares; 6 a share of A at 15.4 % goes ex on the second session.

    The fund holds 1000 A and 1000 B, worth 300,000; at the close of the ex-day it has 6,000 gross,
    5,076 net beside 297,000, and buys the index with it.  Then B doubles.
    """
    over = market(
        line("A", [100, 95, 95]), line("B", [200, 202, 404]), dividends=[dividend("A", 1, 6)]
    )
    run = small.run(rule("withholding: 15.4%"), over)
    price, gross, net = three(run)
    after = (95 + 404) / (95 + 202)
    assert price == pytest.approx([1000, 990, 990 * after], rel=EXACT)
    assert gross == pytest.approx([1000, 303_000 / 300, 303_000 / 300 * after], rel=EXACT)
    assert net == pytest.approx([1000, 302_076 / 300, 302_076 / 300 * after], rel=EXACT)


def test_two_rates_side_by_side_in_two_rules() -> None:
    """15.4 % for investors at home, 22 % for others: the same index otherwise."""
    over = market(line("A", [100, 100]), dividends=[dividend("A", 1, 10)])
    nets = [
        small.levels(small.run(rule(f"withholding: {rate}"), over), "level_ntr")
        for rate in ("15.4%", "22%", "0%", "100%")
    ]
    assert [net[1] for net in nets] == pytest.approx([1084.6, 1078, 1100, 1000], rel=EXACT)


def test_two_rates_of_one_index_in_one_run(tmp_path: Path) -> None:
    """The rule at 15.4 %, a variant of it at 22 %, and an overlay that stands on its net at 22 %."""
    head = "returns: {kinds: [price, net], withholding: "
    (tmp_path / "test.yaml").write_text(small.CAP + head + "15.4%}\n", encoding="utf-8")
    (tmp_path / "abroad.yaml").write_text(
        "index: abroad\nvariant_of: test\nreturns: {withholding: 22%}\n", encoding="utf-8"
    )
    (tmp_path / "laid.yaml").write_text(
        "index: laid\nunderlying: {index: test, return: net, withholding: 22%}\n"
        "overlay: {leverage: 1, reset: daily}\n",
        encoding="utf-8",
    )
    over = market(line("A", [100, 100]), dividends=[dividend("A", 1, 10)])
    names = ("test", "abroad", "laid")
    family = load_family([tmp_path / f"{name}.yaml" for name in names])
    runs = compute_family(family, over, Request(returns=("ntr",)))
    assert small.levels(runs["test"], "level_ntr") == pytest.approx([1000, 1084.6], rel=EXACT)
    assert small.levels(runs["abroad"], "level_ntr") == pytest.approx([1000, 1078], rel=EXACT)
    assert small.levels(runs["laid"]) == pytest.approx([1000, 1078], rel=EXACT)
    assert small.levels(runs["test"]) == small.levels(runs["abroad"]) == [1000, 1000]


def test_rates_change_on_a_date_and_by_country() -> None:
    text = rule("withholding: {2024-01-01: {KR: 10%, US: 30%}, 2024-01-04: {KR: 20%, US: 0%}}")
    over = market(
        line("A", [100] * 4),
        line("B", [100] * 4),
        securities=countries(A="KR", B="US"),
        dividends=[dividend(symbol, on, 10) for symbol in "AB" for on in (1, 2)],
    )
    net = small.levels(small.run(text, over), "level_ntr")
    assert net == pytest.approx([1000, 1080, 1080 * 1.09, 1080 * 1.09], rel=EXACT)


def test_a_dividend_without_a_rate_is_an_error_that_names_it() -> None:
    def refused(**said: str) -> str:
        over = market(
            line("A", [100] * 3), securities=countries(**said), dividends=[dividend("A", 1, 10)]
        )
        with pytest.raises(DataError) as error:
            small.run(rule("withholding: {KR: 10%}"), over)
        return str(error.value)

    assert "CAL012" in refused(B="KR")
    assert "A pays a dividend on 2024-01-03 and its country is not known" in refused(B="KR")
    assert "and `withholding` has no rate for JP" in refused(A="JP")
    # What goes ex on the day of the base level is before the series; nothing else asks.
    unknown = countries(B="KR")
    early = market(line("A", [100] * 3), securities=unknown, dividends=[dividend("A", 0, 10)])
    assert small.levels(small.run(rule("withholding: {KR: 10%}"), early), "level_ntr")[2] == 1000
    kept = market(line("A", [100] * 3), dividends=[dividend("A", 1, 10)])
    text = small.CAP + "returns: {withholding: {KR: 10%}}\n"
    assert small.levels(small.run(text, kept, returns=["tr"]), "level_tr")[2] == 1100


def test_net_returns_ask_for_a_rate() -> None:
    over = market(line("A", [100] * 2))
    with pytest.raises(UsageError, match="CAL012 --returns: test says no tax rate"):
        small.run(small.CAP, over, returns=["ntr"])


def test_a_dividend_of_an_unknown_kind_is_told() -> None:
    run = small.run(
        small.CAP, market(line("A", [100] * 2), dividends=[dividend("A", 1, 10, "bonus cash")])
    )
    (found,) = run.diagnostics
    assert (found.code, found.where) == ("CAL011", "A 2024-01-03")
    assert "unknown kind `bonus cash`" in found.message


def test_an_untaxed_net_is_the_gross_to_the_bit() -> None:
    over = market(
        line("A", [101.7, 99.3, 98.1, 103.9]),
        line("B", [33.1, 34.7, 30.9, 31.3], [700, 700, 1400, 1400]),
        dividends=[dividend("A", 1, 1.37), dividend("B", 2, 0.71), dividend("A", 3, 0.003)],
        corporate_actions=[action("B", 2, "bonus", ratio=2)],
    )
    for more in ("", ", order: before", ", reinvest: paying_stock"):
        _, gross, net = three(small.run(rule("withholding: 0%" + more), over))
        assert gross == net


# -- reinvestment ----------------------------------------------------------------------------------


def test_the_dividend_goes_to_the_payer_until_weights_are_set_anew() -> None:
    """Equal weights of A and B, set anew on session 4.  A pays 10 on 100 on session 2, ex at 90.

    The fund has 5 A and 5 B of 1,000; 50 buys 5/9 A at 90.  A rises to 99, then both are even again
    and A's next rise is half of the index.
    """
    text = small.GIVEN.replace("review: {", "review: {") + (
        "rebalance: {months: [1], effective: 1st saturday, cutoff: 1 session before effective}\n"
        "weighting: {scheme: equal}\nmaintenance: {joins_at: average_weight}\n"
        "returns: {kinds: [price, gross], reinvest: paying_stock}\n"
    )
    over = market(
        line("A", [100, 100, 90, 99, 110]),
        line("B", [100, 100, 100, 100, 100]),
        memberships=small.given("A", "B"),
        dividends=[dividend("A", 2, 10)],
    )
    # 2024-01-06, session 4, is the first Saturday.
    total = small.levels(small.run(text, over), "level_tr")
    held = 5 + 5 / 9
    before = held * 99 + 500
    assert total == pytest.approx([1000, 1000, before, before * (0.5 * 110 / 99 + 0.5)], rel=EXACT)


def test_a_split_on_the_ex_day_beside_a_dividend_into_the_stock() -> None:
    """10 a share on 110, then two for one: 50 a share at the start; 50 * 2.2 for one old share."""
    over = market(
        line("A", [110, 55], [1000, 2000]),
        line("B", [110, 110]),
        dividends=[dividend("A", 1, 10)],
        corporate_actions=[action("A", 1, "split", ratio=2)],
    )
    text = small.CAP + "returns: {kinds: [gross], reinvest: paying_stock}\n"
    total = small.levels(small.run(text, over), "level_tr")
    # One old share and 10 of cash at (110 - 10) / 2 = 50 are 2.2 new shares, worth 121 at 55.
    assert total == pytest.approx([1000, 1000 * (121 + 110) / 220], rel=EXACT)


def test_a_dividend_above_the_price_cannot_go_into_the_stock() -> None:
    over = market(line("A", [10, 1]), line("B", [10, 10]), dividends=[dividend("A", 1, 10)])
    text = small.CAP + "returns: {kinds: [gross], reinvest: paying_stock}\n"
    run = small.run(text, over)
    assert small.codes(run) == ["CAL011"]
    assert "the dividend is no less than the price" in run.diagnostics[0].message


# -- special dividends -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("treatment", "net"),
    [
        # Ex at 90 of 100: the price index takes all 10 off, the taxed one only 8.
        pytest.param("gross", 1000.0, id="gross"),
        pytest.param("taxed", 1000 * 180 / (180 + 2 * 2), id="taxed"),
    ],
)
def test_special_dividends_in_net_returns(treatment: str, net: float) -> None:
    over = market(line("A", [100, 90], 2), dividends=[dividend("A", 1, 10, "special")])
    run = small.run(rule("withholding: 20%", special=treatment), over)
    price, gross, taxed = three(run)
    assert price == gross == pytest.approx([1000, 1000], rel=EXACT)
    assert taxed == pytest.approx([1000, net], rel=EXACT)


def test_a_taxed_special_before_a_split_of_the_same_day() -> None:
    """10 off 100, two for one: 45 a share, and 1 a new share of tax."""
    over = market(
        line("A", [100, 45], [2, 4]),
        dividends=[dividend("A", 1, 10, "special")],
        corporate_actions=[{**action("A", 1, "split", ratio=2), "sequence": 2}],
    )
    _, gross, net = three(small.run(rule("withholding: 20%", special="taxed"), over))
    assert gross[1] == pytest.approx(1000, rel=EXACT)
    assert net[1] == pytest.approx(1000 * 45 / 46, rel=EXACT)


# -- currencies ------------------------------------------------------------------------------------


def abroad(path: Sequence[float | None], **more: Any) -> Any:
    """A at home, B in dollars."""
    return market(
        line("A", [100, 100, 100]),
        line("B", [10, 11, 11]),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=rates({"USD": path}),
        **more,
    )


def test_levels_in_another_currency_against_a_fund() -> None:
    """1,000 A at 100 and 1,000 B at 10 dollars of 10 won: 200,000 won; then 11 * 12, then 11 * 9."""
    run = small.run(small.CAP, abroad([10, 12, 9]))
    value = [200_000, 100_000 + 11_000 * 12, 100_000 + 11_000 * 9]
    assert small.levels(run, "market_value") == pytest.approx(value, rel=EXACT)
    assert small.levels(run) == pytest.approx([v / 200 for v in value], rel=EXACT)
    rows = [tuple(row.values())[1:] for row in run.composition.to_pylist()]
    divisor = pytest.approx(200)
    assert rows[3] == ("B", 10, 11, 1000, pytest.approx(0.5), divisor, 10, 12)
    assert rows[1] == ("B", 10, 10, 1000, pytest.approx(0.5), divisor, 10, 10)
    (_, second) = [row for row in run.constituents.to_pylist() if row["symbol"] in "AB"][:2]
    assert (second["price"], second["fx_rate"], second["market_value"]) == (10, 10, 100_000)


def test_equal_weights_are_equal_in_the_index_currency() -> None:
    """Half each: 5 A of 100 and 500/(11*12) B of 11 dollars at 12; the dollar falls to 9."""
    over = abroad([10, 12, 9], memberships=small.given("A", "B"))
    run = small.run(small.EQUAL, over)
    assert run.weights(small.day(1)).column("weight").to_pylist() == pytest.approx([0.5, 0.5])
    assert small.levels(run) == pytest.approx([1000, 500 + 500 * 9 / 12], rel=EXACT)


@pytest.mark.parametrize(("order", "cash"), [("after", 12), ("before", 10)])
def test_a_dividend_counts_at_the_rate_of_its_order(order: str, cash: float) -> None:
    """1,000 dollars paid on a session on which a dollar goes from 10 to 12; nothing else moves."""
    over = market(
        line("B", [10, 10]),
        securities=[{"symbol": "B", "currency": "USD"}],
        fx=rates({"USD": [10, 12]}),
        dividends=[dividend("B", 1, 1)],
    )
    run = small.run(small.CAP + f"returns: {{kinds: [gross], order: {order}}}\n", over)
    by_hand = (120_000 + 12_000) / 100_000 if order == "after" else 1.2 * (1 + 10_000 / 100_000)
    assert cash in (10, 12)
    assert small.levels(run, "level_tr")[1] == pytest.approx(1000 * by_hand, rel=EXACT)


def test_a_dividend_in_a_currency_of_its_own() -> None:
    """A is quoted in won and pays half a dollar, worth 12 each."""
    over = market(
        line("A", [100, 100]),
        securities=[{"symbol": "A", "currency": "KRW"}],
        fx=rates({"USD": [10, 12]}),
        dividends=[{**dividend("A", 1, 0.5), "currency": "USD"}],
    )
    total = small.levels(small.run(small.CAP, over, returns=["tr"]), "level_tr")
    assert total == pytest.approx([1000, 1060], rel=EXACT)


def test_a_special_dividend_in_a_currency_of_its_own() -> None:
    """One dollar off 100 won, at the 10 of the session before; without a rate it is left out, told."""

    def run(*dollar: float | None) -> Any:
        over = market(
            line("A", [100, 90]),
            securities=[{"symbol": "A", "currency": "KRW"}],
            fx=rates({"USD": dollar}),
            dividends=[{**dividend("A", 1, 1, "special"), "currency": "USD"}],
        )
        return small.run(small.CAP, over)

    assert small.levels(run(10, 20)) == pytest.approx([1000, 1000], rel=EXACT)
    assert small.codes(run(None, 20)) == ["CAL011"]


def test_the_inverse_of_a_rate_is_a_rate() -> None:
    over = abroad([10, 12, 9])
    other = market(
        line("A", [100, 100, 100]),
        line("B", [10, 11, 11]),
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=[
            {"date": small.day(on), "from_currency": "KRW", "to_currency": "USD", "rate": 1 / rate}
            for on, rate in enumerate([10, 12, 9])
        ],
    )
    assert small.levels(small.run(small.CAP, other)) == pytest.approx(
        small.levels(small.run(small.CAP, over)), rel=EXACT
    )


def test_a_missing_rate_is_an_error_that_names_it() -> None:
    with pytest.raises(DataError) as refused:
        small.run(small.CAP, abroad([10, None, 9]))
    assert "CAL013 test 2024-01-03: `fx` has no rate from USD to KRW on 2024-01-03" in str(
        refused.value
    )
    # A rate before the start, or of a line nobody holds, is not asked for.
    late = abroad([None, 12, 9], memberships=small.given("A", "B"))
    assert small.levels(small.run(small.EQUAL, late))[1] == pytest.approx(875, rel=EXACT)
    alone = abroad([10, None, None], memberships=small.given("A"))
    assert small.levels(small.run(small.EQUAL, alone))[1] == pytest.approx(1000, rel=EXACT)


def test_a_line_that_changes_its_currency_is_refused() -> None:
    over = market(
        line("A", [100, 50]),
        line("B", [100, 100]),
        securities=[
            {"symbol": "A", "valid_from": small.day(on), "currency": currency}
            for on, currency in ((0, "DEM"), (1, "EUR"))
        ],
        fx=rates({"DEM": [1, 1], "EUR": [2, 2]}),
        memberships=small.given("A", "B"),
    )
    with pytest.raises(DataError, match="CAL008 test A: A is quoted in DEM and EUR over time"):
        small.run(small.CAP, over)


# -- divisors --------------------------------------------------------------------------------------


def test_a_given_divisor_that_disagrees_with_the_base_level_is_told() -> None:
    text = small.CAP.replace("level: 1000}", "level: 1000, divisor: 90}")
    run = small.run(text, market(line("A", [100, 110])))
    assert small.levels(run) == pytest.approx([1111.111111111, 1222.222222222])
    assert small.codes(run) == ["CAL018"]
    agreed = small.run(text.replace("90", "100"), market(line("A", [100, 110])))
    assert small.levels(agreed) == [1000, 1100]
    assert agreed.diagnostics == ()


def test_a_rounded_divisor_makes_the_level() -> None:
    """333 shares of A at 100 over 1000: 33.3, kept as 33; B comes in at 70 x 10: 34000/33300*33."""
    text = small.CAP + "rounding: {divisor: 0}\nreturns: {kinds: [price, gross]}\n"
    over = market(
        line("A", [100, 100, 100, 110], 333),
        line("B", [70, 70, 70], 10, start=1),
        dividends=[dividend("A", 3, 2)],
    )
    run = small.run(text, over)
    # 33,300 / 33; B is held from its second session: 33 * 34,000 / 33,300 = 33.69, 34.
    assert small.levels(run, "divisor") == [33, 33, 34, 34]
    price = [33_300 / 33, 33_300 / 33, 34_000 / 34, (36_630 + 700) / 34]
    assert small.levels(run) == pytest.approx(price, rel=EXACT)
    # The dividend of 666 is 666/34 points on the way.
    total = [price[0], price[1], price[2], price[3] + 666 / 34]
    assert small.levels(run, "level_tr") == pytest.approx(total, rel=EXACT)


# -- estimates -------------------------------------------------------------------------------------


def test_an_estimate_counts_until_the_amount_is_known() -> None:
    """Last year's 5 is booked on the ex-date; the 6 of this year are known two sessions later."""
    rows = [
        {**dividend("A", 1, 5, "estimated"), "known_at": small.day(1)},
        {**dividend("A", 1, 6), "known_at": small.day(3)},
    ]
    over = market(line("A", [100] * 5), dividends=rows)

    def total(known: dt.date | None) -> float:
        return small.levels(small.run(small.CAP, over, returns=["tr"], known=known), "level_tr")[-1]

    assert total(small.day(0)) == 1000
    assert total(small.day(2)) == pytest.approx(1050, rel=EXACT)
    assert total(small.day(3)) == total(None) == pytest.approx(1060, rel=EXACT)


def test_a_later_start_where_dividends_go_into_the_paying_stock() -> None:
    """Started in the middle of the data, some blocks in: the growth is that of the longer run."""
    over = ic.Market.demo(securities=120, years=2)
    text = (
        "index: test\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2020-01-02, level: 1000}\n"
        "universe: {where: {market: KOSPI, security_type: stock}}\n"
        "review: {months: [3, 6, 9, 12], effective: session after 2nd thursday, "
        "cutoff: last session 1 month before}\n"
        "weighting: {scheme: float_market_cap, caps: [{per: security, limit: 15%}]}\n"
        "maintenance: {shares: at_rebalance}\n"
        "returns: {kinds: [price, gross], reinvest: paying_stock}\n"
    )
    made = [
        ic.compute(ic.Methodology.from_text(text), over, start=start)
        for start in (None, "2025-03-24")
    ]
    for name in ("level", "level_tr"):
        longer, later = (small.levels(run, name) for run in made)
        longer = longer[-len(later) :]
        grown = [level / longer[0] for level in longer]
        assert [level / later[0] for level in later] == pytest.approx(grown, rel=EXACT)


def test_terms_in_another_currency_without_a_rate_say_so() -> None:
    """Rights at a price in USD, and an offer in USD: left out, and told why; never at another price."""
    over = market(
        line("A", [100, 100, 100]),
        line("B", [100, 100, 100]),
        line("C", [100, 100, 100]),
        securities=[{"symbol": name, "currency": "KRW"} for name in "ABC"],
        corporate_actions=[
            action("A", 2, "rights", ratio=0.25, price=70.0) | {"currency": "USD"},
            action("B", 2, "tender", final_price=90.0) | {"currency": "USD"},
        ],
    )
    run = small.run(small.CAP, over)
    assert sorted(item.message for item in run.diagnostics if item.code == "CAL011") == [
        f"the row {name} {small.day(2)} {kind} has no rate in `fx` from its currency to that of the "
        "line; it is left out"
        for name, kind in (("A", "rights"), ("B", "tender"))
    ]
