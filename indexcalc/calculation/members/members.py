"""Who is in: from a rule to the membership the level pass lays over its blocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from indexcalc.arrays import Days
from indexcalc.calculation.members.composite import Composite, Membership
from indexcalc.calculation.members.scheduled import Listing, Scheduled
from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Special
from indexcalc.review.calendar.timeline import MemberLists, StateTimeline
from indexcalc.review.composite.child_decisions import child_decisions
from indexcalc.review.composite.composite import cutoff_lag, report_unknown, state_rows
from indexcalc.review.composite.decisions import decisions
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.texts import Words
from indexcalc.review.ledger.decisions import table as ledger_table
from indexcalc.review.review import Reviewer, ReviewResult
from indexcalc.review.weights.cap_decisions import cap_rows
from indexcalc.review.weights.review_weights import Weighings
from indexcalc.weighting.schemes import CAP_WEIGHTED, family_of

# (start day, last day, first and last day each line was seen) -> decisions.parquet
Ledger = Callable[[int, int, Days, Days], Any]


@dataclass(slots=True)
class Members:
    """An index's members as the level pass needs them, and what its files say of the reviews.

    ``lists``: what other indices ask of it.  ``announcements`` and ``cutoffs``: day by observed
    session of the review.  ``notes``: what was taken for granted.  ``results``: every review, for
    an index that has any, and ``weighings`` what their weights are made of.
    """

    membership: Membership
    first_session: int
    lists: MemberLists
    ledger: Ledger
    report: Callable[[Days, Days, Findings], None]
    announcements: dict[int, int] = field(default_factory=dict)
    cutoffs: dict[int, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    results: tuple[ReviewResult, ...] = ()
    words: Words = field(default_factory=Words)
    fields: Fields | None = None
    weighings: Weighings | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What every index of a run shares.  ``horizon``: reviews up to that day are made, also past
    the data (None: up to the last session)."""

    market: Market
    sessions: Sessions
    assumptions: Assumptions
    findings: Findings
    last_session: int
    horizon: dt.date | None = None


def members_of(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """The members of ``rule``; ``known`` holds those of every index computed before it.

    Findings: DAT011 values the rule needs and the market does not have; REV001-REV004 what there
    is to say of reviews.  DataError: the rule cannot be computed at all.
    """
    if rule.review.kind == "session" or _holds_what_parents_hold(rule):
        return composite(rule, setting, known)
    return scheduled(rule, setting, known)


def _holds_what_parents_hold(rule: Methodology) -> bool:
    """A child that chooses nothing and sets no weights of its own."""
    schemes = rule.weighting.scheme.values
    return (
        rule.selection is None
        and rule.review.kind == "follows"
        and rule.rebalance is None
        and all(scheme in CAP_WEIGHTED for scheme in schemes)
        and not any(caps_said(rule))
        and not rule.committee
    )


def caps_said(rule: Methodology) -> Iterator[str]:
    """The keys of ``weighting`` by which a rule caps anything at any time."""
    weighting = rule.weighting
    for name in ("caps", "check"):
        if any(getattr(weighting, name).values):
            yield name
    if weighting.floor is not None:
        yield "floor"


def composite(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """An index whose members are a state, of the whole market or of its parents' members."""
    market, sessions = setting.market, setting.sessions
    fields = Fields(market, sessions, setting.assumptions, rule.currency)
    rows, unknown = state_rows(rule, market, sessions, fields, setting.findings)
    calendar = np.searchsorted(sessions.days, market.days)
    session = np.searchsorted(calendar, rows.session, side="left").astype(np.int64)
    of, except_ = (_names(rule, word) for word in ("of", "except_"))
    first = max((known[name].first_session for name in (*of, *except_)), default=0)
    inside = session < market.days.size
    membership = Composite(
        first,
        session[inside],
        rows.codes[inside],
        rows.eligible[inside],
        of,
        except_,
        bool(of) or cutoff_lag(rule, setting.findings) == 0,
        _uses_float(rule, bool(of), setting.findings),
    )
    lists = StateTimeline(
        rule.index,
        rows,
        sessions,
        len(market.symbols),
        [known[name].lists for name in of],
        [known[name].lists for name in except_],
    )

    def ledger(start: int, last: int, first_seen: Days, last_seen: Days) -> Any:
        if of:
            return child_decisions(
                rule,
                rows,
                lists,
                [known[name].lists for name in of],
                [known[name].lists for name in except_],
                market.symbols,
                (start, last),
                (first_seen, last_seen),
            )
        return decisions(rows, market, sessions, start, last, first_seen, last_seen)

    def report(first_seen: Days, last_seen: Days, found: Findings) -> None:
        report_unknown(rule, unknown, market, sessions, first_seen, last_seen, found)

    announcements: dict[int, int] = {}
    cutoffs: dict[int, int] = {}
    for name in (*except_, *of):
        # Where two parents are reviewed on one day, the days are those of the later cut-off.
        for at, day in known[name].cutoffs.items():
            if day < cutoffs.get(at, day):
                continue
            cutoffs[at] = day
            announcements.pop(at, None)
            if at in known[name].announcements:
                announcements[at] = known[name].announcements[at]
    return Members(
        membership, first, lists, ledger, report, announcements, cutoffs, words=rows.words
    )


def _uses_float(rule: Methodology, has_parents: bool, findings: Findings) -> bool:
    """Does a composite weigh by its parents' float factors?

    Finding CAL008: it has a scheme whose weights are made at reviews, and it has none.
    """
    schemes = set(rule.weighting.scheme.values)
    wanted = {"market_cap", "float_market_cap"} if has_parents else {"market_cap"}
    for scheme in sorted(str(scheme) for scheme in schemes - wanted):
        findings.add(
            "CAL008",
            f"the scheme `{scheme}` for a review every session is not computed by this version",
            span=rule.span_of("weighting.scheme"),
            where="weighting.scheme",
            path=rule.path,
            hint="say `weighting: {scheme: market_cap}`, or review on a schedule",
        )
    return "float_market_cap" in schemes


def scheduled(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """An index whose members come from reviews.

    Reviews before the first that could be made are told in one note; a refused one after it is an
    error.  DataError: no review could be made at all.
    """
    market = setting.market
    own = Findings()
    lists = {name: members.lists for name, members in known.items()}
    last_date = date_of(market.days[setting.last_session])
    end = last_date if setting.horizon is None else max(last_date, setting.horizon)
    begin = rule.base.date if rule.base is not None else date_of(market.days[0])
    for name in rule.review.follows:
        # A child begins with the first list its parent has.
        changes = known[name].lists.change_days
        if changes.size:
            begin = max(begin, date_of(changes[0]))
    reviewer = Reviewer(
        rule=rule,
        market=market,
        sessions=setting.sessions,
        parents=lists,
        start=begin,
        end=end,
        assumptions=setting.assumptions,
        findings=own,
    )
    results = reviewer.run()
    notes = _pass_on(rule, results, reviewer, setting.findings)
    scheme = rule.weighting.scheme
    weighings = Weighings(rule, reviewer)
    listings: dict[int, Listing] = {}
    announcements: dict[int, int] = {}
    cutoffs: dict[int, int] = {}
    latest: dict[int, ReviewResult] = {}
    for made in results:
        session = int(np.searchsorted(market.days, made.effective))
        if session > setting.last_session:
            continue
        result = latest[session] = _on_one_session(latest.get(session), made)
        said = scheme.at(date_of(result.effective))
        # The first list sets weights, whatever the schedule of rebalances: there are none before.
        begins = not listings
        listing = _listing(session, result, said, listings.get(session), begins)
        recaps = rule.weighting.interim.at(date_of(result.effective)) == "recap"
        if listing.sets_weights or recaps:
            place = int(np.searchsorted(market.days, result.pricing, side="right")) - 1
            weighing = weighings.of(result, listing.codes, setting.findings)
            listing = replace(listing, weighing=weighing, pricing=place)
        listings[session] = listing
        cutoffs[session] = result.cutoff
        if result.announcement is not None:
            announcements[session] = result.announcement
    if not listings:
        setting.findings.add(
            "CAL010",
            f"no review of {rule.index} can be made in the data, which run from "
            f"{date_of(market.days[0])} to {last_date}",
            span=rule.span_of("review"),
            where="review",
            path=rule.path,
            hint="import earlier data, or give the first list in `memberships`",
        )
        setting.findings.raise_errors(DataError)
    first = min(listings)
    given = weighings.given.days if "given" in scheme.values else ()
    _given_in_between(listings, given, weighings, results, setting)
    family = family_of(scheme.at(date_of(market.days[first])))
    in_order = [listings[session] for session in sorted(listings)]
    membership = Scheduled(first, in_order, setting.findings, family, weighings)

    def ledger(start: int, last: int, first_seen: Days, last_seen: Days) -> Any:
        blocks = [block for result in results for block in result.decisions]
        blocks += reviewer.undecided
        for done in membership.weights.values():
            blocks += cap_rows(done, rule, reviewer.words)
        return ledger_table(blocks, market.symbols, reviewer.words)

    def report(first_seen: Days, last_seen: Days, found: Findings) -> None:
        """What there was to say was said at the reviews."""

    return Members(
        membership,
        first,
        reviewer.timeline,
        ledger,
        report,
        announcements,
        cutoffs,
        notes,
        tuple(results),
        reviewer.words,
        reviewer.fields,
        weighings,
    )


def _pass_on(
    rule: Methodology, results: list[ReviewResult], reviewer: Reviewer, findings: Findings
) -> tuple[str, ...]:
    """Pass on what the reviews found; what kept the first ones from being made is one note."""
    own = reviewer.findings.items
    if not results:
        findings.items.extend(own)
        return ()
    begun = date_of(results[0].effective)
    early = [
        found
        for found in own
        if found.code in ("REV001", "REV002") and found.on is not None and found.on < begun
    ]
    findings.items.extend(found for found in own if found not in early)
    if not early:
        return ()
    refused = sum(found.code == "REV001" for found in early)
    before = sum(date < begun for date in reviewer.prepared.before_the_data)
    parts = [
        f"{refused} refused because the rule does not know its terms" if refused else "",
        f"{before} before the data" if before else "",
    ]
    why = ", ".join(part for part in parts if part)
    return (f"{rule.index} begins with the review of {begun}; earlier ones are not made ({why})",)


def _on_one_session(before: ReviewResult | None, result: ReviewResult) -> ReviewResult:
    """What is effective on days that are one observed session: the last list, by the terms of the
    review among them."""
    if before is None or not before.sets_weights or result.sets_weights:
        return result
    return replace(
        before,
        members=result.members,
        inclusion=result.inclusion,
        float_factor=result.float_factor,
        why={**before.why, **result.why},
    )


def _listing(
    session: int,
    result: ReviewResult,
    scheme: str | Special,
    same_day: Listing | None,
    begins: bool,
) -> Listing:
    codes, inclusion, factor = result.members, result.inclusion, result.float_factor
    uses_float = scheme == "float_market_cap"
    if uses_float:
        # Without a float factor a line has no weight: it is a finding, and does not enter.
        told = ~np.isnan(factor)
        codes, inclusion, factor = codes[told], inclusion[told], factor[told]
    kind = {"given": "regular", "parent": "regular"}.get(result.kind, result.kind)
    sets = begins or result.sets_weights or (same_day is not None and same_day.sets_weights)
    return Listing(
        session,
        kind if same_day is None else same_day.kind,
        codes,
        factor if uses_float else None,
        inclusion if bool((inclusion != 1.0).any()) else None,
        sets,
        why={**({} if same_day is None else same_day.why), **result.why},
    )


def _given_in_between(
    listings: dict[int, Listing],
    days: Iterable[int],
    weighings: Weighings,
    results: Sequence[ReviewResult],
    setting: Setting,
) -> None:
    """Each list of weight factors given from outside sets weights on its day, for the members then."""
    market = setting.market
    for day in days:
        session = int(np.searchsorted(market.days, day))
        if session > setting.last_session or session in listings:
            continue
        past = [result for result in results if result.effective <= day]
        if not past:
            continue
        result = replace(past[-1], effective=int(market.days[session]), kind="rebalance")
        listing = _listing(session, result, "given", None, True)
        weighing = weighings.of(result, listing.codes, setting.findings)
        listings[session] = replace(listing, weighing=weighing, pricing=session - 1)


def _names(rule: Methodology, word: str) -> tuple[str, ...]:
    """The parents under ``universe.of`` or ``universe.except``: one answer for all time."""
    dated = getattr(rule.universe, word)
    if dated is None:
        return ()
    said = {value for value in dated.values}
    if len(said) > 1 or not dated.is_constant:
        key = word.rstrip("_")
        raise DataError.of(
            "CAL008",
            f"universe.{key} that changes by date is not computed by this version",
            span=rule.span_of(f"universe.{key}"),
            where=f"universe.{key}",
            path=rule.path,
        )
    value = dated.value
    return () if isinstance(value, Special) else value
