"""Levels of random histories equal those of a fund that holds, trades at the close and receives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from indexcalc.calculation.run.run import Run
from tests.oracle import level_oracle as oracle
from tests.unit.calculation import small

CLOSE = 1e-12


@dataclass
class History:
    """Rows of a market; ``observed``: the sessions with rows, of ``n_sessions``."""

    n_sessions: int
    observed: list[int]
    daily: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    dividends: list[dict[str, Any]]

    def market(self, order: list[int] | None = None) -> Any:
        rows = self.daily if order is None else [self.daily[place] for place in order]
        return small.market(
            [dict(row) for row in rows],
            n_sessions=self.n_sessions,
            corporate_actions=self.actions,
            dividends=self.dividends,
            memberships=small.given(*self.founders(), on=self.observed[1]),
        )

    def founders(self) -> list[str]:
        """Lines with a row on the first two observed sessions."""
        days = {small.day(number) for number in self.observed[:2]}
        symbols = sorted({row["symbol"] for row in self.daily})
        return [
            symbol
            for symbol in symbols
            if days <= {row["date"] for row in self.daily if row["symbol"] == symbol}
        ]

    def story(self, says: oracle.Says) -> dict[str, oracle.LineStory]:
        return oracle.tell(
            [small.day(number) for number in self.observed],
            [small.day(number) for number in range(self.n_sessions)],
            self.daily,
            self.actions,
            self.dividends,
            says,
        )


RATIOS = st.sampled_from([2.0, 5.0, 1.5, 0.5, 0.1, 1.04])
PRICES = st.integers(40, 400)


@st.composite
def actions_of(draw: st.DrawFn, symbol: str, last: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for sequence in range(1, draw(st.integers(0, 3)) + 1):
        on = draw(st.integers(1, last))
        kind = draw(
            st.sampled_from(["split", "consolidation", "bonus", "stock_dividend", "rights"])
            | st.sampled_from(["base_price", "spin_off", "capital_reduction"])
        )
        terms: dict[str, Any] = {"sequence": sequence}
        if kind == "rights":
            terms |= {"ratio": draw(st.sampled_from([0.25, 0.5, 1.0])), "price": draw(PRICES)}
        elif kind == "base_price":
            terms["price"] = draw(PRICES)
        elif kind == "spin_off":
            terms |= {"ratio": 0.1, "price": draw(st.integers(1, 30)), "other_symbol": "elsewhere"}
        else:
            terms["ratio"] = draw(RATIOS)
            if draw(st.booleans()):
                terms["list_date"] = on + draw(st.integers(0, 4))
        made.append(small.action(symbol, on, kind, **terms))
    return made


@st.composite
def line_of(
    draw: st.DrawFn, symbol: str, observed: list[int], actions: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Prices that move as they like; shares that change a little and list what actions promised."""
    first = draw(st.sampled_from([0, 0, 0, *range(len(observed) - 1)]))
    stop = draw(st.sampled_from([len(observed)] * 3 + list(range(first + 1, len(observed) + 1))))
    shares = draw(st.integers(1_000, 50_000))
    made: list[dict[str, Any]] = []
    printed = draw(PRICES)
    for number in observed[first:stop]:
        halted = bool(made) and draw(st.integers(0, 5)) == 0
        if not halted:
            printed = draw(PRICES)
        step = draw(st.sampled_from([1.0, 1.0, 1.0, 1.04, 0.97]))
        promised = [
            item for item in actions if item["ex_date"] <= small.day(number) and "ratio" in item
        ]
        if promised and draw(st.booleans()):
            item = draw(st.sampled_from(promised))
            actions = [other for other in actions if other is not item]
            step *= item["ratio"] + (item["type"] == "rights")
        shares = max(10, round(shares * step))
        made += small.line(
            symbol,
            [None if halted and draw(st.booleans()) else printed],
            shares,
            start=number,
            volume={number: 0 if halted else draw(st.integers(1, 9))},
            base={number: draw(PRICES)} if draw(st.integers(0, 3)) == 0 else None,
        )
    return made


@st.composite
def histories(draw: st.DrawFn) -> History:
    n_sessions = draw(st.integers(4, 12))
    skipped = draw(st.sets(st.integers(2, n_sessions - 2), max_size=3))
    observed = [number for number in range(n_sessions) if number not in skipped]
    symbols = ["0A", "1", "2B", "9Z"][: draw(st.integers(1, 4))]
    daily: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    dividends: list[dict[str, Any]] = []
    for symbol in symbols:
        happening = draw(actions_of(symbol, n_sessions - 1))
        actions += happening
        daily += draw(line_of(symbol, observed, happening))
        for sequence in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from(["ordinary", "special", "return_of_capital"]))
            on, amount = draw(st.integers(1, n_sessions - 1)), draw(st.integers(1, 20))
            row = small.dividend(symbol, on, amount, kind)
            dividends.append({**row, "sequence": 10 + sequence})
    # The base session, and the one the list of an equal-weighted index is of, hold everything.
    for number in observed[:2]:
        missing = {"0A"} - {row["symbol"] for row in daily if row["date"] == small.day(number)}
        daily += [row for symbol in missing for row in small.line(symbol, [100], start=number)]
    seen = {row["date"] for row in daily}
    observed = [number for number in observed if small.day(number) in seen]
    return History(n_sessions, observed, daily, actions, dividends)


def _unmoved(run: Run) -> bool:
    """Did the run find a gap, or events that cannot be?  The oracle finds none."""
    return any(code in ("CAL001", "CAL011") for code in small.codes(run))


def _compare(run: Run, expected: oracle.Series) -> None:
    assert small.levels(run) == pytest.approx([float(x) for x in expected.level], rel=CLOSE)
    total = [float(x) for x in expected.total]
    assert small.levels(run, "level_tr") == pytest.approx(total, rel=CLOSE)
    columns = (run.levels.column(name).to_pylist() for name in ("level", "market_value", "divisor"))
    for level, value, divisor in zip(*columns, strict=True):
        assert value == 0 or value / divisor == pytest.approx(level, rel=CLOSE)


@given(
    history=histories(),
    subscribes=st.booleans(),
    exchange=st.booleans(),
    order=st.sampled_from(["after", "before"]),
)
def test_a_cap_weighted_index(
    history: History, subscribes: bool, exchange: bool, order: str
) -> None:
    says = oracle.Says("cap", subscribes, exchange, order)  # type: ignore[arg-type]
    text = small.CAP + (
        f"maintenance: {{rights: {'ex_date' if subscribes else 'listing'}, "
        f"base_price: {'exchange' if exchange else 'terms'}}}\n"
        f"returns: {{kinds: [price, gross], order: {order}}}\n"
    )
    run = small.run(text, history.market())
    if _unmoved(run):
        event("a gap")
        return
    story = history.story(says)
    _compare(run, oracle.cap_fund(story, len(history.observed), 1000, says))


@given(history=histories(), subscribes=st.booleans(), order=st.sampled_from(["after", "before"]))
def test_an_equal_weighted_index(history: History, subscribes: bool, order: str) -> None:
    says = oracle.Says("equal", subscribes, True, order)  # type: ignore[arg-type]
    founders = history.founders()
    if not founders:
        event("nobody to begin with")
        return
    text = small.GIVEN + (
        "weighting: {scheme: equal}\n"
        f"maintenance: {{joins_at: average_weight, rights: {'ex_date' if subscribes else 'listing'}}}\n"
        f"returns: {{kinds: [price, gross], order: {order}}}\n"
    )
    run = small.run(text, history.market())
    if _unmoved(run):
        event("a gap")
        return
    story = history.story(says)
    _compare(run, oracle.equal_fund(story, founders, 1, len(history.observed), 1000, says))
