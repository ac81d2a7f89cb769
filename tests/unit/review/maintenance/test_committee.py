"""What the committee decided: at a review, between reviews, and on days that are no sessions."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.committee import CommitteeDecisions
from tests.unit.review.data.fields_made import on
from tests.unit.review.maintenance.between_reviews import changes, row, run
from tests.unit.review.maintenance.deletions_made import BAD, bad
from tests.unit.review.small_reviews import rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-12-31")
# B has two tickers; Z is no line of the market.
ORDER = {"A": 0, "B": 1, "BB": 1, "C": 2, "D": 3}
RULE = (
    "weighting: {scheme: market_cap}\ncommittee:\n"
    '  - {effective: 2020-06-13, add: ["A", "Z"], remove: ["BB"], why: first, ref: m1}\n'
    '  - {effective: 2020-06-15, keep: ["C"], refuse: ["D"], why: second, ref: m2}\n'
    '  - {effective: 2021-06-14, add: ["D"], why: third, ref: m3}\n'
)


def committee() -> CommitteeDecisions:
    return CommitteeDecisions(rule(RULE), SESSIONS, ORDER, Texts())


def event(day: str = "2020-06-15") -> Event:
    return Event(on(day), on(day) - 1, on(day) - 14, on(day) - 1)


def names(rows: Bools) -> str:
    return "".join(name for name, there in zip("ABCD", rows, strict=True) if there)


def test_what_falls_on_no_session_counts_on_the_next() -> None:
    """2020-06-13 is a Saturday: it acts with what was decided for Monday the 15th."""
    made = committee()
    reasons = Reasons.none(4)
    pinned, refused = made.at_review(event(), reasons)
    assert (names(pinned), names(refused)) == ("AC", "BD")
    said = [made.words.texts[int(number)] for number in reasons.detail]
    assert said == [
        "committee: first (m1)",
        "committee: first (m1)",
        "committee: second (m2)",
        "committee: second (m2)",
    ]
    paths = [made.words.texts[int(number)] for number in reasons.path]
    assert paths == [
        "committee[0].add",
        "committee[0].remove",
        "committee[1].keep",
        "committee[1].refuse",
    ]
    other, _ = made.at_review(event("2020-06-12"), reasons)
    assert names(other) == ""


def test_between_reviews_members_are_added_and_removed() -> None:
    made, members = committee(), np.array([False, True, True, False])
    made.between(event(), members, Reasons.none(4))
    assert names(members) == "AC"
    reasons = Reasons.none(4)
    assert names(made.say_held(event(), reasons)) == "CD"
    assert (reasons.path > 0).tolist() == [False, False, True, True]


def test_lines_of_a_word_on_a_day() -> None:
    made = committee()
    day = on("2020-06-15")
    found = {word: made.held(day, word) for word in ("add", "remove", "keep", "refuse")}
    assert found == {"add": [0], "remove": [1], "keep": [2], "refuse": [3]}
    assert made.held(on("2020-06-16"), "keep") == []
    # The calendar does not reach the last one.
    assert made.held(-1, "keep") == []


def test_the_committee_keeps_a_name() -> None:
    extra = 'committee: [{effective: 2020-04-16, keep: ["B"], why: a mistake, ref: minutes}]\n'
    ran = run(BAD, designations=[bad("B", "2020-04-14")], extra=extra)
    assert changes(ran) == []
    kept = row(ran, "2020-04-16", "B")
    assert (kept["outcome"], kept["detail"]) == ("kept", "committee: a mistake (minutes)")
