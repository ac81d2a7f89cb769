"""What comes before the scan: the order of rules, first lists, what is refused plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.calculation.plan import Request, make_plan
from indexcalc.diagnostics import DataError, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family

ASKS = """index: {index}
currency: KRW
calendar: XKRX
base: {{date: 2016-01-04, level: 1000}}
universe: {{where: {{market: KOSPI, share_class: common, security_type: stock}}}}
review: {{months: [6], effective: session after 2nd thursday, cutoff: last session 1 month before}}
measures: {{size: {{last: market_cap}}}}
selection: {{steps: [{{select: {{size: {{rank: 10}}, not: {{member_of: {other}}}}}}}]}}
"""
EQUAL = """index: equal-ten
currency: KRW
calendar: XKRX
base: {date: 2016-01-04, level: 1000}
universe: {where: {market: KOSPI, share_class: common, security_type: stock}}
review: {months: [6], effective: session after 2nd thursday, cutoff: last session 1 month before}
rebalance: {months: [3], effective: session after 2nd thursday}
measures: {size: {last: market_cap}}
selection: {steps: [{select: {size: {rank: 10}}}]}
weighting: {scheme: equal}
maintenance: {joins_at: average_weight}
"""


@pytest.fixture(scope="module")
def market() -> Market:
    """A small demo market of three years."""
    return Market.demo(securities=120, years=3)


def test_rules_that_ask_each_others_lists_are_refused(market: Market, tmp_path: Path) -> None:
    for index, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{index}.yaml").write_text(ASKS.format(index=index, other=other))
    family = load_family([tmp_path / "one.yaml", tmp_path / "two.yaml"])
    with pytest.raises(DataError) as refused:
        make_plan(family, market, Request())
    assert [found.code for found in refused.value.diagnostics] == ["CAL008"]
    assert "one, two" in str(refused.value)


def test_two_calendars_are_refused_at_the_one_that_is_written_almost_so(
    market: Market, tmp_path: Path
) -> None:
    (tmp_path / "one.yaml").write_text(ASKS.format(index="one", other="one"))
    odd = ASKS.format(index="two", other="two").replace("XKRX", "KRX")
    (tmp_path / "two.yaml").write_text(odd)
    family = load_family([tmp_path / "one.yaml", tmp_path / "two.yaml"])
    with pytest.raises(DataError) as refused:
        make_plan(family, market, Request())
    (found,) = refused.value.diagnostics
    assert (found.code, found.hint) == ("CAL008", "did you mean `XKRX`?")
    assert found.span is not None
    assert (found.span.path, found.span.line) == (str(tmp_path / "two.yaml"), 3)


def test_a_first_list_between_two_rebalances_sets_weights(market: Market) -> None:
    """The list of June is bought at once, ten names at a tenth each; March only sets anew."""
    from indexcalc.calculation.compute import compute
    from indexcalc.methodology.model.methodology import Methodology

    run = compute(Methodology.from_text(EQUAL, "equal-ten.yaml"), market)
    first = arrow.days(run.reviews.column("effective_date"))[0]
    rows = arrow.days(run.constituents.column("effective_date")) == first
    weights = arrow.floats(run.constituents.column("weight"))[rows]
    assert weights.tolist() == pytest.approx([0.1] * 10, rel=1e-12)
    assert not any(found.code == "CAL006" for found in run.diagnostics)
    assert (arrow.floats(run.levels.column("market_value")) > 0).all()


def test_prices_in_a_currency_without_rates_are_refused(market: Market) -> None:
    from indexcalc.calculation.compute import compute
    from indexcalc.methodology.model.methodology import Methodology

    text = EQUAL.replace("currency: KRW", "currency: EUR")
    with pytest.raises(DataError) as refused:
        compute(Methodology.from_text(text, "equal-ten.yaml"), market)
    found = [item for item in refused.value.diagnostics if item.code == "CAL013"]
    assert "no rate from KRW to EUR on 20" in found[0].message


def test_a_measure_to_a_day_reviews_do_not_have_is_refused(market: Market) -> None:
    from indexcalc.calculation.compute import compute
    from indexcalc.diagnostics import RuleError
    from indexcalc.methodology.model.methodology import Methodology

    text = EQUAL.replace("{last: market_cap}", "{last: market_cap, to: announcement}")
    with pytest.raises(RuleError) as refused:
        compute(Methodology.from_text(text, "equal-ten.yaml"), market)
    assert [found.code for found in refused.value.diagnostics] == ["DTE011"]


def test_a_period_without_a_session_is_refused(market: Market) -> None:
    import datetime as dt

    from indexcalc.analysis.sweep.simulate_caps import simulate_caps
    from indexcalc.calculation.compute import compute
    from indexcalc.methodology.model.methodology import Methodology

    rule = Methodology.from_text(EQUAL, "equal-ten.yaml")
    last = arrow.days(compute(rule, market).levels.column("date"))[-1]
    end = date_of(last)
    for made in (compute, simulate_caps):
        with pytest.raises(UsageError, match=r"CAL010.*is before the first"):
            made(rule, market, start=end, end=end - dt.timedelta(days=9))
        # A Saturday and a Sunday.
        saturday = end - dt.timedelta(days=(end.weekday() + 2) % 7)
        with pytest.raises(DataError, match=r"CAL010.*no session to compute"):
            made(rule, market, start=saturday, end=saturday + dt.timedelta(days=1))
