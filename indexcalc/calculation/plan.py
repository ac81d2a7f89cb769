"""A computation before its scan of the prices: what was asked, the calendar, who is in, from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.arrays import Codes
from indexcalc.calculation import refusals
from indexcalc.calculation.base_date_and_level import Start, start_of, start_on
from indexcalc.calculation.findings import of_period
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.share_updates import share_updates
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.members import members_of
from indexcalc.calculation.members.scheduled import Scheduled
from indexcalc.calculation.overlays.overlay_plan import (
    OverlayWork,
    held_below,
    published_days,
    split,
    tax_below,
)
from indexcalc.calculation.prices.lines import Options
from indexcalc.calculation.requirements import unsupported
from indexcalc.calculation.requirements.assumed_names import check_assumed_names
from indexcalc.calculation.requirements.needs import daily_columns
from indexcalc.calculation.returns.dividends import OrdinaryDividends
from indexcalc.calculation.terms_of_rule import index_terms, options_of, payouts_of
from indexcalc.diagnostics import DataError, Findings, UsageError
from indexcalc.market.calendar.choose import check_days
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number, days_later
from indexcalc.market.holidays import holiday_notes, sessions_of_run
from indexcalc.market.market import Market
from indexcalc.market.ticker_history import one_line_each
from indexcalc.methodology.check.check import near_calendar
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated
from indexcalc.review.data.assumptions import Assumptions, check_assumed
from indexcalc.review.data.committee_table import with_committee

# What is asked for on the command line, by what a rule calls it.
RETURNS = {"pr": "price", "tr": "gross", "ntr": "net"}
REVIEW_HORIZON_DAYS = 400
# Findings after which there is nothing to compute.
FATAL = frozenset({"CAL008", "CAL010", "CAL016", "DAT001", "DAT002"})


class Request(Struct, frozen=True):
    """What a user asks of a run besides rules and market."""

    start: dt.date | None = None
    end: dt.date | None = None
    returns: tuple[str, ...] = ()
    assume: Mapping[str, str] = field(default_factory=dict)
    known: dt.date | None = None
    keep_weights: bool = True
    threads: int = 2
    sketch: bool = (
        False  # a market with what a case needs: other columns count where they are asked for
    )

    def check(self) -> None:
        """UsageError: a return or an assumption that does not exist, or a period without a day."""
        findings = Findings()
        for kind in self.returns:
            if kind not in RETURNS:
                findings.add(
                    "CAL008",
                    f"`{kind}` is not computed by this version",
                    where="--returns",
                    hint=f"choose from {', '.join(RETURNS)}",
                )
        check_assumed(self.assume, findings)
        if self.start is not None and self.end is not None and self.end < self.start:
            message = f"the last day, {self.end}, is before the first, {self.start}"
            findings.add("CAL010", message, where="--to")
        findings.raise_errors(UsageError)


class IndexJob(Struct):
    """One rule on its way through a computation; ``treatment``: how it treats prices of lines."""

    rule: Methodology
    members: Members
    start: Start
    run: IndexRun
    findings: Findings
    treatment: Options


class Plan(Struct):
    """A computation before its scan: who is in, from when, in which sessions."""

    family: Family
    market: Market
    request: Request
    sessions: Sessions
    notes: list[str]
    assumptions: Assumptions
    last: int
    works: dict[str, IndexJob]
    findings: Findings
    overlays: dict[str, OverlayWork] = field(default_factory=dict)


def make_plan(
    family: Family, market: Market, request: Request, review_on: dt.date | None = None
) -> Plan:
    """Everything that comes before the scan for levels: calendar, members, starts.

    ``review_on``: go as far as the first review effective on or after that day, past the data too.
    Raises UsageError (what was asked), RuleTextError (the rule) and DataError (the market).
    """
    request.check()
    if request.known is not None:
        market = market.known_by(request.known)
    laid = [item for item in family.rules.values() if not item.is_overlay]
    market.panel.need(daily_columns(laid), request.threads)  # what any rule reads, in one pass
    market, noted_tickers = one_line_each(market)
    shared = Findings()
    unknown = Findings()
    check_assumed_names(request.assume, family.rules.values(), market, unknown)
    unknown.raise_errors(UsageError)
    rules, overlays = split(in_order(family, market, shared), family, market)
    if rules and market.days.size == 0:
        raise DataError.of("DAT001", "the market has no table daily", path=market.place)
    overlay_rules = [work.rule for work in overlays.values()]
    observed = market.days if market.days.size else published_days(overlays, market)
    sessions, noted = _sessions([*rules, *overlay_rules], market, observed, request.assume, shared)
    odd_words = refusals.refuse_faulty(family, sessions)
    assumptions = Assumptions(market.symbols, dict(request.assume))
    last = _last_session(market, request.end)
    horizon = None if review_on is None else next_review(family, sessions, review_on)
    plan = Plan(
        family=family,
        market=market,
        request=request,
        sessions=sessions,
        notes=[*noted_tickers, *noted],
        assumptions=assumptions,
        last=last,
        works={},
        findings=shared,
        overlays=overlays,
    )
    taxes, below = tax_below(overlays, family), held_below(overlays)
    dividends = OrdinaryDividends(market)
    lacking = refusals.refuse_lacking(rules, market, last, horizon, request.assume, request.sketch)
    for rule in rules:
        findings = Findings([*odd_words[rule.index], *lacking[rule.index]])
        setting = Setting(market, sessions, assumptions, findings, last, horizon)
        members = members_of(rule, setting, {name: job.members for name, job in plan.works.items()})
        findings.items = of_period(findings.items, request.start or review_on)
        begins = _start(rule, market, members.first_session, request, findings)
        begins_on, ends_on = date_of(market.days[begins.begin]), date_of(market.days[last])
        if begins.session > last and review_on is None:
            refusals.refuse_empty(rule, date_of(market.days[begins.session]), ends_on, market)
        unsupported.report(rule, begins_on, ends_on, findings)
        if rule.index in family.asked and "ntr" in request.returns:
            refusals.refuse_untaxed(rule, findings)
        payouts = payouts_of(
            rule, begins_on, _taxes(rule, request, family, taxes.get(rule.index, ())), dividends
        )
        terms = index_terms(rule, family, begins, begins_on, last, payouts)
        scheduled = isinstance(members.membership, Scheduled)
        leads = scheduled and (terms.scheme.value_neutral or terms.scheme.shares != "daily")
        terms = replace(
            terms,
            lead=min(members.first_session, begins.begin) if leads else None,
            keep_weights=rule.index in below
            or (request.keep_weights and rule.index in family.asked),
        )
        updates = share_updates(rule, begins_on, ends_on, sessions, market.days)
        run = IndexRun(terms, members.membership, updates)
        plan.works[rule.index] = IndexJob(
            rule,
            members,
            begins,
            run,
            findings,
            options_of(rule, begins_on, request.assume, family),
        )
    _raise_fatal(plan, review_on)
    return plan


def _taxes(
    rule: Methodology,
    request: Request,
    family: Family,
    below: tuple[Dated[Withholding], ...],
) -> tuple[Dated[Withholding], ...]:
    """The rates of net returns: its own for an index that is asked for, those of overlays ``below``."""
    own = rule.returns.withholding
    if own is not None and rule.index in family.asked and wants(rule, request, "net"):
        return tuple(dict.fromkeys((own, *below)))
    return below


def _start(
    rule: Methodology, market: Market, first_session: int, request: Request, findings: Findings
) -> Start:
    """Where a series begins: on the first day asked for where what is before is not computed (CAL020)."""
    begins = start_of(rule, market, first_session, request.start, findings)
    on, asked = (date_of(market.days[place]) for place in (begins.begin, begins.session))
    early = unsupported.only_before(rule, on, asked, date_of(market.days[-1]))
    if not early:
        return begins
    message = f"the levels of {rule.index} begin anew on {asked}; from {on} on: {early[0].message}"
    findings.add("CAL020", message, where="--from", path=str(rule.path or rule.index))
    return start_on(rule, market, first_session, asked, findings)


def _raise_fatal(plan: Plan, review_on: dt.date | None) -> None:
    """DataError: a finding of any rule with which nothing can be computed, and what is told beside it:
    of one review that is asked for nothing of the dates before."""
    fatal = Findings([item for work in plan.works.values() for item in work.findings.items])
    fatal.items += [item for work in plan.overlays.values() for item in work.findings.items]
    if any(finding.code in FATAL for finding in fatal.errors):
        since = review_on or dt.date.min
        told = [item for item in fatal.items if item.code in FATAL or (item.on or since) >= since]
        raise DataError(list(dict.fromkeys(told)))  # said of each review: once is enough


def in_order(family: Family, market: Market, findings: Findings) -> list[Methodology]:
    """The rules, each after all it rests on or asks the list of.

    DataError (CAL008): rules that ask each other's lists.
    """
    waiting = [family[name] for name in family]
    ordered: list[Methodology] = []
    done: set[str] = set()
    while waiting:
        ready = [
            rule
            for rule in waiting
            if all(
                name in done or name == rule.index or name not in family.rules
                for name in (*rule.parents, *rule.mentioned)
            )
        ]
        if not ready:
            names = ", ".join(sorted(rule.index for rule in waiting))
            message = f"rules that ask each other's lists are not computed together yet: {names}"
            findings.add("CAL008", message, path=waiting[0].path)
            raise DataError(findings.items)
        ordered.append(ready[0])
        done.add(ready[0].index)
        waiting.remove(ready[0])
    return [with_committee(rule, market) for rule in ordered]


def next_review(family: Family, sessions: Sessions, on: dt.date) -> dt.date:
    """The first effective date on or after ``on`` of the index asked for, or of one it follows.

    ``on`` itself where none is scheduled within about a year.
    """
    names = ancestors(family[family.asked[0]], family)
    until = days_later(on, REVIEW_HORIZON_DAYS)
    for name in reversed(names):
        if family[name].review.kind == "scheduled":
            dates = review_dates(family[name], sessions, on, until)
            if dates:
                return dates[0].effective
    return on


def _sessions(
    rules: Sequence[Methodology],
    market: Market,
    observed: Codes,
    assume: Mapping[str, str],
    findings: Findings,
) -> tuple[Sessions, list[str]]:
    """The calendar of the run: all rules of a family count in the same sessions."""
    calendars = sorted({rule.calendar for rule in rules})
    if len(calendars) > 1:
        odd = next((rule for rule in rules if near_calendar(rule.calendar)), rules[-1])
        close = near_calendar(odd.calendar)
        findings.add(
            "CAL008",
            f"the rules use several calendars ({', '.join(calendars)}); one run counts in one",
            span=odd.span_of("calendar"),
            where="calendar",
            path=odd.path,
            hint=f"did you mean `{close}`?" if close else "compute them apart",
        )
        raise DataError(findings.items)
    home, missing_row = rules[0].currency, assume.get("missing_row", "")
    sessions, noted = sessions_of_run(market, calendars[0], home, missing_row, observed)
    check_days(market.days, sessions, market.place).raise_errors(DataError)
    return sessions, [*noted, *holiday_notes(market, home, missing_row)]


def _last_session(market: Market, end: dt.date | None) -> int:
    if end is None or not market.days.size:
        return int(market.days.size) - 1
    last = int(np.searchsorted(market.days, day_number(end), side="right")) - 1
    if last < 0:
        message = f"the data begin on {date_of(market.days[0])}, after {end}"
        raise DataError.of("CAL010", message, path=market.place)
    return last


def ancestors(rule: Methodology, family: Family) -> list[str]:
    """The rule and all it rests on, in family order."""
    needed, waiting = {rule.index}, [rule]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in needed and parent in family.rules:
                needed.add(parent)
                waiting.append(family[parent])
    return [name for name in family if name in needed]


def wants(rule: Methodology, request: Request, kind: str) -> bool:
    """Is a return version (``gross``, ``net``) asked for, by the rule or by the user?"""
    return kind in rule.returns.kinds or kind in {RETURNS[name] for name in request.returns}
