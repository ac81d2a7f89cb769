"""What a rule may say and this version does not compute: said plainly, never passed over."""

from __future__ import annotations

import datetime as dt

from indexcalc.diagnostics import Findings
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.values import Special

# Rule path (without list positions) -> what it is.  Errors: the level would be another one.
WRONG_WITHOUT = {
    "overlay": "an overlay on another index's level",
    "underlying": "an overlay on another index's level",
    "weighting.price_factor": "a price factor",
    "weighting.floor": "a weight floor",
    "rounding.index_shares": "rounding of index shares",
    "rounding.capping_factor": "rounding of capping factors",
    "rounding.divisor": "rounding of the divisor",
    "base.divisor": "a given divisor",
    "maintenance.shares.after": "share changes some sessions after the threshold",
    "maintenance.shares.updated": "share changes on a schedule of their own",
}
# Between reviews: the result is that of reviews and delistings alone.
BETWEEN_REVIEWS = {
    "maintenance.fast_entry": "fast entries",
    "maintenance.fast_exit": "fast exits",
    "maintenance.demerger": "the tests at a demerger",
    "maintenance.follow_entries": "entries followed from the parent",
}
SCHEMES = ("market_cap", "float_market_cap", "equal")
DELETIONS = ("delisting", "transfer", "leaves_parent")


def report(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Findings CAL008 and CAL009 for what ``rule`` says between two dates and is not computed."""
    for path, what in WRONG_WITHOUT.items():
        if path in rule.uses:
            _say(rule, findings, "CAL008", path, f"{what} is not computed by this version")
    for path, what in BETWEEN_REVIEWS.items():
        if path in rule.uses:
            _say(rule, findings, "CAL009", path, f"{what}: not computed by this version")
    dates = [start, *(date for date in rule.weighting.scheme.dates if start < date <= end)]
    for date in dates:
        scheme = rule.weighting.scheme.at(date)
        if scheme not in SCHEMES:
            text = scheme.value if isinstance(scheme, Special) else scheme
            message = f"the scheme `{text}` is not computed by this version"
            _say(rule, findings, "CAL008", "weighting.scheme", message)
            break
    if "issuer" in rule.weighting.across.values:
        message = "weights across issuers are not computed by this version"
        _say(rule, findings, "CAL008", "weighting.across", message)
    alone = rule.rebalance is not None or rule.review.kind == "session"
    if rule.weighting.scheme.at(end) == "equal" and alone and rule.maintenance.joins_at is None:
        message = "equal weights with entries between rebalances need `maintenance.joins_at`"
        _say(rule, findings, "CAL008", "weighting.scheme", message)
    _changes(rule, start, end, findings)
    if (
        "equal" in rule.weighting.scheme.values
        and "drift" in rule.maintenance.special_weight.values
    ):
        message = "weights that drift with special dividends are not computed by this version"
        _say(rule, findings, "CAL008", "maintenance.special_weight", message)
    for name in ("caps", "check"):
        held = getattr(rule.weighting, name)
        if any(_in_force(held.at(date)) for date in [start, *_inside(held.dates, start, end)]):
            message = f"weighting.{name} is not computed by this version"
            _say(rule, findings, "CAL008", f"weighting.{name}", message)
    for date in [start, *_inside(rule.maintenance.deletions.dates, start, end)]:
        items = rule.maintenance.deletions.at(date)
        kinds = () if isinstance(items, Special) else tuple(on for item in items for on in item.on)
        others = sorted(set(kinds) - set(DELETIONS))
        if others:
            message = f"deletions on {', '.join(others)}: not computed by this version"
            _say(rule, findings, "CAL009", "maintenance.deletions", message)
            break
    if "net" in rule.returns.kinds:
        _say(rule, findings, "CAL008", "returns.kinds", "net returns are not computed yet")
    reinvest = rule.returns.reinvest.at(end)
    if reinvest == "paying_stock":
        message = "reinvestment in the paying stock is not computed by this version"
        _say(rule, findings, "CAL008", "returns.reinvest", message)


def _changes(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Finding CAL008 for what the level pass takes once for the whole run and the rule changes."""
    scheme = rule.weighting.scheme
    kinds = {scheme.at(date) == "equal" for date in [start, *_inside(scheme.dates, start, end)]}
    if len(kinds) > 1:
        message = "equal weights for a part of the run are not computed by this version"
        _say(rule, findings, "CAL008", "weighting.scheme", message)
    for path, dated in (
        ("maintenance.shares", rule.maintenance.shares),
        ("maintenance.rights", rule.maintenance.rights),
        ("maintenance.base_price", rule.maintenance.base_price),
        ("returns.order", rule.returns.order),
    ):
        dates = [start, *_inside(dated.dates, start, end)]
        if any(dated.at(date) != dated.at(start) for date in dates):
            message = f"{path} that changes inside the run is not computed by this version"
            _say(rule, findings, "CAL008", path, message)


def _inside(dates: tuple[dt.date, ...], start: dt.date, end: dt.date) -> list[dt.date]:
    return [date for date in dates if start < date <= end]


def _in_force(items: object) -> bool:
    return isinstance(items, tuple) and bool(items)


def _say(rule: Methodology, findings: Findings, code: str, path: str, message: str) -> None:
    span = rule.span_of(path)
    findings.add(code, message, span=span, where=path, path=str(rule.path or rule.index))
