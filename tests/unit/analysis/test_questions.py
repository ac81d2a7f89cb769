"""``ic.pro_forma`` and ``ic.explain`` answer as the verbs do."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic


@pytest.fixture(scope="module")
def market() -> ic.Market:
    return ic.Market.demo(securities=100, years=3, seed=20261030)


def test_a_review_has_the_old_weight_and_the_volume(market: ic.Market) -> None:
    paper = ic.pro_forma("top-n-buffer", market, on="2026-06-01", as_of="2026-06-11")
    assert paper.effective == dt.date(2026, 6, 12)
    rows = paper.members.to_pylist()
    assert len(rows) == 10
    for row in rows:
        assert (row["old_weight"] == 0.0) == (row["change"] == "added")
        assert row["volume"] is not None


def test_a_line_is_explained(market: ic.Market) -> None:
    member = ic.pro_forma("top-n-buffer", market).members.to_pylist()[0]["symbol"]
    assert ic.explain("top-n-buffer", market, member).links[-1].index == "top-n-buffer"
    with pytest.raises(ic.DataError):
        ic.explain("top-n-buffer", market, "none")


def test_every_result_shows_itself_in_a_few_lines(market: ic.Market) -> None:
    rule = "top-n-buffer"
    symbol = market.symbols[0]
    results = {
        "Market": market,
        "Methodology top-n-buffer": ic.Methodology.load(rule),
        "Run top-n-buffer": ic.compute(rule, market),
        "Review of top-n-buffer effective": ic.review(rule, market),
        f"{symbol} ": ic.explain(rule, market, symbol),
        "Validated top-n-buffer": ic.validate(rule, market),
        "Sweep of top-n-buffer, caps per security": ic.simulate_caps(rule, market, caps="20%"),
        "Flows of top-n-buffer": ic.flows(rule, market, aum=1e12),
        "Live top-n-buffer": ic.Live.begin(rule, market),
    }
    for title, result in results.items():
        shown = repr(result).splitlines()
        assert shown[0].startswith(title)
        assert 2 <= len(shown) <= 12
        assert result._repr_html_().startswith("<div><b>")
