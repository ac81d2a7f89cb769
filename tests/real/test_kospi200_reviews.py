"""Three real reviews of the KOSPI 200: full selection, sectors and float factors as assumptions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.conftest import ROOT
from tests.real import kospi200_inputs as inputs
from tests.real import markets

pytestmark = pytest.mark.real

WINDOWS = {  # six calendar months to the cut-off
    "2022-06-10": ("2021-11-01", "2022-04-30"),
    "2022-12-09": ("2022-05-01", "2022-10-31"),
    "2023-06-09": ("2022-11-01", "2023-04-30"),
}
CUTOFFS = {"2022-06-10": "2022-04-29", "2022-12-09": "2022-10-31", "2023-06-09": "2023-04-28"}
AT_LEAST = {"2022-06-10": 197, "2022-12-09": 198, "2023-06-09": 195}
NO_CHANGE = {"2022-06-10": 193, "2022-12-09": 199, "2023-06-09": 198}
LARGEST_200 = {"2022-06-10": 181, "2022-12-09": 178, "2023-06-09": 179}

# Every name that is in the wrong list, by the step that decided; docs/real-data.md has the causes.
SELECT_EXISTING, SELECT_NEW, TRIM, FILL = "[2]", "[3]", "[4]", "[5]"
FALSELY_IN = {
    "2022-06-10": {"003520": SELECT_EXISTING, "016710": SELECT_NEW, "017390": SELECT_NEW},
    "2022-12-09": {"016710": SELECT_NEW, "017390": SELECT_NEW},
    "2023-06-09": {
        "003620": SELECT_NEW,
        "004690": SELECT_NEW,
        "006040": SELECT_EXISTING,
        "016710": SELECT_NEW,
        "017390": SELECT_NEW,
    },
}
FALSELY_OUT = {
    "2022-06-10": {"000990": SELECT_EXISTING, "003850": SELECT_EXISTING, "057050": TRIM},
    "2022-12-09": {"003850": FILL, "005440": FILL},
    "2023-06-09": {
        "000990": SELECT_EXISTING,
        "003850": SELECT_EXISTING,
        "013890": SELECT_EXISTING,
        "057050": TRIM,
        "294870": SELECT_EXISTING,
    },
}
REVIEWS = pytest.mark.parametrize("day", list(AT_LEAST))


@pytest.fixture(scope="module")
def markets_before(
    sized_weeks: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """By review: a market with the real list in force before it."""
    found: dict[str, Path] = {}
    for review in inputs.REVIEWS:
        path = found[str(review)] = markets.copied(sized_weeks, tmp_path_factory)
        inputs.add_list(path, tmp_path_factory.mktemp("rows"), real_data, review)
    return found


@pytest.fixture(scope="module")
def runs(markets_before: dict[str, Path]) -> dict[str, Run]:
    """Each review by itself."""
    return {
        str(review): ic.compute(
            "kospi200",
            ic.Market.open(markets_before[str(review)]),
            start=inputs.IN_FORCE_FROM[review],
            end=review,
        )
        for review in inputs.REVIEWS
    }


def _ledger(run: Run, day: str) -> dict[str, dict[str, Any]]:
    """Membership rows of one review by symbol."""
    return {
        row["symbol"]: row
        for row in run.decisions.to_pylist()
        if str(row["effective_date"]) == day and row["step"] == "membership"
    }


def _members(run: Run, day: str) -> set[str]:
    columns = (run.constituents.column(name).to_pylist() for name in ("effective_date", "symbol"))
    return {symbol for date, symbol in zip(*columns, strict=True) if str(date) == day}


def _real(real_data: Path, day: str) -> tuple[set[str], set[str]]:
    review = dt.date.fromisoformat(day)
    return inputs.existing(real_data)[review], inputs.resulting(real_data)[review]


def _largest(real_data: Path, day: str, existing: set[str]) -> set[str]:
    """The 200 eligible lines with the largest mean market capitalisation, whatever their sector."""
    first, last = (dt.date.fromisoformat(end) for end in WINDOWS[day])
    masters: dict[str, dict[str, str]] = {}
    for date in inputs.MASTERS:
        for row in markets.rows_of(real_data / "instruments" / f"kospi_{date}.parquet"):
            masters.setdefault(row["symbol"], row)
    factors = inputs.float_factors(real_data, set(masters))
    eligible = {
        symbol
        for symbol, row in masters.items()
        if (row["group"], row["preferred"]) == ("ST", "0")
        and (row["list_date"] < f"{first:%Y%m%d}" or symbol in existing)
        and factors[symbol] >= 0.1
    }
    columns = ("date", "symbol", "market", "market_cap")
    rows = markets.rows_of(real_data / "snapshots_2020_2023h1.parquet", *columns)
    at_cutoff = max(row["date"] for row in rows if row["date"] <= last)
    eligible &= {row["symbol"] for row in rows if row["date"] == at_cutoff}
    caps: dict[str, list[float]] = {}
    for row in rows:
        if first <= row["date"] <= last and row["market"] == "KOSPI":
            caps.setdefault(row["symbol"], []).append(row["market_cap"])
    means = {symbol: float(np.mean(caps[symbol])) for symbol in eligible & set(caps)}
    return set(sorted(means, key=lambda symbol: -means[symbol])[:200])


@REVIEWS
def test_hits_changes_and_baselines(runs: dict[str, Run], real_data: Path, day: str) -> None:
    existing, real = _real(real_data, day)
    found = _members(runs[day], day)
    joined, left = found - existing, existing - found
    really_joined, really_left = real - existing, existing - real
    largest = _largest(real_data, day, existing)
    print(
        f"KOSPI 200 {day}: {len(found & real)} of 200; "
        f"additions {len(joined & really_joined)} of {len(really_joined)} found, "
        f"{len(joined - really_joined)} false; "
        f"deletions {len(left & really_left)} of {len(really_left)} found, "
        f"{len(left - really_left)} false; "
        f"no change {len(existing & real)}, largest 200 {len(largest & real)}"
    )
    assert len(existing) == len(real) == len(found) == 200
    assert len(existing & real) == NO_CHANGE[day]
    assert len(largest & real) == LARGEST_200[day]
    assert len(found & real) >= AT_LEAST[day]


@REVIEWS
def test_every_name_in_the_wrong_list_is_known(
    runs: dict[str, Run], real_data: Path, day: str
) -> None:
    """By the step that decided, from the ledger; the page on real data has a cause for each."""
    _, real = _real(real_data, day)
    found = _members(runs[day], day)
    ledger = _ledger(runs[day], day)

    def deciding(symbols: set[str]) -> dict[str, str]:
        paths = {symbol: ledger[symbol]["rule_path"].split("2017-06-09")[1] for symbol in symbols}
        return {symbol: path[: path.index("]") + 1] for symbol, path in paths.items()}

    assert deciding(found - real) == FALSELY_IN[day]
    assert deciding(real - found) == FALSELY_OUT[day]


@pytest.mark.parametrize(
    ("day", "refused", "at_least"),
    [
        ("2022-06-10", ["016710", "017390"], 198),
        ("2022-12-09", ["016710", "017390"], 200),
        ("2023-06-09", ["003620", "004690", "016710", "017390"], 198),
    ],
)
def test_without_the_false_additions_the_fill_is_right(
    markets_before: dict[str, Path], real_data: Path, day: str, refused: list[str], at_least: int
) -> None:
    """Most wrong deletions only follow from wrong additions: seen by refusing these, as data."""
    text = (ROOT / "rules" / "krx" / "kospi200.yaml").read_text(encoding="utf-8")
    names = ", ".join(f'"{symbol}"' for symbol in refused)
    text += f"\ncommittee: [{{effective: {day}, refuse: [{names}], why: a test, ref: none}}]\n"
    review = dt.date.fromisoformat(day)
    run = ic.compute(
        ic.Methodology.from_text(text),
        ic.Market.open(markets_before[day]),
        start=inputs.IN_FORCE_FROM[review],
        end=review,
    )
    _, real = _real(real_data, day)
    hits = len(_members(run, day) & real)
    print(f"KOSPI 200 {day} without {', '.join(refused)}: {hits} of 200")
    assert hits >= at_least


@REVIEWS
def test_each_wrong_name_has_its_cause_in_the_docs(day: str) -> None:
    page = (ROOT / "docs" / "real-data.md").read_text(encoding="utf-8")
    for symbol in (*FALSELY_IN[day], *FALSELY_OUT[day]):
        assert symbol in page, symbol


@REVIEWS
def test_the_ledger_replayed_is_the_list(runs: dict[str, Run], day: str) -> None:
    ledger = _ledger(runs[day], day)
    assert {s for s, row in ledger.items() if row["outcome"] != "out"} == _members(runs[day], day)
    # One row for each line of KOSPI on that day, and no other.
    assert 790 < len(ledger) < 850
    assert all(row["rule_path"] and row["rule_line"] > 0 for row in ledger.values())


@REVIEWS
def test_cutoffs_come_from_the_calendar(runs: dict[str, Run], day: str) -> None:
    (row,) = [row for row in runs[day].reviews.to_pylist() if str(row["effective_date"]) == day]
    assert str(row["cutoff_date"]) == CUTOFFS[day]
    assert row["kind"] == "regular"


@REVIEWS
def test_names_without_a_sector_are_said(runs: dict[str, Run], day: str) -> None:
    """One line, gone by the summer of 2022, is in no file that could tell its group."""
    found = [item for item in runs[day].diagnostics if item.code == "DAT011"]
    named = {symbol for item in found for symbol in ("002270", "071950") if symbol in item.message}
    assert named == ({"002270"} if day == "2022-06-10" else set())
    assert len(found) == len(named)
