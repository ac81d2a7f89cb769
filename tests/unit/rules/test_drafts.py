"""Thirty-five draft methodologies on a demo market: nearly all compute, of the others it is said why not.

The demo market is Korean, of two years; `DRESS` puts the labels on it that a draft of another country
asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import IndexcalcError
from indexcalc.market import arrow
from indexcalc.methodology.load.family import load_family
from tests.conftest import SHARED

DRAFTS = SHARED / "rules-draft"

COMPUTED = {
    "csi-300",
    "ftse-100",
    "ftse-250",
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
    "nikkei-225",
    "select-sector-technology",
    "sp500",
    "sp500-equal-weight",
}
OVERLAYS = {"kospi200-decrement-5", "sp500-krw-hedged"}
# Errors of the small market, not of the draft, and why; the levels of all other days are there.
EMPTY_AT_FIRST = "nobody has been listed, or measured, for long enough at the first review"
PARTLY: dict[str, tuple[str, set[str]]] = {
    "dax": (EMPTY_AT_FIRST, {"REV004", "CAL006"}),
    "krx-tmi-large": (EMPTY_AT_FIRST, {"REV004", "CAL006"}),
    "krx-tmi-mid": (EMPTY_AT_FIRST, {"REV004", "CAL006"}),
    "krx-tmi-small": (EMPTY_AT_FIRST, {"REV004", "CAL006"}),
    "euro-stoxx-select-dividend-30": ("six of the eighteen on its list pay nothing", {"DAT011"}),
    "kospi-high-dividend-50": ("no line paid in three of the two years", {"REV004", "CAL006"}),
    "kospi200-mid-small": ("nearly all of its fifty-odd names are in the KOSPI 100", {"CAL006"}),
}
# Refused before anything is computed, and the codes that say so.
NO_PARENT = "a rule it names is in no draft and not shipped"
REFUSED: dict[str, tuple[str, set[str]]] = {
    "crsp-mid-cap": (NO_PARENT, {"REF001"}),  # crsp-total-market, crsp-small-cap
    "euro-stoxx-50": (NO_PARENT, {"REF001"}),  # euro-tmi
    "kospi200-2x": ("a rate CD91: the demo market calls it cd91", {"CAL014"}),
    "msci-korea-10-40": (NO_PARENT, {"REF001"}),  # msci-korea
    "russell-1000": (NO_PARENT, {"REF001"}),  # russell-3000
}


@dataclass(frozen=True)
class Dress:
    """Columns of ``securities`` for all lines (a value may replace another's), given lists, and
    columns of ``daily``."""

    columns: Mapping[str, str | float | Mapping[str, str]]
    lists: tuple[str, ...] = ()
    daily: Mapping[str, float] = field(default_factory=dict)


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
    "euro-stoxx-select-dividend-30": Dress(
        {"currency": "EUR"}, ("euro-stoxx",), {"payout_ratio": 0.4, "dividend_growth_5y": 0.0}
    ),
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
    "nasdaq-100": Dress(
        {"currency": "USD", "market": {"KOSPI": "NASDAQ"}, "gics_sector": "health_care"}
    ),
    "nikkei-225": Dress(
        {"currency": "JPY", "market": {"KOSPI": "TSE_PRIME"}, "nikkei_sector": "technology"}
        | {"price_adjustment_factor": 0.1}
    ),
    "select-sector-technology": US,
    "sp500": US,
    "sp500-equal-weight": US,
    "sp500-krw-hedged": US,
}
# Names after every regular review from the third on, where the market has enough for the count.
SELECTS = {"dax": 40, "hang-seng": 20, "mvis-liquid": 25}
# What the largest weighs at the opening of those reviews: the caps are met at the closes before.
LARGEST = {"dax": 0.15, "hang-seng": 0.08, "mvis-liquid": 0.08}


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
        made = {one: securities.column(one) for one in securities.column_names if one != column}
        if isinstance(said, float):
            numbers = arrow.from_floats(np.full(securities.num_rows, said))
            securities = arrow.table({**made, column: numbers})
            continue
        if isinstance(said, str):
            values: list[str | None] = [said] * securities.num_rows
        else:
            was = arrow.texts(securities.column(column))
            values = [said.get(value, value) if value is not None else None for value in was]
        securities = arrow.table({**made, column: arrow.from_texts(values)})
    tables["securities"] = securities
    # Money in them is in the currency of the line, whatever that is now.
    for table in ("dividends", "corporate_actions"):
        others = [column for column in tables[table].column_names if column != "currency"]
        tables[table] = tables[table].select(others)
    if dress.daily:
        rows = tables["daily"]
        more = {
            one: arrow.from_floats(np.full(rows.num_rows, said))
            for one, said in dress.daily.items()
        }
        tables["daily"] = arrow.table({one: rows.column(one) for one in rows.column_names} | more)
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
    assert names == COMPUTED | OVERLAYS | set(PARTLY) | set(REFUSED)
    assert len(names) == len(COMPUTED) + len(OVERLAYS) + len(PARTLY) + len(REFUSED)


def errors(run: Run) -> list[str]:
    return [f"{item.code} {item.message}" for item in run.diagnostics if item.severity == "error"]


@pytest.mark.parametrize("name", sorted(COMPUTED))
def test_a_draft_computes(drafts: Path, demo: ic.Market, name: str) -> None:
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    assert errors(run) == []
    assert run.reviews.num_rows > 1
    assert min(run.levels.column("constituents").to_pylist()) > 0
    assert min(run.levels.column("level").to_pylist()) > 0
    selection = load_family([drafts / f"{name}.yaml"])[name].selection
    if selection is not None and name != "sp500":
        told = run.decisions.to_pylist()
        assert all(row["rule_path"] for row in told if row["step"] == "membership")


@pytest.mark.parametrize("name", sorted(OVERLAYS))
def test_a_draft_that_is_an_overlay_computes(drafts: Path, demo: ic.Market, name: str) -> None:
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    assert errors(run) == []
    assert min(run.levels.column("level").to_pylist()) > 0
    assert run.levels.num_rows > 100


@pytest.mark.parametrize("name", sorted(PARTLY))
def test_a_draft_that_the_market_is_too_small_for_says_so(
    drafts: Path, demo: ic.Market, name: str
) -> None:
    why, codes = PARTLY[name]
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    told = errors(run)
    assert {line.split()[0] for line in told} == codes
    if why != EMPTY_AT_FIRST:
        return
    # The first reviews are empty, of a child one more than of its parent; what is said of levels is of the
    # days before there is anybody.
    regular = [row for row in run.reviews.to_pylist() if row["kind"] == "regular"]
    empty = [row["effective_date"] for row in regular if row["constituents"] == 0]
    assert empty == [row["effective_date"] for row in regular][: len(empty)]
    assert 1 <= len(empty) <= 2 < len(regular)
    assert {line for line in told if "REV004" in line} == {
        f"REV004 no security was selected at the review of {date}" for date in empty
    }
    somebody = [
        row["date"]
        for row in run.levels.to_pylist()
        if row["constituents"] > 0 and row["level"] is not None
    ]
    assert max(
        line.split()[-1] for line in told if "CAL006" in line and "more session" not in line
    ) < str(min(somebody))
    assert somebody[-1] == run.levels.column("date")[-1].as_py()


@pytest.mark.parametrize("name", sorted(SELECTS))
def test_a_draft_selects_its_count_and_holds_its_cap(
    drafts: Path, demo: ic.Market, name: str
) -> None:
    """At the first two the market is young, and a name about to be delisted did not enter."""
    run = ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    regular = [row for row in run.reviews.to_pylist() if row["kind"] == "regular"][2:]
    assert len(regular) > 3
    assert {row["constituents"] for row in regular} == {SELECTS[name]}
    largest = [row["largest_weight"] for row in regular]
    assert largest == pytest.approx([LARGEST[name]] * len(regular), abs=1e-12)
    assert min(row["capped"] for row in regular) > 0


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_draft_that_is_refused_says_why(drafts: Path, demo: ic.Market, name: str) -> None:
    _, codes = REFUSED[name]
    with pytest.raises(IndexcalcError) as refused:
        ic.compute(drafts / f"{name}.yaml", dressed(demo, name))
    found = {item.code for item in refused.value.diagnostics if item.severity == "error"}
    assert found == codes
