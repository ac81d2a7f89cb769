"""Why a line is in an index or not: the chain of decisions from the market down, with rule lines."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.amounts import figure
from indexcalc.analysis.weights_without_levels import weigh
from indexcalc.arrays import Bools
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.overlays.overlay_plan import OverlayWork
from indexcalc.calculation.plan import IndexJob, Plan, Request, ancestors, make_plan
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market, line_names
from indexcalc.market.notebook_display import Displayed, Rows
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.values.dated import Dated

REGULAR = ("regular", "given")


class Link(Struct, frozen=True):
    """One index in the chain: what its last decision on the line was, and which caps hold it.

    ``member`` on ``on``; ``decided`` the effective date of the decision (None: it was never before
    it), with the test that decided (``rule_path`` at ``rule_line`` of ``file``; a decision that is a row of
    the market has no line and no file).
    """

    index: str
    member: bool
    decided: dt.date | None
    outcome: str
    detail: str
    observed: float
    threshold: float
    rule_path: str
    rule_line: int
    file: str
    caps: tuple[str, ...] = ()
    title: str = ""

    def reason(self) -> str:
        """What decided, and where the rule says so."""
        text = self.detail or self.outcome
        if not np.isnan(self.observed):
            text = f"{text} ({figure(self.observed)} against {figure(self.threshold)})".strip()
        return f"{text}, {self._place or self.rule_path}" if self.rule_path else text

    @property
    def _place(self) -> str:
        return f"{self.file}:{self.rule_line}" if self.rule_line else ""

    def sentence(self) -> str:
        """The link in words."""
        return "; ".join([self._membership(), *self.caps])

    def _membership(self) -> str:
        state = "is in" if self.member else "is not in"
        if self.decided is None:
            return f"{self.index}: {state}: {self.detail}"
        text = self.detail
        if not np.isnan(self.observed):
            text = f"{text} ({figure(self.observed)} against {figure(self.threshold)})".strip()
        where = f"{self.rule_path} ({self._place})" if self._place else self.rule_path
        parts = ": ".join(part for part in (where, text) if part)
        return f"{self.index}: {state} by the decision of {self.decided}: {parts or self.outcome}"


class Explanation(Displayed, Struct, frozen=True):
    """The chain for one line, the indices it rests on first."""

    index: str
    symbol: str
    name: str
    on: dt.date
    links: tuple[Link, ...]
    chain: tuple[Link, ...] = ()
    """From the index asked for up to the one whose decision it was; each on the day it was asked."""
    data_until: dt.date | None = None
    """The last session of the data where ``on`` is later: nothing after it is known."""

    @property
    def member(self) -> bool:
        """Is the line in the index asked for?"""
        return self.links[-1].member

    def _shown(self) -> tuple[str, Rows]:
        state = "is in" if self.member else "is not in"
        name = f" {self.name}" if self.name else ""
        rows = [(link.index, link.reason()) for link in self.links]
        return f"{self.symbol}{name} {state} {self.index} on {self.on}", rows

    def because(self) -> str:
        """One sentence across parents: ``not in KOSPI 100 because not in KOSPI 200: ...``."""
        states = [f"{'in' if link.member else 'not in'} {link.title}" for link in self.chain]
        return f"{' because '.join(states)}: {self.chain[-1].reason()}" if states else ""


def explain(
    family: Family,
    market: Market,
    symbol: str,
    on: dt.date | None = None,
    request: Request | None = None,
) -> Explanation:
    """The decisions on ``symbol`` in force on ``on`` (default: the last session), parents first.

    DataError (DAT012): the market has no daily row of the symbol.
    """
    if symbol not in market.order:
        raise _unknown(symbol, market)
    request = request or Request(keep_weights=False)
    # A day after the data is answered as ``review`` answers it: with the reviews up to it on paper.
    late = on is not None and len(market.days) > 0 and on > date_of(market.days[-1])
    plan = make_plan(family, market, request, on if late else None)
    day = int(plan.market.days[plan.last]) if on is None else day_number(on)
    weigh(plan, day)
    return explain_in(plan, family.asked[0], symbol, day)


def explain_in(plan: Plan, index: str, symbol: str, day: int) -> Explanation:
    """The decisions on a line in force on ``day`` in ``index``, of a computation that is planned.

    Every index of the computation is told, parents first; what caps did is told after ``weigh``.
    """
    first, last = _seen(plan.market, plan.market.order[symbol])
    related = ancestors(plan.family[index], plan.family)
    names = [name for name in plan.works if name in related or index not in plan.works]
    links = tuple(_link(plan, plan.works[name], symbol, day, first, last) for name in names)
    for work in plan.overlays.values() if index in plan.overlays else ():
        links = (*links, _through(work, links))
    chain = _chain(plan, index, symbol, day, first, last)
    until = int(plan.market.days[plan.last])
    later = date_of(until) if day > until else None
    return Explanation(
        index=index,
        symbol=symbol,
        name=NamesOfDay(plan.market).of(symbol, date_of(day)),
        on=date_of(day),
        links=links,
        chain=chain,
        data_until=later,
    )


def _chain(
    plan: Plan, index: str, symbol: str, day: int, first: int, last: int
) -> tuple[Link, ...]:
    """The decision on a line in an index, followed to the parent that made it."""
    chain: list[Link] = []
    waiting: tuple[str, int] | None = (index, day)
    while waiting is not None:
        name, on = waiting
        work = plan.works.get(name)
        if work is None:
            break
        chain.append(_link(plan, work, symbol, on, first, last))
        waiting = _decided_by(plan, work, symbol, on, chain[-1].member)
    return tuple(chain)


def _decided_by(
    plan: Plan, work: IndexJob, symbol: str, day: int, member: bool
) -> tuple[str, int] | None:
    """The parent whose list keeps a line out, and the day that list was asked for; None: its own
    decision, or it is in."""
    universe, date = work.rule.universe, date_of(day)
    if member or universe.of is None:
        return None
    if work.rule.selection is not None:
        regular = [result for result in work.members.results if result.kind in REGULAR]
        past = [result for result in regular if result.effective <= day]
        if not past:
            return None
        follows = bool(work.rule.review.follows)
        day = past[-1].effective if follows else past[-1].cutoff
    code = plan.market.order[symbol]

    def holds(name: str) -> bool:
        return code in plan.works[name].members.lists.members(day).tolist()

    of = [name for name in _parents(universe.of, date) if name in plan.works]
    if of and not any(holds(name) for name in of):
        return of[0], day
    except_ = [] if universe.except_ is None else _parents(universe.except_, date)
    return next(((name, day) for name in except_ if name in plan.works and holds(name)), None)


def _parents(dated: Dated[tuple[str, ...]], date: dt.date) -> list[str]:
    return list(dated.get(date, ()))


def _through(work: OverlayWork, links: tuple[Link, ...]) -> Link:
    """An overlay holds what is below it holds, and decides nothing."""
    member = any(link.member for link in links if link.index == work.below)
    detail = f"an overlay has no members of its own; it stands on the level of {work.below}"
    nan = float("nan")
    return Link(
        index=work.rule.index,
        member=member,
        decided=None,
        outcome="",
        detail=detail,
        observed=nan,
        threshold=nan,
        rule_path="",
        rule_line=0,
        file=work.rule.path,
    )


def _unknown(symbol: str, market: Market) -> DataError:
    asked = str(symbol)
    lost_zeros = [known for known in market.symbols if known.lstrip("0") == asked.lstrip("0")]
    near = lost_zeros or difflib.get_close_matches(asked, market.symbols, 3, 0.6)
    return DataError.of(
        "DAT012",
        f"{symbol} has no row in daily",
        where=str(symbol),
        path=market.place,
        hint=_called(symbol, market)
        or (f"did you mean {' or '.join(near)}?" if near else "symbols are text, zeros included"),
    )


def _called(name: str, market: Market) -> str:
    """A hint where what was asked for is the name of lines, or ''."""
    symbols = {
        symbol
        for column in ("name", "name_en")
        for symbol, known in zip(market.symbols, line_names(market, column), strict=True)
        if known == name
    }
    return f"{name} is the name of {' and '.join(sorted(symbols)[:3])}" if symbols else ""


def _seen(market: Market, code: int) -> tuple[int, int]:
    """The first and the last day with a row of one line."""
    cells = market.panel.presence()
    own = cells.codes == code
    rows, begins = cells.rows[own], cells.values[own] > 0
    if not rows.size:
        return int(np.iinfo(np.int32).max), int(np.iinfo(np.int32).min)
    last = market.panel.size - 1 if begins[-1] else int(rows[-1]) - 1
    return int(market.days[rows[0]]), int(market.days[last])


def _link(plan: Plan, work: IndexJob, symbol: str, day: int, first: int, last: int) -> Link:
    market = plan.market
    code = market.order[symbol]
    n = len(market.symbols)
    table = work.members.ledger(
        int(market.days[0]),
        int(market.days[plan.last]),
        np.full(n, first, dtype=np.int32),
        np.full(n, last, dtype=np.int32),
    )
    file = work.rule.path
    listed = market.days[np.searchsorted(market.days, day, side="right") - 1] <= last
    member = bool(listed and code in work.members.lists.members(day).tolist())
    codes = arrow.codes_into(table.column("symbol"), market.order)
    days = arrow.days(table.column("effective_date"))
    own_rows = np.flatnonzero((codes == code) & (days <= day))
    steps = arrow.texts(table.column("step").take(arrow.from_ints(own_rows)))
    own_rows = own_rows[np.array([step == "membership" for step in steps], dtype=np.bool_)]
    latest = _latest_review(work, day)
    if own_rows.size == 0 or (latest is not None and int(days[own_rows[-1]]) < latest):
        detail = _outside(work, latest)
        return Link(
            index=work.rule.index,
            member=member,
            decided=None,
            outcome="",
            detail=detail,
            observed=float("nan"),
            threshold=float("nan"),
            rule_path="",
            rule_line=0,
            file=file,
            title=_title(work),
        )
    row = table.slice(int(own_rows[-1]), 1).to_pylist()[0]
    detail = str(row["detail"] or "")
    if not listed:
        detail = f"{detail}; no longer listed after {date_of(last)}".lstrip("; ")
    return Link(
        index=work.rule.index,
        member=member,
        decided=date_of(int(days[own_rows[-1]])),
        outcome=str(row["outcome"]),
        detail=detail,
        observed=_number(row["observed"]),
        threshold=_number(row["threshold"]),
        rule_path=str(row["rule_path"] or ""),
        rule_line=int(row["rule_line"] or 0),
        file=_file(work, str(row["rule_path"] or "")) if row["rule_line"] else "",
        caps=_caps(work, table, codes == code, day) if member else (),
        title=_title(work),
    )


def _title(work: IndexJob) -> str:
    return work.rule.name.get("en", work.rule.index)


def _file(work: IndexJob, rule_path: str) -> str:
    """The file that says a key: that of a variant, or of the rule it varies."""
    span = work.rule.span_of(rule_path) if rule_path else None
    return work.rule.path if span is None else span.path


def _caps(work: IndexJob, table: Any, of_line: Bools, day: int) -> tuple[str, ...]:
    """What the caps did to a line when weights were last set up to a day, in words."""
    membership = work.members.membership
    if not isinstance(membership, Scheduled):
        return ()
    days = arrow.days(table.column("effective_date"))
    set_on = [at for at in membership.set_on if at <= day]
    if not set_on:
        return ()
    caps: list[str] = []
    for position in np.flatnonzero(of_line & (days == set_on[-1])):
        row = table.slice(int(position), 1).to_pylist()[0]
        if row["step"] != "cap":
            continue
        observed, limit = row["observed"], row["threshold"]
        against = "" if limit is None else f" ({observed:.4%} against {limit:.4%})"
        file = _file(work, str(row["rule_path"]))
        where = f"{row['rule_path']} ({file}:{row['rule_line']})"
        caps.append(f"capped since {row['effective_date']} by {where}: {row['detail']}{against}")
    return tuple(caps)


def _latest_review(work: IndexJob, day: int) -> int | None:
    """The effective day of the last regular review up to ``day``; None for a composite."""
    regular = [result for result in work.members.results if result.kind in REGULAR]
    if not regular:
        return None
    past = [result.effective for result in regular if result.effective <= day]
    return past[-1] if past else int(np.iinfo(np.int32).max)


def _outside(work: IndexJob, latest: int | None) -> str:
    """Why no decision was made on a line."""
    if latest == int(np.iinfo(np.int32).max):
        return "no review was made up to that day"
    of = work.rule.universe.of
    parents = ", ".join(sorted({name for value in of.values for name in value})) if of else ""
    when = "" if latest is None else f" of the review of {date_of(latest)}"
    if parents:
        return f"not in the universe{when}: it was not in {parents} then"
    return f"not in the universe{when}: it had no row then"


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
