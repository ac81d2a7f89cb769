"""Who holds the shares: stakes that are not float, their changes, and the float factors they give.

Stakes follow the listed shares: they are scaled when a split, a bonus or rights issue lists its
shares, fall when the company cancels its own, and never exceed the shares outstanding.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from msgspec import Struct, field

from indexcalc.market.demo.clock import Clock
from indexcalc.market.demo.lines import Line, Roster
from indexcalc.market.demo.outcome import ShareStep

Stake = tuple[str, str]  # (holder kind, holder)
_LOCK_UP_DAYS = 183
_CHANGES_A_YEAR = 0.22  # of some holder's stake, a line
_MOST_HELD = 0.92  # of the shares, when a stake grows


class _Write(Protocol):
    """What records one stake: (stake, session, days until it is known)."""

    def __call__(self, stake: Stake, session: int, lag: int) -> None: ...


class Owners(Struct):
    """Columns of ``holdings`` and ``float_factors``; days are day numbers."""

    line: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    stake: list[Stake] = field(default_factory=list)
    shares: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    float_line: list[int] = field(default_factory=list)
    float_day: list[int] = field(default_factory=list)
    float_factor: list[float] = field(default_factory=list)
    float_known: list[int] = field(default_factory=list)


def make_owners(
    rng: np.random.Generator, roster: Roster, clock: Clock, steps: dict[int, list[ShareStep]]
) -> Owners:
    """Replay every line's share steps with the changes of its stakes, in session order."""
    owners = Owners()
    float_dates = clock.float_dates()
    for line in roster.lines:
        if steps.get(line.index):
            # The mega-cap's holders stay: its share of float market cap is steered by its price.
            rate = 0.0 if line is roster.mega else _CHANGES_A_YEAR
            _replay(
                rng,
                line,
                clock,
                steps[line.index],
                float_dates=float_dates,
                changes_a_year=rate,
                owners=owners,
            )
    return owners


def _replay(
    rng: np.random.Generator,
    line: Line,
    clock: Clock,
    steps: list[ShareStep],
    *,
    float_dates: list[tuple[int, int]],
    changes_a_year: float,
    owners: Owners,
) -> None:
    first, last = line.alive(len(clock))
    # (session, place within the session, what): the float is measured when all else is done.
    agenda: list[tuple[int, int, ShareStep | float | int | None]] = []
    agenda += [(step.session, 0, step) for step in steps[1:] if step.session < last]
    changes = int(rng.poisson(changes_a_year * (last - first) / 246.0)) if line.stakes else 0
    taken = {session for session, _, _ in agenda} | {first}  # one change of a stake a session
    if any(kind == "lock_up" for kind, _ in line.stakes) and first > 0:
        end = int(np.searchsorted(clock.sessions.days, clock.day(first) + _LOCK_UP_DAYS))
        while end in taken:
            end += 1
        if end < last:
            taken.add(end)
            agenda.append((end, 1, None))
    for session, draw in zip(
        rng.integers(first, last, changes).tolist(), rng.random(changes).tolist(), strict=True
    ):
        if session not in taken:
            taken.add(session)
            agenda.append((session, 1, draw))
    agenda += [
        (measured, 2, effective)
        for measured, effective in float_dates
        if first <= measured and effective < last
    ]
    agenda.sort(key=lambda item: (item[0], item[1]))

    shares = steps[0].shares
    shares_held = {stake: int(part * shares) for stake, part in line.stakes.items()}

    def write(stake: Stake, session: int, lag: int) -> None:
        owners.line.append(line.index)
        owners.day.append(clock.day(session))
        owners.stake.append(stake)
        owners.shares.append(shares_held[stake])
        owners.known.append(clock.day(session) + lag)

    for stake in shares_held:
        write(stake, first, 0)
    factor = _factor(shares, shares_held)
    owners.float_line.append(line.index)
    owners.float_day.append(clock.day(first))
    owners.float_factor.append(factor)
    owners.float_known.append(clock.day(first))
    for session, _, what in agenda:
        if isinstance(what, ShareStep):
            _follow(what, shares, shares_held, session, write)
            shares = what.shares
        elif isinstance(what, float):
            stake = list(shares_held)[int(what * len(shares_held))]
            if stake[0] == "lock_up" or shares_held[stake] == 0:
                continue
            room = max(int(_MOST_HELD * shares) - sum(shares_held.values()), 0)
            change = shares_held[stake] * float(rng.uniform(-0.4, 0.38))
            shares_held[stake] += min(int(change), room)
            write(stake, session, int(rng.integers(2, 16)))
        elif what is None:
            stake = next(stake for stake in shares_held if stake[0] == "lock_up")
            shares_held[stake] = 0
            write(stake, session, 0)
        else:
            new = _factor(shares, shares_held)
            if new != factor:
                factor = new
                owners.float_line.append(line.index)
                owners.float_day.append(clock.day(what))
                owners.float_factor.append(factor)
                owners.float_known.append(clock.day(what) - 14)


def _follow(
    step: ShareStep,
    shares: int,
    shares_held: dict[Stake, int],
    session: int,
    write: _Write,
) -> None:
    """Stakes after a step of the listed shares (``shares``: before it)."""
    if step.kind == "scaled":
        for stake in shares_held:
            if shares_held[stake]:
                shares_held[stake] = min(int(shares_held[stake] * step.m), step.shares)
                write(stake, session, 0)
    elif step.kind == "cancel":
        own = ("treasury", "company")
        if shares_held.get(
            own, 0
        ):  # cancelled beyond what it held: bought in the market just before
            shares_held[own] = max(shares_held[own] - (shares - step.shares), 0)
            write(own, session, 0)


def _factor(shares: int, shares_held: dict[Stake, int]) -> float:
    """Part of the shares that is not held, rounded up to 1 % (the exchange's rule since 2017)."""
    free = shares - sum(shares_held.values())
    return -(-100 * free // shares) / 100
