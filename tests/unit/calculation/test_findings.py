"""What a run says about its data: codes, places and counts."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def told(text: str, over: Any, **said: Any) -> list[tuple[str, str, str]]:
    run = small.run(text, over, **said)
    return [(item.code, item.where, item.message) for item in run.diagnostics]


def test_sessions_without_a_member_past_the_eighth_are_counted() -> None:
    """A has no row from session 3 on and leaves; eight of the twelve sessions without it are named."""
    over = market(
        line("A", [100] * 3), line("B", [50] * 15), n_sessions=15, memberships=given("A", on=1)
    )
    messages = [message for code, _, message in told(CAP, over) if code == "CAL006"]
    assert messages[0] == f"nothing is held on {day(3)}"
    assert messages[7:] == [f"nothing is held on {day(10)} and 4 more sessions"]


def test_an_action_without_its_terms_is_left_out() -> None:
    over = market(
        line("A", [100] * 3),
        memberships=given("A"),
        corporate_actions=[action("A", 2, "split"), action("A", 9, "split", ratio=2.0)],
    )
    (found,) = told(CAP, over)
    assert found[:2] == ("CAL011", "A 2024-01-04")
    assert found[2] == "the row A 2024-01-04 split has no ratio; it is left out"


def test_a_dividend_of_an_unknown_kind_is_left_out() -> None:
    over = market(
        line("A", [100] * 3),
        memberships=given("A"),
        dividends=[dividend("A", 2, 1.0, "scrip")],
    )
    found = [item for item in told(CAP, over, returns=["tr"]) if item[0] == "CAL011"]
    assert found[0][1] == "A 2024-01-04"
    assert "unknown kind `scrip`" in found[0][2]


def test_missing_rows_are_counted_and_the_first_are_shown() -> None:
    """The market has not every row: 10 of A are missing."""
    over = market(
        line("A", [100] * 13, skip=range(2, 12)),
        line("B", [100] * 13),
        memberships=given("A", "B"),
        complete=False,
    )
    found = next(item for item in told(CAP, over) if item[0] == "CAL003")
    assert found[2].startswith("10 rows of members are missing and the last price was carried: A ")
    assert found[2].count("A 2024") == 8
    assert found[2].endswith(" and 2 more")
    carried = told(CAP, over, assume={"missing_row": "carried"})
    assert "CAL003" not in [code for code, _, _ in carried]


def test_rows_of_a_member_that_had_left_are_told_where_rows_are_carried() -> None:
    """Carried is for holes: A has one on session 2, and left for good before session 4."""
    over = market(
        line("A", [100] * 4, skip=[2]),  # not there on session 2, and after session 3
        line("B", [100] * 6),
        memberships=given("A", "B"),
        securities=[{"symbol": "A", "delisting_date": day(4)}, {"symbol": "B"}],
        complete=False,
    )
    run = small.run(CAP, over, assume={"missing_row": "carried"})
    (found,) = [item for item in run.diagnostics if item.code == "CAL003"]
    assert found.severity == "warning"
    assert found.message.startswith("2 rows of members are missing")
    assert found.message.endswith(f"carried: A {day(4)}, A {day(5)}")
    assert "A had left by then" in found.hint
    leaves = "maintenance: {deletions: [{on: delisting, after: 0 sessions, replace_from: none}]}\n"
    run = small.run(CAP + leaves, over, assume={"missing_row": "carried"})
    assert "CAL003" not in [item.code for item in run.diagnostics]


def test_a_name_that_was_chosen_and_has_no_price_does_not_enter() -> None:
    over = market(
        line("A", [100] * 3),
        line("B", [None, None, 100], volume={0: 0, 1: 0}),
        memberships=given("A", "B"),
    )
    found = next(item for item in told(CAP, over) if item[0] == "CAL002")
    assert found[1] == "test B 2024-01-03"


def test_a_divisor_that_makes_another_level() -> None:
    """200,000 over 100 is 2000, and the base level is 1000."""
    over = market(line("A", [200] * 3), memberships=given("A"))
    text = CAP.replace("level: 1000}", "level: 1000, divisor: 100}")
    (found,) = told(text, over)
    assert found == (
        "CAL018",
        "base.divisor",
        "200000 over the divisor 100 is 2000.00, and the base level is 1000",
    )
    assert told(CAP.replace("level: 1000}", "level: 1000, divisor: 200}"), over) == []


def test_errors_before_the_first_day_asked_for_are_summed_up() -> None:
    over = market(
        line("A", [100] * 6, skip=(2, 3)),
        line("B", [100] * 6),
        memberships=given("A", "B"),
        complete=False,
    )
    found = [item for item in told(CAP, over, start=day(4)) if item[0] == "CAL020"]
    assert "2 errors before 2024-01-06 are in them, first CAL003 A 2024-01-04" in found[0][2]
    assert [item for item in told(CAP, over, start=day(1)) if item[0] == "CAL020"] == []


def foreign(dollar: list[float], **tables: Any) -> Any:
    return market(
        line("A", [100] * 12),
        line("B", [100] * 12),
        memberships=given("A", "B"),
        securities=[
            {"symbol": "A", "currency": "KRW", "country": "KR"},
            {"symbol": "B", "currency": "USD", "country": "US"},
        ],
        fx=small.rates({"USD": dollar}),
        **tables,
    )


def test_rates_that_are_not_known_are_refused_and_counted() -> None:
    with pytest.raises(ic.DataError) as caught:
        small.run(CAP, foreign([10.0] * 2))
    messages = [item.message for item in caught.value.diagnostics if item.code == "CAL013"]
    # Sessions 2 to 11: eight are named.
    assert len(messages) == 9
    assert any(text == "`fx` has no rate on 2 more sessions" for text in messages)


def test_dividends_without_a_tax_rate_are_refused() -> None:
    over = foreign([10.0] * 12, dividends=[dividend("B", 3, 1.0)])
    text = CAP + "returns: {kinds: [price, net], withholding: {KR: 15.4%}}\n"
    with pytest.raises(ic.DataError, match=r"CAL012.*`withholding` has no rate for US"):
        small.run(text, over)
    whole = text.replace("{KR: 15.4%}", "{KR: 15.4%, US: 30%}")
    assert small.levels(small.run(whole, over), "level_ntr")[3] > 1000.0


def test_a_line_that_changes_its_currency_is_refused() -> None:
    over = market(
        line("A", [100] * 3),
        memberships=given("A"),
        securities=[
            {"symbol": "A", "valid_from": day(0), "currency": "KRW"},
            {"symbol": "A", "valid_from": day(2), "currency": "USD"},
        ],
        fx=small.rates({"USD": [10.0] * 3}),
    )
    with pytest.raises(ic.DataError, match=r"CAL008.*KRW and USD over time"):
        small.run(CAP, over)


def test_a_shut_action_is_no_finding() -> None:
    over = market(
        line("A", [100, 100, 50]),
        memberships=given("A"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
    )
    assert told(CAP, over) == []
