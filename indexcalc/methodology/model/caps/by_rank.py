"""The forms ``targets`` and ``times``: weights of the largest units by rank, and a multiple for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from indexcalc.methodology.model.caps.form import CapForm, Problem, units_of
from indexcalc.methodology.reading.block import Block, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import Exact, ShareKind, WholeNumber
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.exact_shares import percent
from indexcalc.methodology.values.values import Number, Share


class TargetKeys(Block, part=True):
    """``targets``: what the largest, the second ... weigh."""

    targets: Dated[tuple[Share, ...]] | None = key(DatedKind(ListOf(ShareKind(positive=True))))


class TimesKeys(Block, part=True):
    """``times``: how many times their weight the ``largest`` get."""

    times: Dated[Number] | None = key(DatedKind(Exact(positive=True)))
    largest: Dated[int] | None = key(DatedKind(WholeNumber(1)))


def total_of(item: Any, on: dt.date, n: int | None = None) -> Fraction:
    """The sum of the first ``n`` targets, or of all."""
    steps: Sequence[Share] = value_on(item.targets, on) or ()
    return sum((step.exact for step in steps[:n]), Fraction(0))


def infeasible(item: Any, n: int, on: dt.date) -> Problem | None:
    """Targets that leave nothing to the others of ``n`` units, or something to nobody."""
    total, count = total_of(item, on, n), len(value_on(item.targets, on) or ())
    shown = f"the targets of {min(n, count)} of {n} {units_of(item.per)} come to {percent(total)}"
    if n > count and total == 1:
        return Problem("targets", f"{shown}: nothing is left for the others", "lower a target")
    if n <= count and total < 1:
        return Problem("targets", f"{shown}, and there are no others", "have more names")
    return None


def contradictions(item: Any, on: dt.date) -> Iterator[Problem]:
    """Targets above the whole."""
    total = total_of(item, on)
    if total > 1:
        yield Problem("targets", f"the targets come to {percent(total)}", "lower them to 100 %")


TARGETS: Final = CapForm(
    help={"targets": "The weights of the largest, second, ...; the others share what is left."},
    words="set to its target",
    infeasible=infeasible,
    contradictions=contradictions,
)
TIMES: Final = CapForm(
    help={
        "times": "How many times their weight the largest get.",
        "largest": "How many of the largest `times` is for.",
    },
    words="multiplied",
    needs=("largest",),
)
