"""Composites: an index whose members are a state, checked every session (``review: {every: session}``).

A full review on each of thousands of sessions would mostly find the same answer.  A line's state
can change only when one of its columns, designations or the rule itself does, or when it has been
listed long enough; so the rule's conditions are judged on those days alone, for all lines at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Codes, Days, Ints
from indexcalc.diagnostics import (
    DataError,
    Findings,
    quantity,
)
from indexcalc.market import arrow
from indexcalc.market.as_of import History, Spells
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.conditions import Condition, fields_used
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated, breakpoints
from indexcalc.methodology.values.values import Special
from indexcalc.review.composite.deletions import with_deletions
from indexcalc.review.conditions.evaluate import columns_used, dated_values, evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines, RuleNotKnown
from indexcalc.review.conditions.state_conditions import cutoff_lag, state_conditions
from indexcalc.review.data.fields import MADE_DAILY, MONEY, Fields
from indexcalc.review.data.line_states import NotKnown, StateRows
from indexcalc.review.data.texts import Texts

SHOWN = 8


def state_rows(
    rule: Methodology, market: Market, sessions: Sessions, fields: Fields, findings: Findings
) -> tuple[StateRows, list[NotKnown]]:
    """When each line of the market becomes and ceases to be eligible, and by which test.

    ``universe.where`` and ``eligibility`` are judged at the cut-off, with the dated values of the
    session that follows from it; ``deletions`` on a delisting or transfer act from the first
    session the fact is in force.  A line whose value is not known does not pass; which and when is
    the second result.  DataError (CAL008): the rule asks more than a state.
    """
    conditions = state_conditions(rule, findings)
    lag = cutoff_lag(rule, findings)
    findings.raise_errors(DataError)
    words = Texts()
    first_observed = int(np.searchsorted(sessions.days, market.days[0]))
    # Below zero where the calendar begins with the data: the first session is judged all the same.
    first = first_observed - lag
    last = int(np.searchsorted(sessions.days, market.days[-1])) - lag
    ahead = lag if rule.universe.where_on.at(date_of(market.days[-1])) == "effective" else 0
    judge = _Judge(
        rule=rule,
        conditions=conditions,
        sessions=sessions,
        fields=fields,
        words=words,
        lag=lag,
        first_observed=first_observed,
        ahead=ahead,
    )
    codes, cutoffs = _days_of_change(
        rule=rule,
        conditions=conditions,
        market=market,
        sessions=sessions,
        first=first,
        last=last,
        lag=lag,
        ahead=ahead,
    )
    unknown: list[NotKnown] = []
    try:
        rows = judge.rows(codes, cutoffs, unknown, last)
    except RuleNotKnown as refused:
        known = refused.known_from
        raise DataError.of(
            "REV001",
            f"who is in cannot be said: `{refused.path}` is not known on {refused.effective_date}",
            span=rule.span_of(refused.path),
            where=refused.path,
            path=rule.path,
            hint=f"import data from {known} on alone, or say what held before"
            if known
            else "say what held on that date",
        ) from None
    if any("listed_for" in _fields(condition) for condition in conditions):
        more = judge.within(rows, last)
        if more[0].size:
            codes = np.concatenate((codes, more[0]))
            cutoffs = np.concatenate((cutoffs, more[1]))
            order = np.lexsort((cutoffs, codes))
            unknown = []
            rows = judge.rows(codes[order], cutoffs[order], unknown, last)
    return with_deletions(rule, rows, market, sessions), unknown


def _fields(condition: Dated[Condition]) -> set[str]:
    return {name for value in condition.values for name in fields_used(value)}


def _days_of_change(
    rule: Methodology,
    conditions: list[Dated[Condition]],
    market: Market,
    sessions: Sessions,
    first: int,
    last: int,
    lag: int,
    ahead: int,
) -> tuple[Codes, Ints]:
    """(codes, cut-off positions) at which a line's state may change, sorted, without repeats.

    ``ahead``: sessions from the cut-off to the day whose columns ``where`` reads.
    """
    n_symbols = len(market.symbols)
    everyone = np.arange(n_symbols, dtype=np.int32)
    codes: list[Codes] = [everyone]
    position: list[Ints] = [np.full(n_symbols, first, dtype=np.int64)]

    def add(code: Codes, day: Codes) -> None:
        for sooner in {0, ahead}:
            at = np.maximum(np.searchsorted(sessions.days, day, side="left") - sooner, first)
            keep = (code >= 0) & (at <= last)
            codes.append(code[keep])
            position.append(at[keep].astype(np.int64))

    used = {name for dated in conditions for value in dated.values for name in columns_used(value)}
    for code, day in _daily_changes(used, market):
        add(code, day)
    securities = market.table("securities")
    if securities is not None:
        history = History(securities, "valid_from", market.order)
        for name in sorted({*used, "listing_date", "market", "delisting_date"}):
            if name in securities.column_names:
                add(*history.change_days(name))
        if "listing_date" in securities.column_names:
            listed = arrow.days(securities.column("listing_date"))
            add(history.codes, np.where(listed == arrow.NULL_DAY, 0, listed).astype(np.int32))
    designations = market.table("designations")
    if designations is not None:
        add(*Spells(designations, market.order).change_days())
    dates = {*breakpoints(conditions)}
    for dated in conditions:
        for condition in dated.values:
            dates.update(breakpoints(dated_values(condition)))
    for date in sorted(dates):
        effective = int(np.searchsorted(sessions.days, day_number(date), side="left"))
        if first <= effective - lag <= last:
            codes.append(everyone)
            position.append(np.full(n_symbols, effective - lag, dtype=np.int64))
    code, at = np.concatenate(codes), np.concatenate(position)
    both = np.unique(code.astype(np.int64) * (1 << 32) + (at - first))
    return (both >> 32).astype(np.int32), (both & ((1 << 32) - 1)) + first


def _daily_changes(used: set[str], market: Market) -> Iterator[tuple[Codes, Days]]:
    """(codes, days) on which what is read of ``daily`` and ``float_factors`` may change, by column."""
    floats = market.table("float_factors")
    if "float_factor" in used and floats is not None:
        yield History(floats, "effective_date", market.order).change_days("float_factor")
    of_daily = (used - {*market.columns("securities")}) & {*market.columns("daily"), *MADE_DAILY}
    if of_daily & {*MONEY}:
        # Money moves with every price and every rate.
        n_symbols, n_days = len(market.symbols), market.days.size
        everyone = np.arange(n_symbols, dtype=np.int32)
        yield np.tile(everyone, n_days), np.repeat(market.days, n_symbols)
        return
    for name in sorted(of_daily):
        market.panel.need((name,))
        cells = market.panel.changes(name)
        yield cells.codes, market.days[cells.rows]


class _Judge(Struct, frozen=True):
    rule: Methodology
    conditions: list[Dated[Condition]]
    sessions: Sessions
    fields: Fields
    words: Texts
    lag: int
    first_observed: int
    ahead: int

    def rows(
        self, codes: Codes, cutoffs: Ints, unknown: list[NotKnown] | None = None, last: int = 0
    ) -> StateRows:
        """Judge (line, cut-off) rows; what was not known is added to ``unknown``."""
        n = codes.size
        same = np.concatenate((codes[1:] == codes[:-1], [False]))
        until = np.where(same, np.concatenate((cutoffs[1:], [0])), last + 1)
        states = StateRows(
            codes=codes,
            session=cutoffs + self.lag,
            eligible=np.ones(n, dtype=np.bool_),
            path=np.zeros(n, dtype=np.int64),
            observed=np.full(n, np.nan),
            threshold=np.full(n, np.nan),
            detail=np.zeros(n, dtype=np.int64),
            words=self.words,
        )
        days = self.sessions.days
        effective = days[np.minimum(cutoffs + self.lag, days.size - 1)]
        for dated in self.conditions:
            starts = [day_number(date) for date in dated.dates]
            segment = np.searchsorted(np.array(starts, dtype=np.int64), effective, side="right")
            for number in np.unique(segment):
                rows = np.flatnonzero((segment == number) & states.eligible)
                if rows.size == 0:
                    continue
                condition = dated.at(date_of(int(effective[rows].max())))
                if isinstance(condition, Special):
                    self._special(condition, states, rows)
                    continue
                # Before the data nothing is known: the first session is judged by what it tells.
                read_on = cutoffs[rows]
                if dated is self.rule.universe.where:
                    read_on = np.minimum(read_on + self.ahead, days.size - 1)
                known = days[np.maximum(read_on, self.first_observed)]
                lines = JudgedLines(self.fields, codes[rows], known, effective[rows], self.words)
                verdict = evaluate(condition, lines)
                states.eligible[rows] = verdict.passed
                states.path[rows] = verdict.path
                states.observed[rows] = verdict.observed
                states.threshold[rows] = verdict.threshold
                states.detail[rows] = verdict.detail
                for item in lines.unknowns if unknown is not None else ():
                    at = rows[item.rows]
                    assert unknown is not None
                    unknown.append(
                        NotKnown(item.field, item.path, codes[at], cutoffs[at], until[at])
                    )
        return states

    def _special(self, value: Special, states: StateRows, rows: npt.NDArray[np.intp]) -> None:
        """``none``: nothing is asked.  ``unknown``: nobody can pass."""
        if value is Special.UNKNOWN:
            states.eligible[rows] = False
            states.detail[rows] = self.words.number("the rule does not say what holds on this date")

    def within(self, rows: StateRows, last: int) -> tuple[Codes, Ints]:
        """(codes, cut-offs) inside the intervals between rows at which the state changes.

        Between two rows only the time listed moves, one way; so the change is found by halving.
        """
        cutoffs = rows.session - self.lag
        same = np.concatenate((rows.codes[1:] == rows.codes[:-1], [False]))
        end = np.where(same, np.concatenate((cutoffs[1:], [0])) - 1, last)
        wide = np.flatnonzero(end > cutoffs)
        codes, low, high = rows.codes[wide], cutoffs[wide], end[wide]
        at_end = self.rows(codes, high).eligible
        moved = at_end != rows.eligible[wide]
        codes, low, high, goal = codes[moved], low[moved], high[moved], at_end[moved]
        while bool((high - low > 1).any()):
            middle = (low + high) // 2
            reached = self.rows(codes, middle).eligible == goal
            high = np.where(reached, middle, high)
            low = np.where(reached, low, middle)
        return codes, high


def report_unknown(
    rule: Methodology,
    unknown: list[NotKnown],
    market: Market,
    sessions: Sessions,
    first_seen: Codes,
    last_seen: Codes,
    findings: Findings,
) -> None:
    """Finding DAT011 for each value that was not known of a line while it had daily rows."""
    grouped: dict[tuple[str, str], set[int]] = {}
    days = np.append(sessions.days, np.int32(np.iinfo(np.int32).max))
    for item in unknown:
        begin = days[np.clip(item.begin, 0, days.size - 1)]
        end = days[np.clip(item.end, 0, days.size - 1)]
        listed = (first_seen[item.codes] < end) & (last_seen[item.codes] > begin)
        grouped.setdefault((item.field, item.path), set()).update(item.codes[listed].tolist())
    for (field, path), codes in sorted(grouped.items()):
        symbols = [market.symbols[code] for code in sorted(codes)]
        if not symbols:
            continue
        more = f" and {len(symbols) - SHOWN} more" if len(symbols) > SHOWN else ""
        findings.add(
            "DAT011",
            f"{field} is not known of "
            f"{quantity(len(symbols), 'line, which is', 'lines, which are')} left out: "
            f"{', '.join(symbols[:SHOWN])}{more}",
            span=rule.span_of(path),
            where=path,
            path=rule.path,
            hint=f"give them a row in `securities`, or --assume {field}=VALUE",
        )
