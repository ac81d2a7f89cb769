"""What a rule may say and this version does not compute: said plainly, never passed over."""

from __future__ import annotations

import datetime as dt

from indexcalc.calculation.requirements.states import report_states
from indexcalc.calculation.requirements.unknown_terms import report_unknown
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.weighting.schemes import family_of

# Of an index reviewed every session: the result is that of its states and delistings alone; of one that
# chooses nothing, that of its parents' lists.
BETWEEN_REVIEWS = {
    "maintenance.fast_entry": "fast entries",
    "maintenance.fast_exit": "fast exits",
    "maintenance.demerger": "the tests at a demerger",
    "maintenance.follow_entries": "entries followed from the parent",
}
DELETIONS = ("delisting", "merger", "transfer", "leaves_parent")


def report(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Findings CAL008 and CAL009 for what ``rule`` says between two dates and is not computed, REV007 for
    what it does not know."""
    if rule.review.kind == "session" or (rule.selection is None and rule.review.follows):
        _in_between(rule, start, end, findings)
    report_states(rule, findings)
    _weights(rule, start, end, findings)
    _share_updates(rule, findings)
    _changes(rule, start, end, findings)
    _reinvested(rule, start, findings)
    _net_specials(rule, start, findings)
    report_unknown(rule, start, end, findings)


def only_before(
    rule: Methodology, begin: dt.date, asked: dt.date, end: dt.date
) -> tuple[Diagnostic, ...]:
    """The errors of a run from ``begin`` on that one from ``asked`` on does not have."""
    whole, later = Findings(), Findings()
    report(rule, begin, end, whole)
    report(rule, asked, end, later)
    return tuple(item for item in whole.errors if item not in later.items)


def _reinvested(rule: Methodology, start: dt.date, findings: Findings) -> None:
    """Finding CAL008: taxed specials in series that reinvest in the paying stock."""
    taxed = rule.maintenance.special.at(start) == "taxed"
    if taxed and rule.returns.reinvest.at(start) == "paying_stock":
        message = "taxed special dividends beside `reinvest: paying_stock` are not computed"
        _say(rule, findings, "CAL008", "maintenance.special", message)


def _net_specials(rule: Methodology, start: dt.date, findings: Findings) -> None:
    """Finding CAL008: specials net of tax in the price without a rate, or beside gross returns."""
    if rule.maintenance.special.at(start) != "net":
        return
    if rule.returns.withholding is None:
        message = "`special: net` needs `returns: {withholding: ...}`"
        _say(rule, findings, "CAL008", "maintenance.special", message)
    if "gross" in rule.returns.kinds:
        message = "`special: net` beside gross returns is not computed: they would lose the tax"
        _say(rule, findings, "CAL008", "maintenance.special", message)


def _in_between(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Finding CAL009 for maintenance of an index whose members are a state, or what its parents hold."""
    for path, what in BETWEEN_REVIEWS.items():
        # Who comes to the parents comes to an index that chooses nothing, said or not.
        if path in rule.uses and not (rule.review.follows and path == "maintenance.follow_entries"):
            _say(rule, findings, "CAL009", path, f"{what}: not computed by this version")
    for date in [start, *_inside(rule.maintenance.deletions.dates, start, end)]:
        items = rule.maintenance.deletions.get(date, ())
        others = sorted({on for item in items for on in item.on} - set(DELETIONS))
        if any(item.when is not None for item in items):
            others.append("a condition")
        if others:
            message = f"deletions on {', '.join(others)}: not computed by this version"
            _say(rule, findings, "CAL009", "maintenance.deletions", message)
            break


def _weights(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Finding CAL008 for weights and caps that are not computed."""
    weighting = rule.weighting
    if rule.is_overlay:
        return
    for date in [start, *_inside(weighting.scheme.dates, start, end)]:
        if isinstance(weighting.scheme.at(date), Special):
            message = f"the scheme is not known on {date}"
            _say(rule, findings, "CAL008", "weighting.scheme", message)
            break
    alone = rule.rebalance is not None or rule.review.kind == "session"
    neutral = _is_neutral(rule, end)
    joins = rule.maintenance.joins_at
    if neutral and alone and joins is None:
        message = "weights that are set need `maintenance.joins_at` for entries between rebalances"
        _say(rule, findings, "CAL008", "weighting.scheme", message)
    if neutral and joins is not None and "own" in joins.values:
        message = (
            "a name that joins between rebalances has no weight of its own where weights are set: "
            "say leaver_weight or average_weight"
        )
        _say(rule, findings, "CAL008", "maintenance.joins_at", message)
    caps = [cap for caps_of_date in weighting.caps.values for cap in caps_of_date]
    if rule.review.kind == "session" and (caps or weighting.floor or any(weighting.check.values)):
        message = "caps of an index that is reviewed every session are not computed by this version"
        _say(rule, findings, "CAL008", "weighting.caps", message)
    _spread(rule, findings)
    if "recap" in weighting.interim.values:
        if neutral:
            message = "`interim: recap` where weights are set is not computed by this version"
            _say(rule, findings, "CAL008", "weighting.interim", message)
        elif weighting.measured is not None or any(cap.measured is not None for cap in caps):
            message = (
                "`interim: recap` of a measured cap is not computed: its window has no date then"
            )
            _say(rule, findings, "CAL008", "weighting.interim", message)
        elif any(update.mode != "daily" for update in rule.maintenance.shares.values):
            message = (
                "`interim: recap` with share counts fixed between reviews is not computed: say "
                "`maintenance: {shares: daily}`"
            )
            _say(rule, findings, "CAL008", "weighting.interim", message)


def _spread(rule: Methodology, findings: Findings) -> None:
    """Finding CAL008: a rebalance over several sessions where there is none, or index shares are given."""
    weighting, path = rule.weighting, "weighting.spread_over"
    if weighting.spread_over is None:
        return
    if rule.review.kind == "session":
        _say(
            rule,
            findings,
            "CAL008",
            path,
            "an index reviewed every session has no rebalance to spread",
        )
    elif "given" in weighting.scheme.values or weighting.amount is not None:
        message = (
            "index shares that are given, or come from an amount, are not spread by this version"
        )
        _say(rule, findings, "CAL008", path, message)


def _is_neutral(rule: Methodology, on: dt.date) -> bool:
    return not rule.is_overlay and family_of(rule.weighting.scheme.at(on)) == "neutral"


def _share_updates(rule: Methodology, findings: Findings) -> None:
    """Finding CAL008 for share changes that wait for two things."""
    path = "maintenance.shares.updated"
    for update in rule.maintenance.shares.values:
        if isinstance(update, Special) or update.updated is None:
            continue
        if update.after is not None:
            message = "`after` and `updated` together are not computed by this version: say one"
            _say(rule, findings, "CAL008", path, message)


def _changes(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """Finding CAL008 for what the level pass takes once for the whole run and the rule changes."""
    scheme = rule.weighting.scheme
    families = {
        family_of(scheme_of_date)
        for scheme_of_date in (
            scheme.at(date) for date in [start, *_inside(scheme.dates, start, end)]
        )
        if not isinstance(scheme_of_date, Special)
    }
    if len(families) > 1:
        message = (
            "a change between cap weights, weights that are set (equal, measure, tilt ...) and price "
            "weights inside the run is not computed by this version"
        )
        _say(rule, findings, "CAL008", "weighting.scheme", message)
    for path, dated in (
        ("maintenance.shares", rule.maintenance.shares),
        ("maintenance.rights", rule.maintenance.rights),
        ("maintenance.base_price", rule.maintenance.base_price),
        ("maintenance.resumption", rule.maintenance.resumption),
        ("maintenance.merger_shares", rule.maintenance.merger_shares),
        ("maintenance.spin_off", rule.maintenance.spin_off),
        ("maintenance.special_weight", rule.maintenance.special_weight),
        ("returns.order", rule.returns.order),
        ("returns.reinvest", rule.returns.reinvest),
        ("maintenance.special", rule.maintenance.special),
        ("rounding.divisor", rule.rounding.divisor or Dated.constant(0)),
    ):
        dates = [start, *_inside(dated.dates, start, end)]
        if any(dated.at(date) != dated.at(start) for date in dates):
            message = f"{path} that changes inside the run is not computed by this version"
            _say(rule, findings, "CAL008", path, message)


def _inside(dates: tuple[dt.date, ...], start: dt.date, end: dt.date) -> list[dt.date]:
    return [date for date in dates if start < date <= end]


def _say(rule: Methodology, findings: Findings, code: str, path: str, message: str) -> None:
    span = rule.span_of(path)
    findings.add(code, message, span=span, where=path, path=str(rule.path or rule.index))
