"""Entries and deletions around the day of a review."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.at_review import ReviewDayChanges
from indexcalc.review.maintenance.committee import CommitteeDecisions
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.plan import MaintenancePlan
from indexcalc.review.selection.steps import ReserveNames
from tests.unit.review.data.fields_made import on
from tests.unit.review.maintenance.between_reviews import (
    SIZES,
    absent_from,
    absent_until,
    before,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.maintenance.deletions_made import BAD, bad
from tests.unit.review.maintenance.fifth_line import EXPIRY, FAST, NEXT, with_k
from tests.unit.review.maintenance.plans import SESSIONS, event, plan
from tests.unit.review.small_reviews import rule


def test_deleted_between_cutoff_and_effective_date_it_never_enters() -> None:
    """Cut-off 2020-05-29, effective 2020-06-12.  E grows and would enter for D; it is designated on
    06-09 (goes on the 11th): the reserve (F, for D is a better one) takes its place."""
    from tests.unit.review.maintenance.between_reviews import SIZES, before

    caps = SIZES | {"E": before("2020-05-01", 60.0, 95.0)}
    ran = run(BAD, caps, designations=[bad("E", "2020-06-09")])
    # The review alone: A E B C; the reserve is D, F.  D takes E's place: nothing changes until the
    # next review, which knows nothing against E.
    assert changes(ran) == [("2020-09-11", "regular", "E", "D")]
    june = next(place for place, one in enumerate(ran.results) if one.effective == 18425)
    assert ran.names(ran.results[june].members) == "ABCD"
    assert row(ran, "2020-06-12", "E")["detail"] == "bad since 2020-06-09"
    assert row(ran, "2020-06-12", "D")["detail"] == "takes the place of E from the reserve"
    # One that is due only after the review enters with it, and goes then.
    late = run(BAD, caps, designations=[bad("E", "2020-06-11")])
    assert changes(late)[:2] == [
        ("2020-06-12", "regular", "E", "D"),
        ("2020-06-15", "deletion", "D", "E"),
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


def test_a_name_the_committee_keeps_is_in_the_review_although_it_was_deleted() -> None:
    """E is designated before the June review; kept on the day it is due, it enters."""
    caps = SIZES | {"E": before("2020-05-01", 60.0, 95.0)}
    keep = 'committee: [{effective: 2020-06-11, keep: ["E"], why: a mistake, ref: minutes}]\n'
    ran = run(BAD, caps, designations=[bad("E", "2020-06-09")], extra=keep)
    assert changes(ran)[0] == ("2020-06-12", "regular", "E", "D")


def test_who_is_not_listed_the_session_before_never_enters() -> None:
    """E grows and would enter for D; its rows stop on the session before the June review."""
    caps = SIZES | {"E": before("2020-05-01", 60.0, 95.0)}
    gone = {"E": absent_from("2020-06-11")}
    ran = run("{deletions: []}", caps, absent=gone)
    assert changes(ran) == []
    assert row(ran, "2020-06-12", "E")["detail"] == (
        "not listed on the session before the effective date"
    )
    there = run("{deletions: []}", caps, absent={"E": absent_from("2020-06-12")})
    assert changes(there)[0] == ("2020-06-12", "regular", "E", "D")


def test_who_is_delisted_on_the_effective_date_keeps_no_place() -> None:
    """E grows and would enter for D: its last row is the one of the session before the June review."""
    caps = SIZES | {"E": before("2020-05-01", 60.0, 95.0)}
    rows = told(E={"delisting_date": "2020-06-12"})
    gone = {"E": absent_from("2020-06-12")}
    ran = run("{deletions: []}", caps, rows, absent=gone)
    assert [change for change in changes(ran) if change[0] == "2020-06-12"] == []
    assert row(ran, "2020-06-12", "E")["detail"] == "delisting on 2020-06-12, known on 2020-06-12"
    assert row(ran, "2020-06-12", "D")["detail"] == "takes the place of E from the reserve"


# --- the steps of the day, asked for directly -------------------------------------------------------


def day_of(maintenance: MaintenancePlan, committee: str = "") -> ReviewDayChanges:
    """The review of 2020-06-12, by the data of the session before."""
    words = Texts()
    made = rule("weighting: {scheme: market_cap}\n" + committee)
    decided = CommitteeDecisions(made, SESSIONS, maintenance.fields.market.order, words)
    review = event("2020-06-12")
    review.cutoff, review.kinds = on("2020-05-29"), {"regular"}
    return ReviewDayChanges(maintenance, decided, words, review, Reasons.none(4))


def mask(names: str) -> Bools:
    return np.array([name in names for name in "ABCD"], dtype=np.bool_)


def letters(rows: Bools) -> str:
    return "".join(name for name, there in zip("ABCD", rows, strict=True) if there)


def test_who_is_pinned_or_refused_is_not_moved_and_who_is_due_is_left_to_the_reserve() -> None:
    """D is designated so that it is due on the day of the review itself."""
    made = day_of(plan(BAD, designations=[bad("D", "2020-06-10")]))

    def move(code: int) -> Move:
        return Move(code, "deletion", f"move {code}", "maintenance", 7)

    outcome = Outcome(entering={0: move(0), 1: move(1)}, leaving={2: move(2), 3: move(3)})
    nobody = mask("")
    entering, leaving = made.moves(outcome, pinned=nobody, refused=nobody)
    assert (letters(entering), letters(leaving)) == ("AB", "C")
    said = [made.words.texts[int(number)] for number in made.reasons.detail]
    assert said == ["move 0", "move 1", "move 2", ""]
    # What is refused does not enter, what is pinned does not leave; not the other way round.
    entering, leaving = made.moves(outcome, pinned=mask("AC"), refused=mask("B"))
    assert (letters(entering), letters(leaving)) == ("A", "")


def test_who_entered_since_the_cut_off_and_is_in_still_stays() -> None:
    made = day_of(plan(BAD))
    made.maintenance.joined = {0: on("2020-05-29"), 1: on("2020-06-01"), 2: on("2020-06-11")}
    assert letters(made.entered_since(mask("ABD"))) == "B"
    assert made.words.texts[int(made.reasons.detail[1])] == "entered after the cut-off"


def test_what_a_review_does_is_not_remembered_as_done_between_reviews() -> None:
    """B left the market: the reserve's C takes its place at the review."""
    text = "selection: {steps: [{select: all}], reserve: {count: 1, by: close}}\n"
    days = [str(SESSIONS.date(at)) for at in range(len(SESSIONS))]
    gone = {"B": [day for day in days if day >= "2020-06-08"]}
    made = day_of(plan(BAD, text, absent=gone))
    made.maintenance.waiting.reserve = ReserveNames(np.array([2], dtype=np.int32), ("",))
    members, inclusion = mask("AB"), np.array([0.5, 1.0, 0.0, 0.0])
    made.refill(members, inclusion, pinned=mask(""))
    assert letters(members) == "AC"
    assert inclusion.tolist() == [0.5, 0.0, 1.0, 0.0]
    assert (made.maintenance.joined, made.maintenance.left) == ({}, {})
