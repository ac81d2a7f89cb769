"""A test put to its candidates: who passes enters, stays or leaves."""

from __future__ import annotations

import numpy as np

from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_ENTRY,
    EntryExitTest,
)
from indexcalc.review.maintenance.fast_entry_and_exit.judging import event_of
from tests.unit.review.data.fields_made import on
from tests.unit.review.maintenance.between_reviews import (
    SELECTION,
    SIZES,
    SPAN,
    before,
    changes,
    row,
    run,
)
from tests.unit.review.maintenance.fifth_line import EXIT, FAST, LISTED, with_k


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


def test_who_is_in_already_is_no_entrant() -> None:
    extra = 'committee: [{effective: 2020-04-02, add: ["K"], why: w, ref: r}]\n'
    ran = with_k(FAST, extra=extra)
    assert [change[1] for change in changes(ran)[:2]] == ["committee", "regular"]
    # On its first session it has no price to be bought at.
    early = with_k(FAST, extra=extra.replace("04-02", "04-01"))
    assert changes(early)[0][1] == "fast_entry"
    assert row(early, LISTED, "K")["detail"] == "committee: w (r); not listed, does not enter"


def test_the_universe_is_asked_on_the_day_of_the_test() -> None:
    extra = "universe: {where: {designation: {none_of: [bad]}}}\n"
    held = [{"symbol": "K", "from": "2020-04-08", "to": "2020-04-09", "kind": "bad"}]
    early = [{"symbol": "K", "from": "2020-04-07", "to": "2020-04-08", "kind": "bad"}]
    assert changes(with_k(FAST, extra=extra, designations=held))[0][1] == "regular"
    assert changes(with_k(FAST, extra=extra, designations=early))[0][1] == "fast_entry"


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


def test_a_test_is_an_event_whose_cut_off_is_its_day() -> None:
    test = EntryExitTest(FAST_ENTRY, on("2020-04-08"), on("2020-04-13"), [10], None, "p", 1)
    event = event_of(test, SPAN)
    # Before Monday 04-13 comes Friday the 10th.
    assert (event.effective, event.before) == (on("2020-04-13"), on("2020-04-10"))
    assert (event.cutoff, event.pricing) == (on("2020-04-08"), on("2020-04-08"))
    assert (event.month, event.is_test, event.kinds) == ((2020, 4), True, {"test"})
    assert event.halt is None


def test_a_test_measures_what_its_condition_reads() -> None:
    """Another measure, which only tests of another year read, is not made; its terms must be known."""
    later = FAST.replace("size: {rank", "wide: {rank")
    both = FAST.replace("[", "{2020-01-01: [").replace(
        "]}", f"], 2021-01-01: {later[len('{fast_entry: ') : -1]}}}}}"
    )
    wide = "{mean: market_cap, over: 5 sessions}"
    text = SELECTION.replace("market_cap}}", f"market_cap}}, wide: {wide}}}", 1)
    ran = with_k(both, text=text)
    assert changes(ran)[0][1:3] == ("fast_entry", "K")
    (event,) = ran.reviewer.maintenance.tests()
    issuers = np.arange(len(ran.market.symbols), dtype=np.int64)
    assert set(ran.reviewer.measures.at(event, issuers)) == {"size"}
    refused = with_k(both, text=text.replace(wide, f"{{2020-01-01: unknown, 2021-01-01: {wide}}}"))
    assert "REV001" in refused.codes
    assert changes(refused)[0][1] == "regular"


def test_the_largest_that_may_replace_is_best_first_with_ties_by_the_symbol() -> None:
    """B and C leave together; E and F are as large: E takes the place of the first."""
    caps = {**SIZES, "F": SIZES["E"]}
    falls = {name: before("2020-04-20", SIZES[name], 35.0) for name in "BC"}
    ran = run(EXIT, {**caps, **falls})
    assert changes(ran)[0] == ("2020-06-01", "deletion", "EF", "BC")
    assert row(ran, "2020-06-01", "E")["detail"] == "takes the place of B as the largest"
    assert row(ran, "2020-06-01", "F")["detail"] == "takes the place of C as the largest"
