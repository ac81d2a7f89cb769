"""What a cap would have done to the real KOSPI 200 of 2022 and 2023: given lists, a third party's float.

The float factors are of 2026 (a stated look-ahead), so no weight here is KRX's; what is tested is that
the sweep is the separate runs, that its tables tie, and that it reads as it should.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.cli.studies.simulate_summary import summary
from indexcalc.report.sweep_files import publish_sweep
from tests.properties.test_sweep import compare
from tests.real import kospi200_inputs as inputs
from tests.real import markets

pytestmark = pytest.mark.real

SAMSUNG = "005930"
RULE = """
index: kospi200-lists
name: {en: KOSPI 200 from given lists, ko: 코스피 200}
currency: KRW
calendar: XKRX
base: {date: 2022-06-10, level: 100}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 2 months before}
selection: given
weighting: {scheme: float_market_cap, caps: [CAPS]}
"""
CAPS = ("20%", "25%", "40%")


@pytest.fixture(scope="module")
def market(
    sized_weeks: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> ic.Market:
    path = markets.copied(sized_weeks, tmp_path_factory)
    folder = tmp_path_factory.mktemp("rows")
    markets.mapped(path, markets.numbered_events(real_data, folder), "events.yaml")
    rows = [
        {"index": "kospi200-lists", "effective_date": str(day), "symbol": symbol}
        for day, members in inputs.resulting(real_data).items()
        for symbol in sorted(members)
    ]
    markets.user_rows(path, tmp_path_factory.mktemp("lists"), "memberships", rows)
    return ic.Market.open(path)


@pytest.fixture(scope="module")
def sweep(market: ic.Market) -> ic.CapSweep:
    rule = ic.Methodology.from_text(RULE.replace("CAPS", ""))
    return ic.simulate_caps(rule, market, caps=CAPS)


@pytest.mark.parametrize("cap", [*CAPS, "none"])
def test_each_cap_is_the_separate_run(sweep: ic.CapSweep, market: ic.Market, cap: str) -> None:
    said = "" if cap == "none" else f"{{per: security, limit: {cap}}}"
    run = ic.compute(ic.Methodology.from_text(RULE.replace("CAPS", said)), market)
    assert compare(sweep, run, cap) == "met at every review"


def test_one_name_is_capped_by_the_formula(sweep: ic.CapSweep) -> None:
    """c = k / (1 - k) * (1 - w) / w of its weight w when weights are set, for the one name above k."""
    rows = [row for row in sweep.factors.to_pylist() if row["cap"] in ("20%", "25%")]
    assert {row["symbol"] for row in rows} == {SAMSUNG}
    # The series begins at the close of the first list's session: its weights there have moved by a day.
    later = [row for row in rows if row["effective_date"] > inputs.REVIEWS[0]]
    assert len(later) == 4
    for row in later:
        k, w = float(row["cap"].rstrip("%")) / 100, row["weight_uncapped"]
        assert w > k
        assert row["capping_factor"] == pytest.approx(k / (1 - k) * (1 - w) / w, rel=1e-12)
        assert row["weight"] == pytest.approx(k, rel=1e-12)
    assert not [row for row in sweep.factors.to_pylist() if row["cap"] == "40%"]


def test_the_summary_ties_to_the_tables_and_reads(sweep: ic.CapSweep, tmp_path: Path) -> None:
    rows = {row["cap"]: row for row in sweep.summary.to_pylist()}
    assert rows["20%"]["largest_symbol"] == SAMSUNG
    levels = [row for row in sweep.levels.to_pylist() if row["cap"] == "20%"]
    assert rows["20%"]["total_return"] == pytest.approx(
        levels[-1]["level"] / levels[0]["level"] - 1
    )
    assert rows["20%"]["largest_weight_most"] == max(row["largest_weight"] for row in levels)
    turnover = [row["one_way_turnover"] for row in sweep.reviews.to_pylist() if row["cap"] == "20%"]
    years = (len(levels) - 1) / sweep.manifest["annual"]["periods"]
    assert rows["20%"]["turnover_a_year"] == pytest.approx(sum(turnover) / years)
    # Weekly snapshots: about fifty-two returns a year, and the reader is told.
    assert 45 < sweep.manifest["annual"]["periods"] < 55
    publish_sweep(sweep, tmp_path)
    said = summary(sweep, tmp_path)
    assert "largest name 005930 삼성전자" in said
    assert "코스피 200" in said
