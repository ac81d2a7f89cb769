"""The change of price of which line moves the level of today by so much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.near.moved_market import MovedMarket
from indexcalc.analysis.near.moved_review import Budget
from indexcalc.analysis.near.questions import CLOSE, LEVEL, Ask, Question, answer
from indexcalc.analysis.near.smallest import MOST
from indexcalc.calculation.compute import compute_family, level_pass
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family

_LAST_BITS = 1e-9


def near_level(
    family: Family,
    moved: MovedMarket,
    budget: Budget,
    names: Sequence[str | None],
    *,
    each: int,
    by: float,
    request: Request,
) -> Iterator[Ask]:
    """The largest lines one by one, then all of them together: the move of their last close with which the
    level of the last session is ``by`` (a share, with its sign) from what it is."""
    market, index = moved.market, family.asked[0]
    last = int(market.days[-1])
    told = Request(
        assume=request.assume,
        start=date_of(int(market.days[max(market.days.size - 2, 0)])),
    )

    today = compute_family(family, market, told)[index]
    level = float(arrow.floats(today.levels.column("level"))[-1])
    basket = Baskets(today).at_close(last)
    value = basket.units * basket.price * basket.rate
    weights = value / value.sum()
    order = np.argsort(-weights, kind="stable")[:each]
    groups: list[tuple[int, ...]] = [(int(row),) for row in order]
    if len(groups) > 1:
        groups.append(tuple(int(row) for row in order))
    for rows in groups:
        codes = tuple(int(basket.codes[row]) for row in rows)
        weight = float(weights[list(rows)].sum())
        if abs(by) > weight * MOST:
            continue

        def on(change: float, codes: tuple[int, ...] = codes) -> float:
            return _last_level(family, moved.priced(codes, 1.0 + change, last), told) / level - 1.0

        question: Question[float] = Question(
            flips=LEVEL,
            codes=codes,
            side="",
            moved=CLOSE,
            span=(date_of(last), date_of(last)),
            on=on,
            flipped=lambda found: abs(found) >= abs(by) * (1.0 - _LAST_BITS),
            told=lambda _: ((), ()),
            sign=1.0 if by > 0 else -1.0,
            most=(MOST, 0.0) if by > 0 else (0.0, MOST),
            guess=abs(by) / weight,
        )
        yield partial(answer, question, budget, market.symbols, names)


def _last_level(family: Family, over: Market, told: Request) -> float:
    """The level alone: no tables of a run, and no hashes of the data, are made for it."""
    plan = make_plan(family, over, told)
    level_pass(plan)
    return float(plan.works[family.asked[0]].run.found.level[-1][-1])
