"""Thirty-five draft methodologies on a demo market: those that need selection and no more compute, of
the others it is said what they wait for, and their selection runs where they have their parents.

The demo market is Korean; `DRESS` puts the labels on it that a draft of another country asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.members import Members, Setting, members_of
from indexcalc.diagnostics import Findings, IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.calendars import choose
from indexcalc.methodology.family import load_family
from indexcalc.review.assumptions import Assumptions
from tests.conftest import SHARED

DRAFTS = SHARED / "rules-draft"

COMPUTED = {
    "csi-300",
    "kosdaq150",
    "kospi",
    "kospi-ex-kospi200",
    "kospi-large",
    "kospi200",
    "kospi200-equal-weight",
    "kospi200-esg",
    "kospi200-ex-mega-cap",
    "krx300",
    "sp500",
}
# What a draft waits for, and the codes that say so.
CAPS = ("caps on weights", {"CAL008"})
OVERLAYS = {"kospi200-decrement-5", "sp500-krw-hedged"}
NO_PARENT = ("a rule it names is in no draft (a shipped rule of that name would do)", {"REF001"})
WAITING: dict[str, tuple[str, set[str]]] = {
    "crsp-mid-cap": NO_PARENT,  # crsp-total-market, crsp-small-cap
    "dax": ("caps on weights; returns that reinvest in the paying stock", {"CAL008"}),
    "euro-stoxx-50": NO_PARENT,  # euro-tmi
    "euro-stoxx-select-dividend-30": ("weights by a measure; caps on weights", {"CAL008"}),
    "ftse-100": ("share changes on a schedule of their own; fast entry", {"CAL008"}),
    "ftse-250": ("its parent ftse-100", {"CAL008"}),
    "hang-seng": CAPS,
    "kospi-high-dividend-50": ("weights by a measure; caps on weights", {"CAL008"}),
    "kospi100": CAPS,
    "kospi200-2x": ("a rate CD91: the demo market calls it cd91", {"CAL014"}),
    "kospi200-cap30": CAPS,
    "kospi200-mid-small": ("its parent kospi100", {"CAL008"}),
    "krx-tmi-large": NO_PARENT,  # krx-tmi
    "krx-tmi-mid": NO_PARENT,
    "krx-tmi-small": NO_PARENT,
    "msci-korea-10-40": NO_PARENT,  # msci-korea; also caps
    "mvis-liquid": CAPS,
    "nasdaq-100": CAPS,
    "nikkei-225": ("weights by price with a price factor; caps on weights", {"CAL008"}),
    "russell-1000": NO_PARENT,  # russell-3000
    "select-sector-technology": CAPS,
    "sp500-equal-weight": ("weights across issuers, at closes of an earlier day", {"CAL008"}),
}


@dataclass(frozen=True)
class Dress:
    """Columns of ``securities`` for all lines (a value may replace another's), and given lists."""

    columns: Mapping[str, str | Mapping[str, str]]
    lists: tuple[str, ...] = ()


US = Dress(
    {"country": "US", "currency": "USD", "gics_sector": "information_technology"}, ("sp500",)
)
DRESS = {
    "csi-300": Dress(
        {
            "currency": "CNY",
            "market": {"KOSPI": "SSE", "KOSDAQ": "SZSE"},
            "share_class": {"common": "a_share"},
        }
    ),
    "dax": Dress({"currency": "EUR", "market": {"KOSPI": "prime_standard"}}),
    "ftse-100": Dress({"currency": "GBP", "market": {"KOSPI": "LSE_MAIN"}}),
    "ftse-250": Dress({"currency": "GBP", "market": {"KOSPI": "LSE_MAIN"}}),
    "hang-seng": Dress(
        {
            "currency": "HKD",
            "market": {"KOSPI": "HKEX_MAIN"},
            "hsics": "industrials",
            "region": "hong_kong",
        }
    ),
    "kospi-high-dividend-50": Dress({}),
    "nasdaq-100": Dress(
        {"currency": "USD", "market": {"KOSPI": "NASDAQ"}, "gics_sector": "health_care"}
    ),
    "nikkei-225": Dress(
        {"currency": "JPY", "market": {"KOSPI": "TSE_PRIME"}, "nikkei_sector": "technology"}
    ),
    "select-sector-technology": US,
    "sp500": US,
    "sp500-equal-weight": US,
    "sp500-krw-hedged": US,
}
# How many names a selection has, where the demo market has enough for the count (else: some).
SELECTS = {"dax": 40, "hang-seng": 20, "mvis-liquid": 25}
# A selection that runs and finds nobody, and why.
NOBODY = {
    "euro-stoxx-select-dividend-30": "the demo market has neither payout ratios nor growth",
    "kospi-high-dividend-50": "two years of demo data have no line that paid in three",
}


@pytest.fixture(scope="module")
def demo() -> ic.Market:
    return ic.Market.demo(securities=200, years=2)


@pytest.fixture(scope="module")
def drafts() -> Path:
    if not DRAFTS.is_dir():
        pytest.skip("the draft rules are not here: ../shared/rules-draft")
    return DRAFTS


def dressed(demo: ic.Market, name: str) -> ic.Market:
    """The demo market under the labels a draft asks for."""
    dress = DRESS.get(name)
    if dress is None:
        return demo
    tables = {table: demo.table(table) for table in demo.names}
    securities = tables["securities"]
    for column, said in dress.columns.items():
        if isinstance(said, str):
            values: list[str | None] = [said] * securities.num_rows
        else:
            was = arrow.texts(securities.column(column))
            values = [said.get(value, value) if value is not None else None for value in was]
        kept = [other for other in securities.column_names if other != column]
        made = {other: securities.column(other) for other in kept}
        securities = arrow.table({**made, column: arrow.from_texts(values)})
    tables["securities"] = securities
    if dress.lists:
        tables["memberships"] = _lists(demo, dress.lists)
    return ic.Market.from_tables(**tables, complete=demo.complete)


def _lists(demo: ic.Market, indices: tuple[str, ...]) -> Any:
    """Every tenth line that is there on the first day, as the list of each index."""
    first = dt.date(1970, 1, 1) + dt.timedelta(days=int(demo.days[0]))
    days = arrow.days(demo.table("daily").column("date"))
    symbols = arrow.texts(demo.table("daily").column("symbol"))
    there = [s for s, day in zip(symbols, days.tolist(), strict=False) if day == demo.days[0]][::10]
    rows = [(index, symbol) for index in indices for symbol in there]
    return arrow.table(
        {
            "index": arrow.from_texts([index for index, _ in rows]),
            "effective_date": arrow.from_days([(first - dt.date(1970, 1, 1)).days] * len(rows)),
            "symbol": arrow.from_texts([symbol for _, symbol in rows]),
        }
    )


def test_every_draft_is_in_one_of_the_tables(drafts: Path) -> None:
    names = {file.stem for file in drafts.glob("*.yaml")}
    assert len(names) == 35
    assert names == COMPUTED | OVERLAYS | set(WAITING)
    assert len(names) == len(COMPUTED) + len(OVERLAYS) + len(WAITING)


@pytest.mark.parametrize("name", sorted(COMPUTED))
def test_a_draft_computes(drafts: Path, demo: ic.Market, name: str) -> None:
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    left = {item.code for item in run.diagnostics if item.severity == "error"}
    assert left == set(), [item.message for item in run.diagnostics]
    assert run.reviews.num_rows > 1
    assert min(run.levels.column("constituents").to_pylist()) > 0
    assert min(run.levels.column("level").to_pylist()) > 0
    if load_family([drafts / f"{name}.yaml"])[name].selection is not None and name != "sp500":
        told = run.decisions.to_pylist()
        assert all(row["rule_path"] for row in told if row["step"] == "membership")


@pytest.mark.parametrize("name", sorted(OVERLAYS))
def test_a_draft_that_is_an_overlay_computes(drafts: Path, demo: ic.Market, name: str) -> None:
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    assert [item for item in run.diagnostics if item.severity == "error"] == []
    assert min(run.levels.column("level").to_pylist()) > 0
    assert run.levels.num_rows > 100


@pytest.mark.parametrize("name", sorted(WAITING))
def test_a_draft_that_waits_says_for_what(drafts: Path, demo: ic.Market, name: str) -> None:
    why, codes = WAITING[name]
    if (why, codes) == NO_PARENT:
        try:
            load_family([drafts / f"{name}.yaml"])
        except IndexcalcError as missing:
            assert {item.code for item in missing.diagnostics} == codes  # noqa: PT017
        return
    with pytest.raises(IndexcalcError) as refused:
        ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    found = {item.code for item in refused.value.diagnostics if item.severity == "error"}
    assert codes <= found


SELECTION_ONLY = sorted(name for name, (_, codes) in WAITING.items() if "CAL008" in codes)


@pytest.mark.parametrize("name", SELECTION_ONLY)
def test_the_selection_of_a_draft_that_waits_runs(drafts: Path, demo: ic.Market, name: str) -> None:
    """What it waits for are weights and returns: who is in can be said."""
    market = dressed(demo, name)
    family = load_family([drafts / f"{name}.yaml"])
    sessions, _ = choose(family[name].calendar, None, None, market.days)
    findings = Findings()
    setting = Setting(
        market, sessions, Assumptions(market.symbols, {}), findings, market.days.size - 1
    )
    known: dict[str, Members] = {}
    for index in family:
        known[index] = members_of(family[index], setting, known)
    if family[name].selection is None and not known[name].results:  # it holds what parents hold
        assert known[name].lists.change_days.size > 1
        return
    results = known[name].results
    if name in NOBODY:
        assert {item.code for item in findings.items} >= {"REV004"}
        return
    # At the first review nobody has been listed for long, where the calendar is made from the data.
    sizes = [len(result.members) for result in results][1:]
    assert len(sizes) > 1
    assert min(sizes) > 0
    if name in SELECTS:
        assert set(sizes) == {SELECTS[name]}
