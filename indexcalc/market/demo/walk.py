"""Prices, session by session: the events of the plan, and every line's close, base price and volume.

A line's close is ``scale * exp(beta * market + x)`` in whole ticks within the daily limit: the
market's log level is a path, ``x`` the line's own slowly reverting log deviation, ``scale`` takes
the terms of corporate actions.  ``x`` of the mega-cap is steered so that its share of the float
market cap follows ``mega_share``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.demo.agenda import Event, Plan
from indexcalc.market.demo.lines import MEGA_SHARE_AT_START
from indexcalc.market.demo.names import SECTORS
from indexcalc.market.demo.outcome import Action, Block, Outcome, Paid, ShareStep
from indexcalc.market.demo.ticks import tick_price, to_tick

SESSIONS_PER_CHUNK = 250
PRICE_LIMIT = 0.30
_KEEP = 0.9992  # of a line's own deviation, a session: half of it is gone in about 3.5 years
_STEER = 0.03  # part of the mega-cap's log-odds gap closed a session


def mega_share(passed: float) -> float:
    """Aim for the mega-cap's share of float market cap after a part (0..1) of the market's life:
    from 22.5 % to a third, over 30 % and back on the way."""
    return MEGA_SHARE_AT_START + 0.115 * passed + 0.03 * math.sin(5.0 * math.pi * passed)


class Walk:
    """The state of all lines; ``blocks`` moves it from the first session to the last, once."""

    def __init__(self, plan: Plan, seed: int) -> None:
        lines = plan.roster.lines
        n = len(lines)
        self.plan, self.seed = plan, seed
        self.outcome = Outcome()
        self.lines = lines
        self.mega = plan.roster.mega.index
        self._by_session: dict[int, list[Event]] = {}
        for event in plan.events:
            self._by_session.setdefault(event.session, []).append(event)
        rng = self._rng("start")
        self.market = _market_path(rng, len(plan.clock))
        self._beta = rng.uniform(0.75, 1.25, n)
        self._volatility = np.array([line.volatility for line in lines])
        self._turnover = np.array([line.turnover for line in lines])
        self._yield = np.array([line.dividend_yield for line in lines])
        self._quarterly = np.array([line.quarterly for line in lines])
        self._sector = np.array([SECTORS.index(line.sector) for line in lines])
        self._float = np.array([line.float_at_start for line in lines])
        common = [line.share_class == "common" for line in lines]
        kospi = [line.market == "KOSPI" for line in lines]
        self._measured = np.array(common) & np.array(kospi)  # whose float cap is the whole
        preferred = [line for line in lines if line.share_class != "common" and line.parent]
        self._preferred = np.array([line.index for line in preferred], dtype=np.int64)
        self._host = np.array([line.parent.index for line in preferred if line.parent])
        self._with_mega = np.array(
            [
                line.index
                for line in lines
                if line is plan.roster.mega or line.parent is plan.roster.mega
            ]
        )
        self._x = np.zeros(n)
        self._drift = np.zeros(n)
        self._halted = np.zeros(n, dtype=np.bool_)
        self._listed = np.array([line.start < 0 for line in lines])
        self._scale = np.array([line.price for line in lines])
        self._last = to_tick(self._scale)
        self._shares = np.maximum(
            np.rint(np.array([line.size / line.price for line in lines]) / 10.0) * 10.0, 100_000.0
        ).astype(np.int64)
        # Dividends per share with record days from one May to the next: those of the last complete
        # year, and of the one that runs, with what the market's first year paid before it began.
        self._yearly = self._yield * self._last
        passed = (plan.clock.sessions.date(0).month - 5) % 12
        quarters = sum(month < passed for month in (1, 4, 7, 10))
        self._accrued = self._yearly * np.where(self._quarterly, 0.25 * quarters, passed > 7)
        self._agreed: dict[
            int, tuple[float, int]
        ] = {}  # terms of a takeover: (value, session known)
        for line in lines:
            if line.start < 0:
                self._step(line.index, 0, "listed")

    def _rng(self, *purpose: str | int) -> np.random.Generator:
        """A stream of its own for each purpose, so that one use of it moves no other."""
        words = [value if isinstance(value, int) else sum(value.encode()) for value in purpose]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, *words])))

    def _step(self, i: int, session: int, kind: str, m: float = 1.0) -> None:
        steps = self.outcome.steps.setdefault(i, [])
        steps.append(ShareStep(session, kind, int(self._shares[i]), m))

    def blocks(self) -> Iterator[Block]:
        """Blocks of ``SESSIONS_PER_CHUNK`` sessions in order, the last one shorter."""
        clock = self.plan.clock
        n, total = len(self.lines), len(clock)
        exes = {ex: (year, month) for year, month, ex in clock.record_exes((3, 6, 9, 12))}
        finals = {
            clock.sessions.at_or_after(dt.date(year, 5, 2))
            for year in clock.years
            if clock.sessions.date(0) < dt.date(year, 5, 2)
        }
        for first in range(0, total, SESSIONS_PER_CHUNK):
            rng = self._rng("block", first)
            m = min(SESSIONS_PER_CHUNK, total - first)
            shock = self._shocks(rng, m)
            close, base, dividend = np.empty((m, n)), np.empty((m, n)), np.empty((m, n))
            shares = np.empty((m, n), dtype=np.int64)
            listed, still = np.empty((m, n), dtype=np.bool_), np.empty((m, n), dtype=np.bool_)
            for k in range(m):
                t = first + k
                self._x *= _KEEP
                self._x += shock[k]
                self._x += self._drift
                self._steer(t / total)
                if t in exes:
                    self._pay(rng, t, *exes[t])
                if t in finals:
                    self._yearly = self._accrued * 1.0
                    self._accrued[:] = 0.0
                level = np.exp(self._beta * self.market[t] + self._x)
                base[k] = self._last
                if t in self._by_session:
                    for event in self._by_session[t]:
                        self._apply(event, base[k], level)
                target = np.clip(self._scale * level, 0.705 * base[k], 1.295 * base[k])
                close[k] = np.where(self._halted, base[k], to_tick(target))
                self._last = close[k]
                listed[k], still[k], shares[k] = self._listed, self._halted, self._shares
                dividend[k] = self._yearly
            for i, line in enumerate(self.lines):
                if first <= line.start < first + m:
                    self.outcome.first_close[i] = float(close[line.start - first, i])
            volume, value = self._volumes(rng, close, base, shares, still)
            yield Block(
                first=first,
                listed=listed,
                close=close,
                base_price=base,
                shares=shares,
                volume=volume,
                traded_value=value,
                dividend_yield=dividend / close,
            )

    def _shocks(self, rng: np.random.Generator, m: int) -> Floats:
        """Own log returns of m sessions: a common part by sector, and now and then a jump."""
        shock = rng.standard_normal((m, len(self.lines)))
        shock *= self._volatility
        if self._preferred.size:
            shock[:, self._preferred] *= 0.35
            shock[:, self._preferred] += 0.9 * shock[:, self._host]
        shock += (0.006 * rng.standard_normal((m, len(SECTORS))))[:, self._sector]
        jumps = rng.integers(0, shock.size, size=shock.size // 800)
        shock.reshape(-1)[jumps] += 0.09 * rng.standard_normal(jumps.size)
        shock[:, self.mega] = np.clip(shock[:, self.mega], -0.05, 0.05)
        return shock

    def _steer(self, passed: float) -> None:
        """Move the mega-cap (and its preferred line) towards its aimed share of float market cap."""
        whole = self._last * self._shares * (self._float * (self._measured & self._listed))
        share = float(whole[self.mega]) / float(whole.sum())
        aim = mega_share(passed)
        gap = math.log(aim / (1.0 - aim)) - math.log(share / (1.0 - share))
        self._x[self._with_mega] += min(max(_STEER * gap, -0.02), 0.02)

    def _volumes(
        self, rng: np.random.Generator, close: Floats, base: Floats, shares: Ints, still: Bools
    ) -> tuple[Ints, Ints]:
        """Shares traded and their value (KRW): more on large moves, nothing while halted."""
        busy = rng.standard_normal(close.shape)
        busy *= 0.55
        busy += 8.0 * np.abs(close / base - 1.0)
        np.exp(busy, out=busy)
        busy *= self._turnover
        np.minimum(busy, 0.8, out=busy)
        volume = np.maximum((busy * shares).astype(np.int64), 1)
        volume[still] = 0
        value = np.rint(volume * ((close + base) * 0.5)).astype(np.int64)
        return volume, value

    def _pay(self, rng: np.random.Generator, t: int, year: int, month: int) -> None:
        """Ordinary dividends with ex-date t: the year's (or the last quarter's) in December."""
        due = self._listed & (self._yield > 0)
        if month != 12:
            due &= self._quarterly
        part = np.where(self._quarterly, 0.25, 1.0)
        amount = self._yield * part * self._last * np.exp(0.15 * rng.standard_normal(due.size))
        unit = np.where(amount >= 100.0, 5.0, 1.0)
        amount = np.rint(amount / unit) * unit
        due &= amount > 0
        lines = np.flatnonzero(due)
        self._accrued[lines] += amount[lines]
        self.outcome.paid.append(Paid(t, year, month, lines, amount[lines]))

    # --- events ---------------------------------------------------------------------------------

    def _apply(self, event: Event, base: Floats, level: Floats) -> None:
        """One event before the open of its session; ``base`` is changed in place."""
        i, t = event.line.index, event.session
        kind = event.kind
        if kind in ("split", "consolidation", "bonus", "stock_dividend", "capital_reduction"):
            self._scaled(event, base)
        elif kind == "rights":
            self._rights(event, base)
        elif kind == "list_shares":
            self._multiply_shares(i, t, event.value)
        elif kind == "halt":
            self._halted[i] = True
        elif kind == "resume":
            self._halted[i] = False
        elif kind == "list":
            if event.line.listed_by == "demerger":
                price = float(base[i])  # its part of the parent, set by the spin-off before
            else:
                price = tick_price(event.line.price * math.exp(self.market[t]))
            base[i] = price
            self._scale[i] = price * math.exp(event.value) / level[i]
            self._listed[i] = True
            self._yearly[i] = self._accrued[i] = 0.0
            self._step(i, t, "listed")
        elif kind == "delist":
            self._listed[i] = False
        elif kind == "move":
            self._measured[i] = True
        elif kind == "spin_off":
            self._spin_off(event, base)
        elif kind == "issue":
            self._shares[i] += max(round(int(self._shares[i]) * event.value / 10) * 10, 10)
            self._step(i, t, "issue")
        elif kind == "cancel":
            self._shares[i] -= max(round(int(self._shares[i]) * event.value / 10) * 10, 10)
            self._step(i, t, "cancel")
        elif kind == "drift":
            self._drift[i] = event.value
        elif kind == "agree":
            self._agree(event)
        else:
            self._take_over(event)

    def _rescale(self, i: int, factor: float) -> None:
        """The price of a line from now on is ``factor`` times what it would have been."""
        self._scale[i] *= factor
        self._yearly[i] *= factor
        self._accrued[i] *= factor

    def _multiply_shares(self, i: int, t: int, m: float) -> None:
        self._shares[i] = round(int(self._shares[i]) * m)
        self._step(i, t, "scaled", m)

    def _scaled(self, event: Event, base: Floats) -> None:
        """m shares for one: base price C / m; a capital reduction reopens at an auction near it."""
        i, t, m = event.line.index, event.session, event.value
        auction = math.exp(event.more) if event.kind == "capital_reduction" else 1.0
        base[i] = tick_price(self._last[i] / m * auction)
        self._rescale(i, auction / m)
        if event.kind in ("split", "consolidation", "capital_reduction"):
            self._multiply_shares(i, t, m)
        self.outcome.actions.append(
            Action(
                event.line,
                t,
                event.kind,
                ratio=m,
                list_session=event.list_session,
                known=max(t - 15, 0),
            )
        )

    def _rights(self, event: Event, base: Floats) -> None:
        """n new shares per one held at s below the last close C: base price (C + n s) / (1 + n)."""
        i, t, n = event.line.index, event.session, event.value
        last = float(self._last[i])
        price = tick_price(last * event.more)
        theory = (last + n * price) / (1.0 + n)
        base[i] = tick_price(theory)
        self._rescale(i, theory / last)
        self.outcome.actions.append(
            Action(
                event.line,
                t,
                "rights",
                ratio=n,
                price=price,
                list_session=event.list_session,
                known=t - 1,
            )
        )

    def _spin_off(self, event: Event, base: Floats) -> None:
        """The survivor's base price is its opening auction; the child opens near its part."""
        child = event.other
        assert child is not None
        i, j, t = event.line.index, child.index, event.session
        last = float(self._last[i])
        rng = self._rng("auction", t, i)
        survivor, new = (math.exp(0.08 * z) for z in rng.standard_normal(2).tolist())
        base[i] = tick_price(last * (1.0 - event.more) * survivor)
        self._rescale(i, (1.0 - event.more) * survivor)
        base[j] = tick_price(last * event.more / event.value * new)
        self._shares[j] = round(int(self._shares[i]) * event.value)
        self.outcome.actions.append(
            Action(
                event.line,
                t,
                "spin_off",
                ratio=event.value,
                part=event.more,
                other=child,
                known=max(t - 60, 0),
            )
        )

    def _agree(self, event: Event) -> None:
        """Terms become known: shares of the successor per share, or cash; the price moves to them."""
        i, t = event.line.index, event.session
        offer = float(self._last[i]) * (1.0 + event.value)
        if event.other is not None:
            ratio = max(round(offer / float(self._last[event.other.index]), 4), 0.0001)
            self._agreed[i] = (ratio, t)
        else:
            self._agreed[i] = (tick_price(offer), t)
        self._x[i] += math.log(1.0 + event.value)

    def _take_over(self, event: Event) -> None:
        """A merger's new shares list, or a tender is paid, on the session the target is gone."""
        i, t = event.line.index, event.session
        value, known = self._agreed[i]
        if event.kind == "tender":
            self.outcome.actions.append(
                Action(event.line, t, "tender", amount=value, final_price=value, known=known)
            )
            return
        assert event.other is not None
        j = event.other.index
        self._shares[j] += max(round(int(self._shares[i]) * value), 1)
        self._step(j, t, "issue")
        self.outcome.actions.append(
            Action(event.line, t, "merger", ratio=value, other=event.other, known=known)
        )


def _market_path(rng: np.random.Generator, n_sessions: int) -> Floats:
    """Log level of the market: 4 % a year with slow cycles and 1 % daily moves around it."""
    years = np.arange(n_sessions) / 246.0
    noise = 0.0095 * rng.standard_normal(n_sessions)
    path = np.empty(n_sessions)
    level = 0.0
    for t, step in enumerate(noise.tolist()):
        level = 0.9985 * level + step
        path[t] = level
    cycle = 0.12 * np.sin(2.0 * np.pi * years / 4.3) + 0.06 * np.sin(2.0 * np.pi * years / 1.7)
    return path + cycle + 0.04 * years
