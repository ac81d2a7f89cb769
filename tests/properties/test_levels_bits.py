"""Same input, same bits: whatever the blocks, the row order, and the rows that come later."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.calculation.prices import daily_rows
from indexcalc.calculation.run.run import Run
from indexcalc.market.panel_cache import decode
from tests.properties.test_levels_against_oracle import History, histories
from tests.unit.calculation import small

TOTAL = small.CAP + "returns: {kinds: [price, gross]}\n"
EQUAL = small.GIVEN + (
    "weighting: {scheme: equal}\nmaintenance: {joins_at: average_weight}\n"
    "returns: {kinds: [price, gross]}\n"
)
# Reviewed on session 6 at the closes of session 3, so that blocks end between the two.
EARLY = small.HEAD.replace("2024-01-02", "2024-01-03") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1], effective: 6 sessions after first session of month, "
    "cutoff: 3 sessions before effective, pricing: 3 sessions before effective}\n"
    "selection: {steps: [{select: all}]}\nmaintenance: {joins_at: average_weight}\n"
)
CAPS = "on_infeasible: equal, caps: [{per: security, limit: 40%}]"
CAPPED = EARLY + f"weighting: {{scheme: market_cap, {CAPS}}}\n"
DRIFTED = EARLY + f"weighting: {{scheme: equal, {CAPS}}}\n"
GIVEN = (EQUAL, CAPPED, DRIFTED)
FIXED = TOTAL + "maintenance: {shares: {threshold: 5%}}\n"
TABLES = ("levels", "constituents", "reviews", "events", "decisions", "composition")

rules = st.sampled_from([TOTAL, EQUAL, FIXED, CAPPED, DRIFTED])


def computed(history: History, text: str, block: int | None = None, **options: Any) -> Run | None:
    if text in GIVEN and not history.founders():
        return None
    if block is None:
        return small.run(text, history.market(**options))
    with (
        mock.patch.object(daily_rows, "SESSIONS", block),
        mock.patch.object(decode, "SESSIONS_PER_CHUNK", block),
    ):
        return small.run(text, history.market(**options))


def assert_same_bits(one: Run, two: Run) -> None:
    for name in TABLES:
        assert getattr(one, name).equals(getattr(two, name)), name
    assert one.diagnostics == two.diagnostics


@given(history=histories(), text=rules, block=st.integers(1, 4))
def test_blocks_move_no_bit(history: History, text: str, block: int) -> None:
    whole = computed(history, text)
    if whole is None:
        return
    split = computed(history, text, block)
    assert split is not None
    assert_same_bits(whole, split)


@given(history=histories(), text=rules, data=st.data())
def test_the_order_of_rows_moves_no_bit(history: History, text: str, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(history.daily))))
    one, two = computed(history, text), computed(history, text, order=order)
    if one is None or two is None:
        return
    assert_same_bits(one, two)


@given(history=histories(), text=rules, data=st.data())
@settings(max_examples=30)
def test_rows_that_come_later_move_no_bit(history: History, text: str, data: st.DataObject) -> None:
    kept = data.draw(st.integers(2, len(history.observed)))
    last = history.observed[kept - 1]
    early = History(
        last + 1,
        history.observed[:kept],
        [row for row in history.daily if row["date"] <= small.day(last)],
        [row for row in history.actions if row["ex_date"] <= small.day(last)],
        [row for row in history.dividends if row["ex_date"] <= small.day(last)],
    )
    whole, part = computed(history, text), computed(early, text)
    if whole is None or part is None:
        return
    n = part.levels.num_rows
    for name in part.levels.column_names:
        column = whole.levels.column(name).slice(0, n)
        assert column.to_pylist() == part.levels.column(name).to_pylist(), name
    for name, key in (("events", "date"), ("constituents", "effective_date")):
        rows = [row for row in getattr(whole, name).to_pylist() if row[key] <= small.day(last)]
        assert rows == getattr(part, name).to_pylist(), name
