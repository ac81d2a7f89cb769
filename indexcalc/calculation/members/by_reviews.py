"""Members by reviews: from every review of a rule to its lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Days
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.scheduled import Listing, Scheduled
from indexcalc.diagnostics import DataError, Findings, RuleError
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.holidays import lines_away
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Special
from indexcalc.notes import note
from indexcalc.review.calendar.timeline import MemberLists
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.ledger.decisions import table as ledger_table
from indexcalc.review.preparation import KnownLists
from indexcalc.review.review import Reviewer, ReviewResult
from indexcalc.review.weights.cap_decisions import cap_rows
from indexcalc.review.weights.review_weights import ReviewWeighting
from indexcalc.weighting.schemes import family_of

# Schedules of reviews come round within this many days.
REVIEW_HORIZON_DAYS = 400


def scheduled(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """An index whose members come from reviews.

    Reviews before the first that could be made are told in one note; a refused one after it is an
    error.  DataError: no review could be made at all.
    """
    reviewer = reviewer_of(rule, setting, known)
    results = reviewer.run()
    notes = _pass_on(rule, results, reviewer, setting)
    weighings = ReviewWeighting(rule, reviewer)
    listings, announcements, cutoffs = _listings(rule, results, weighings, setting)
    if not listings:
        _no_review(rule, setting)
    scheme = rule.weighting.scheme
    first = min(listings)
    given = weighings.given.days if "given" in scheme.values else ()
    _given_in_between(listings, given, weighings, results, setting)
    if over := rule.weighting.spread_over:
        from indexcalc.calculation.members.spread import spread

        def steps(session: int) -> int:
            said = value_on(over, date_of(setting.market.days[session]))
            return 1 if said is None else said.n

        listings = spread(listings, steps, setting.last_session)
    family = family_of(scheme.at(date_of(setting.market.days[first])))
    in_order = [listings[session] for session in sorted(listings)]
    membership = Scheduled(
        first,
        in_order,
        setting.findings,
        family,
        weighings,
        away=lines_away(setting.market, first),
    )

    def ledger(start: int, last: int, first_seen: Days, last_seen: Days) -> Any:
        blocks = [block for result in results for block in result.decisions]
        blocks += reviewer.undecided
        for done in membership.weights.values():
            blocks += cap_rows(done, rule, reviewer.words)
        return ledger_table(blocks, setting.market.symbols, reviewer.words)

    def report(first_seen: Days, last_seen: Days, findings: Findings) -> None:
        """What there was to say was said at the reviews."""

    return Members(
        membership=membership,
        first_session=first,
        lists=reviewer.timeline,
        ledger=ledger,
        report=report,
        announcements=announcements,
        cutoffs=cutoffs,
        notes=notes,
        results=tuple(results),
        words=reviewer.words,
        fields=reviewer.fields,
        weighings=weighings,
        gives_floats="float_market_cap" in scheme.values,
    )


def reviewer_of(
    rule: Methodology,
    setting: Setting,
    known: Mapping[str, Members],
    lists_before: KnownLists | None = None,
) -> Reviewer:
    """The reviewer of a rule, from the first day on which all its parents have a list.

    ``lists_before``: of its own, where it goes on from them.
    """
    market = setting.market
    lists = {name: members.lists for name, members in known.items()}
    last_date = date_of(market.days[setting.last_session])
    end = last_date if setting.horizon is None else max(last_date, setting.horizon)
    begin = rule.base.date if rule.base is not None else date_of(market.days[0])
    for name in rule.review.follows:
        # A child begins with the first list its parent has.
        changes = known[name].lists.change_days
        if changes.size:
            begin = max(begin, date_of(changes[0]))
    in_force = _in_force(rule, setting, lists, begin)
    return Reviewer(
        rule=rule,
        market=market,
        sessions=setting.sessions,
        parents=lists,
        start=begin if in_force is None else in_force,
        end=end,
        assumptions=setting.assumptions,
        findings=Findings(),
        floats=_floats_of_parent(rule, known),
        known=lists_before,
    )


def _floats_of_parent(rule: Methodology, known: Mapping[str, Members]) -> FloatFactors | None:
    """The float factors of the one index a rule without `float` chooses from, where that has rules for
    them, its own or inherited; None: its own."""
    of = rule.universe.of
    if "float" in rule.said or of is None or not of.is_constant or isinstance(of.value, Special):
        return None
    if len(of.value) != 1 or (weighings := known[of.value[0]].weighings) is None:
        return None
    floats = weighings.reviewer.prepared.floats
    return floats if "float" in floats.rule.said else None


def _in_force(
    rule: Methodology, setting: Setting, lists: Mapping[str, MemberLists], begin: dt.date
) -> dt.date | None:
    """The effective date of the last review before ``begin``: whose members are held on that day.

    None: the data, or the list of a parent, do not reach back to its cut-off.
    """
    days = setting.market.days
    # A base on the first days there are has nothing before it.
    earliest = dt.date.fromordinal(max(1, begin.toordinal() - REVIEW_HORIZON_DAYS))
    given = rule.selection is not None and any(said is True for _, said in rule.selection.given)
    if given or not days.size or day_number(begin) <= int(days[0]):
        return None
    if rule.review.follows:
        dates = [one for name in rule.review.follows for one in lists[name].reviews]
    elif rule.review.kind == "scheduled" and rule.review.every is None:
        try:
            dates = list(review_dates(rule, setting.sessions, earliest, begin))
        except RuleError:  # a date before the base that cannot be made: nothing rests on it
            return None
    else:
        return None
    names = value_on(rule.universe.of, begin, ())
    starts = [lists[name].change_days for name in names if name in lists]
    known = max([int(days[0]), *(int(changes[0]) for changes in starts if changes.size)])
    made = [
        one.effective
        for one in dates
        if earliest <= one.effective <= begin and day_number(one.cutoff) >= known
    ]
    return max(made, default=None)


def _listings(
    rule: Methodology, results: list[ReviewResult], weighings: ReviewWeighting, setting: Setting
) -> tuple[dict[int, Listing], dict[int, int], dict[int, int]]:
    """By session: the list of the reviews that take effect on it, its announcement and its cut-off."""
    market = setting.market
    scheme = rule.weighting.scheme
    listings: dict[int, Listing] = {}
    announcements: dict[int, int] = {}
    cutoffs: dict[int, int] = {}
    latest: dict[int, ReviewResult] = {}
    for review in results:
        session = int(np.searchsorted(market.days, review.effective))
        if session > setting.last_session:
            continue
        result = latest[session] = _on_one_session(latest.get(session), review)
        scheme_on_day = scheme.at(date_of(result.effective))
        # The first list sets weights, whatever the schedule of rebalances: there are none before.
        begins = not listings
        listing = _listing(session, result, scheme_on_day, listings.get(session), begins)
        recaps = rule.weighting.interim.at(date_of(result.effective)) == "recap"
        if listing.sets_weights or recaps:
            pricing = int(np.searchsorted(market.days, result.pricing, side="right")) - 1
            weighing = weighings.of(result, listing.codes, setting.findings)
            listing = replace(listing, weighing=weighing, pricing=pricing)
        listings[session] = listing
        cutoffs[session] = result.cutoff
        if result.announcement is not None:
            announcements[session] = result.announcement
    return listings, announcements, cutoffs


def _no_review(rule: Methodology, setting: Setting) -> None:
    """DataError: no review could be made at all."""
    market = setting.market
    last_date = date_of(market.days[setting.last_session])
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


def _pass_on(
    rule: Methodology, results: list[ReviewResult], reviewer: Reviewer, setting: Setting
) -> tuple[str, ...]:
    """Pass on what the reviews found; what kept the first ones from being made is one note."""
    own = reviewer.findings.items
    if not results:
        setting.findings.items.extend(own)
        return ()
    begun = date_of(results[0].effective)
    early = [
        found
        for found in own
        if found.code in ("REV001", "REV002") and found.on is not None and found.on < begun
    ]
    setting.findings.items.extend(found for found in own if found not in early)
    short = _short_windows(rule, results, setting)
    if not early:
        return short
    refused = sum(found.code == "REV001" for found in early)
    before = sum(date < begun for date in reviewer.prepared.before_the_data)
    parts = [
        note("terms_unknown", n=refused) if refused else "",
        note("before_data", n=before) if before else "",
    ]
    why = ", ".join(part for part in parts if part)
    return (
        note("begins_with", index=rule.index, day=begun, why=why),
        *short,
    )


def _short_windows(
    rule: Methodology, results: Sequence[ReviewResult], setting: Setting
) -> tuple[str, ...]:
    """For each measure, the first of the reviews that saw only a part of its window's sessions.

    A finding (DAT040) too, where that window reaches back before the data; it is told ``on`` the day from
    which a list without such a window is held.
    """
    short: dict[str, list[str]] = {}
    before: dict[str, dt.date | None] = {}
    sessions, first = setting.sessions, date_of(setting.market.days[0])
    for place, result in enumerate(results):
        later = results[place + 1] if place + 1 < len(results) else None
        until = None if later is None else date_of(later.effective)
        for name, (seen, expected) in result.observed.items():
            if seen >= expected:
                continue
            text = note(
                "short_window", measure=name, seen=seen, all=expected, day=date_of(result.effective)
            )
            short.setdefault(name, []).append(text)
            begin = sessions.at_or_before(date_of(result.cutoff)) - expected + 1
            if begin < sessions.at_or_after(first):
                before[name] = until
    notes: list[str] = []
    for name, texts in short.items():
        text = texts[0]
        if len(texts) > 1:
            text = note("short_windows", what=text, n=len(texts) - 1)
        notes.append(note("of_index", index=rule.index, what=text))
        if name in before:
            setting.findings.add(
                "DAT040",
                f"the data begin on {first}: {text}",
                span=rule.span_of(f"measures.{name}.over"),
                where=f"measures.{name}.over",
                path=rule.path,
                hint="import earlier rows; `indexcalc validate --market` names the first whole review",
                on=before[name],
            )
    return tuple(notes)


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
        places={**before.places, **result.places},
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
        places=result.places,
    )


def _given_in_between(
    listings: dict[int, Listing],
    days: Iterable[int],
    weighings: ReviewWeighting,
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
