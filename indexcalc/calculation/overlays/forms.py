"""The five forms of an overlay: what each adds to the growth of the levels below since a reset.

With u the growth of the levels below since the last reset R (daily: the session before), k the
leverage, A the interest on one unit accrued since R, f a year fraction, S spot, F forward::

    leverage, risk_control   u + (k - 1) (u - 1) + (1 - k) A      of: exposure  ... - k A
    decrement                u - d f        geometric  u (1 - d)^f        points  u - p f / L_{t-1}
    hedge                    u + h (F_R - F_t) / S_R
    conversion               u

A form that does nothing adds exactly 0, so that the level is the one below to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Floats
from indexcalc.calculation.overlays import volatility
from indexcalc.calculation.overlays.overlay_inputs import Ground
from indexcalc.calculation.overlays.quotes import SPOT
from indexcalc.calculation.overlays.rolls import Contract, accrued, contracts, year_fraction
from indexcalc.methodology.model.returns import Financing, RiskControl
from indexcalc.methodology.values.values import Points

RATE, RESET, ROLL = "rate", "reset", "roll"
_NO_LIMIT = float("inf")


class Form(Protocol):
    """One overlay between two resets."""

    def first(self, earliest: int) -> int:
        """The first position, from ``earliest`` on, at which the series can start."""

    def resets(self, at: int, since: int, ratio: float) -> bool:
        """Was it set anew at the close before position ``at``?  ``ratio``: the growth of the
        overlay over that of the levels below from ``since`` to that close."""

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        """What is added to ``growth``, that of the levels below from ``since`` to ``at``;
        ``before``: the overlay's level of the session before."""

    @property
    def exposure(self) -> float | None:
        """The leverage in force; None where there is no such thing."""


def form_of(ground: Ground, first: int) -> Form:
    """The form a rule asks for; ``first``: where its series starts at the earliest."""
    form = ground.overlay.form
    if form == "leverage":
        return Leverage(ground)
    if form == "decrement":
        return Decrement(ground)
    if form == "hedge":
        return Hedge(ground, first)
    return RiskControlled(ground) if form == "risk_control" else Conversion()


class Conversion(Struct):
    """Nothing but the levels below, in the overlay's currency."""

    exposure: float | None = None

    def first(self, earliest: int) -> int:
        return earliest

    def resets(self, at: int, since: int, ratio: float) -> bool:
        return False

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        return 0.0


class Interest(Struct):
    """Interest on one unit since the last reset, at the rate of the session before each."""

    ground: Ground
    financing: Financing | None
    since_reset: float = 0.0
    _last: float | None = None

    def advance(self, at: int) -> float:
        """Interest up to a session, that of the days since the session before added."""
        if self.financing is None:
            return 0.0
        ground, path = self.ground, "overlay.financing"
        name = ground.said(self.financing.rate, at, f"{path}.rate")
        convention = ground.said(self.financing.day_count, at, f"{path}.day_count")
        carry = self.financing.missing == "carried"
        rate = ground.quotes.interest(name, at - 1, f"{path}.rate", carry=carry)
        if rate != self._last:
            before = np.nan if self._last is None else self._last
            ground.record(RATE, at, before, rate, f"{name} of the session before")
            self._last = rate
        self.since_reset += accrued(rate, convention, ground.dates[at - 1], ground.dates[at])
        return self.since_reset

    def cost(self, leverage: float) -> float:
        """The units on which interest is earned (negative: paid) at a leverage."""
        if self.financing is not None and self.financing.of == "exposure":
            return -leverage
        return 1.0 - leverage


@dataclass(slots=True)
class Leverage:
    """A multiple of the return below, set anew each session or after each month's last."""

    ground: Ground
    exposure: float | None = None
    interest: Interest = field(init=False)

    def __post_init__(self) -> None:
        self.interest = Interest(self.ground, self.ground.overlay.financing)

    def first(self, earliest: int) -> int:
        return earliest

    def resets(self, at: int, since: int, ratio: float) -> bool:
        ground = self.ground
        assert ground.overlay.reset is not None
        assert ground.overlay.leverage is not None
        starts = self.exposure is None
        reset = ground.said(ground.overlay.reset, at, "overlay.reset")
        here, last = ground.dates[at], ground.dates[at - 1]
        if not starts and reset == "monthly" and (here.year, here.month) == (last.year, last.month):
            return False
        leverage = float(ground.said(ground.overlay.leverage, at, "overlay.leverage", off=1))
        if not starts and reset == "monthly":
            assert self.exposure is not None
            drifted = self.exposure / ratio if ratio else np.nan
            ground.record(RESET, at, drifted, leverage, f"leverage set anew at the close of {last}")
        self.exposure = leverage
        self.interest.since_reset = 0.0
        return True

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        assert self.exposure is not None
        return _levered(self.exposure, growth, self.interest, at)


def _levered(leverage: float, growth: float, interest: Interest, at: int) -> float:
    return (leverage - 1.0) * (growth - 1.0) + interest.cost(leverage) * interest.advance(at)


class Decrement(Struct):
    """A share or a number of points a year taken off, by the calendar days passed."""

    ground: Ground
    exposure: float | None = None

    def first(self, earliest: int) -> int:
        return earliest

    def resets(self, at: int, since: int, ratio: float) -> bool:
        return True

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        ground, overlay = self.ground, self.ground.overlay
        assert overlay.decrement is not None
        assert overlay.day_count is not None
        off = ground.said(overlay.decrement, at, "overlay.decrement", off=None)
        if off is None:
            return 0.0
        convention = ground.said(overlay.day_count, at, "overlay.day_count")
        if isinstance(off, Points):
            points = accrued(float(off), convention, ground.dates[at - 1], ground.dates[at])
            return -points / before
        if ground.said(overlay.method, at, "overlay.method") == "geometric":
            days, year = year_fraction(convention, ground.dates[at - 1], ground.dates[at])
            factor: float = (1.0 - float(off)) ** (days / year)
            return growth * (factor - 1.0)
        return -accrued(float(off), convention, ground.dates[at - 1], ground.dates[at])


@dataclass(slots=True)
class Hedge:
    """A currency sold forward from roll to roll; in between at the interpolated forward."""

    ground: Ground
    begin: int
    exposure: float | None = None
    contracts: list[Contract] = field(init=False)
    ratio: float = 0.0

    def __post_init__(self) -> None:
        ground = self.ground
        assert ground.overlay.roll is not None
        self.contracts, notes = contracts(
            ground.rule, ground.overlay.roll, ground.sessions, ground.below.days, self.begin
        )
        ground.notes += notes

    def first(self, earliest: int) -> int:
        return earliest

    def resets(self, at: int, since: int, ratio: float) -> bool:
        ground, overlay, before = self.ground, self.ground.overlay, at - 1
        assert overlay.adjust is not None
        assert overlay.ratio is not None
        day = int(ground.below.days[before])
        while self.contracts and self.contracts[0].end <= day:
            self.contracts.pop(0)
        if not self.contracts:
            message = f"no day after {ground.dates[before]} is known on which the hedge is rolled"
            ground.refuse("CAL017", message, "overlay.roll")
        rolled = self.contracts[0].start == day
        if not rolled and ground.said(overlay.adjust, at, "overlay.adjust") == "monthly":
            return False
        self.ratio = float(ground.said(overlay.ratio, at, "overlay.ratio", off=0))
        if overlay.of == "members":
            self.ratio *= self._part(before)
        if rolled:
            self._log(at, self.contracts[0])
        return True

    def _part(self, at: int) -> float:
        """The part of the level that members have in the currency at a close."""
        ground = self.ground
        assert ground.overlay.hedge is not None
        if ground.parts is None:
            message = f"the members of {ground.below.index} are not known: its levels are published"
            ground.refuse("CAL016", message, "overlay.of")
        assert ground.parts is not None
        return ground.parts.part(ground.overlay.hedge, at)

    def _log(self, at: int, contract: Contract) -> None:
        spot, forward = self._spot(at - 1), self._forward(at - 1, contract)
        reason = (
            f"{self.ground.overlay.hedge} sold forward at the close of {self.ground.dates[at - 1]} "
            "(before: spot, after: forward)"
        )
        self.ground.record(ROLL, at, spot, forward, reason)

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        contract = self.contracts[0]
        gain = self._forward(since, contract) - self._forward(at, contract)
        return self.ratio * gain / self._spot(since)

    def _spot(self, at: int) -> float:
        return self._quote(SPOT, at, "overlay.hedge")

    def _quote(self, tenor: str, at: int, path: str) -> float:
        assert self.ground.overlay.hedge is not None
        home = self.ground.rule.currency
        return self.ground.quotes.exchange(self.ground.overlay.hedge, home, tenor, at, path)

    def _forward(self, at: int, contract: Contract) -> float:
        """The forward to the contract's end: on the line from spot to the tenor's forward."""
        left = contract.left(int(self.ground.below.days[at]))
        if left == 0.0:
            return self._spot(at)
        assert self.ground.overlay.forward is not None
        tenor = self.ground.said(self.ground.overlay.forward, at, "overlay.forward")
        forward = self._quote(tenor, at, "overlay.forward")
        if left == 1.0:
            return forward
        spot = self._spot(at)
        return spot + (forward - spot) * left


@dataclass(slots=True)
class RiskControlled:
    """Leverage that aims at a volatility, set anew each session from an estimate ``lag`` before."""

    ground: Ground
    exposure: float | None = None
    interest: Interest = field(init=False)
    terms: RiskControl = field(init=False)
    estimates: dict[tuple[str, float, int, float | None], Floats] = field(
        init=False, default_factory=dict
    )
    level: Floats = field(init=False)

    def __post_init__(self) -> None:
        assert self.ground.overlay.risk_control is not None
        self.terms = self.ground.overlay.risk_control
        self.interest = Interest(self.ground, self.ground.overlay.financing)
        self.level = self.ground.asset(0)

    def first(self, earliest: int) -> int:
        """The first session at whose close the estimates of all of ``estimators`` are there; the first of
        all where the rule says the exposure until then."""
        n = self.level.size
        if self.terms.first_exposure is not None:
            return earliest
        known = (at for at in range(earliest, n - 1) if np.isfinite(self._volatility(at + 1)))
        return next(known, n)

    def resets(self, at: int, since: int, ratio: float) -> bool:
        path = "overlay.risk_control"
        target = float(self.ground.said(self.terms.target, at, f"{path}.target"))
        most = self.ground.said(self.terms.leverage_max, at, f"{path}.leverage_max", off=_NO_LIMIT)
        estimate = self._volatility(at)
        if np.isnan(estimate):
            said = f"{path}.first_exposure"
            assert self.terms.first_exposure is not None
            self.exposure = float(self.ground.said(self.terms.first_exposure, at, said))
            self.interest.since_reset = 0.0
            return True
        if estimate == 0.0 and float(most) == _NO_LIMIT:
            message = f"the levels do not move up to {self.ground.dates[at - 1]}: no leverage"
            self.ground.refuse("CAL017", message, f"{path}.leverage_max", "give it a limit")
        self.exposure = min(float(most), target / estimate) if estimate else float(most)
        self.interest.since_reset = 0.0
        return True

    def extra(self, at: int, since: int, growth: float, before: float) -> float:
        assert self.exposure is not None
        return _levered(self.exposure, growth, self.interest, at)

    def _volatility(self, at: int) -> float:
        """The estimate for the session at a position: that of ``lag`` sessions before the last."""
        ground, path = self.ground, "overlay.risk_control"
        lag = ground.said(self.terms.lag, at, f"{path}.lag")
        last = at - 1 - lag.n
        if last < 0:
            return float("nan")
        factor = int(ground.said(self.terms.annual_factor, at, f"{path}.annual_factor"))
        estimates: list[float] = []
        estimators = ground.said(self.terms.estimators, at, f"{path}.estimators")
        for number, estimator in enumerate(estimators):
            where = f"{path}.estimators[{number}]"
            if estimator.decay is not None:
                value = float(ground.said(estimator.decay, at, f"{where}.decay"))
                seed = estimator.seed and float(ground.said(estimator.seed, at, f"{where}.seed"))
                estimate = self._estimate("decay", value, factor, seed)
            else:
                assert estimator.window is not None
                window = ground.said(estimator.window, at, f"{where}.window")
                estimate = self._estimate("window", window.n, factor)
            estimates.append(float(estimate[last]))
        together = ground.said(self.terms.combine, at, f"{path}.combine")
        if any(np.isnan(estimates)):
            return float("nan")
        return max(estimates) if together == "max" else sum(estimates) / len(estimates)

    def _estimate(self, kind: str, value: float, factor: int, seed: float | None = None) -> Floats:
        key = (kind, value, factor, seed)
        if key not in self.estimates:
            self.estimates[key] = (
                volatility.decayed(self.level, value, factor, seed)
                if kind == "decay"
                else volatility.windowed(self.level, int(value), factor)
            )
        return self.estimates[key]
