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
from indexcalc.diagnostics import IndexcalcError
from indexcalc.market import arrow
from indexcalc.methodology.family import load_family
from tests.conftest import SHARED

DRAFTS = SHARED / "rules-draft"

COMPUTED = {
    "csi-300",
    "ftse-100",
    "hang-seng",
    "kosdaq150",
    "kospi",
    "kospi-ex-kospi200",
    "kospi-large",
    "kospi100",
    "kospi200",
    "kospi200-cap30",
    "kospi200-equal-weight",
    "kospi200-esg",
    "kospi200-ex-mega-cap",
    "krx300",
    "mvis-liquid",
    "nasdaq-100",
    "select-sector-technology",
    "sp500",
    "sp500-equal-weight",
}
OVERLAYS = {"kospi200-decrement-5", "sp500-krw-hedged"}
# Those that compute and have something to say of the demo market: why, and the codes.
TOLD: dict[str, tuple[str, set[str]]] = {
    "dax": ("nobody has been listed for long at the first review", {"CAL006", "REV004"}),
    "euro-stoxx-select-dividend-30": (
        "the demo market has neither payout ratios nor growth",
        {"CAL006", "REV004"},
    ),
    "ftse-250": ("two lines have no market on their first days", {"DAT011"}),
    "kospi-high-dividend-50": (
        "two years of demo data have no line that paid in three",
        {"CAL006", "REV004"},
    ),
    "kospi200-mid-small": ("the KOSPI 100 takes nearly all of so few lines", {"CAL006"}),
    "nikkei-225": ("the price factor of no line is known", {"CAL006", "DAT011"}),
}
# Those that do not compute: what for, and the codes.
NO_PARENT = ("a rule it names is in no draft (a shipped rule of that name would do)", {"REF001"})
WAITING: dict[str, tuple[str, set[str]]] = {
    "crsp-mid-cap": NO_PARENT,  # crsp-total-market, crsp-small-cap
    "euro-stoxx-50": NO_PARENT,  # euro-tmi
    "kospi200-2x": ("a rate CD91: the demo market calls it cd91", {"CAL014"}),
    "krx-tmi-large": NO_PARENT,  # krx-tmi
    "krx-tmi-mid": NO_PARENT,
    "krx-tmi-small": NO_PARENT,
    "msci-korea-10-40": NO_PARENT,  # msci-korea
    "russell-1000": NO_PARENT,  # russell-3000
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
    "euro-stoxx-select-dividend-30": Dress({"currency": "EUR"}),
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
# How many names a regular review has after the first, where the demo market has enough.
SELECTS = {"dax": 40, "hang-seng": 20, "mvis-liquid": 25}


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
    # Money in them is in the currency of the line, whatever that is now.
    for table in ("dividends", "corporate_actions"):
        others = [column for column in tables[table].column_names if column != "currency"]
        tables[table] = tables[table].select(others)
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
    assert names == COMPUTED | OVERLAYS | set(TOLD) | set(WAITING)
    assert len(names) == len(COMPUTED) + len(OVERLAYS) + len(TOLD) + len(WAITING)


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


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_draft_that_computes_with_findings_says_why(
    drafts: Path, demo: ic.Market, name: str
) -> None:
    _, codes = TOLD[name]
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    assert {item.code for item in run.diagnostics if item.severity == "error"} == codes
    assert run.levels.num_rows > 100


@pytest.mark.parametrize("name", sorted(SELECTS))
def test_a_selection_has_its_count(drafts: Path, demo: ic.Market, name: str) -> None:
    """At the first review nobody has been listed for long, where the calendar is made from the data;
    a name that is about to be delisted does not enter, and leaves a place free."""
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    reviews = [row for row in run.reviews.to_pylist() if row["kind"] == "regular"]
    regular = [row["constituents"] for row in reviews][1:]
    assert len(regular) > 1
    assert max(regular) == SELECTS[name]
    assert min(regular) >= SELECTS[name] - 1
