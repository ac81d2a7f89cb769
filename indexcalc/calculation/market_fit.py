"""Can a market carry a rule?  What it lacks, how much of it is null, what a run would assume.

Nothing is computed: schemas, the rows of the last session and the first day of windows are looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Codes
from indexcalc.calculation.requirements.float_and_shares import float_tables
from indexcalc.calculation.requirements.needs import Needs
from indexcalc.calculation.requirements.tables_and_columns import check_tables_and_columns
from indexcalc.calculation.returns.dividends import has_dividends
from indexcalc.diagnostics import (
    Findings,
    RuleError,
    quantity,
)
from indexcalc.market import arrow
from indexcalc.market.calendar.choose import check_days
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.market.places.place import RemotePath
from indexcalc.market.store import open_parquet
from indexcalc.methodology.check.findings_in_place import place
from indexcalc.methodology.dates.schedules import resolve_in_review, review_dates, window
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on
from indexcalc.notes import note
from indexcalc.review.data.assumptions import Assumptions, assumed_said
from indexcalc.review.data.fields import LISTED_BY, Fields

_SHOWN = 5


class MarketFit(Struct):
    """What was found (DAT001-DAT003, DAT040-DAT043) and a line for each thing looked at."""

    findings: Findings = field(default_factory=Findings)
    lines: list[str] = field(default_factory=list)


class _FitCheck(Struct):
    rule: Methodology
    market: Market
    sessions: Sessions
    assume: Mapping[str, str]
    fit: MarketFit
    fields: Fields
    codes: Codes
    days: Codes
    daily: Any

    def say(
        self, code: str, message: str, path: str, hint: str = "", on: dt.date | None = None
    ) -> None:
        self.fit.findings.add(
            code,
            message,
            span=place(self.rule, path, on),
            where=path,
            hint=hint,
            path=self.rule.path,
        )

    @property
    def last(self) -> dt.date:
        return date_of(int(self.market.days[-1]))


def market_fit(
    rule: Methodology,
    family: Mapping[str, Methodology],
    market: Market,
    sessions: Sessions,
    assume: Mapping[str, str] | None = None,
) -> MarketFit:
    """How far ``market`` carries one rule (its parents apart).

    ``sessions``: the calendar of a run, from ``market.calendars.choose``.  ``assume``: as given to
    a run.  Errors are what a run would stop at (exit 3), warnings what it would leave out or assume.
    """
    fit = MarketFit()
    if rule.is_overlay:
        from indexcalc.calculation.overlays.overlay_market_fit import carried_by

        return MarketFit(*carried_by(rule, family, market))
    if market.days.size == 0:
        fit.findings.add("DAT001", "the market has no table daily", path=market.place)
        return fit
    fit.findings.items += check_days(market.days, sessions, market.place).items
    assume = assumed_said(assume)
    daily = _last_rows(market)
    codes = np.unique(arrow.codes_into(daily.column("symbol"), market.order)).astype(np.int32)
    days = np.full(codes.shape, market.days[-1], dtype=np.int32)
    fields = Fields(market, sessions, Assumptions(market.symbols, assume))
    look = _FitCheck(
        rule=rule,
        market=market,
        sessions=sessions,
        assume=assume,
        fit=fit,
        fields=fields,
        codes=codes,
        days=days,
        daily=daily,
    )
    span = f"{date_of(int(market.days[0]))} .. {look.last}"
    lines = quantity(codes.size, "line")
    fit.lines.append(f"{quantity(market.days.size, 'session')}, {span}; {lines} on the last")
    needs = check_tables_and_columns(rule, market, assume, fit.findings)
    _tables(look, needs)
    _columns(look, needs)
    _float(look, needs)
    _listings(look, needs)
    _labels(look, needs)
    _windows(look, family)
    if {"gross", "net"} & {*rule.returns.kinds} and not has_dividends(market):
        fit.lines.append(note("no_dividends"))
    return fit


def _last_rows(market: Market) -> Any:
    """The daily rows of the last session."""
    source = market.daily_sources()[-1]
    table = source
    if isinstance(source, Path | RemotePath):
        file = open_parquet(source)
        try:
            table = file.read_row_group(file.num_row_groups - 1)
        finally:
            file.close()
    rows = arrow.days(table.column("date")) == market.days[-1]
    return table.filter(arrow.from_bools(rows))


def _tables(look: _FitCheck, needs: Needs) -> None:
    for table, path in needs.tables.items():
        stored = look.market.table(table) if table != "daily" else look.daily
        if stored is None and table == "dividends":
            message = "the market has no table `dividends`: nothing of it is taken to have happened"
            look.say("DAT042", message, path, "import rows of `dividends`")
        elif stored is not None:
            look.fit.lines.append(f"table {table}: {quantity(stored.num_rows, 'row')}")


def _columns(look: _FitCheck, needs: Needs) -> None:
    for name, path in needs.columns.items():
        if not look.fields.has(name):
            continue  # check_tables_and_columns
        table, missing = "securities", 0
        if name in look.daily.column_names:
            table, missing = "daily", int(arrow.null_mask(look.daily.column(name)).sum())
        elif look.codes.size:
            missing = int(look.fields.column(name, look.codes, look.days).missing.sum())
        _share_of_nulls(look, f"{table}.{name}", missing, path, name)


def _share_of_nulls(look: _FitCheck, what: str, missing: int, path: str, name: str) -> None:
    n = look.codes.size
    share = f"{missing:,} of {n:,} null ({missing / max(n, 1):.1%})"
    look.fit.lines.append(f"{what}: {share}")
    if missing:
        look.say(
            "DAT041",
            f"`{name}` is not known of {missing:,} of {quantity(n, 'line')} on {look.last}",
            path,
            f"give the lines a row with the value, or say --assume {name}=VALUE",
        )


def _float(look: _FitCheck, needs: Needs) -> None:
    if not needs.float_factor:
        return
    assumed = look.assume.get("float_factor")
    tables = float_tables(look.market)
    if not tables:
        if assumed is not None:
            look.fit.lines.append(f"float_factor: {assumed} assumed of every line")
        return
    column = "float_factor"
    if "float_factors" not in tables:
        look.fit.lines.append("float_factor: made from `holdings`")
        return
    missing = int(look.fields.column(column, look.codes, look.days).missing.sum())
    if assumed is not None:
        look.fit.lines.append(f"float_factor: {assumed} assumed where it is not known")
    _share_of_nulls(look, "float_factors.float_factor", missing, needs.float_factor, column)


def _listings(look: _FitCheck, needs: Needs) -> None:
    """What would be assumed of listing dates, and of how lines came to be listed."""
    recorder = look.fields.assumptions
    for path, column in ((needs.listed_for, "listing_date"), (needs.listed_by, "listed_by")):
        if not path:
            continue
        before = {item.what for item in recorder.recorded()}
        if column == "listing_date":
            look.fields.listing_days(look.codes, look.days)
        else:
            for flag in LISTED_BY:
                look.fields.flagged(flag, look.codes, look.days)
        new = [item for item in recorder.recorded() if item.what not in before]
        for item in new:
            named = ", ".join(item.symbols)
            more = " ..." if item.lines > len(item.symbols) else ""
            look.say(
                "DAT042",
                f"{item.what}: {quantity(item.lines, 'line')} ({named}{more})",
                path,
            )
        look.fit.lines.append(
            f"{column}: " + ("; ".join(f"{i.what} ({i.lines:,})" for i in new) or "known of all")
        )


def _labels(look: _FitCheck, needs: Needs) -> None:
    for name, words, path in needs.labels:
        if look.fields.has(name) and look.codes.size:
            column = look.fields.column(name, look.codes, look.days)
            if column.kind != "text":
                continue
            known = set(column.labels)
        else:
            continue
        if known and not known & set(words):
            shown = ", ".join(sorted(known)[:_SHOWN]) + (" ..." if len(known) > _SHOWN else "")
            look.say(
                "DAT043", f"no line has `{name}` {' or '.join(words)}", path, f"there are: {shown}"
            )


def _windows(look: _FitCheck, family: Mapping[str, Methodology]) -> None:
    """DAT040: the first review whose windows all begin inside the data."""
    rule, sessions = look.rule, look.sessions
    first, last = date_of(int(look.market.days[0])), look.last
    if rule.review.kind in ("session", "none") or not rule.measures:
        return
    try:
        reviews = review_dates(rule, sessions, first, last, family)
    except RuleError:
        return
    short: dict[str, dt.date] = {}
    whole: dt.date | None = None
    for dates in reviews:
        early = ""
        for name, dated in rule.measures.items():
            measure = dated.get(dates.effective)
            if measure is None:
                continue
            over = measure.over.get(dates.effective)
            phrase = value_on(measure.to, dates.effective)
            end: dt.date | None = dates.cutoff
            if phrase is not None:
                named = getattr(phrase.anchor, "name", "")
                end = (
                    None
                    if named in ("test", "listing", "halt")
                    else resolve_in_review(phrase, dates, rule, sessions)
                )
            if over is None or end is None:
                continue
            begin, _ = window(over, sessions, end)
            if sessions.date(min(begin, len(sessions) - 1)) < first:
                early = name
                short.setdefault(name, dates.effective)
        if not early:
            whole = dates.effective
            break
    if whole is not None:
        look.fit.lines.append(f"first review with whole windows: {whole}")
    if not short:
        return
    name = next(iter(short))
    look.say(
        "DAT040",
        f"the data begin on {first}, inside the window of `{name}` at the review of {short[name]}; "
        + (f"from {whole} on windows are whole" if whole else "no review has whole windows"),
        f"measures.{name}.over",
        f"import earlier rows, or say --from {whole}" if whole else "import earlier rows",
        short[name],
    )
