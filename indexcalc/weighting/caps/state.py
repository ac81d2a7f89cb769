"""What caps pass on to each other: the weights so far, the limits in force, the rows for the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import Findings
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.caps.cap import Cap, Limited
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Share
from indexcalc.weighting.caps.limits import Bounds, Infeasible, MetLimits
from indexcalc.weighting.caps.measured import Window
from indexcalc.weighting.caps.nested import FREE, Nested
from indexcalc.weighting.caps.units import n_units, sums
from indexcalc.weighting.caps.verify_weights import verify_sum


class CapStep(Struct, frozen=True):
    """What one cap did, for the ledger; arrays (n,).

    ``before``: the weight of each line's unit before the cap; ``limit``: what its unit may weigh (NaN:
    nothing said); ``capped``: its unit stands at that limit.  ``note``: what was excused.
    """

    path: str
    per: str
    form: str
    acted: bool
    before: Floats
    limit: Floats
    capped: Bools
    note: str = ""


class State(Struct):
    """What the caps so far have made: ``weights`` (n,) sum to one, ``values`` are in proportion to them.

    ``values`` are the weights as they were given until a cap acts, so that no digit is lost before.
    ``on``: the effective date, at which caps are read.  ``codes``: the unit of each line (n,) by the
    name a cap's ``per`` says.  ``windows``: the means of measured caps by the cap's path.  ``given`` (n,):
    the weights before any cap.
    """

    on: dt.date
    codes: Mapping[str, Ints]
    windows: Mapping[str, Window]
    values: Floats
    weights: Floats
    factors: Floats
    floor: Fraction | None
    on_infeasible: str
    findings: Findings
    given: Floats
    earlier: list[Bounds] = field(default_factory=list)
    steps: list[CapStep] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)

    def units(self, cap: Limited) -> Floats:
        """The weight of each unit a cap counts, so far (m,)."""
        return sums(self.weights, self.codes[cap.per])

    def record(self, cap: Cap, held: Bools, limits: Floats, note: str = "") -> None:
        """A row for the ledger from the units (m,) a cap holds and their limits, before it acts."""
        codes = self.codes[cap.per]
        self.steps.append(
            CapStep(
                path=cap.path,
                per=cap.per,
                form=cap.form_on(self.on),
                acted=bool(held.any()),
                before=self.units(cap)[codes],
                limit=limits[codes],
                capped=held[codes],
                note=note,
            )
        )

    def record_idle(self, cap: Cap) -> None:
        """A row for the ledger of a cap that does not act."""
        n = n_units(self.codes[cap.per])
        self.record(cap, np.zeros(n, dtype=np.bool_), np.full(n, np.nan))

    def continue_from(self, filled: Nested) -> None:
        """Take new weights, and their factors."""
        self.factors = self.factors * stage_factors(self.values, filled)
        self.values = self.weights = filled.weights

    def begin_anew(self) -> None:
        """Go back to the weights before any cap; the limits met so far still bind."""
        self.values = self.given
        self.weights = self.given / float(ordered_sum(self.given))
        self.factors = np.ones(self.given.shape)

    def multiply(self, factors: Floats, path: str) -> None:
        """Multiply each line by a factor (n,) and scale the whole to one."""
        weights = self.weights * factors
        self.values = self.weights = weights / float(ordered_sum(weights))
        self.factors = self.factors * factors
        report_defects(self, verify_sum(self.weights), path)


class Stop(Exception):
    """A cap cannot be applied; the finding is recorded."""


def stage_factors(before: Floats, filled: Nested) -> Floats:
    """Factors (n,) of one stage: 1 for free lines; where none is free, the largest is 1."""
    live = before > 0
    ratio = np.where(live, filled.weights / np.where(live, before, 1.0), 0.0)
    free = live & (filled.pool == FREE)
    base = filled.scale if free.any() and filled.scale > 0 else float(ratio.max())
    return np.where(free | ~live, 1.0, ratio / base)


def exact(dated: Dated[Share] | None, on: dt.date) -> Fraction | None:
    """The share a key says on a date, exact; None where it says none."""
    share = value_on(dated, on)
    return None if share is None else share.exact


def refuse(state: State, refused: Infeasible) -> None:
    """Record limits (CAP001) or a floor (CAP002) that cannot be met.  Raises Stop."""
    code, where = _place(refused.bounds)
    state.findings.add(code, refused.wrong.message, where=where)
    raise Stop from refused


def excuse(state: State, met: MetLimits) -> str:
    """Record what was excused; the note of the ledger."""
    for bounds, wrong in met.excused:
        code, where = _place(bounds)
        state.excused.add("weighting.floor" if bounds is None else bounds.path)
        message = f"{wrong.message}; {state.on_infeasible} as the rule says"
        state.findings.add(code, message, where=where, severity="warning")
    return state.on_infeasible if met.excused else ""


def report_defects(state: State, defects: Sequence[str], path: str) -> None:
    """CAP006 for what must hold after every path and does not."""
    for defect in defects:
        state.findings.add("CAP006", f"{defect}: a defect of the program", where=path)


def _place(bounds: Bounds | None) -> tuple[str, str]:
    """The code and rule path of limits that cannot be met; None: of the floor."""
    if bounds is None:
        return "CAP002", "weighting.floor"
    return "CAP001", f"{bounds.path}.{bounds.key}"
