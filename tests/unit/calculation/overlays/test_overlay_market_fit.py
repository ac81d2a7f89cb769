"""Can a market carry an overlay: what it lacks, and what was looked at."""

from __future__ import annotations

from typing import Any

from indexcalc.calculation.overlays.overlay_market_fit import carried_by
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import small
from tests.unit.calculation.level_table import dates, levels, rule

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")
FINANCED = "{leverage: 2, reset: daily, financing: {rate: CD, day_count: ACT/365}}"


def found(
    made: Methodology, market: Any, family: dict[str, Methodology] | None = None
) -> tuple[list[tuple[str, str]], list[str]]:
    findings, lines = carried_by(made, family or {}, market)
    return [(item.code, item.where) for item in findings.items], lines


def test_levels_and_rates_that_are_there() -> None:
    over = levels(DAYS, [1, 2, 3], rates={"CD": [0.03, 0.03, None]})
    # The last session needs no rate of its own.
    assert found(rule(FINANCED, DAYS[0]), over) == (
        [],
        ["published: 3 levels of below, 2024-01-02 .. 2024-01-04", "rates: CD"],
    )


def test_a_rate_that_is_not_there_is_named_with_a_near_one() -> None:
    over = levels(DAYS, [1, 2, 3], rates={"CD91": [0.03, 0.03, 0.03]})
    findings, _ = carried_by(rule(FINANCED, DAYS[0]), {}, over)
    (one,) = findings.items
    assert (one.code, one.where) == ("CAL014", "overlay.financing.rate")
    assert one.hint == "there is: CD91" or "CD91" in one.hint


def test_a_rate_missing_on_a_session_is_told_unless_it_is_carried() -> None:
    over = levels(DAYS, [1, 2, 3], rates={"CD": [0.03, None, 0.03]})
    assert found(rule(FINANCED, DAYS[0]), over)[0] == [("CAL014", "overlay.financing.rate")]
    carried = FINANCED.replace("ACT/365", "ACT/365, missing: carried")
    assert found(rule(carried, DAYS[0]), over)[0] == []


def test_levels_that_are_not_there_end_it() -> None:
    over = levels(DAYS, [1, 2, 3])
    other = small.market(small.line("A", [1, 2, 3]))
    assert found(rule("{leverage: 2, reset: daily}", DAYS[0]), other) == (
        [("CAL016", "underlying.index")],
        [],
    )
    assert found(rule("{leverage: 2, reset: daily}", DAYS[0]), over)[0] == []


def test_exchange_rates_of_every_session_from_the_base_on() -> None:
    rates = {("USD", "KRW", "spot"): {DAYS[1]: 10.0}}
    over = levels(DAYS, [1, 2, 3], fx=rates)
    plain = "{leverage: 2, reset: daily}"
    asked, lines = found(rule(plain, DAYS[1], below="USD"), over)
    assert asked == [("CAL013", "currency")]
    assert "fx: USD to KRW, spot" in lines
    whole = levels(DAYS, [1, 2, 3], fx={("USD", "KRW", "spot"): dict.fromkeys(DAYS[1:], 10.0)})
    assert found(rule(plain, DAYS[1], below="USD"), whole)[0] == []


def test_an_index_below_that_is_computed_needs_its_dividends() -> None:
    text = small.GIVEN.replace("index: test", "index: below") + "weighting: {scheme: market_cap}\n"
    below = small.rule(text)
    made = Methodology.from_text(
        "index: laid\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-03, level: 1000}\n"
        "underlying: {index: below, return: gross}\noverlay: {leverage: 2, reset: daily}\n"
    )
    family = {"below": below, "laid": made}
    over = small.market(small.line("A", [1, 2, 3]))
    assert found(made, over, family)[0] == [("DAT042", "underlying.return")]
    paid = small.market(small.line("A", [1, 2, 3]), dividends=[small.dividend("A", 1, 1.0)])
    assert found(made, paid, family)[0] == []
