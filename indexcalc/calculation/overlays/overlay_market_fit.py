"""Can a market carry an overlay?  Levels below, rates and currencies, on the sessions it would have."""

from __future__ import annotations

from collections.abc import Mapping

from indexcalc.arrays import Days
from indexcalc.calculation.overlays.overlay_plan import stands_on_published
from indexcalc.calculation.overlays.quotes import SPOT, Quotes
from indexcalc.calculation.overlays.series import published_levels
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.reader import nearest
from indexcalc.methodology.values.values import Special


def carried_by(
    rule: Methodology, family: Mapping[str, Methodology], market: Market
) -> tuple[Findings, list[str]]:
    """(findings CAL013, CAL014, CAL016, DAT042; a line for each thing looked at) of one overlay.

    What is below it is looked at apart.  Findings of error level are what a run would stop at.
    """
    findings = Findings()
    lines: list[str] = []
    assert rule.underlying is not None
    assert rule.overlay is not None
    days = market.days
    if stands_on_published(rule, market):
        days, _ = published_levels(market, rule.underlying.index)
        name = rule.underlying.index
        if not days.size:
            message = f"`published` has no level of `{name}`"
            _say(rule, findings, "CAL016", message, "underlying.index")
            return findings, lines
        lines.append(f"published: {days.size:,} levels of {name}, {_span(days)}")
        below = family[name].currency if name in family else rule.underlying.currency
    else:
        below = family[rule.underlying.index].currency
        if rule.underlying.return_ != "price" and market.table("dividends") is None:
            message = "the market has no table `dividends`: nothing is taken to have been paid"
            _say(rule, findings, "DAT042", message, "underlying.return")
    if rule.base is not None:
        days = days[days >= day_number(rule.base.date)]
    quotes = Quotes(market, days)
    lines += _rates(rule, quotes, findings)
    lines += _currencies(rule, below or rule.currency, quotes)
    quotes.report(rule, findings)
    return findings, lines


def _rates(rule: Methodology, quotes: Quotes, findings: Findings) -> list[str]:
    overlay = rule.overlay
    assert overlay is not None
    control = overlay.risk_control
    financing = overlay.financing
    if financing is None or (control is None and overlay.leverage is None):
        return []
    path = "overlay.financing.rate"
    known = quotes.rate_names()
    carry = financing.missing == "carried"
    for name in dict.fromkeys(financing.rate.values):
        if name not in known:
            near = nearest(name, known)
            shown = ", ".join(known) or "nothing"
            hint = f"did you mean `{near}`?" if near else f"there is: {shown}"
            _say(rule, findings, "CAL014", f"`rates` has nothing named `{name}`", path, hint)
            continue
        # The rate of a session is that of the session before, so the last one needs none.
        for at in range(quotes.days.size - 1):
            if financing.rate.at(date_of(quotes.days[at + 1])) == name:
                quotes.interest(name, at, path, carry=carry)
    return [f"rates: {', '.join(dict.fromkeys(financing.rate.values))}"]


def _currencies(rule: Methodology, below: str, quotes: Quotes) -> list[str]:
    overlay = rule.overlay
    assert overlay is not None
    pairs: list[tuple[str, str, str]] = []
    if below != rule.currency:
        pairs.append((below, SPOT, "currency"))
    if overlay.hedge is not None:
        pairs.append((overlay.hedge, SPOT, "overlay.hedge"))
        tenors = () if overlay.forward is None else overlay.forward.values
        pairs += [(overlay.hedge, tenor, "overlay.forward") for tenor in tenors]
    for source, tenor, path in dict.fromkeys(pairs):
        for at, day in enumerate(quotes.days):
            forward = None if overlay.forward is None else overlay.forward.at(date_of(day))
            if tenor == SPOT or isinstance(forward, Special) or forward == tenor:
                quotes.exchange(source, rule.currency, tenor, at, path)
    return [
        f"fx: {source} to {rule.currency}, {tenor}" for source, tenor, _ in dict.fromkeys(pairs)
    ]


def _span(days: Days) -> str:
    return f"{date_of(days[0])} .. {date_of(days[-1])}"


def _say(
    rule: Methodology, findings: Findings, code: str, message: str, path: str, hint: str = ""
) -> None:
    span = rule.span_of(path)
    findings.add(code, message, span=span, where=path, path=rule.path, hint=hint)
