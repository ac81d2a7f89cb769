"""The KOSPI 200 between its reviews on demo markets: nothing unexplained, nobody missing."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from itertools import pairwise

import pyarrow.compute as pc
import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.conftest import ROOT

SHIPPED = (ROOT / "rules" / "krx" / "kospi200.yaml").read_text(encoding="utf-8")
KINDS = {"regular", "fast_entry", "deletion", "demerger", "transfer", "committee"}
MARKETS = [
    pytest.param((600, 8.0, 1, 90), id="eight-years"),
    pytest.param((800, 20.0, 2, 100), id="twenty-years", marks=pytest.mark.slow),
]
Spec = tuple[int, float, int, int]


@cache
def run_of(spec: Spec) -> Run:
    """The rule of the KOSPI 200 with another count."""
    securities, years, seed, count = spec
    text = SHIPPED.replace("{to: 200,", f"{{to: {count},").replace("count: 200", f"count: {count}")
    # Its ranks are of 200 names: a fast entry is among the first fifty, a quarter of them.
    text = re.sub(r"rank: 50\b", f"rank: {count // 4}", text)
    text = text.replace("at rank 50,", f"at rank {count // 4},")
    text = text.replace("if_below: 200", f"if_below: {count}")
    assert f"count: {count}" in text
    market = ic.Market.demo(securities=securities, years=years, seed=seed)
    return ic.compute(ic.Methodology.from_text(text), market)


@pytest.mark.parametrize("spec", MARKETS)
def test_the_index_is_never_empty_and_counts_return(spec: Spec) -> None:
    run, count = run_of(spec), spec[3]
    assert pc.min(run.levels["constituents"]).as_py() >= 0.95 * count
    kinds = {row["kind"] for row in run.reviews.to_pylist()}
    assert kinds <= KINDS | {"float"}  # the second phase of the float, 2007-12-14
    assert kinds >= {"regular", "fast_entry", "deletion"}
    sizes = [row["constituents"] for row in run.reviews.to_pylist() if row["kind"] == "regular"]
    # To December 2024 a review fills up from existing members alone: it may miss a name, and says so.
    assert max(sizes) == count
    assert min(sizes) >= 0.97 * count
    short = {item.on for item in run.diagnostics if item.code == "REV003"}
    assert (min(sizes) == count) == (not short)
    assert max(row["constituents"] for row in run.reviews.to_pylist()) >= count


@pytest.mark.parametrize("spec", MARKETS)
def test_every_change_has_its_reason(spec: Spec) -> None:
    """Whoever is in one day and not the next has an event with a reason and a row in the ledger."""
    run = run_of(spec)
    assert run.composition is not None
    by_day: dict[dt.date, set[str]] = {}
    for day, symbol in zip(
        run.composition["date"].to_pylist(), run.composition["symbol"].to_pylist(), strict=True
    ):
        by_day.setdefault(day, set()).add(symbol)
    days = sorted(by_day)
    events = {
        (row["date"], row["symbol"], row["event"]): row["reason"]
        for row in run.events.to_pylist()
        if row["event"] in ("added", "removed")
    }
    told = {
        (row["effective_date"], row["symbol"]): row["outcome"]
        for row in run.decisions.to_pylist()
        if row["step"] == "membership"
    }
    kinds = {row["effective_date"]: row["kind"] for row in run.reviews.to_pylist()}
    seen = 0
    for eve, day in pairwise(days):
        for symbol in by_day[day] - by_day[eve]:
            reason = events.pop((day, symbol, "added"))
            assert reason.split(":")[0] in KINDS, reason
            assert (reason.split(":")[0] == "regular") == (kinds[day] == "regular")
            assert told[day, symbol] == "in"
            seen += 1
        for symbol in by_day[eve] - by_day[day]:
            reason = events.pop((day, symbol, "removed"))
            if reason != "no longer listed: left at its last price":
                assert reason.split(":")[0] in KINDS, reason
                assert told[day, symbol] == "out", (day, symbol)
            seen += 1
    assert not events
    assert seen > 40
