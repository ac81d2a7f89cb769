"""Questions the page asks of a computed rule: why, what on a day, what flows, what next, how it differs.

Each answer is a record of plain values made by the functions of the API; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from indexcalc.analysis.amounts import read_amount
from indexcalc.analysis.change.notice import run_tracking_error
from indexcalc.analysis.explain import explain
from indexcalc.analysis.flows.flows import flows_of_runs
from indexcalc.analysis.pro_forma import pro_forma
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.differences import RunDifference, WrittenLists, compare_runs
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.describe.differences import differences, in_words
from indexcalc.methodology.load.load import shipped_folder, shown_path
from indexcalc.studio.work.studies import Study, day_of

Answer = dict[str, Any]
_TRADES: Final = 30
_DAYS: Final = 12


def why(study: Study, symbol: str) -> Answer:
    """Every decision on a line, newest first: rows of ``run.decisions``, with the ``file`` that has the
    line of the rule ('': the text itself).

    Raises DataError (DAT012): no such line.
    """
    if symbol not in study.market.order:
        # What is raised names the near symbols.
        return chain(study, symbol)
    table = study.run.decisions
    codes = arrow.codes_into(table.column("symbol"), study.market.order)
    own = table.filter(arrow.from_bools(codes == study.market.order[symbol]))
    rows = sorted(own.to_pylist(), key=lambda row: row["effective_date"], reverse=True)
    for row in rows:
        row["file"] = _other_file(study, row["rule_path"])
    last = day_of(arrow.days(study.run.levels.column("date"))[-1])
    (named,) = study.named([{"symbol": symbol}], last)
    return {**named, "decisions": rows}


def chain(study: Study, symbol: str) -> Answer:
    """Why a line is in or out on the last session, parents first (``ic.explain``).

    Raises DataError (DAT012): no such line.
    """
    request = Request(assume=dict(study.assume), keep_weights=False)
    found = explain(study.family, study.market, symbol, None, request)
    links = [
        {
            "index": link.index,
            "member": link.member,
            "sentence": link.sentence(),
            "line": link.rule_line,
            "file": link.file,
        }
        for link in found.links
    ]
    return {"symbol": symbol, "links": links}


def on_day(study: Study, day: str) -> Answer:
    """The composition at the open of a session, its level and divisor, its events and reviews.

    The first session of the run on or after ``day``, else its last.
    """
    run = study.run
    days = arrow.days(run.levels.column("date"))
    place = min(int(np.searchsorted(days, day_number(_date(day)))), days.size - 1)
    date = day_of(days[place])
    members: list[Answer] = []
    if run.holdings is not None:
        members = study.named(run.weights(date).to_pylist(), date)
    return {
        "date": date,
        "level": run.levels.slice(place, 1).to_pylist()[0],
        "members": sorted(members, key=lambda row: (-row["weight"], row["symbol"])),
        "events": study.named(_rows_of(run.events, "date", days[place]), date),
        "reviews": _rows_of(run.reviews, "effective_date", days[place]),
    }


def flows(study: Study, aum: str) -> Answer:
    """What trackers of an amount trade at each review, and line by line at the last (``ic.flows``).

    UsageError (ANA001): not an amount.
    """
    rule = study.family[study.index]
    made = flows_of_runs({study.index: study.run}, {study.index: rule}, aum={"": read_amount(aum)})
    reviews = made.reviews.to_pylist()
    trades = made.trades.to_pylist()
    last = max((row["effective_date"] for row in reviews), default=None)
    of_last = [row for row in trades if row["effective_date"] == last]
    of_last.sort(key=lambda row: -abs(row["amount"]))
    shown = study.named(of_last[:_TRADES], last) if last is not None else []
    return {"aum": aum, "currency": rule.currency, "reviews": reviews, "trades": shown}


def coming(study: Study) -> Answer:
    """The next review on paper, as ``ic.review`` gives it."""
    last = day_of(study.market.days[-1])
    request = Request(assume=dict(study.assume), keep_weights=False)
    made = pro_forma(study.family, study.market, last + dt.timedelta(days=1), None, request)
    members, removed, near, reserve = (
        study.named(table.to_pylist(), made.effective)
        for table in (made.members, made.removed, made.near, made.reserve)
    )
    return {
        "effective": made.effective,
        "cutoff": made.cutoff,
        "announcement": made.announcement,
        "priced_on": made.priced_on,
        "turnover": made.turnover,
        "members": len(members),
        "added": [row for row in members if row["change"] == "added"],
        "removed": removed,
        "near": near,
        "reserve": reserve,
        "windows": made.windows.to_pylist(),
        "notes": list(made.notes),
    }


def against(study: Study, text: str, path: Path, called: str = "saved") -> Answer:
    """The rule against another: the methodologies in words, the lists and levels in figures.

    ``called``: what the other is where it has the same name.
    """
    other = Study(study.market, text, path, study.assume)
    mine, theirs = study.family[study.index], other.family[other.index]
    names = (other.index, study.index)
    if names[0] == names[1]:
        names = (f"{names[0]} ({called})", names[1])
    runs = (other.run, study.run)
    written = [WrittenLists.of(run.index, run.constituents) for run in runs]
    days = compare_runs(written[0], written[1])[-_DAYS:]
    return {
        "names": names,
        "clauses": in_words(differences(theirs, mine), *names),
        "days": [_counts(day) for day in reversed(days)],
        **({} if not days else _of_a_day(study, days[-1])),
        "tracking_error": run_tracking_error(runs[0].levels, runs[1].levels),
    }


def _counts(day: RunDifference) -> Answer:
    before, now = day.members
    joined, left = len(day.only_second), len(day.only_first)
    counts = {"before": before, "constituents": now, "added": joined, "removed": left}
    return {"effective_date": day.date, **counts, "active_share": day.distance}


def _of_a_day(study: Study, day: RunDifference) -> Answer:
    """Who is in one list only, and the weights that differ most."""
    moved = [
        {"symbol": symbol, "old_weight": old, "weight": new, "difference": new - old}
        for symbol, old, new in day.moved[:_TRADES]
    ]
    joined, left = ([{"symbol": s} for s in of] for of in (day.only_second, day.only_first))
    rows: dict[str, list[Answer]] = {"moved": moved, "added": joined, "removed": left}
    return {name: study.named(of, day.date) for name, of in rows.items()}


def _rows_of(table: Any, column: str, day: int) -> list[Answer]:
    rows: list[Answer] = table.filter(
        arrow.from_bools(arrow.days(table.column(column)) == day)
    ).to_pylist()
    return rows


def _other_file(study: Study, path: str | None) -> str:
    """The name of the file that says a rule path, where it is not the one that is edited."""
    span = study.family[study.index].span_of(path) if path else None
    own = {str(study.path), shown_path(study.path, shipped_folder())}
    return "" if span is None or span.path in own else Path(span.path).stem


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError.of(
            "CAL010", f"`{text}` is not a day", where="day", hint="write YYYY-MM-DD"
        ) from None


QUESTIONS: Final[Mapping[str, Callable[..., Answer]]] = {
    "why": why,
    "chain": chain,
    "on_day": on_day,
    "flows": flows,
    "coming": coming,
    "against": against,
}
