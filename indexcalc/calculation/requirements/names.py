"""Names a rule says that nobody in the market has: what is written so acts on nobody."""

from __future__ import annotations

from collections.abc import Iterable

from indexcalc.calculation.requirements.needs import Needs
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.methodology.model.market_columns import HOLDER_KINDS
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.reader import did_you_mean

_SHOWN = 5


def check_names(rule: Methodology, market: Market, needs: Needs, findings: Findings) -> None:
    """Warnings (DAT043) for kinds of holders and for lines that are not in the market."""
    table = market.table("holdings")
    if needs.float_factor and table is not None and rule.float.exclude is not None:
        _, kinds = arrow.sorted_codes(table.column("holder_kind"))
        known = {*kinds, *HOLDER_KINDS}
        named = [item.kind for items in rule.float.exclude.values for item in items]
        for kind in dict.fromkeys(kind for kind in named if kind not in known):
            message = f"`holdings` has no holder of the kind `{kind}`: nobody is excluded by it"
            _say(rule, findings, message, "float.exclude", did_you_mean(kind, sorted(known)))
    for symbols, path in needs.symbols:
        _lines(rule, market, symbols, path, findings)
    for number, item in enumerate(rule.committee):
        for word in ("add", "keep", "refuse", "remove"):
            _lines(rule, market, getattr(item, word), f"committee[{number}].{word}", findings)


def _lines(
    rule: Methodology, market: Market, symbols: Iterable[str], path: str, findings: Findings
) -> None:
    absent = [symbol for symbol in dict.fromkeys(symbols) if symbol not in market.order]
    if absent:
        more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
        message = f"no line of the market is called {', '.join(absent[:_SHOWN])}{more}"
        _say(rule, findings, message, path, did_you_mean(absent[0], market.order, otherwise=""))


def _say(rule: Methodology, findings: Findings, message: str, path: str, hint: str) -> None:
    span = rule.span_of(path)
    findings.add("DAT043", message, span=span, where=path, path=rule.path, hint=hint)
