"""Fast entries, fast exits and demergers between reviews, by hand.

Ten lines A (market cap 100) to J (10), the four largest in; K is listed on Wednesday 2020-04-01.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from tests.unit.review.maintenance.between_reviews import (
    SELECTION,
    SIZES,
    SPAN,
    absent_until,
    before,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.small_reviews import Ran, rule

LISTED = "2020-04-01"
FAST = (
    "{fast_entry: [{after: 5 sessions, require: {size: {rank: 3}}, "
    "effective: 1 session after test, replaces: smallest}]}"
)
NEXT = FAST.replace("1 session after test", "session after next expiry")
EXPIRY = "dates: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}\n"


def with_k(rule: str, size: object = 85.0, **more: object):
    """A run with K, listed on ``LISTED`` with a market cap."""
    securities = told("ABCDEFGHIJK", K={"listing_date": LISTED, **more.pop("k", {})})  # type: ignore[dict-item]
    absent = {"K": absent_until(LISTED), **more.pop("absent", {})}  # type: ignore[dict-item]
    return run(rule, {**SIZES, "K": size}, securities, absent=absent, **more)  # type: ignore[arg-type]


def test_tested_on_the_fifth_session_after_the_listing() -> None:
    """Listed on Wednesday 04-01: the fifth session after it is Wednesday 04-08.  K is third with 85
    (A 100, B 90), so it enters on the 9th, for D, the smallest of the last review."""
    ran = with_k(FAST)
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "K", "D")
    into = row(ran, "2020-04-09", "K")
    assert (into["observed"], into["threshold"]) == (3.0, 3.0)
    assert into["rule_path"] == "maintenance.fast_entry[0]"
    assert into["detail"] == "fast entry, tested on 2020-04-08"
    assert row(ran, "2020-04-09", "D")["detail"] == (
        "the smallest by size at the last review makes room for K"
    )
    assert date_of(ran.results[1].cutoff) == dt.date(2020, 4, 8)


def test_who_does_not_pass_is_told_of() -> None:
    ran = with_k(FAST, 79.0)
    assert ran.members[0] == "ABCD"
    assert all(change[1] == "regular" for change in changes(ran))
    out = row(ran, "2020-04-09", "K")
    assert (out["outcome"], out["observed"], out["threshold"]) == ("out", 4.0, 3.0)
    assert out["detail"] == "test of 2020-04-08 not passed"


def test_no_look_ahead_in_the_test() -> None:
    """Third on the day of the test and tiny the session after: it enters all the same."""
    assert changes(with_k(FAST, before("2020-04-09", 85.0, 1.0)))[0][2:] == ("K", "D")
    assert changes(with_k(FAST, before("2020-04-09", 1.0, 85.0)))[0][0] == "2020-06-12"


def test_nobody_makes_room_where_the_rule_says_none() -> None:
    ran = with_k(FAST.replace("smallest", "none"))
    assert changes(ran)[:2] == [
        ("2020-04-09", "fast_entry", "K", ""),
        ("2020-06-12", "regular", "", "D"),  # the count binds at the review
    ]


def test_with_a_regular_review_it_is_one_event() -> None:
    """Effective on the day of the June review: K is in, and the review makes the count.

    K fell to 65 at the cut-off (fifth), so the review alone would not have taken it."""
    ran = with_k(NEXT, before("2020-05-20", 85.0, 65.0), extra=EXPIRY)
    assert changes(ran)[:2] == [
        ("2020-06-12", "regular", "K", "D"),
        ("2020-09-11", "regular", "D", "K"),
    ]
    assert row(ran, "2020-06-12", "K")["detail"] == "fast entry, tested on 2020-04-08"


def test_who_entered_after_the_cutoff_stays() -> None:
    """Listed on 2020-06-01, after the cut-off of 05-29: the review of 06-12 cannot judge K, which
    entered on 06-09; it stays, and one more leaves."""
    rule = FAST.replace("smallest", "none")
    securities = told("ABCDEFGHIJK", K={"listing_date": "2020-06-01"})
    ran = run(rule, {**SIZES, "K": 85.0}, securities, absent={"K": absent_until("2020-06-01")})
    assert changes(ran)[:2] == [
        ("2020-06-09", "fast_entry", "K", ""),
        ("2020-06-12", "regular", "", "D"),
    ]
    assert row(ran, "2020-06-12", "K")["detail"] == "entered after the cut-off"


def test_who_is_in_already_is_no_entrant() -> None:
    extra = 'committee: [{effective: 2020-04-02, add: ["K"], why: w, ref: r}]\n'
    ran = with_k(FAST, extra=extra)
    assert [change[1] for change in changes(ran)[:2]] == ["committee", "regular"]
    # On its first session it has no price to be bought at.
    early = with_k(FAST, extra=extra.replace("04-02", "04-01"))
    assert changes(early)[0][1] == "fast_entry"
    assert row(early, LISTED, "K")["detail"] == "committee: w (r); not listed, does not enter"


def test_the_committee_refuses() -> None:
    extra = 'committee: [{effective: 2020-04-09, refuse: ["K"], why: too new, ref: minutes}]\n'
    ran = with_k(FAST, extra=extra)
    assert changes(ran)[0][:2] == ("2020-06-12", "regular")
    assert row(ran, "2020-04-09", "K")["detail"] == "committee: too new (minutes)"


def test_the_universe_is_asked_on_the_day_of_the_test() -> None:
    extra = "universe: {where: {designation: {none_of: [bad]}}}\n"
    held = [{"symbol": "K", "from": "2020-04-08", "to": "2020-04-09", "kind": "bad"}]
    early = [{"symbol": "K", "from": "2020-04-07", "to": "2020-04-08", "kind": "bad"}]
    assert changes(with_k(FAST, extra=extra, designations=held))[0][1] == "regular"
    assert changes(with_k(FAST, extra=extra, designations=early))[0][1] == "fast_entry"


def test_a_transfer_is_a_listing() -> None:
    """J comes from another market on 2020-04-01 and grows: listed_by says transfer."""
    rows = told(J={"market": "other"}, **{n: {"market": "here"} for n in "ABCDEFGHI"})
    rows.append(
        {
            "symbol": "J",
            "valid_from": LISTED,
            "listing_date": "2010-01-04",
            "listed_by": "transfer",
            "market": "here",
        }
    )
    caps = {**SIZES, "J": before("2020-04-01", 10.0, 85.0)}
    ran = run(FAST, caps, rows, extra="universe: {where: {market: here}}\n")
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "J", "D")


def test_dated_terms_hold_for_the_dates_they_make() -> None:
    """From 2020-04-13 on nobody enters in between; the day before K would."""
    rule = FAST.replace("[{after", "{2020-01-01: [{after").replace(
        "smallest}]}", "smallest}], DAY: []}}"
    )
    assert changes(with_k(rule.replace("DAY", "2020-04-10")))[0][1] == "fast_entry"
    assert changes(with_k(rule.replace("DAY", "2020-04-09")))[0][1] == "regular"


# --- fast exits -------------------------------------------------------------------------------------

EXIT = (
    "{fast_exit: {checked: last session of month, when: {size: {rank: {beyond: 5}}, "
    "was: {size: {rank: {beyond: 5}}}}, effective: 1 session after test, replace_from: largest}}"
)


def test_two_checks_in_a_row() -> None:
    """B falls to 45 (seventh) on 04-20: beyond five on 04-30 and, once more, on 05-29; on 06-01 it
    goes, for the largest that is not in: E."""
    ran = run(EXIT, {**SIZES, "B": before("2020-04-20", 90.0, 45.0)})
    assert changes(ran)[0] == ("2020-06-01", "deletion", "E", "B")
    out = row(ran, "2020-06-01", "B")
    assert out["detail"] == "fast exit, checked on 2020-05-29"
    assert row(ran, "2020-06-01", "E")["detail"] == "takes the place of B as the largest"


def test_one_check_alone_is_not_enough() -> None:
    days = [str(SPAN.date(at)) for at in range(len(SPAN))]
    dip = [45.0 if "2020-04-20" <= day < "2020-05-11" else 90.0 for day in days]
    ran = run(EXIT, {**SIZES, "B": dip})
    assert changes(ran) == []


def test_a_fast_exit_on_the_day_of_a_review_is_out_of_it() -> None:
    rule = EXIT.replace("1 session after test", "session after next expiry")
    ran = run(rule, {**SIZES, "B": before("2020-04-20", 90.0, 45.0)}, extra=EXPIRY)
    june = next(change for change in changes(ran) if change[0] == "2020-06-12")
    assert june == ("2020-06-12", "regular", "E", "B")


# --- demergers --------------------------------------------------------------------------------------

SPLIT = (
    "{demerger: {parent_stays: {require: {size: {min: size at rank 100% of existing, "
    "among: existing}}, after: 2 sessions}, new_company_joins: {require: {size: {above: size at "
    "rank 75% of existing, among: existing}}, effective: 1 session after listing, replaces: none}}}"
)


WATCHED = {"symbol": "A", "from": "2020-04-01", "kind": "watched"}


def demerged(parent: float, child: float, rule: str = SPLIT, **more: object):
    """B is halted from 2020-04-01 and split on 05-04, when it trades again and K is listed."""
    securities = told("ABCDEFGHIJK", K={"listing_date": "2020-05-04", "listed_by": "demerger"})
    actions = [
        {
            "symbol": "B",
            "ex_date": "2020-05-04",
            "type": "spin_off",
            "ratio": 0.3,
            "other_symbol": "K",
            "known_at": "2020-03-02",
        }
    ]
    halts = [{"symbol": "B", "from": "2020-04-01", "to": "2020-05-04", "kind": "halted"}]
    caps = {**SIZES, "B": before("2020-05-04", 90.0, parent), "K": child}
    return run(
        rule,
        caps,
        securities,
        absent={"K": absent_until("2020-05-04")},
        **{"corporate_actions": actions, "designations": halts, **more},  # type: ignore[arg-type]
    )


def test_the_new_company_joins_and_the_old_one_stays() -> None:
    """The members after the split are A 100, B 81, C 80, D 70: three quarters of four is the third,
    80.  K (80.5) is above it on its first day, 05-04, and joins on the 5th: five members.  B is
    above the smallest and stays.  At the June review four are left."""
    ran = demerged(81.0, 80.5)
    assert changes(ran)[:2] == [
        ("2020-05-05", "demerger", "K", ""),
        ("2020-06-12", "regular", "", "D"),
    ]
    into = row(ran, "2020-05-05", "K")
    assert (into["observed"], into["threshold"]) == (80.5, 80.0)
    stays = row(ran, "2020-05-07", "B")
    assert stays["outcome"] == "kept"


def test_the_new_company_is_too_small() -> None:
    ran = demerged(81.0, 80.0)
    assert changes(ran)[0][0] == "2020-06-12"
    assert row(ran, "2020-05-05", "K")["detail"] == "test of 2020-05-04 not passed"


def test_the_old_company_is_too_small() -> None:
    """Traded again on Monday 05-04, tested two sessions after, out on Thursday 05-07: B (69) is
    below the smallest of the others, D (70)."""
    ran = demerged(69.0, 10.0)
    assert changes(ran)[0] == ("2020-05-07", "demerger", "", "B")
    out = row(ran, "2020-05-07", "B")
    assert (out["observed"], out["threshold"]) == (69.0, 70.0)
    assert out["detail"] == "demerged: test of 2020-05-06 not passed"


def test_trading_again_is_a_trade() -> None:
    """No halt is told, but B has no volume from the ex-date to 05-12: it trades again on the 13th."""
    made = demerged(69.0, 10.0, designations=[WATCHED]).market
    daily = made.table("daily").to_pylist()
    for one in daily:
        if one["symbol"] == "B" and "2020-05-04" <= str(one["date"]) < "2020-05-13":
            one["volume"] = 0
    tables = {name: made.table(name) for name in made.names} | {
        "daily": pa.Table.from_pylist(daily)
    }
    again = Market.from_tables(complete=True, **tables)
    ran = Ran(again, SPAN, rule(SELECTION + f"maintenance: {SPLIT}\n"))
    assert changes(ran)[0] == ("2020-05-18", "demerger", "", "B")


def test_the_child_of_a_company_that_is_not_in_does_not_join() -> None:
    extra = 'committee: [{effective: 2020-03-30, remove: ["B"], why: w, ref: r}]\n'
    ran = demerged(81.0, 80.5, extra=extra)
    assert all("K" not in change[2] for change in changes(ran) if change[0] < "2020-06")


@pytest.mark.parametrize("successor", [True, False])
def test_a_demerger_without_an_action_row(successor: bool) -> None:
    """The old company's row names the new one as its successor: the same demerger."""
    securities = told("ABCDEFGHIJK", K={"listing_date": "2020-05-04", "listed_by": "demerger"})
    if successor:
        securities.append(
            {
                "symbol": "B",
                "valid_from": "2020-05-04",
                "listing_date": "2010-01-04",
                "successor": "K",
            }
        )
    caps = {**SIZES, "B": before("2020-05-04", 90.0, 81.0), "K": 80.5}
    ran = run(SPLIT, caps, securities, absent={"K": absent_until("2020-05-04")})
    joined = [change for change in changes(ran) if change[0] == "2020-05-05"]
    assert joined == ([("2020-05-05", "demerger", "K", "")] if successor else [])


def test_smallest_is_of_the_last_review() -> None:
    """D grows above C after the review of March: it is D all the same that makes room."""
    caps = {**SIZES, "D": before("2020-03-20", 70.0, 84.0)}
    securities = told("ABCDEFGHIJK", K={"listing_date": LISTED})
    ran = run(FAST, {**caps, "K": 85.0}, securities, absent={"K": absent_until(LISTED)})
    assert changes(ran)[0] == ("2020-04-09", "fast_entry", "K", "D")
    assert SELECTION.count("fill") == 1
