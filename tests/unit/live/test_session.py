"""One session of an index: what its tables would say of it, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

import indexcalc as ic
from indexcalc.live.live import Live
from indexcalc.live.session import Session, forget
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
NET = CAP + "returns: {kinds: [price, gross, net], withholding: 15.4%}\n"


def sessions(text: str, over: ic.Market, after: int = 1, **said: object) -> list[Session]:
    live = Live.begin(small.rule(text), over, until=day(after), **said)  # type: ignore[arg-type]
    return list(live.advance())


def test_a_session_by_hand() -> None:
    """B 10 at 100 pays 2 and is 110; C 20 at 50 splits in two: 2100 of 2000."""
    over = market(
        line("B", [100, 100, 110], 10),
        line("C", [50, 50, 25], [20, 20, 40]),
        memberships=given("B", "C"),
        dividends=[dividend("B", 2, 2.0)],
        corporate_actions=[action("C", 2, "split", ratio=2.0)],
        securities=[{"symbol": symbol, "country": "KR"} for symbol in "BC"],
    )
    (session,) = sessions(NET, over)
    found = session["test"]
    assert (session.date, found.date, found.index) == (day(2), day(2), "test")
    assert (found.level, found.level_published) == (1050.0, Decimal("1050.00"))
    assert found.level_tr == pytest.approx(1060.0, rel=1e-12)
    assert found.level_ntr == pytest.approx(1000 * 2116.92 / 2000, rel=1e-12)
    assert (found.divisor, found.divisor_before) == (2.0, 2.0)
    assert (found.market_value, found.constituents) == (2100.0, 2)
    assert found.change is None
    events = found.events().to_pylist()
    assert {(row["symbol"], row["event"], row["date"]) for row in events} == {
        ("C", "split", day(2)),
        ("B", "dividend", day(2)),
    }


def test_returns_that_are_not_asked_for_are_none() -> None:
    over = market(line("B", [100, 100, 110], 10), memberships=given("B"))
    (session,) = sessions(CAP, over)
    assert session["test"].level_tr is session["test"].level_ntr is None
    (session,) = sessions(CAP, over, returns=["tr"])
    assert session["test"].level_tr == pytest.approx(1100.0)


def test_a_list_that_comes_into_force_is_the_change() -> None:
    """C comes in with 1000 beside B's 1100: a divisor of 2100 / 1100 times the one before."""
    over = market(
        line("B", [100, 100, 110, 110], 10),
        line("C", [50] * 4, 20),
        memberships=[*given("B"), *given("B", "C", on=3)],
    )
    first, second = sessions(CAP.replace("months: [1]", "months: [1, 2]"), over)
    assert first["test"].change is None
    change = second["test"].change
    assert change is not None
    assert change.codes.tolist() == [0, 1]
    assert second["test"].divisor_before == 1.0
    assert second["test"].divisor == pytest.approx(2100 / 1100)
    assert second["test"].level == 1100.0


def test_before_the_base_date_there_is_a_session_and_no_level() -> None:
    over = market(line("B", [100, 100, 110], 10), memberships=given("B"))
    live = Live.begin(small.rule(CAP), over, until=day(0))
    assert list(next(live.advance()).indices) == ["test"]
    text = CAP.replace("2024-01-03", "2024-01-04").replace("months: [1]", "months: [1, 2]")
    live = Live.begin(small.rule(text), over, until=day(0))
    assert [sorted(session.indices) for session in live.advance()] == [[], ["test"]]


def test_money_that_is_not_known_is_refused() -> None:
    over = market(
        line("B", [100, 100, 110], 10),
        memberships=given("B"),
        securities=[{"symbol": "B", "currency": "USD"}],
        fx=small.rates({"USD": [10.0] * 2}),
    )
    live = Live.begin(small.rule(CAP), over, until=day(1))
    with pytest.raises(ic.DataError, match=r"CAL013.*2024-01-04"):
        next(live.advance())


def test_what_a_session_left_in_a_run_is_forgotten_and_its_state_stays() -> None:
    over = market(line("B", [100, 100, 110], 10), memberships=given("B"))
    live = Live.begin(small.rule(CAP), over, until=day(1))
    run = live.plan.works["test"].run
    state = run.state
    forget(run)
    assert run.found.sessions == []
    assert run.state is state


def test_what_is_told_is_told_once() -> None:
    # B falls by more than a daily limit on session 4 and nothing says why.
    over = market(
        line("A", [100, 110, 120, 130, 65, 66]),
        line("B", [30, 31, 29, 30, 10, 10]),
        facts={"price_limit": 0.3},
    )
    live = Live.begin(small.rule(small.CAP), over, until=day(3))
    assert live.diagnostics == ()
    told = [[item.code for item in session.diagnostics] for session in live.advance()]
    assert told == [["CAL001", "CAL001"], []]
    batch = small.run(small.CAP, over)
    assert list(live.diagnostics) == list(batch.diagnostics)
