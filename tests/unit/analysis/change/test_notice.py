"""What a change of methodology does to past lists."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.analysis.change.notice import notice, run_tracking_error
from indexcalc.methodology.load.family import Family, load_family

OLD = """index: small
currency: KRW
calendar: XKRX
base: {date: 2024-06-14, level: 1000}
universe: {where: {security_type: stock}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {mean: market_cap, over: 2 calendar months}}
selection: {count: 20, steps: [{select: {size: {rank: 20}}}]}
weighting: {scheme: float_market_cap, caps: [{per: security, limit: 12%}]}
"""


def family(text: str) -> Family:
    return load_family([ic.Methodology.from_text(text)])


def test_clauses_their_first_day_and_the_reasons_of_the_new_rule() -> None:
    new = OLD.replace("limit: 12%", "limit: {1990-01-02: 12%, 2025-03-03: 15%}") + (
        "sources: [{what: the cap is wider, ref: minutes of 3 February, confidence: certain}]\n"
    )
    made = notice(family(OLD), family(new))
    *_, clause = made.clauses
    assert (clause.path, clause.first, clause.second) == ("weighting.caps[0].limit", "12%", "15%")
    assert str(made.effective) == "2025-03-03"
    assert made.reasons == ("the cap is wider (minutes of 3 February)",)
    assert made.effects == ()


def test_the_effect_on_past_reviews() -> None:
    market = ic.Market.demo(securities=100, years=3, seed=20261030)
    new = OLD.replace("rank: 20}", "rank: 15}").replace("count: 20", "count: 15")
    made = notice(family(OLD), family(new), market, reviews=2, assets=1e12)
    assert len(made.effects) == 2
    runs = [ic.compute(ic.Methodology.from_text(text), market) for text in (OLD, new)]
    on = made.effects[-1].date
    weights = [
        dict(
            zip(
                *(run.weights(on).column(name).to_pylist() for name in ("symbol", "weight")),
                strict=True,
            )
        )
        for run in runs
    ]
    active = 0.5 * sum(
        abs(weights[0].get(symbol, 0.0) - weights[1].get(symbol, 0.0))
        for symbol in {*weights[0], *weights[1]}
    )
    assert made.effects[-1].distance == pytest.approx(active, abs=1e-12)
    assert len(made.effects[-1].only_first) == 5
    # Everyone who leaves has the name the market has for it.
    rows = market.table("securities").to_pylist()
    listed = {row["symbol"]: (row["name"], row["name_en"]) for row in rows}
    for symbol in made.effects[-1].only_first:
        assert (made.names["ko"][symbol], made.names["en"][symbol]) == listed[symbol]
    assert run_tracking_error(runs[0].levels, runs[0].levels) == 0.0


def test_findings_of_the_runs_are_kept() -> None:
    """The demo market begins in 2023: the windows of the first review are not whole (DAT040)."""
    market = ic.Market.demo(securities=100, years=3, seed=20261030)
    early = OLD.replace("2024-06-14", "2023-12-15")
    made = notice(family(early), family(early.replace("12%", "15%")), market)
    assert {item.code for item in made.diagnostics} == {"DAT040"}
