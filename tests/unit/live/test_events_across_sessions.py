"""What a state carries through events that outlast a session: each cut of each market, and its ticks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.live.live import Live
from indexcalc.market import arrow
from indexcalc.market.market import Market
from tests.properties.test_live_bits import row, rows
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, given, line, market

RETURNS = "returns: {kinds: [price, gross, net], withholding: 15.4%}\n"
CAP = small.GIVEN + "weighting: {scheme: market_cap}\n" + RETURNS
EQUAL = small.EQUAL + RETURNS
A, B = [100, 102, 104, 106, 108, 110, 112, 114, 116, 118], [50, 49, 51, 50, 52, 51, 53, 52, 54, 53]


def valued(text: str) -> str:
    if "maintenance: {" in text:
        return text.replace("maintenance: {", "maintenance: {spin_off: valued, ")
    return text + "maintenance: {spin_off: valued}\n"


def shares(said: str) -> str:
    return CAP + f"maintenance: {{shares: {said}}}\n"


def spun(child_from: int) -> Market:
    """A hands out half a share of C on session 3; C trades first on ``child_from``."""
    return market(
        line("A", [100, 102, 104, 90, 91, 92, 93, 94, 95, 96]),
        line("B", B),
        line("C", [30 + n for n in range(10 - child_from)], start=child_from),
        corporate_actions=[action("A", 3, "spin_off", ratio=0.5, price=24, other_symbol="C")],
        dividends=[dividend("B", 4, 1.0)],
        memberships=given("A", "B"),
    )


def taken_over(listing: int, **terms: Any) -> Market:
    """B leaves on session 4 for 0.4 of A a share; A lists what it issues on session ``listing``."""
    issued = [1000] * listing + [1400] * (10 - listing)
    return market(
        line("A", A, issued),
        line("B", B[:4]),
        line("D", [20 + n % 3 for n in range(10)]),
        corporate_actions=[action("B", 4, "merger", ratio=0.4, other_symbol="A", **terms)],
        memberships=given("A", "B", "D"),
    )


def acquirer_away(*sessions: int, listing: int = 7) -> Market:
    """B leaves on session 4 for 0.4 of A a share; A, which has no row on some sessions, comes back."""
    issued = [1000] * listing + [1400] * (10 - listing)
    return market(
        line("A", A, issued, skip=sessions),
        line("B", B[:4]),
        line("D", [20 + n % 3 for n in range(10)]),
        corporate_actions=[action("B", 4, "merger", ratio=0.4, other_symbol="A")],
    )


def split_while_halted() -> Market:
    """A splits while it does not trade and trades again at its old price, as its shares are to list."""
    return market(
        line("A", [40.0] * 10, volume=dict.fromkeys((1, 2, 3, 4), 0)),
        line("B", B),
        corporate_actions=[action("A", 3, "split", ratio=2.0, list_date=5)],
        memberships=given("A", "B"),
    )


def first_printed(*splits: int) -> Market:
    """D is printed from session 3 on and never trades; it splits on some sessions."""
    return market(
        line("A", A),
        line("B", B),
        line(
            "D", [4.5, 4.05, 4.4, 4.6, 4.1, 4.2, 4.3], start=3, volume={n: 0 for n in range(3, 10)}
        ),
        corporate_actions=[action("D", on, "split", ratio=0.5) for on in splits],
    )


def printed_after_its_end() -> Market:
    """A is bankrupt on session 4, where half of its shares are printed at a lower price, untraded."""
    return market(
        line("A", A, [2000] * 4 + [1000] * 6, volume={n: 0 for n in range(4, 10)}),
        line("B", B),
        corporate_actions=[action("A", 4, "bankruptcy")],
    )


def taken_over_from_outside(*thin: int) -> Market:
    """B, no member, is halted on session 3 for 0.4 of A a share, known before; gone on 5, listed on 7.

    ``thin``: sessions before on which nobody trades it.
    """
    return market(
        line("A", A, [1000] * 7 + [1400] * 3),
        line("B", [50, 49, 51, 51, 51], volume=dict.fromkeys((*thin, 3, 4), 0)),
        line("D", [20 + n % 3 for n in range(10)]),
        corporate_actions=[
            action("B", 5, "merger", ratio=0.4, other_symbol="A", known_at=small.day(1))
        ],
        memberships=given("A", "D"),
    )


def bankrupt() -> Market:
    return market(
        line("A", A),
        line("B", B[:6]),
        corporate_actions=[action("B", 6, "bankruptcy")],
        memberships=given("A", "B"),
    )


def printed_on() -> Market:
    """B ends on session 4, is printed without a trade until session 6, and then trades again."""
    return market(
        line("A", A),
        line("B", B, volume={4: 0, 5: 0, 6: 0}),
        corporate_actions=[action("B", 4, "bankruptcy")],
        memberships=given("A", "B"),
    )


def trades_on() -> Market:
    """B is to leave at 61 on session 4 and trades on: the close before is what it was given."""
    return market(
        line("A", A),
        line("B", B),
        corporate_actions=[action("B", 4, "tender", amount=61.0, final_price=61.0)],
        memberships=given("A", "B"),
    )


def stepping() -> Market:
    """B's shares change a little, then much; A splits with its shares listing three sessions later."""
    a = [100, 102, 104, 52, 53, 54, 55, 56, 57, 58]
    return market(
        line("A", a, [1000] * 6 + [2000] * 4),
        line("B", B, [1000, 1000, 1030, 1030, 1200, 1200, 1210, 1300, 1300, 1310]),
        corporate_actions=[action("A", 3, "split", ratio=2.0)],
        memberships=given("A", "B"),
    )


def with_rights() -> Market:
    """Half a share of A for one at 60, ex on session 4; the new ones list on session 7."""
    return market(
        line("A", [100, 102, 104, 106, 90, 92, 94, 93, 95, 96], [1000] * 7 + [1500] * 3),
        line("B", B),
        corporate_actions=[action("A", 4, "rights", ratio=0.5, price=60)],
        memberships=given("A", "B"),
    )


def paying() -> Market:
    return market(
        line("A", A),
        line("B", B),
        dividends=[dividend("A", 3, 2.0), dividend("B", 5, 1.5), dividend("A", 7, 5.0, "special")],
        memberships=given("A", "B"),
    )


def two_currencies() -> Market:
    rates = [1300.0, 1310.5, 1305.25, 1320.0, 1299.9, 1333.3, 1280.0, 1301.0, 1302.0, 1303.0]
    return market(
        line("A", [100_000 + 700 * n for n in range(10)]),
        line("B", B),
        securities=[
            {"symbol": "A", "currency": "KRW", "market": "X"},
            {"symbol": "B", "currency": "USD", "market": "X"},
        ],
        fx=[
            {"date": small.day(n), "from_currency": "USD", "to_currency": "KRW", "rate": rate}
            for n, rate in enumerate(rates)
        ],
        dividends=[dividend("B", 5, 1.5)],
        memberships=given("A", "B"),
    )


def heavy() -> Market:
    """A is worth most of all; nothing happens."""
    lines = [line("A", A, 9000), line("B", B), line("D", [20 + n % 3 for n in range(10)], 3000)]
    return market(*lines, memberships=given("A", "B", "D"))


def stepping_over() -> Market:
    """B leaves and C comes from session 3 on in four steps; A and C are split within them."""
    return market(
        line("A", [*A[:4], *(price / 2 for price in A[4:])], [1000] * 4 + [2000] * 6),
        line("B", B),
        line("C", [20, 21, 22, 21, 20, 10, 11, 12, 11, 12], [800] * 5 + [1600] * 5),
        corporate_actions=[action("A", 4, "split", ratio=2), action("C", 5, "split", ratio=2)],
        dividends=[dividend("B", 5, 1.5)],
        memberships=[*given("A", "B"), *given("A", "C", on=3)],
    )


IN_STEPS = "spread_over: 4 sessions, scheme:"
CAPPED = CAP.replace("market_cap}", "market_cap, caps: [{per: security, limit: 45%}]}")
# Judged on session 6 by the counts of session 3.
ON_A_DAY = (
    "updated: {months: [1], effective: 6 sessions after first session of month, "
    "cutoff: 3 sessions before effective}"
)
PAYERS = CAP.replace("kinds:", "reinvest: paying_stock, kinds:")
CASES = {
    "a spun-off line at no value": (CAP, spun(5)),
    "a spun-off line at its value": (valued(CAP), spun(6)),
    "a spun-off line in equal weights": (valued(EQUAL), spun(6)),
    "new shares that list at once": (CAP, taken_over(4)),
    "new shares that list later": (CAP, taken_over(7)),
    "new shares on a given day": (CAP, taken_over(6, list_date=6)),
    "new shares for a line that is no member": (
        CAP + "maintenance: {merger_shares: of_any}\n",
        taken_over_from_outside(),
    ),
    "new shares for a line that trades again": (
        CAP + "maintenance: {merger_shares: of_any}\n",
        taken_over_from_outside(1),
    ),
    "shares swapped in equal weights": (EQUAL, taken_over(7)),
    "a price at the end": (CAP, taken_over(7, final_price=61.0)),
    "a bankruptcy": (EQUAL, bankrupt()),
    "an ended line that is printed on": (small.CAP + RETURNS, printed_on()),
    "an ended line that trades on": (CAP, trades_on()),
    "pending shares": (CAP, stepping()),
    "rights by a factor": (CAP + "maintenance: {rights: theoretical_cum}\n", with_rights()),
    "rights by a factor in fixed shares": (
        CAP + "maintenance: {rights: theoretical_cum, shares: at_rebalance}\n",
        with_rights(),
    ),
    "a threshold": (shares("{threshold: 5%}"), stepping()),
    "a threshold that waits": (shares("{threshold: 5%, after: 2 sessions}"), stepping()),
    "capping factors": (CAPPED, heavy()),
    "a day on which shares are taken": (shares(f"{{threshold: 2%, {ON_A_DAY}}}"), stepping()),
    "dividends into the payers": (PAYERS, paying()),
    "equal weights in steps": (EQUAL.replace("scheme:", IN_STEPS), stepping_over()),
    "capitalisation weights in steps": (CAP.replace("scheme:", IN_STEPS), stepping_over()),
    "fixed shares in steps": (
        shares("at_rebalance").replace("scheme:", IN_STEPS),
        stepping_over(),
    ),
    # A complete market: who has no row is not listed, and comes in again when it is back.
    **{
        f"an acquirer without a row on {away}, its shares listed on {listing}": (
            small.CAP + RETURNS,
            acquirer_away(*away, listing=listing),
        )
        for away in ((3,), (4,), (5,), (6,), (7,), (4, 5), (5, 7))
        for listing in (5, 7, 9)
    },
    "an acquirer of any target without a row": (
        small.CAP + RETURNS + "maintenance: {merger_shares: of_any}\n",
        acquirer_away(5, listing=9),
    ),
    "a split while a line does not trade": (CAP, split_while_halted()),
    "two currencies": (CAP, two_currencies()),
    "two currencies in equal weights": (EQUAL, two_currencies()),
}


# Prices that are printed without a trade and count: no tick says them.
PRINTED = {
    "a line printed without a trade, split at once": (small.CAP + RETURNS, first_printed(3, 4)),
    "a line printed without a trade, split later": (small.CAP + RETURNS, first_printed(5)),
    "an ended line whose shares step": (small.CAP + RETURNS, printed_after_its_end()),
}


def until(over: Market, last: int) -> Market:
    """The market with no daily row after a session."""
    daily = over.table("daily")
    assert daily is not None
    day = (small.day(last) - dt.date(1970, 1, 1)).days
    count = int((arrow.days(daily.column("date")) <= day).sum())
    tables = {name: over.table(name) for name in over.names if name != "daily"}
    return Market.from_tables(
        daily=daily.slice(0, count), complete=over.complete, facts=over.facts, **tables
    )


# A line that is handed out must be in the market from the first: see the test that follows.
CUTS = [(name, grown) for name in CASES for grown in (True, False)[("spun-off" in name) :]]


@pytest.mark.parametrize(("name", "grown"), CUTS)
def test_every_cut_has_the_bits_of_one_run(name: str, grown: bool, tmp_path: Path) -> None:
    text, over = CASES[name]
    rule, path = small.rule(text), tmp_path / "x.state"
    whole = ic.compute(rule, over)
    expected = rows(whole)
    assert len(expected) >= 9
    happened: list[dict[str, Any]] = []
    # ``grown``: a day more each time, in a market of its own.
    met: dict[dt.date, Any] = {}
    Live.begin(rule, over, until=small.day(1)).save(path)
    for number in range(2, 10):
        live = Live.resume(path, rule, until(over, number) if grown else over)
        ticks = live.ticks()
        today = [one for one in _today(over, number) if one["volume"]]
        for one in today:
            ticks.trade(one["symbol"], one["close"] * 1.07)
            # What the few prices say is what all of the session says when it is worked out anew.
            assert ticks.level() == ticks.level() == ticks.session()["test"].level
        for one in reversed(today):
            ticks.trade(one["symbol"], one["close"])
        at_close = ticks.level()
        session = next(live.advance())
        met[session.date] = row(session)
        happened += session["test"].events().to_pylist()
        assert at_close == session["test"].level
        live.save(path)
    assert met == {date: said for date, said in expected.items() if date >= small.day(2)}
    assert happened == [one for one in whole.events.to_pylist() if one["date"] >= small.day(2)]


def test_a_line_handed_out_in_the_past_that_the_market_did_not_have(tmp_path: Path) -> None:
    # C has its first row on session 5: over the market of session 4 A's shareholders are given something
    # unknown; with C there, half a share of it is held from session 3 on.
    rule, over, path = small.rule(valued(CAP)), spun(5), tmp_path / "x.state"
    Live.begin(rule, until(over, 4)).save(path)
    with pytest.raises(ic.RunError, match=r"RUN007.*lines handed out"):
        Live.resume(path, rule, until(over, 5))


@pytest.mark.parametrize("name", list(PRINTED))
def test_each_session_of_printed_prices_has_the_bits_of_one_run(name: str) -> None:
    text, over = PRINTED[name]
    rule = small.rule(text)
    expected = rows(ic.compute(rule, over))
    live = Live.begin(rule, until(over, 1))
    for number in range(2, 10):
        live = Live.resume(live.state(), rule, until(over, number))
        (session,) = live.advance()
        assert row(session) == expected[session.date]


@pytest.mark.parametrize("name", [*CASES, *PRINTED])
def test_blocks_move_no_bit(name: str) -> None:
    text, over = {**CASES, **PRINTED}[name]
    whole = rows(small.run(text, over))
    for block in (1, 2, 3):
        assert rows(small.in_blocks(text, over, block)) == whole


def test_an_ending_that_gives_another_price_to_a_close_that_was_told(tmp_path: Path) -> None:
    # The bankruptcy of session 5 acts on session 6, the next observed: A's close of session 3 is 0 then.
    # After session 3 the next was 4, and the level of the state has A at its close.
    rule, path = small.rule(CAP), tmp_path / "x.state"
    over = market(
        line("A", A[:4]),
        line("B", [50, 49, 51, 50, 52, 51], skip=(4, 5)) + line("B", [53.0], start=6),
        n_sessions=7,
        corporate_actions=[action("A", 5, "bankruptcy")],
        memberships=given("A", "B"),
    )
    Live.begin(rule, until(over, 3)).save(path)
    with pytest.raises(ic.RunError, match=r"RUN007.*prices of endings"):
        Live.resume(path, rule, over)


def _today(over: Market, number: int) -> list[dict[str, Any]]:
    daily = over.table("daily")
    assert daily is not None
    return [one for one in daily.to_pylist() if one["date"] == small.day(number)]
