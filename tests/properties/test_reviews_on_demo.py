"""What holds of every review, on demo markets and the rule of the KOSPI 200 (with a smaller count)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.conftest import ROOT

SEEDS = (1, 2)
COUNT = 40
SHIPPED = (ROOT / "rules" / "krx" / "kospi200.yaml").read_text(encoding="utf-8")
TEXT = SHIPPED.replace("{to: 200,", f"{{to: {COUNT},").replace("count: 200", f"count: {COUNT}")


@cache
def demo(seed: int) -> ic.Market:
    return ic.Market.demo(securities=200, years=2, seed=seed)


def tables(market: ic.Market) -> dict[str, Any]:
    return {name: market.table(name) for name in market.names}


# The reviews alone: between them later facts count, and should.
REVIEWS_ALONE = re.sub(r"(?ms)^maintenance:.*?^(?=sources:)", "", TEXT)


def computed(market: ic.Market, text: str = TEXT) -> Run:
    return ic.compute(ic.Methodology.from_text(text), market)


@cache
def alone(seed: int) -> Run:
    return computed(demo(seed), REVIEWS_ALONE)


@cache
def plain(seed: int) -> Run:
    return computed(demo(seed))


def reviews(run: Run) -> list[tuple[dt.date, dt.date]]:
    """(effective date, cut-off) of the regular reviews."""
    return [
        (row["effective_date"], row["cutoff_date"])
        for row in run.reviews.to_pylist()
        if row["kind"] == "regular" and row["cutoff_date"] is not None
    ]


def ledger(run: Run, day: dt.date, step: str = "membership") -> Any:
    rows = run.decisions
    return rows.filter(pc.and_(pc.equal(rows["effective_date"], day), pc.equal(rows["step"], step)))


def members(run: Run, day: dt.date) -> set[str]:
    rows = run.constituents
    return set(rows.filter(pc.equal(rows["effective_date"], day)).column("symbol").to_pylist())


def with_values(table: Any, rows: np.ndarray, poison: dict[str, Any]) -> Any:
    """The table with other values in some rows; ``poison``: by column, a value or a factor."""
    mask = pa.Array.from_buffers(
        pa.bool_(), len(rows), [None, pa.py_buffer(np.packbits(rows, bitorder="little").tobytes())]
    )
    for column, value in poison.items():
        if column not in table.column_names:
            continue
        kept = table.column(column).combine_chunks()
        if isinstance(value, float):
            other = pc.cast(pc.multiply(pc.cast(kept, pa.float64()), value), kept.type, safe=False)
        else:
            other = pc.cast(pc.if_else(pc.is_null(kept), value, value), kept.type)
        place = table.column_names.index(column)
        table = table.set_column(place, column, pc.if_else(mask, other, kept))
    return table


def after(table: Any, cutoff: dt.date, own: str) -> np.ndarray:
    """Rows of which nothing was known at a cut-off: by ``known_at``, else by their own date."""
    kept = [
        None if name not in table.column_names else table.column(name) for name in ("known_at",)
    ]
    own_dates = table.column(own).to_pylist()
    known = kept[0].to_pylist() if kept[0] is not None else [None] * len(own_dates)
    found = [
        (at if at is not None else date) is not None and (at if at is not None else date) > cutoff
        for at, date in zip(known, own_dates, strict=True)
    ]
    return np.array(found, dtype=bool)


# Whose own date counts where it is not said when a row became known, and what is put into it.
POISON: dict[str, tuple[str, dict[str, Any]]] = {
    "daily": (
        "date",
        {"close": 7.0, "shares_outstanding": 3.0, "traded_value": 0.01, "base_price": 7.0},
    ),
    # Not the share class: a line that leaves KOSPI before the effective date does not enter.
    "securities": ("valid_from", {"sector": "poisoned", "security_type": "spac"}),
    "float_factors": ("effective_date", {"float_factor": 0.05}),
    "holdings": ("date", {"shares": 0.1}),
    "designations": ("from", {"kind": "administrative"}),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_known_after_the_cutoff_changes_a_review(seed: int) -> None:
    assert "fast_entry" in TEXT
    assert "fast_entry" not in REVIEWS_ALONE
    run = alone(seed)
    effective, cutoff = reviews(run)[1]
    made = tables(demo(seed))
    touched = {}
    for name, (own, poison) in POISON.items():
        rows = after(made[name], cutoff, own)
        if name == "designations":
            # A line that a halt or a delisting takes from KOSPI before the effective date does not enter.
            kinds = made[name].column("kind").to_pylist()
            leaves = np.array([kind in ("halted", "delisting_trade") for kind in kinds])
            rows &= after(made[name], effective, own) | ~leaves
        touched[name] = int(rows.sum())
        made[name] = with_values(made[name], rows, poison)
    assert min(touched.values()) > 0, touched
    poisoned = computed(ic.Market.from_tables(**made, complete=True), REVIEWS_ALONE)
    # Texts are numbered by first use, so rows are compared, not their encoding.
    assert ledger(poisoned, effective).to_pylist() == ledger(run, effective).to_pylist()
    assert members(poisoned, effective) == members(run, effective)
    # It was poison: a later review is another one.
    later, _ = reviews(run)[3]
    assert ledger(poisoned, later).to_pylist() != ledger(run, later).to_pylist()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_changes_no_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = {
        name: table.take(pa.Array.from_buffers(
            pa.int64(), table.num_rows,
            [None, pa.py_buffer(rng.permutation(table.num_rows).astype(np.int64).tobytes())],
        ))
        for name, table in tables(demo(seed)).items()
    }  # fmt: skip
    run, mixed = plain(seed), computed(ic.Market.from_tables(**made, complete=True))
    for name in ("levels", "constituents", "reviews", "decisions", "events"):
        assert getattr(mixed, name).equals(getattr(run, name)), name


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_replayed_yields_the_members(seed: int) -> None:
    run = plain(seed)
    assert len(reviews(run)) >= 3
    before: set[str] = set()
    for row in run.reviews.to_pylist():
        effective = row["effective_date"]
        outcome = {one["symbol"]: one["outcome"] for one in ledger(run, effective).to_pylist()}
        here = {symbol for symbol, said in outcome.items() if said in ("in", "kept")}
        gone = {symbol for symbol, said in outcome.items() if said == "out"}
        # A line whose rows stop leaves at its last price, and no row tells of it.
        before &= _still_listed(run, effective) | gone
        if row["kind"] == "regular":
            assert here == members(run, effective)
        else:
            assert (before - gone) | here == members(run, effective), (effective, row["kind"])
        assert {symbol for symbol, said in outcome.items() if said == "kept"} <= before
        assert not {symbol for symbol, said in outcome.items() if said == "in"} & before
        before = members(run, effective)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_decided_by_a_day_needs_nothing_that_comes_later(seed: int) -> None:
    """On the market as it stood on a day, every change up to it is the same, in between too."""
    run = plain(seed)
    changes = run.reviews.to_pylist()
    between = [row["effective_date"] for row in changes if row["kind"] != "regular"]
    assert len(between) > 2
    for day in (between[len(between) // 2], between[-1]):
        early = computed(demo(seed).until(day))
        assert early.reviews.to_pylist() == [r for r in changes if r["effective_date"] <= day]
        for name in ("constituents", "decisions"):
            both = [getattr(one, name) for one in (run, early)]
            kept = both[0].filter(pc.less_equal(both[0]["effective_date"], day))
            assert kept.to_pylist() == both[1].to_pylist(), name


def _still_listed(run: Run, day: dt.date) -> set[str]:
    """Members of the session before a day, from the daily composition."""
    assert run.composition is not None
    dates = [d for d in run.levels.column("date").to_pylist() if d < day]
    rows = run.composition
    if not dates:
        return set()
    return set(rows.filter(pc.equal(rows["date"], dates[-1])).column("symbol").to_pylist())


@pytest.mark.parametrize("seed", SEEDS)
def test_one_membership_row_for_each_security_of_the_universe(seed: int) -> None:
    run = plain(seed)
    parent = ic.compute("kospi", demo(seed))
    assert parent.composition is not None
    for effective, cutoff in reviews(run):
        told = Counter(ledger(run, effective).column("symbol").to_pylist())
        assert set(told.values()) == {1}
        rows = parent.composition
        universe = rows.filter(pc.equal(rows["date"], cutoff)).column("symbol").to_pylist()
        assert set(universe) <= set(told)
        assert set(told) - set(universe) <= members(run, effective) | _still_listed(run, effective)
        places = ledger(run, effective)
        assert places.column("rule_path").null_count == 0
        assert places.column("rule_line").null_count == 0
