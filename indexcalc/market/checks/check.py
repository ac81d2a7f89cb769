"""Is a market sound?  Every table against its contract, the tables against each other and the calendar."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any, cast

import numpy as np
from msgspec import Struct, field

from indexcalc.diagnostics import DataError, Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar import choose as calendars
from indexcalc.market.calendar.choose import DAYS_LISTED, check_days
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.cell_checks import row_text
from indexcalc.market.checks.daily import DailyCheck
from indexcalc.market.checks.likely_mistakes import (
    fractional,
    fractional_daily,
    near_columns,
    odd_symbols,
)
from indexcalc.market.checks.missing_rows import missing_sessions, thin_sessions
from indexcalc.market.checks.plausible import Plausibility, check_series
from indexcalc.market.checks.tie_out import TieOut
from indexcalc.market.checks.unfollowed_actions import unfollowed_actions
from indexcalc.market.conform import conform
from indexcalc.market.holidays import sessions_of_run
from indexcalc.market.market import Market
from indexcalc.market.market_json import read_contents
from indexcalc.market.places.file_safety import open_regular, unread
from indexcalc.market.places.place import Place
from indexcalc.market.tables import TABLES
from indexcalc.market.ticker_history import ticker_history

_SHOWN = 5

# What each type of action needs to be applied: every group must have one of its columns.
ACTION_TERMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "split": (("ratio",),),
    "consolidation": (("ratio",),),
    "bonus": (("ratio",),),
    "stock_dividend": (("ratio",),),
    "capital_reduction": (("ratio",),),
    "rights": (("ratio",), ("price",)),
    "spin_off": (("ratio",), ("other_symbol",)),
    "merger": (),
    "tender": (),
    "bankruptcy": (),
    "base_price": (("price",),),
    "listing": (("price",),),
}
_SHARES_FOR_SHARES = ("merger", "tender")
# The ratio is shares after for one before: a ratio of one changes nothing, so something else was meant.
_RESCALES = ("split", "consolidation", "bonus", "capital_reduction")


class CheckResult(Struct):
    """What was found wrong, and lines that list what was checked."""

    findings: Findings = field(default_factory=Findings)
    lines: list[str] = field(default_factory=list)


def check_market(market: Market | Place | str) -> CheckResult:
    """Check a market, in memory or at a path.  DataError (DAT010): there is none, or it is damaged.

    Findings: DAT001 (no daily row), DAT002-DAT006 and DAT016 (a table against its contract), DAT007
    and DAT037 (the calendar), DAT010 (a file that is not as written), DAT030-DAT036, DAT038, DAT039,
    DAT044, DAT045.
    """
    opened = market if isinstance(market, Market) else Market.open(market)
    result = CheckResult()
    _check_files(opened, result.findings)
    _check_contracts(opened, result)
    if not opened.days.size:
        place = f"{opened.place}/daily"
        result.findings.add("DAT001", "the table daily is missing or has no row", path=place)
    else:
        _check_sessions(opened, result)
        _tie_out(DailyCheck(opened, result.findings).run(), opened, result)
        _check_types(opened, result.findings)
        result.findings.items += fractional_daily(opened)
        result.findings.items += odd_symbols(
            opened.symbols, (), opened.facts, f"{opened.place}/daily"
        )
        _check_orphans(opened, result.findings)
        _check_successors(opened, result.findings)
        _check_lifetimes(opened, result.findings)
        everyone = np.ones(len(opened.symbols), dtype=np.bool_)
        result.findings.items += thin_sessions(opened)
        Plausibility(opened, result.findings, everyone).run()
        unfollowed_actions(opened, result.findings, everyone)
    check_series(opened, result.findings)
    _check_designations(opened, result.findings)
    _check_actions(opened, result.findings)
    return result


def _check_files(market: Market, findings: Findings) -> None:
    """Every live file has the content it was written with."""
    if market.path is None:
        return
    for item in read_contents(market.path).files:
        file = market.path / item.name
        try:
            with open_regular(file) as stream:
                digest = hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()
        except (OSError, ValueError) as error:
            message, hint = unread(error, "restore it, or import the data again")
            findings.add("DAT010", message, path=str(file), hint=hint)
            continue
        if digest != item.sha256:
            findings.add(
                "DAT010",
                "the file is not as it was written (its hash differs)",
                path=str(file),
                hint="restore it, or import the data again",
            )
    if findings.errors:
        raise DataError(findings.items)


def _check_contracts(market: Market, result: CheckResult) -> None:
    for name in market.names:
        result.findings.items += near_columns(name, market.columns(name), f"{market.place}/{name}")
        table = market.table(name) if name != "daily" else None
        if table is None:
            continue
        conform(name, table, result.findings, f"{market.place}/{name}")
        result.findings.items += fractional(name, table, f"{market.place}/{name}")
        result.lines.append(f"{name}: {quantity(table.num_rows, 'row')}")


def _check_sessions(market: Market, result: CheckResult) -> None:
    days = market.days
    span = f"{date_text(int(days[0]))} .. {date_text(int(days[-1]))}"
    own = market.table("sessions")
    calendar = str(market.facts.get("calendar", ""))
    if own is None and calendar not in calendars.names():
        named = f"{calendar} is no calendar of this package" if calendar else "no calendar is known"
        result.lines.append(
            f"daily: {quantity(days.size, 'session')} observed, {span}; {named}, so nothing was compared: "
            f"`market import --fact calendar=NAME` names one (packaged: "
            f"{', '.join(calendars.names())}), or import the real sessions as the table `sessions`"
        )
        return
    home = str(market.facts.get("currency", ""))
    sessions, _ = sessions_of_run(market, calendar, home, "")
    inside = sessions.days[(sessions.days >= days[0]) & (sessions.days <= days[-1])]
    observed = int(np.isin(inside, days).sum())
    result.lines.append(
        f"daily: {observed:,} of {quantity(inside.size, 'session')} of {sessions.name} observed, {span}"
    )
    result.findings.items += check_days(days, sessions, market.place, DAYS_LISTED).items
    first, last = int(days[0]), int(days[-1])
    result.findings.items += missing_sessions(sessions, days, market.place, first, last)


def _tie_out(ties: TieOut, market: Market, result: CheckResult) -> None:
    for name, rows in ties.compared().items():
        equal = sum(1 for _, official, total in rows if official == total)
        result.lines.append(
            f"published {name}: close x shares over every line equals the market value on "
            f"{equal} of {quantity(len(rows), 'session')}"
        )
        for day, official, total in rows:
            if official != total:
                result.findings.add(
                    "DAT036",
                    f"the lines of {name} sum to {total.normalize():f}, published is {official}"
                    f" (difference {(total - official).normalize():f})",
                    path=f"{market.place}/published",
                    where=f"{name} {date_text(day)}",
                )
    if ties.other_indices:
        result.lines.append(
            f"published {', '.join(ties.other_indices)}: not the name of a market, so there is no "
            "list of lines to sum"
        )


def _check_types(market: Market, findings: Findings) -> None:
    securities = market.table("securities")
    typed: set[str | None] = set()
    if securities is not None and "security_type" in securities.column_names:
        known = ~arrow.null_mask(securities.column("security_type"))
        typed = set(arrow.texts(securities.filter(arrow.from_bools(known)).column("symbol")))
    unknown = [symbol for symbol in market.symbols if symbol not in typed]
    if unknown:
        findings.add(
            "DAT031",
            f"{len(unknown)} of {quantity(len(market.symbols), 'line has', 'lines have')} no security "
            f"type: {_some(unknown)}",
            path=f"{market.place}/securities",
        )


def _check_orphans(market: Market, findings: Findings) -> None:
    for name in market.names:
        table = market.table(name) if name not in ("daily", "securities") else None
        if table is None or "symbol" not in table.column_names:
            continue
        symbols = sorted(set(arrow.coded(table.column("symbol"))[1]) - set(market.symbols))
        if symbols:
            findings.add(
                "DAT032",
                f"{quantity(len(symbols), 'symbol has', 'symbols have')} no daily row: {_some(symbols)}",
                path=f"{market.place}/{name}",
            )


def _check_successors(market: Market, findings: Findings) -> None:
    unfollowed = ticker_history(market).unfollowed
    if unfollowed:
        lines = [f"{old}: {why}" for old, why in sorted(unfollowed.items())]
        findings.add(
            "DAT038",
            f"{quantity(len(lines), 'successor does', 'successors do')} nothing: {_some(lines)}",
            path=f"{market.place}/securities",
        )


def _check_lifetimes(market: Market, findings: Findings) -> None:
    """A row that says a delisting before its listing: of which of the two it is, nobody can tell."""
    table = market.table("securities")
    if table is None or not {"listing_date", "delisting_date"} <= set(table.column_names):
        return
    begins, ends = (arrow.days(table.column(f"{word}_date")) for word in ("listing", "delisting"))
    odd = np.flatnonzero((begins != arrow.NULL_DAY) & (ends != arrow.NULL_DAY) & (ends < begins))
    if odd.size:
        lines = [
            f"{table.column('symbol')[row].as_py()} ({date_text(begins[row])}, {date_text(ends[row])})"
            for row in odd.tolist()
        ]
        findings.add(
            "DAT035",
            f"{quantity(odd.size, 'row says', 'rows say')} a delisting before the listing: {_some(lines)}",
            path=f"{market.place}/securities",
            severity="warning",
        )


def _check_designations(market: Market, findings: Findings) -> None:
    table = market.table("designations")
    if table is None:
        return
    ends = (
        arrow.days(table.column("to")).astype(np.int64)
        if "to" in table.column_names
        else np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int64)
    )
    spells: dict[tuple[Any, Any], list[tuple[int, int]]] = {}
    for symbol, kind, start, end in zip(
        arrow.texts(table.column("symbol")),
        arrow.texts(table.column("kind")),
        arrow.days(table.column("from")).tolist(),
        ends.tolist(),
        strict=True,
    ):
        until = np.iinfo(np.int32).max if end == arrow.NULL_DAY else end
        spells.setdefault((symbol, kind), []).append((start, until))
    overlaps = []
    for (symbol, kind), own in sorted(spells.items()):
        own.sort()
        for (start, until), (later, _) in itertools.pairwise(own):
            if later < until:
                overlaps.append(f"{symbol} {kind} {date_text(start)} and {date_text(later)}")
    if overlaps:
        findings.add(
            "DAT033",
            f"{quantity(len(overlaps), 'spell begins', 'spells begin')} before the one before has ended: "
            f"{_some(overlaps)}",
            path=f"{market.place}/designations",
        )


def _check_actions(market: Market, findings: Findings) -> None:
    table = market.table("corporate_actions")
    if table is None:
        return
    has = {
        name: ~arrow.null_mask(table.column(name)) if name in table.column_names else None
        for name in TABLES["corporate_actions"].by_name
    }

    def given(name: str, row: int) -> bool:
        column = has[name]
        return column is not None and bool(column[row])

    for row, kind in enumerate(arrow.texts(table.column("type"))):
        if kind not in ACTION_TERMS:
            wrong = (
                f"{kind!r} is not a type of corporate action; types are {', '.join(ACTION_TERMS)}"
            )
        else:
            missing = [
                " or ".join(group)
                for group in ACTION_TERMS[kind]
                if not any(given(name, row) for name in group)
            ]
            # Shares for shares: how many, and of which company.
            if kind in _SHARES_FOR_SHARES and given("ratio", row) != given("other_symbol", row):
                missing.append("other_symbol" if given("ratio", row) else "ratio")
            itself = given("other_symbol", row) and _itself(table, row)
            if not missing and not itself:
                if kind in _RESCALES and float(table.column("ratio")[row].as_py()) == 1.0:
                    findings.add(
                        "DAT034",
                        f"{kind} of ratio 1 changes nothing",
                        severity="warning",
                        hint="ratio is shares after for one before: one new share for each is 2",
                        path=f"{market.place}/corporate_actions",
                        where=row_text(TABLES["corporate_actions"], table, row),
                    )
                continue
            wrong = (
                f"{kind} of a line with itself"
                if itself
                else f"{kind} without {' and '.join(missing)}"
            )
        findings.add(
            "DAT034",
            wrong,
            path=f"{market.place}/corporate_actions",
            where=row_text(TABLES["corporate_actions"], table, row),
        )


def _itself(table: Any, row: int) -> bool:
    """Does an action name the line whose action it is?"""
    return bool(table.column("symbol")[row].as_py() == table.column("other_symbol")[row].as_py())


def _some(words: list[str], shown: int = _SHOWN) -> str:
    more = f" and {len(words) - shown} more" if len(words) > shown else ""
    return f"{', '.join(words[:shown])}{more}"
