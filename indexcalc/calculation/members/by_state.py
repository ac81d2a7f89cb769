"""Members by a state that every session is checked: of the whole market or of the parents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.arrays import Days
from indexcalc.calculation.members.composite import Composite
from indexcalc.calculation.members.index_members import Members, Setting, float_givers
from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.holidays import lines_away
from indexcalc.methodology.model.conditions import fields_used
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Special
from indexcalc.review.calendar.timeline import StateTimeline
from indexcalc.review.composite.child_decisions import child_decisions
from indexcalc.review.composite.composite import report_unknown, state_rows
from indexcalc.review.composite.decisions import decisions
from indexcalc.review.composite.float_by_session import FloatChanges, float_changes, with_factors
from indexcalc.review.conditions.state_conditions import cutoff_lag
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_states import NotKnown, StateRows


def composite(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """An index whose members are a state, of the whole market or of its parents' members."""
    market, sessions = setting.market, setting.sessions
    fields = Fields(market, sessions, setting.assumptions, rule.currency)
    of, except_ = (_names(rule, word) for word in ("of", "except_"))
    uses_float = _uses_float(rule, known if of else None, setting.findings)
    rows, unknown, floats = _states(rule, setting, fields, uses_float and not of)
    calendar = np.searchsorted(sessions.days, market.days)
    session = np.searchsorted(calendar, rows.session, side="left").astype(np.int64)
    first = max((known[name].first_session for name in (*of, *except_)), default=0)
    inside = session < market.days.size
    membership = Composite(
        first_session=first,
        sessions=session[inside],
        codes_changed=rows.codes[inside],
        eligible=rows.eligible[inside],
        of=of,
        except_=except_,
        debuts=bool(of) or cutoff_lag(rule, setting.findings) == 0 or _asks_time_listed(rule),
        uses_float=uses_float,
        floats=floats,
        away=lines_away(market, first),
    )
    lists = StateTimeline(
        rule.index,
        rows,
        sessions,
        len(market.symbols),
        [known[name].lists for name in of],
        [known[name].lists for name in except_],
    )

    def ledger(start: int, last: int, first_seen: Days, last_seen: Days) -> Any:
        if of:
            return child_decisions(
                rule,
                rows,
                lists=lists,
                of=[known[name].lists for name in of],
                except_=[known[name].lists for name in except_],
                symbols=market.symbols,
                span=(start, last),
                seen=(first_seen, last_seen),
            )
        return decisions(
            rows,
            market,
            sessions=sessions,
            start_day=start,
            last_day=last,
            first_seen=first_seen,
            last_seen=last_seen,
        )

    def report(first_seen: Days, last_seen: Days, findings: Findings) -> None:
        report_unknown(
            rule,
            unknown,
            market=market,
            sessions=sessions,
            first_seen=first_seen,
            last_seen=last_seen,
            findings=findings,
        )

    announcements, cutoffs = _parents_days(known, (*except_, *of))
    return Members(
        membership=membership,
        first_session=first,
        lists=lists,
        ledger=ledger,
        report=report,
        announcements=announcements,
        cutoffs=cutoffs,
        words=rows.words,
        gives_floats=uses_float,
    )


def _states(
    rule: Methodology, setting: Setting, fields: Fields, own_floats: bool
) -> tuple[StateRows, list[NotKnown], FloatChanges | None]:
    """The states of the lines, what was not known of them, and with ``own_floats`` their factors."""
    market, sessions = setting.market, setting.sessions
    rows, unknown = state_rows(rule, market, sessions, fields, setting.findings)
    if not own_floats:
        return rows, unknown, None
    floats = float_changes(rule, market, sessions, fields, rows, setting.findings)
    calendar = np.searchsorted(sessions.days, market.days)
    rows, lacking = with_factors(rule, rows, floats, calendar)
    return rows, [*unknown, lacking], floats


def _asks_time_listed(rule: Methodology) -> bool:
    """Does the rule itself say how long a line must have been listed, and who need not?"""
    return rule.eligibility is not None and any(
        "listed_for" in fields_used(condition) for condition in rule.eligibility.values
    )


def _parents_days(
    known: Mapping[str, Members], parents: tuple[str, ...]
) -> tuple[dict[int, int], dict[int, int]]:
    """The announcements and cut-offs of the parents' reviews, by session."""
    announcements: dict[int, int] = {}
    cutoffs: dict[int, int] = {}
    for name in parents:
        # Where two parents are reviewed on one day, the days are those of the later cut-off.
        for at, day in known[name].cutoffs.items():
            if day < cutoffs.get(at, day):
                continue
            cutoffs[at] = day
            announcements.pop(at, None)
            if at in known[name].announcements:
                announcements[at] = known[name].announcements[at]
    return announcements, cutoffs


def _uses_float(
    rule: Methodology, parents: Mapping[str, Members] | None, findings: Findings
) -> bool:
    """Does a composite weigh by float factors: its parents', or its own where it has none?

    Finding CAL008: parents' factors from a date on, or beside its own, or of parents that weigh by none.
    """
    schemes = set(rule.weighting.scheme.values)
    if parents is not None and len(schemes) > 1:
        findings.add(
            "CAL008",
            "a scheme that changes by date in an index of parents is not computed by this version",
            span=rule.span_of("weighting.scheme"),
            where="weighting.scheme",
            path=rule.path,
        )
    given = parents is None or float_givers(rule, parents)
    if (
        parents is not None
        and ("float" in rule.said or not given)
        and "float_market_cap" in schemes
    ):
        where = "float" if given else "weighting.scheme"
        findings.add(
            "CAL008",
            "float factors of its own in an index of parents that is checked every session are not "
            "computed by this version",
            span=rule.span_of(where),
            where=where,
            path=rule.path,
            hint="take `float` out for the factors of its parents, or let the index follow their reviews"
            if given
            else "its parents weigh by no float factors: let the index follow their reviews",
        )
    return "float_market_cap" in schemes


def _names(rule: Methodology, word: str) -> tuple[str, ...]:
    """The parents under ``universe.of`` or ``universe.except``: one answer for all time."""
    dated = getattr(rule.universe, word)
    if dated is None:
        return ()
    said = {value for value in dated.values}
    if len(said) > 1 or not dated.is_constant:
        key = word.rstrip("_")
        raise DataError.of(
            "CAL008",
            f"universe.{key} that changes by date is not computed by this version",
            span=rule.span_of(f"universe.{key}"),
            where=f"universe.{key}",
            path=rule.path,
        )
    value = dated.value
    return () if isinstance(value, Special) else value
