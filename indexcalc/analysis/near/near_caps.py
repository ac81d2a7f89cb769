"""Lines near a limit at the coming review: the change of price that makes a cap bind, or stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from indexcalc.analysis.near.moved_market import last_session
from indexcalc.analysis.near.moved_review import Budget, Judge, Outcome
from indexcalc.analysis.near.questions import CAP, CLOSE, Ask, Question, answer
from indexcalc.arrays import Ints
from indexcalc.market.calendar.sessions import date_of


def near_caps(
    judge: Judge,
    quick: Judge | None,
    budget: Budget,
    names: Sequence[str | None],
    each: int,
) -> Iterator[Ask]:
    """The nearest of the lines a cap holds, and of those none does.

    What is moved is the close the weights are made at, and those after it.  ``quick`` counts where it makes
    the weights of all data.
    """
    review, market, asked = judge.review, judge.moved.market, judge.review.asked
    if quick is not None and not np.array_equal(quick.review.asked.weights, asked.weights):
        quick = None
    last = int(market.days[-1])
    first = last_session(market, min(review.result.pricing, last))
    symbols = market.symbols
    capped = asked.capped.nonzero()[0]
    free = (asked.members & ~asked.capped & (asked.weights > 0)).nonzero()[0]
    # The one a cap holds that is the smallest without it, and the largest that none holds.
    held = capped[np.argsort(asked.uncapped[capped], kind="stable")][:each]
    large = free[np.argsort(-asked.weights[free], kind="stable")][:each]
    for code in _in_turns(held, large):
        is_capped = bool(asked.capped[code])

        def on(change: float, code: int = code) -> Outcome:
            return judge.priced(code, change, first)

        def quickly(change: float, code: int = code) -> Outcome:
            assert quick is not None
            return quick.priced(code, change, first)

        def flipped(outcome: Outcome, code: int = code, is_capped: bool = is_capped) -> bool:
            return bool(outcome.members[code]) and bool(outcome.capped[code]) != is_capped

        def told(outcome: Outcome) -> tuple[tuple[str, ...], tuple[str, ...]]:
            now, before = outcome.capped, asked.capped
            return (
                tuple(symbols[one] for one in (now & ~before).nonzero()[0].tolist()),
                tuple(symbols[one] for one in (before & ~now).nonzero()[0].tolist()),
            )

        question: Question[Outcome] = Question(
            flips=CAP,
            codes=(code,),
            side="capped" if is_capped else "free",
            moved=CLOSE,
            span=(date_of(first), date_of(last)),
            on=on,
            quickly=None if quick is None else quickly,
            flipped=flipped,
            told=told,
            sign=-1.0 if is_capped else 1.0,
        )
        yield partial(answer, question, budget, symbols, names)


def _in_turns(first: Ints, other: Ints) -> list[int]:
    """The items of two lists in turns."""
    longest = max(first.size, other.size)
    return [
        int(code) for at in range(longest) for one in (first, other) for code in one[at : at + 1]
    ]
