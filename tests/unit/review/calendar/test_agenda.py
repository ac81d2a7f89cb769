"""On which days something is decided: with which list a history begins."""

from __future__ import annotations

from tests.unit.review.small_reviews import Ran, market, rule, weekdays

# Reviews in March, June, September and December, each of the two largest names or, where a name is
# in already, of the three largest.
TEXT = (
    "measures: {size: {last: market_cap}}\n"
    "selection: {steps: [{select: {size: {rank: {existing: 3, new: 2}}}}]}\n"
    "weighting: {scheme: market_cap}\n"
)
CALENDAR = weekdays("2018-01-02", "2020-12-31")
SESSIONS = weekdays("2020-01-02", "2020-12-31")  # of the data
CAPS = {"A": 50.0, "B": 40.0, "C": 30.0, "D": 20.0}


def _ran(base: str, *lists: tuple[str, str]) -> Ran:
    rows = [
        {"index": "test", "effective_date": day, "symbol": name}
        for day, names in lists
        for name in names
    ]
    methodology = rule(TEXT)
    made = market(SESSIONS, CAPS, memberships=rows)
    start = weekdays(base, base).date(0)
    return Ran(made, CALENDAR, methodology, start=start)


def _days(ran: Ran) -> list[str]:
    from indexcalc.market.calendar.sessions import date_of

    return [date_of(result.effective).isoformat() for result in ran.results]


def test_the_list_before_the_first_review_says_who_is_existing() -> None:
    ran = _ran("2020-01-02", ("2020-01-10", "CD"))
    assert _days(ran)[:2] == ["2020-01-10", "2020-03-13"]
    assert ran.members == ["CD", "ABC", "ABC", "ABC", "ABC"]


def test_an_index_that_is_older_than_the_data_begins_with_the_list_too() -> None:
    """Reviews before the data are not made, and do not make the list too late."""
    ran = _ran("2018-01-02", ("2020-01-10", "CD"))
    assert _days(ran)[:2] == ["2020-01-10", "2020-03-13"]
    assert ran.members == ["CD", "ABC", "ABC", "ABC", "ABC"]


def test_a_list_older_than_the_data_is_in_force_when_they_begin() -> None:
    ran = _ran("2018-01-02", ("2019-12-20", "CD"))
    assert _days(ran)[0] == "2020-03-13"
    assert ran.members == ["ABC", "ABC", "ABC", "ABC"]


def test_of_two_lists_before_the_first_review_the_later_one_counts() -> None:
    ran = _ran("2020-01-02", ("2020-01-10", "BD"), ("2020-02-03", "CD"))
    assert _days(ran)[:2] == ["2020-02-03", "2020-03-13"]


def test_a_list_after_reviews_that_could_be_made_begins_the_history_all_the_same() -> None:
    ran = _ran("2018-01-02", ("2020-07-01", "CD"))
    assert _days(ran) == ["2020-07-01", "2020-09-11", "2020-12-11"]
    assert ran.members == ["CD", "ABC", "ABC"]


def test_a_review_on_the_day_of_the_list_is_not_made() -> None:
    ran = _ran("2018-01-02", ("2020-06-12", "D"))
    assert _days(ran) == ["2020-06-12", "2020-09-11", "2020-12-11"]
    assert ran.members == ["D", "AB", "AB"]


GIVEN = "selection: given\nweighting: {scheme: market_cap}\n"


def _given(*lists: tuple[str, str]) -> Ran:
    rows = [
        {"index": "test", "effective_date": day, "symbol": name}
        for day, names in lists
        for name in names
    ]
    made = market(SESSIONS, CAPS, memberships=rows)
    return Ran(made, CALENDAR, rule(GIVEN), start=CALENDAR.date(0))


def test_the_given_list_in_force_when_the_data_begin_is_held_from_their_first_day() -> None:
    ran = _given(("2018-06-15", "AB"), ("2019-12-13", "CD"), ("2020-02-14", "AD"))
    given = [
        (day, members)
        for day, members, result in zip(_days(ran), ran.members, ran.results, strict=True)
        if result.kind == "given"
    ]
    assert given == [("2020-01-02", "CD"), ("2020-02-14", "AD")]


def test_a_given_list_on_the_first_day_counts_before_an_older_one() -> None:
    ran = _given(("2019-12-13", "CD"), ("2020-01-02", "AB"))
    assert (_days(ran)[0], ran.members[0]) == ("2020-01-02", "AB")


def test_a_given_list_on_the_first_session_of_a_calendar_made_from_the_data() -> None:
    rows = [{"index": "test", "effective_date": "2020-01-02", "symbol": name} for name in "AB"]
    made = market(SESSIONS, CAPS, memberships=rows)
    ran = Ran(made, SESSIONS, rule(GIVEN))
    assert (_days(ran)[0], ran.members[0]) == ("2020-01-02", "AB")
