"""What moved an index over a period: by line, group and cause, and against a benchmark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.attribution.dividends import Series
from indexcalc.analysis.attribution.groups import Groups
from indexcalc.analysis.attribution.parts import AllParts, ReturnParts, SessionParts
from indexcalc.analysis.attribution.relative import EFFECTS, Relative, relative
from indexcalc.analysis.attribution.what_if import kept_list_return, without_line
from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import date_said
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.ordered_sum import ordered_sum

CAUSES = ("price", "currency", "dividends")


class Attribution(Struct, frozen=True):
    """The return of a series from the close of ``start`` to that of ``end``, in parts.

    Tables: ``sessions`` (date, return, price, currency, dividends, rounding); ``by_session`` (date, symbol,
    group, contribution, the three causes, weight: of every line in every session, not linked); ``lines``
    (symbol, name, group, contribution, the three causes, average_weight), linked over the period;
    ``groups`` alike;
    ``reviews`` (what each review did: the index against the list it replaced, until the next); against
    a benchmark ``effects`` (group, allocation, selection, interaction) and ``differences`` by session;
    ``without`` (symbol, total_return, points: of the level at ``end``, with the others in its place).
    ``rounding``: of a rounded divisor.  The contributions and it sum to ``total``.
    """

    index: str
    series: Series
    start: dt.date
    end: dt.date
    by: str
    total: float
    rounding: float
    causes: dict[str, float]
    sessions: Any
    lines: Any
    groups: Any
    reviews: Any
    benchmark: str | None = None
    benchmark_total: float | None = None
    relative_total: float | None = None
    effects: Any | None = None
    differences: Any | None = None
    without: Any | None = None
    by_session: Any | None = None


def attribute(
    run: Run,
    against: Run | None = None,
    *,
    series: Series = "pr",
    by: str | None = None,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    without: Sequence[str] = (),
    held: Baskets | None = None,
) -> Attribution:
    """The return of a run from the close of ``start`` to the close of ``end`` (default: all of it).

    ``series``: price (``pr``), gross (``tr``) or net (``ntr``).  ``by``: a text column of ``securities``,
    or ``line``; by default the sector, where the market has one.  ``against``: a benchmark over the same
    market.  ``without``: symbols to take out.
    ``held``: what the run holds, where it is at hand.
    UsageError (ANA001, ANA003), RunError (ANA004: the parts of a session do not sum to its return).
    """
    parts = ReturnParts(run, series, held)
    first, last = _bounds(parts, start, end)
    sessions = parts.all().between(first, last)
    market, n_sessions = run.market, sessions.days.size
    groups = Groups(
        market, by or ("sector" if "sector" in market.columns("securities") else "line")
    )
    levels: Floats = np.cumprod(np.append(1.0, 1.0 + sessions.total), dtype=np.float64)
    rows = _rows(sessions, levels, groups)
    lines, line_groups, average = _linked(rows, len(market.symbols), n_sessions)
    lines_shown = np.flatnonzero(average > 0) if average.size else np.zeros(0, dtype=np.int64)
    lines_shown = np.union1d(lines_shown, np.flatnonzero((lines != 0).any(axis=1)))
    names = NamesOfDay(market)
    rounding = float(ordered_sum(sessions.rounding * levels[:-1]))
    attribution = Attribution(
        index=run.index,
        series=series,
        start=date_of(first),
        end=date_of(last),
        by=groups.column,
        total=float(levels[-1] - 1.0),
        rounding=rounding,
        causes={cause: float(ordered_sum(lines[:, column])) for column, cause in enumerate(CAUSES)},
        sessions=_sessions_table(sessions),
        by_session=_by_session(rows, market.symbols, groups.names),
        lines=arrow.table(
            {
                "symbol": arrow.from_codes(lines_shown.astype(np.int32), market.symbols),
                "name": arrow.from_texts(names.texts(lines_shown.astype(np.int32), last)),
                "group": arrow.from_texts(
                    [groups.names[line_groups[code]] for code in lines_shown.tolist()]
                ),
                **_parts_columns(lines[lines_shown], average[lines_shown]),
            }
        ),
        groups=_groups_table(rows, n_sessions, groups.names),
        reviews=_reviews(parts, first, last),
    )
    if without:
        attribution = _with(
            attribution, without=_without_table(run, parts, sessions.sessions(), without, last)
        )
    if against is not None:
        attribution = _against(attribution, sessions.sessions(), against, groups, first, last)
    return attribution


def _with(attribution: Attribution, **changes: Any) -> Attribution:
    values = {name: getattr(attribution, name) for name in Attribution.__struct_fields__}
    return Attribution(**{**values, **changes})


def _bounds(
    parts: ReturnParts, start: dt.date | str | None, end: dt.date | str | None
) -> tuple[int, int]:
    days = parts.days
    bounds = (date_said(start, "start"), date_said(end, "end"))
    first = int(days[0]) if bounds[0] is None else parts.baskets.session_on(bounds[0])
    last = int(days[-1]) if bounds[1] is None else parts.baskets.session_on(bounds[1])
    if last <= first:
        raise UsageError.of(
            "ANA001",
            f"there is no return of {parts.run.index} from {date_of(first)} to {date_of(last)}",
            where="--from",
            hint=f"its sessions run from {date_of(days[0])} to {date_of(days[-1])}",
        )
    return first, last


class _Rows(Struct, frozen=True):
    """Every line of every session: the day, its code, its group on the day, and weight (n,); ``plain``
    (3, n): the causes of its return, and ``parts``: the same linked over the period."""

    day: Codes
    code: Codes
    group: Codes
    plain: Floats
    parts: Floats
    weight: Floats


def _rows(sessions: AllParts, levels: Floats, groups: Groups) -> _Rows:
    sizes = np.diff(sessions.bounds)
    day = np.repeat(sessions.days, sizes)
    plain: Floats = np.array([getattr(sessions, cause) for cause in CAUSES])
    return _Rows(
        day=day,
        code=sessions.codes,
        group=groups.of(sessions.codes, day),
        plain=plain,
        parts=plain * np.repeat(levels[:-1], sizes),
        weight=sessions.weight,
    )


def _by_session(rows: _Rows, symbols: Sequence[str], names: Sequence[str]) -> Any:
    """Every line of every session: what it adds to the return of the day."""
    columns = _parts_columns(rows.plain.T, rows.weight)
    return arrow.table(
        {
            "date": arrow.from_days(rows.day),
            "symbol": arrow.from_codes(rows.code, symbols),
            "group": arrow.from_codes(rows.group, names),
            **{name: values for name, values in columns.items() if name != "average_weight"},
            "weight": columns["average_weight"],
        }
    )


def _linked(rows: _Rows, n: int, n_sessions: int) -> tuple[Floats, Codes, Floats]:
    """(parts (n_symbols, 3) linked over the period, the last group of each line, average weight)."""
    linked: Floats = np.array(
        [np.bincount(rows.code, weights=part, minlength=n) for part in rows.parts]
    )
    of = np.zeros(n, dtype=np.int32)
    of[rows.code] = rows.group  # the last of a line stays
    weight = np.bincount(rows.code, weights=rows.weight, minlength=n)
    return linked.T, of, weight / n_sessions


def _parts_columns(parts: Floats, average: Floats) -> dict[str, Any]:
    return {
        "contribution": arrow.from_floats(parts.sum(axis=1)),
        **{cause: arrow.from_floats(parts[:, column]) for column, cause in enumerate(CAUSES)},
        "average_weight": arrow.from_floats(average),
    }


def _groups_table(rows: _Rows, n_sessions: int, names: Sequence[str]) -> Any:
    order = sorted(np.unique(rows.group).tolist(), key=lambda group: names[group])
    sums: Floats = np.array(
        [
            np.bincount(rows.group, weights=column, minlength=len(names))[order]
            for column in (*rows.parts, rows.weight)
        ]
    )
    return arrow.table(
        {
            "group": arrow.from_texts([names[group] for group in order]),
            **_parts_columns(sums[:3].T, sums[3] / n_sessions),
        }
    )


def _sessions_table(sessions: AllParts) -> Any:
    causes = {cause: sessions.sums(getattr(sessions, cause)) for cause in CAUSES}
    return arrow.table(
        {
            "date": arrow.from_days(sessions.days),
            "return": arrow.from_floats(sessions.total),
            **{cause: arrow.from_floats(sums) for cause, sums in causes.items()},
            "rounding": arrow.from_floats(sessions.rounding),
        }
    )


def _reviews(parts: ReturnParts, first: int, last: int) -> Any:
    """What each change of the list did until the next: price return of the index less that of the list
    it replaced, held as it was."""
    run, market = parts.run, parts.run.market
    level = arrow.floats(run.levels.column("level"))
    days = [
        day
        for day in arrow.days(run.reviews.column("effective_date")).tolist()
        if first < day <= last
    ]
    actions = parts.dividends.actions
    rows: list[tuple[int, int, float, float]] = []
    for number, day in enumerate(days):
        before = parts.baskets.session_before(day)
        until = last if number + 1 == len(days) else parts.baskets.session_before(days[number + 1])
        if before is None or until is None:
            continue
        at = np.searchsorted(parts.days, [before, until])
        own = float(level[at[1]] / level[at[0]] - 1.0)
        old_list_return = kept_list_return(
            market,
            parts.rule,
            parts.baskets.at_close(before),
            (int(np.searchsorted(market.days, day)), int(np.searchsorted(market.days, until))),
            actions,
        )
        rows.append((day, until, own, old_list_return))
    own_returns = np.array([row[2] for row in rows])
    kept_returns = np.array([row[3] for row in rows])
    return arrow.table(
        {
            "effective_date": arrow.from_days(np.array([row[0] for row in rows], dtype=np.int32)),
            "until": arrow.from_days(np.array([row[1] for row in rows], dtype=np.int32)),
            "index_return": arrow.from_floats(own_returns),
            "kept_list_return": arrow.from_floats(kept_returns, nan_is_null=True),
            "effect": arrow.from_floats(own_returns - kept_returns, nan_is_null=True),
        }
    )


def _without_table(
    run: Run,
    parts: ReturnParts,
    sessions: Sequence[SessionParts],
    symbols: Sequence[str],
    last: int,
) -> Any:
    level = float(parts.levels[int(np.searchsorted(parts.days, last))])
    total = float(np.prod([1.0 + item.total for item in sessions])) - 1.0
    start = level / (1.0 + total)
    returns = []
    for symbol in symbols:
        if symbol not in run.market.order:
            raise UsageError.of("DAT012", f"there is no line {symbol}", where="--without")
        returns.append(without_line(sessions, run.market.order[symbol]))
    values = np.array(returns)
    return arrow.table(
        {
            "symbol": arrow.from_texts(list(symbols)),
            "total_return": arrow.from_floats(values),
            "points": arrow.from_floats(start * (1.0 + values) - level),
        }
    )


def _against(
    attribution: Attribution,
    sessions: Sequence[SessionParts],
    against: Run,
    groups: Groups,
    first: int,
    last: int,
) -> Attribution:
    if against.market.symbols != groups.market.symbols:
        raise UsageError.of(
            "ANA005",
            f"{attribution.index} and {against.index} are not computed over the same market",
            where="--against",
        )
    parts = ReturnParts(against, attribution.series)
    benchmark = [item for item in parts.sessions() if first < item.day <= last]
    if [item.day for item in benchmark] != [item.day for item in sessions]:
        raise UsageError.of(
            "ANA005",
            f"{against.index} does not have the sessions of {attribution.index} "
            f"from {attribution.start} to {attribution.end}",
            where="--against",
            hint="say --from and --to inside both",
        )
    effects: Relative = relative(sessions, benchmark, groups)
    return _with(
        attribution,
        benchmark=against.index,
        benchmark_total=float(np.prod([1.0 + item.total for item in benchmark]) - 1.0),
        relative_total=effects.total,
        effects=arrow.table(
            {
                "group": arrow.from_texts(list(effects.groups)),
                **{
                    effect: arrow.from_floats(effects.effects[:, column])
                    for column, effect in enumerate(EFFECTS)
                },
            }
        ),
        differences=arrow.table(
            {
                "date": attribution.sessions.column("date"),
                **{
                    name: arrow.from_floats(effects.differences[:, column])
                    for column, name in enumerate((*EFFECTS, "difference"))
                },
            }
        ),
    )
