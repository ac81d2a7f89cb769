"""The form ``ladder``: a limit for the largest unit, the second, and so on; the last for the rest."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from indexcalc.methodology.model.caps.form import CapForm, Problem, below_the_whole, units_of
from indexcalc.methodology.reading.block import Block, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import ShareKind
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.exact_shares import percent, reach, smallest_last, steps_held
from indexcalc.methodology.values.values import Share


class LadderKeys(Block, part=True):
    """``ladder``: the limits by rank, descending."""

    ladder: Dated[tuple[Share, ...]] | None = key(DatedKind(ListOf(ShareKind(positive=True))))


def infeasible(item: Any, n: int, on: dt.date) -> Problem | None:
    """Limits by rank that come to less than one over ``n`` units."""
    steps: Sequence[Share] = value_on(item.ladder, on) or ()
    limits, counts = [step.exact for step in steps], steps_held(len(steps), n)
    if not steps or reach(limits, counts) >= 1:
        return None
    way_out = "no last step below the others is enough"
    hint = "raise more than the last step, or have more names"
    enough = smallest_last(limits, counts)
    if enough is not None:
        way_out = f"its last step must be at least {percent(enough, up=True)}"
        hint = "raise the last step of the ladder"
    sum_of = f"the ladder over {n} {units_of(item.per)}"
    return Problem("ladder", below_the_whole(reach(limits, counts), sum_of, way_out), hint)


def contradictions(item: Any, on: dt.date) -> Iterator[Problem]:
    """A step above the step before it."""
    steps: Sequence[Share] = value_on(item.ladder, on) or ()
    for first, second in itertools.pairwise(steps):
        if second.exact > first.exact:
            message = f"the ladder rises from {first} to {second}"
            yield Problem("ladder", message, "write it in descending order")


LADDER: Final = CapForm(
    help={"ladder": "The most weight of the largest, second, ...; the last step is for the rest."},
    words="held at its limit",
    infeasible=infeasible,
    contradictions=contradictions,
)
