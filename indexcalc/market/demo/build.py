"""The demo market put together: all tables at once, or ``daily`` in blocks and then the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from indexcalc.diagnostics import Findings, UsageError
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.demo import record
from indexcalc.market.demo.clock import Clock, make_clock
from indexcalc.market.demo.lines import make_roster
from indexcalc.market.demo.owners import make_owners
from indexcalc.market.demo.plan import make_plan
from indexcalc.market.demo.ticks import TICK_TABLE
from indexcalc.market.demo.walk import PRICE_LIMIT, Walk

CALENDAR = "XKRX"
SEED = 20261030
LEAST_SECURITIES, MOST_SECURITIES = 100, 10_000
LEAST_YEARS, MOST_YEARS = 2.0, 40.0


class DemoMarket(Struct, frozen=True):
    """A demo market in memory: ``tables`` by name, ``facts`` as ``market.json`` has them."""

    tables: dict[str, Any]
    facts: dict[str, Any]


class DemoSource:
    """A demo market under construction: first ``daily_chunks`` to their end, then ``small_tables``.

    Prices decide subscription prices, dividends and exchange ratios, so the other tables are known
    only after the last session; no more than one chunk of ``daily`` is held.
    """

    def __init__(self, n_securities: int, n_years: float, seed: int) -> None:
        _check(n_securities, n_years, seed)
        self._clock: Clock = make_clock(packaged(CALENDAR), n_years)
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
        roster = make_roster(self._rng, n_securities, len(self._clock))
        self._plan = make_plan(self._rng, roster, self._clock)
        self._walk = Walk(self._plan, seed)
        self._symbols = [line.symbol for line in roster.lines]
        self._begun = self._done = False
        self.facts: dict[str, Any] = {
            "name": "demo",
            "synthetic": True,
            "seed": seed,
            "securities": n_securities,
            "years": n_years,
            "complete": True,
            "price_limit": PRICE_LIMIT,
            "tick_table": [list(band) for band in TICK_TABLE],
        }

    def daily_chunks(self) -> Iterator[Any]:
        """Tables of ``daily``, 250 whole sessions each, in order: row groups for a store.

        RuntimeError: on a second call.
        """
        if self._begun:
            raise RuntimeError("the daily chunks of a demo market are made once")
        self._begun = True
        for block in self._walk.blocks():
            yield record.daily_table(block, self._clock, self._symbols)
        self._done = True

    def small_tables(self) -> dict[str, Any]:
        """Every table but ``daily``.  RuntimeError: before the last daily chunk was taken."""
        if not self._done:
            raise RuntimeError("take all daily_chunks() first: prices decide the other tables")
        plan, clock, outcome = self._plan, self._clock, self._walk.outcome
        owners = make_owners(self._rng, plan.roster, clock, outcome.steps)
        return {
            "securities": record.securities_table(plan),
            "float_factors": record.float_factors_table(owners, self._symbols),
            "holdings": record.holdings_table(owners, self._symbols),
            "designations": record.designations_table(plan),
            "corporate_actions": record.actions_table(plan, outcome),
            "dividends": record.dividends_table(self._rng, clock, outcome, self._symbols),
            **record.money_tables(self._rng, clock),
        }


def demo_source(n_securities: int = 1200, n_years: float = 13.0, seed: int = SEED) -> DemoSource:
    """A demo market to be written chunk by chunk: 2,500 lines over 30 years fit in little memory.

    UsageError (DAT020): numbers out of range.
    """
    return DemoSource(n_securities, n_years, seed)


def demo_tables(n_securities: int = 1200, n_years: float = 13.0, seed: int = SEED) -> DemoMarket:
    """The demo market in memory; its tables end on 2026-10-30 and begin ``n_years`` before.

    Deterministic in its three arguments.  UsageError (DAT020): numbers out of range.
    """
    source = demo_source(n_securities, n_years, seed)
    daily = pa.concat_tables(list(source.daily_chunks()))
    return DemoMarket({"daily": daily, **source.small_tables()}, source.facts)


def _check(n_securities: int, n_years: float, seed: int) -> None:
    findings = Findings()
    for name, value, low, high in (
        ("securities", n_securities, LEAST_SECURITIES, MOST_SECURITIES),
        ("years", n_years, LEAST_YEARS, MOST_YEARS),
        ("seed", seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            findings.add(
                "DAT020",
                f"a demo market cannot have {name} {value:g}",
                where=name,
                hint=f"take a number from {low:g} to {high:g}",
            )
    findings.raise_errors(UsageError)
