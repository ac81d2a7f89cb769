"""The notice of a change: a sentence a clause, and the effect on past lists."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.analysis.change.notice import as_html, markdown, notice, run_tracking_error
from indexcalc.methodology.load.family import load_family

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


def _family(text: str) -> object:
    return load_family([ic.Methodology.from_text(text)])


def test_one_number_more_is_one_sentence_more() -> None:
    one = OLD.replace("12%", "15%")
    two = one.replace("rank: 20}", "rank: 25}")
    lines = [
        markdown(notice(_family(OLD), _family(text))).splitlines()  # type: ignore[arg-type]
        for text in (one, two)
    ]
    assert "- `weighting.caps[0].limit`: 12% becomes 15%." in lines[0]
    assert len(set(lines[1]) - set(lines[0])) == 1
    assert set(lines[0]) <= set(lines[1])
    # The same number, said otherwise: one sentence is another.
    other = markdown(notice(_family(OLD), _family(OLD.replace("12%", "16%")))).splitlines()  # type: ignore[arg-type]
    assert len(set(other) - set(lines[0])) == len(set(lines[0]) - set(other)) == 1


def test_the_effect_on_past_reviews() -> None:
    market = ic.Market.demo(securities=100, years=3, seed=20261030)
    new = OLD.replace("rank: 20}", "rank: 15}").replace("count: 20", "count: 15")
    made = notice(_family(OLD), _family(new), market, reviews=2, assets=1e12)  # type: ignore[arg-type]
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
    text, page = markdown(made), as_html(made)
    assert "## Effect on past reviews" in text
    assert page.count("<tr>") == 3
    assert run_tracking_error(runs[0].levels, runs[0].levels) == 0.0
