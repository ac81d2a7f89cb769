"""One session of an index as it was advanced through: its level, and what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes
from indexcalc.calculation.findings import refuse_unknown_money, report_run
from indexcalc.calculation.levels.event_log import EventLog
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.published_levels import published_on
from indexcalc.calculation.levels.results import Change, IndexResults
from indexcalc.calculation.plan import IndexJob, Plan, wants
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.market.calendar.sessions import date_of


class IndexSession(Struct, frozen=True):
    """What ``levels.parquet`` says of one index on one session, with the same bits.

    ``level_tr`` and ``level_ntr``: None where not asked for.  ``divisor`` is that of the session,
    ``market_value`` in index currency.  ``change``: the list in force, where it changed.
    """

    index: str
    date: dt.date
    level: float
    level_published: Decimal
    level_tr: float | None
    level_ntr: float | None
    divisor: float
    market_value: float
    constituents: int
    change: Change | None
    log: EventLog
    days: Codes
    symbols: tuple[str, ...]
    divisor_before: float

    def events(self) -> Any:
        """The session's rows of ``events.parquet``."""
        place = int(np.searchsorted(self.days, (self.date - dt.date(1970, 1, 1)).days))
        before, after = {place: self.divisor_before}, {place: self.divisor}
        return self.log.table(self.days, self.symbols, before, after)


class Session(Struct, frozen=True):
    """One session: the indices that have a level on it, parents first, and what there is to say."""

    date: dt.date
    indices: Mapping[str, IndexSession]
    diagnostics: tuple[Diagnostic, ...]

    def __getitem__(self, index: str) -> IndexSession:
        return self.indices[index]


def told(plan: Plan, work: IndexJob) -> list[Diagnostic]:
    """What is new to say of the sessions a run holds; its findings have it from now on.

    DataError: money that is not known.
    """
    before = set(work.findings.items)
    findings = Findings()
    refuse_unknown_money(work.rule, work.run, work.findings)
    report_run(work.rule, work.run, plan.market, plan.request.assume, findings)
    new = [item for item in dict.fromkeys(findings.items) if item not in before]
    work.findings.items.extend(new)
    return new


def taken(plan: Plan, works: Mapping[str, IndexJob], place: int) -> Session:
    """The session at position ``place`` that ``works`` have just advanced through, alone.

    What it leaves in the runs is taken out of them.  DataError: money that is not known.
    """
    found: set[Diagnostic] = set()
    indices: dict[str, IndexSession] = {}
    for name, work in works.items():
        found.update(told(plan, work))
        if work.run.found.sessions:
            indices[name] = _one(plan, work, place)
        forget(work.run)
    said = tuple(sorted(found, key=lambda item: item.sort_key))
    return Session(date_of(plan.market.days[place]), indices, said)


def _one(plan: Plan, work: IndexJob, place: int) -> IndexSession:
    rule, run = work.rule, work.run
    date = date_of(plan.market.days[place])
    level = float(run.found.level[-1][-1])
    net = None
    if wants(rule, plan.request, "net") and rule.returns.withholding is not None:
        net = run.net(rule.returns.withholding) if run.given.returns.taxes else None
    gross = wants(rule, plan.request, "gross")
    return IndexSession(
        index=rule.index,
        date=date,
        level=level,
        level_published=published_on(rule.published, date, level),
        level_tr=float(run.found.total_return[-1][-1]) if gross else None,
        level_ntr=float(net[-1][-1]) if net else None,
        divisor=float(run.found.divisor[-1][-1]),
        market_value=float(run.found.value[-1][-1]),
        constituents=int(run.found.members[-1][-1]),
        change=run.found.changes[-1] if run.found.changes else None,
        log=run.found.log,
        days=plan.market.days,
        symbols=plan.market.symbols,
        divisor_before=run.found.divisor_before[place],
    )


def forget(run: IndexRun) -> None:
    """Drop what a run has collected for its files; its state stays."""
    run.found = IndexResults()
    if run.given.payouts is not None:
        run.given.payouts.untaxed.clear()
        run.given.payouts.unrated.clear()
        run.given.payouts.exchange.missing.clear()
