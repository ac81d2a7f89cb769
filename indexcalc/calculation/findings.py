"""What a run has to say about its data: gaps, missing rows, events it does not compute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.published_levels import published_on
from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.calculation.returns.dividends import KINDS
from indexcalc.codes import CATALOGUE, Severity
from indexcalc.diagnostics import (
    DataError,
    Diagnostic,
    Findings,
    quantity,
)
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.line_facts import FOREVER, endings

SHOWN = 8
LINE_CODES = {
    "gap": "CAL001",
    "pending": "CAL004",
    "base_unexplained": "CAL005",
    "base_impossible": "DAT052",
    "unvalued": "CAL007",
    "unusable": "CAL011",
}
SHORT_WINDOWS = "DAT040"
# Of a code that may be a warning, what is an error whatever it is about.
_ERRORS = ("base_impossible",)


def of_period(items: Iterable[Diagnostic], start: dt.date | None) -> list[Diagnostic]:
    """Findings without those of windows (DAT040) whose lists were all replaced by ``start``: their ``on``
    is the day from which another list is held (None: none is)."""
    return [
        item
        for item in items
        if item.code != SHORT_WINDOWS or start is None or item.on is None or item.on > start
    ]


def _severity(kind: str) -> Severity:
    return "error" if kind in _ERRORS else CATALOGUE[LINE_CODES[kind]].severity


def report_actions(lines: LinePrices, findings: Findings) -> None:
    """Finding CAL011 for each action row that lacks what it needs."""
    market = lines.market
    for action in lines.events.faulty:
        findings.add(
            "CAL011",
            f"the row {market.symbols[action.code]} {date_of(action.ex_day)} {action.type} "
            f"has no {action.missing()}; it is left out",
            where=f"{market.symbols[action.code]} {date_of(action.ex_day)}",
            path=market.place,
        )


def report_run(
    rule: Methodology,
    run: IndexRun,
    market: Market,
    assume: Mapping[str, str],
    findings: Findings,
) -> None:
    """Findings CAL001-CAL007, CAL018 of one index: each names symbol, date and what was seen."""
    _report_divisor(rule, run, findings)
    _report_dividends(run, market, findings)
    start = run.given.start
    missing = [place for place in run.found.missing if place[0] >= start]
    _report_before(rule, run, market, assume, findings)
    for session, code, kind, text in run.found.faults:
        if session < start:
            continue
        symbol, date = market.symbols[code], date_of(market.days[session])
        findings.add(
            LINE_CODES[kind],
            text,
            where=f"{rule.index} {symbol} {date}",
            path=market.place,
            severity=_severity(kind),
        )
    for session, code in run.found.unpriced:
        if session < start:
            continue
        symbol, date = market.symbols[code], date_of(market.days[session])
        findings.add(
            "CAL002",
            f"{symbol} was chosen for {date} and has no price or row there; it does not enter",
            where=f"{rule.index} {symbol} {date}",
            path=market.place,
        )
    if missing:
        _report_missing(rule, market, missing, assume.get("missing_row") == "carried", findings)
    empty = run.found.empty
    for number, session in enumerate(empty[:SHOWN], start=1):
        more = (
            f" and {quantity(len(empty) - SHOWN, 'more session')}"
            if number == SHOWN < len(empty)
            else ""
        )
        findings.add(
            "CAL006",
            f"nothing is held on {date_of(market.days[session])}{more}",
            where=rule.index,
            path=market.place,
        )


def _report_missing(
    rule: Methodology,
    market: Market,
    missing: Sequence[tuple[int, int]],
    carried: bool,
    findings: Findings,
) -> None:
    """Finding CAL003 of missing rows (session, line) of members.

    Where the user has rows ``carried``, a warning of those whose line is said to have left by then.
    """
    codes, gone, _ = endings(market)
    left = dict(zip(codes.tolist(), gone.tolist(), strict=True))
    late = [
        (session, code)
        for session, code in missing
        if market.days[session] >= left.get(code, FOREVER)
    ]
    told = late if carried else missing
    if not told:
        return
    shown = ", ".join(
        f"{market.symbols[code]} {date_of(market.days[session])}" for session, code in told[:SHOWN]
    )
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    ways = [_way_to_leave(market, late)] if late else []
    if not carried:
        ways.append(
            "if every listed line has a row, mark the market complete; else "
            "--assume missing_row=carried or --assume missing_row=not_listed"
        )
    findings.add(
        "CAL003",
        f"{quantity(len(told), 'row of a member is', 'rows of members are')} missing and the last "
        f"price was carried: {shown}{more}",
        where=rule.index,
        path=market.place,
        hint="; ".join(ways),
        severity="warning" if carried else None,
    )


def _way_to_leave(market: Market, late: Iterable[tuple[int, int]]) -> str:
    """What to do about missing rows (session, line) whose line had left by then."""
    names = sorted({market.symbols[code] for _, code in late})
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (
        f"{', '.join(names[:SHOWN])}{more} had left by then, and the rule keeps what is delisted: "
        "`maintenance: {deletions: [{on: delisting, after: 0 sessions, replace_from: none}]}`"
    )


def _report_before(
    rule: Methodology,
    run: IndexRun,
    market: Market,
    assume: Mapping[str, str],
    findings: Findings,
) -> None:
    """Finding CAL020: levels before the first day asked for rest on data with errors."""
    start = run.given.start
    places = [
        (session, code, LINE_CODES[kind])
        for session, code, kind, _ in run.found.faults
        if _severity(kind) == "error"
    ]
    places += [(session, code, "CAL002") for session, code in run.found.unpriced]
    if assume.get("missing_row") != "carried":
        places += [(session, code, "CAL003") for session, code in run.found.missing]
    early = sorted(place for place in places if place[0] < start)
    if early:
        session, code, what = early[0]
        findings.add(
            "CAL020",
            f"the levels follow those from {date_of(market.days[run.given.begin])} on, and "
            f"{quantity(len(early), 'error')} before {date_of(market.days[start])} "
            f"{'is' if len(early) == 1 else 'are'} in them, first {what} "
            f"{market.symbols[code]} {date_of(market.days[session])}",
            where=rule.index,
            path=market.place,
        )


def _report_dividends(run: IndexRun, market: Market, findings: Findings) -> None:
    """Finding CAL011 for each dividend row of an unknown kind."""
    for code, ex_day, kind in (
        [] if run.given.payouts is None else run.given.payouts.dividends.strange
    ):
        place = f"{market.symbols[code]} {date_of(ex_day)}"
        findings.add(
            "CAL011",
            f"the dividend {place} is of the unknown kind `{kind}`; it is left out",
            where=place,
            path=market.place,
            hint=f"kinds are {', '.join(sorted(KINDS))}",
        )


def _report_divisor(rule: Methodology, run: IndexRun, findings: Findings) -> None:
    """Finding CAL018: the given divisor makes another published level of the base date."""
    begins = bool(run.found.sessions) and run.found.sessions[0] == run.given.begin
    if rule.base is None or run.given.base_divisor is None or not begins:
        return
    divisor = published_on(rule.published, rule.base.date, float(run.found.level[0][0]))
    if divisor != published_on(rule.published, rule.base.date, run.given.base_level):
        value = float(run.found.value[0][0])
        findings.add(
            "CAL018",
            f"{value:.15g} over the divisor {run.given.base_divisor:.15g} is {divisor}, and the base level "
            f"is {run.given.base_level:.15g}",
            span=rule.span_of("base.divisor"),
            where="base.divisor",
            path=rule.path,
        )


def refuse_unknown_money(rule: Methodology, run: IndexRun, findings: Findings) -> None:
    """DataError: an exchange rate (CAL013) or a tax rate (CAL012) a member needs is not known, or
    a member changes its currency (CAL008)."""
    payouts = run.given.payouts
    if payouts is None:
        return
    market, exchange = payouts.dividends.market, payouts.exchange
    missing = sorted(exchange.missing | payouts.unrated)
    for session, currency in missing[:SHOWN]:
        date = date_of(market.days[session])
        findings.add(
            "CAL013",
            f"`fx` has no rate from {currency} to {exchange.currency} on {date}",
            where=f"{rule.index} {date}",
            path=market.place,
        )
    if len(missing) > SHOWN:
        message = f"`fx` has no rate on {quantity(len(missing) - SHOWN, 'more session')}"
        findings.add("CAL013", message, where=rule.index, path=market.place)
    for code, ex_day, country in payouts.untaxed[:SHOWN]:
        symbol, date = market.symbols[code], date_of(ex_day)
        reason = (
            f"`withholding` has no rate for {country}" if country else "its country is not known"
        )
        findings.add(
            "CAL012",
            f"{symbol} pays a dividend on {date} and {reason}",
            where=f"{rule.index} {symbol} {date}",
            path=market.place,
        )
    if len(payouts.untaxed) > SHOWN:
        rest = len(payouts.untaxed) - SHOWN
        message = f"{quantity(rest, 'more dividend has', 'more dividends have')} no tax rate"
        findings.add("CAL012", message, where=rule.index, path=market.place)
    changed = {
        code: names
        for code, names in exchange.redenominated.items()
        if any(bool((change.codes == code).any()) for change in run.found.changes)
    }
    for code, over_time in changed.items():
        symbol, names = market.symbols[code], " and ".join(over_time)
        findings.add(
            "CAL008",
            f"{symbol} is quoted in {names} over time; a line that changes its currency is not "
            "computed by this version",
            where=f"{rule.index} {symbol}",
            path=market.place,
        )
    if missing or payouts.untaxed or changed:
        raise DataError(findings.items)
