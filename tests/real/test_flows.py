"""Flows of a 50tn tracker of the KOSPI 200 at the real reviews of June 2022 and June 2023.

Float factors are those of 2026 and prices are weekly, so only totals are checked, against the weights of
the two lists taken a second way, and docs/flows.md, which has them and what they cannot say.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.analysis.flows.flows import Flows, flows_of_runs
from indexcalc.analysis.flows.trades import CAUSES
from indexcalc.methodology.load.family import load_family
from tests.real import kospi200_inputs as inputs
from tests.real import markets

pytestmark = pytest.mark.real

ASSETS = 50e12
REVIEWS = ("2022-06-10", "2023-06-09")


@pytest.fixture(scope="module")
def studies(
    sized_weeks: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Flows]:
    rule = load_family(["kospi200"])["kospi200"]
    made = {}
    for text in REVIEWS:
        review = dt.date.fromisoformat(text)
        path = markets.copied(sized_weeks, tmp_path_factory)
        inputs.add_list(path, tmp_path_factory.mktemp("rows"), real_data, review)
        run = ic.compute(
            "kospi200", ic.Market.open(path), start=inputs.IN_FORCE_FROM[review], end=review
        )
        made[text] = flows_of_runs(
            {"kospi200": run}, {"kospi200": rule}, aum={"": ASSETS}, start=review
        )
    return made


@pytest.mark.parametrize("review", REVIEWS)
def test_a_tracker_of_50tn(studies: dict[str, Flows], review: str) -> None:
    study = studies[review]
    (row,) = [r for r in study.reviews.to_pylist() if str(r["effective_date"]) == review]
    trades = [t for t in study.trades.to_pylist() if str(t["effective_date"]) == review]
    assert row["bought"] - row["sold"] == pytest.approx(row["cash"], abs=1.0)
    assert sum(t["amount"] for t in trades) == pytest.approx(row["cash"], abs=1.0)
    for trade in trades:
        assert sum(trade[cause] for cause in CAUSES) == pytest.approx(trade["amount"], abs=0.01)
    # A second way: half the sum of the differences of the weights, drifted to the close before.
    composition = study.runs["kospi200"].composition.to_pylist()
    days = sorted({item["date"] for item in composition})
    last = days[days.index(row["effective_date"]) - 1]
    before = {r["symbol"]: r["index_shares"] * r["close"] for r in composition if r["date"] == last}
    after = {r["symbol"]: r["weight"] for r in composition if r["date"] == row["effective_date"]}
    total = sum(before.values())
    turnover = 0.5 * sum(
        abs(after.get(symbol, 0.0) - before.get(symbol, 0.0) / total)
        for symbol in {*before, *after}
    )
    assert row["one_way_turnover"] == pytest.approx(turnover, abs=5e-4)
    # The page shows these figures.
    page = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
    bought, share, cash = row["bought"] / 1e9, 100 * row["one_way_turnover"], row["cash"] / 1e9
    assert f"| {review} | {bought:.0f}bn | {share:.2f} % | {cash:.0f} |" in page
