"""What each corporate action does to a cap-weighted index, with figures worked out by hand.

Line A has 1,000 shares at 100 to begin with, line B 1,000 shares at 100 that never move, and the
index stands at 1,000: A's return is half of the index's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.prices.corporate_actions import actions_among
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

EXACT = 1e-13


def ballast(n_sessions: int) -> list[dict[str, Any]]:
    return line("B", [100] * n_sessions)


def moved(closes: list[float | None], *args: Any, **tables: Any) -> Any:
    """A run of A and B; ``args`` and keywords of ``line`` for A, lists of rows for tables."""
    rows = {name: tables.pop(name) for name in list(tables) if isinstance(tables[name], list)}
    facts = tables.pop("facts", None)
    text = tables.pop("text", small.CAP)
    made = market(line("A", closes, *args, **tables), ballast(len(closes)), facts=facts, **rows)
    return small.run(text, made)


def test_nothing() -> None:
    run = moved([100, 110, 99])
    assert small.levels(run) == [1000, 1050, 995]
    assert small.events(run) == []
    assert run.diagnostics == ()


@pytest.mark.parametrize(
    ("kind", "ratio", "shares", "close"),
    [
        ("split", 2, 2000, 55),
        ("consolidation", 0.1, 100, 1100),
        ("bonus", 4, 4000, 27.5),
        ("stock_dividend", 1.25, 1250, 88),
        ("capital_reduction", 0.5, 500, 220),
    ],
)
def test_share_actions_that_list_at_once(
    kind: str, ratio: float, shares: int, close: float
) -> None:
    """Ten percent up on twice, a tenth of ... the shares: +5 % of the index."""
    run = moved([100, close], [1000, shares], corporate_actions=[action("A", 1, kind, ratio=ratio)])
    assert small.levels(run) == pytest.approx([1000, 1050], rel=EXACT)
    assert small.held(run)[1]["A"] == shares
    assert small.events(run) == [(1, "A", kind, 100, pytest.approx(100 / ratio))]
    assert run.diagnostics == ()


LATE = [100, 26, 26, 26, 26]  # four for one: worth 104,000 from the ex-date on


@pytest.mark.parametrize("list_date", [3, None])
def test_a_bonus_whose_shares_list_late(list_date: int | None) -> None:
    terms = {} if list_date is None else {"list_date": list_date}
    run = moved(
        LATE,
        [1000, 1000, 1000, 4000, 4000],
        corporate_actions=[action("A", 1, "bonus", ratio=4, **terms)],
    )
    assert small.levels(run) == pytest.approx([1000, 1020, 1020, 1020, 1020], rel=EXACT)
    assert [held["A"] for held in small.held(run).values()] == [1000, 4000, 4000, 4000, 4000]
    (listed,) = [row["reason"] for row in run.events.to_pylist() if row["event"] == "shares_listed"]
    assert ("assumption" in listed) == (list_date is None)
    assert run.diagnostics == ()


def test_a_bonus_listing_on_a_date_that_is_not_observed() -> None:
    run = small.run(
        small.CAP,
        market(
            line("A", LATE, [1000, 1000, 1000, 4000, 4000], skip=[3]),
            line("B", [100] * 5, skip=[3]),
            corporate_actions=[action("A", 1, "bonus", ratio=4, list_date=3)],
        ),
    )
    assert small.levels(run) == pytest.approx([1000, 1020, 1020, 1020], rel=EXACT)
    assert small.held(run)[4]["A"] == 4000


def test_an_unrelated_issue_while_shares_are_pending_is_multiplied() -> None:
    """As at 247540: 22.92m listed, 24.45m after an issue, 97.80m once three for one are listed."""
    run = moved(
        [400, 100, 100, 100],
        [22_920_000, 22_920_000, 24_450_336, 97_801_344],
        corporate_actions=[action("A", 1, "bonus", ratio=4)],
    )
    assert [held["A"] for held in small.held(run).values()] == [
        22_920_000,
        4 * 22_920_000,
        4 * 24_450_336,
        97_801_344,
    ]
    assert small.levels(run) == pytest.approx([1000] * 4, rel=EXACT)
    assert run.diagnostics == ()


def test_two_issues_pending_at_once_list_one_by_one() -> None:
    run = moved(
        [100, 50, 25, 25, 25],
        [1000, 1000, 1000, 2000, 4000],
        corporate_actions=[action("A", 1, "bonus", ratio=2), action("A", 2, "bonus", ratio=2)],
    )
    assert [held["A"] for held in small.held(run).values()] == [1000, 2000, 4000, 4000, 4000]
    assert small.levels(run) == pytest.approx([1000] * 5, rel=EXACT)


def test_two_issues_pending_at_once_list_together() -> None:
    run = moved(
        [100, 50, 25, 25],
        [1000, 1000, 1000, 4000],
        corporate_actions=[action("A", 1, "bonus", ratio=2), action("A", 2, "bonus", ratio=2)],
    )
    assert [held["A"] for held in small.held(run).values()] == [1000, 2000, 4000, 4000]


def test_shares_that_never_list_are_told_after_sixty_sessions() -> None:
    n = 63
    run = moved([100] + [50] * (n - 1), corporate_actions=[action("A", 1, "bonus", ratio=2)])
    (found,) = run.diagnostics
    assert (found.code, found.severity) == ("CAL004", "warning")
    assert found.where == f"test A {small.day(62)}"  # more than 60 sessions after session 1
    assert small.held(run)[62]["A"] == 2000


RIGHTS = action("A", 1, "rights", ratio=0.5, price=60)  # 100 -> (100 + 30) / 1.5 = 86.67


def test_rights_in_the_money_from_the_ex_date() -> None:
    run = moved([100, 90, 90], [1000, 1000, 1500], corporate_actions=[RIGHTS])
    assert small.levels(run) == pytest.approx([1000, 235 / 230 * 1000, 235 / 0.23], rel=EXACT)
    assert [held["A"] for held in small.held(run).values()] == [1000, 1500, 1500]
    assert small.events(run, "rights") == [(1, "A", "rights", 100, pytest.approx(130 / 1.5))]


def test_rights_in_the_money_on_listing() -> None:
    run = moved(
        [100, 90, 90],
        [1000, 1000, 1500],
        corporate_actions=[RIGHTS],
        text=small.CAP + "maintenance: {rights: listing}\n",
    )
    level = 1000 * (90_000 + 100_000) / (130_000 / 1.5 + 100_000)
    assert small.levels(run) == pytest.approx([1000, level, level], rel=EXACT)
    assert [held["A"] for held in small.held(run).values()] == [1000, 1000, 1500]


@pytest.mark.parametrize("price", [100, 110])
def test_rights_out_of_the_money(price: float) -> None:
    rows = [action("A", 1, "rights", ratio=0.5, price=price)]
    run = moved([100, 90, 90], [1000, 1000, 1000], corporate_actions=rows)
    assert small.levels(run) == pytest.approx([1000, 950, 950], rel=EXACT)
    assert [held["A"] for held in small.held(run).values()] == [1000] * 3


def test_a_share_issue_goes_through_the_divisor() -> None:
    run = moved([100, 110], [1000, 1050])
    assert small.levels(run) == pytest.approx([1000, 215.5 / 205 * 1000], rel=EXACT)
    assert small.levels(run, "divisor") == pytest.approx([200, 205], rel=EXACT)
    ((session, symbol, kind, before, after),) = small.events(run)
    assert (session, symbol, kind, before, after) == (1, "A", "shares", 1000, 1050)


def test_a_special_dividend_comes_off_the_base() -> None:
    run = moved([100, 91.8], dividends=[dividend("A", 1, 10, "special")])
    assert small.levels(run) == pytest.approx([1000, 191.8 / 190 * 1000], rel=EXACT)
    assert small.events(run) == [(1, "A", "special", 100, 90)]


def test_a_dividend_larger_than_the_price_is_told_and_left_out() -> None:
    run = moved([100, 91], dividends=[dividend("A", 1, 100, "special")])
    assert small.levels(run) == pytest.approx([1000, 955], rel=EXACT)
    assert small.codes(run) == ["CAL011"]


@pytest.mark.parametrize(("order", "total"), [("after", 1010.0), ("before", 1000 * 0.985 * 1.025)])
def test_an_ordinary_dividend_is_in_the_total_return_alone(order: str, total: float) -> None:
    run = moved(
        [100, 97],
        dividends=[dividend("A", 1, 5)],
        text=small.CAP + f"returns: {{kinds: [price, gross], order: {order}}}\n",
    )
    assert small.levels(run) == [1000, 985]
    assert small.levels(run, "level_tr") == pytest.approx([1000, total], rel=EXACT)
    assert small.events(run) == [(1, "A", "dividend", 100, 5)]


def test_a_dividend_goes_to_the_shares_held_before_a_split_of_the_same_day() -> None:
    run = moved(
        [100, 50],
        [1000, 2000],
        corporate_actions=[action("A", 1, "split", ratio=2)],
        dividends=[dividend("A", 1, 5)],
        text=small.CAP + "returns: {kinds: [price, gross]}\n",
    )
    assert small.levels(run) == [1000, 1000]
    assert small.levels(run, "level_tr") == pytest.approx([1000, 1025], rel=EXACT)


def test_dividends_in_sequence_with_a_split() -> None:
    """Ten per old share and then the split is not the split and then ten per new share."""
    split = {**action("A", 1, "split", ratio=2), "sequence": 2}
    first = {**dividend("A", 1, 10, "special"), "sequence": 1}
    last = {**first, "sequence": 3}
    for paid, base in ((first, 45), (last, 40)):
        run = moved([100, 45], [1000, 2000], corporate_actions=[split], dividends=[paid])
        level = 1000 * (90_000 + 100_000) / (2000 * base + 100_000)
        assert small.levels(run) == pytest.approx([1000, level], rel=EXACT)


def test_an_ex_date_that_is_not_observed_acts_on_the_next_session() -> None:
    run = small.run(
        small.CAP,
        market(
            line("A", [100, 100, 55], [1000, 1000, 2000], skip=[1]),
            line("B", [100] * 3, skip=[1]),
            corporate_actions=[action("A", 1, "split", ratio=2)],
        ),
    )
    assert small.levels(run) == pytest.approx([1000, 1050], rel=EXACT)


# -- the exchange's base price ---------------------------------------------------------------------


def test_the_exchanges_base_counts_where_terms_say_something_else() -> None:
    split = [action("A", 1, "split", ratio=2)]
    run = moved([101, 55], [1000, 2000], base={1: 50}, corporate_actions=split)
    level = 1000 * (110_000 + 100_000) / (100_000 + 100_000)
    assert small.levels(run) == pytest.approx([1000, level], rel=EXACT)
    assert small.events(run, "base_price") == [(1, "A", "base_price", 50.5, 50)]
    assert run.diagnostics == ()


def test_terms_count_where_the_rule_says_so() -> None:
    split = [action("A", 1, "split", ratio=2)]
    text = small.CAP + "maintenance: {base_price: terms}\n"
    run = moved([101, 55], [1000, 2000], base={1: 50}, corporate_actions=split, text=text)
    level = 1000 * (110_000 + 100_000) / (101_000 + 100_000)
    assert small.levels(run) == pytest.approx([1000, level], rel=EXACT)


def test_a_base_price_row_counts_after_the_terms_whatever_its_sequence() -> None:
    rows = [
        {**action("A", 1, "base_price", price=48), "sequence": 1},
        {**action("A", 1, "split", ratio=2), "sequence": 2},
    ]
    run = moved([100, 48], [1000, 2000], corporate_actions=rows)
    assert small.levels(run) == pytest.approx([1000, 1000], rel=EXACT)
    text = small.CAP + "maintenance: {base_price: terms}\n"
    run = moved([100, 48], [1000, 2000], corporate_actions=rows, text=text)
    assert small.levels(run) == pytest.approx([1000, 980], rel=EXACT)


@pytest.mark.parametrize("says", ["terms", "exchange"])
def test_of_two_base_prices_of_the_exchange_that_of_the_day_counts(says: str) -> None:
    """A row of the type `base_price` is no term of an action: the column counts, as without the row."""
    rows = [action("A", 1, "base_price", price=82)]
    text = small.CAP + f"maintenance: {{base_price: {says}}}\n"
    run = moved([100, 80], [1000, 1000], base={1: 80}, corporate_actions=rows, text=text)
    assert small.levels(run) == pytest.approx([1000, 1000], rel=EXACT)


def test_a_base_price_without_a_row_is_a_warning_where_it_is_large() -> None:
    run = moved([100, 52], [1000, 2000], base={1: 50})
    assert small.levels(run) == pytest.approx([1000, 1020], rel=EXACT)
    (found,) = run.diagnostics
    assert (found.code, found.severity, found.where) == (
        "CAL005",
        "warning",
        f"test A {small.day(1)}",
    )
    small_step = moved([100, 99], base={1: 99})
    assert small.levels(small_step) == [1000, 1000]
    assert small_step.diagnostics == ()


def test_the_exchanges_base_is_not_used_over_an_unobserved_session() -> None:
    """It measures from a session whose price nobody has."""
    run = small.run(
        small.CAP,
        market(line("A", [100, 100, 120], base={2: 110}, skip=[1]), line("B", [100] * 3, skip=[1])),
    )
    assert small.levels(run) == pytest.approx([1000, 1100], rel=EXACT)


# -- halts -----------------------------------------------------------------------------------------


def test_a_halted_line_is_carried_and_said_once() -> None:
    run = moved([100, 110, 110, 110, 121], volume={2: 0, 3: 0})
    assert small.levels(run) == [1000, 1050, 1050, 1050, 1105]
    assert small.events(run) == [(2, "A", "carried", 110, 110)]


@pytest.mark.parametrize("printed", [100, 50, 49, None])
def test_a_split_during_a_halt_moves_nothing(printed: float | None) -> None:
    """Whatever price the exchange prints for the halted line, before or after the split."""
    run = moved(
        [100, 100, printed, printed, 55],
        [1000, 1000, 2000, 2000, 2000],
        volume={1: 0, 2: 0, 3: 0},
        corporate_actions=[action("A", 2, "split", ratio=2)],
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000, 1000, 1050], rel=EXACT)
    assert run.diagnostics == ()


def test_after_a_halt_the_opening_auction_is_the_base() -> None:
    run = moved([100, 100, 150], volume={1: 0}, base={1: 100, 2: 140})
    assert small.levels(run) == pytest.approx([1000, 1000, 1000 * 250 / 240], rel=EXACT)
    assert small.codes(run) == ["CAL005"]


def test_a_base_equal_to_the_old_price_is_not_passed_over() -> None:
    """Split during a halt (100 -> 50); then the auction finds 100 again."""
    run = moved(
        [100, 100, 110],
        [1000, 2000, 2000],
        volume={1: 0},
        base={2: 100},
        corporate_actions=[action("A", 1, "split", ratio=2)],
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000 * 320 / 300], rel=EXACT)


# -- spin-offs -------------------------------------------------------------------------------------


def test_a_spin_off_with_the_survivor_rebased_and_the_child_after_its_first_close() -> None:
    """A (100) is halted, resumes at an auction of 70 and closes at 77; D, new, closes at 40 that day
    and is in from the next, on which it closes at 44."""
    run = small.run(
        small.CAP,
        market(
            line("A", [100, 100, 77, 77], volume={1: 0}),
            line("B", [100] * 4),
            line("D", [40, 44], 500, start=2),
            corporate_actions=[
                action("A", 2, "spin_off", ratio=0.5, other_symbol="D"),
                {**action("A", 2, "base_price", price=70), "sequence": 2},
            ],
        ),
    )
    day_2 = 1000 * (77_000 + 100_000) / (70_000 + 100_000)
    day_3 = day_2 * (77_000 + 100_000 + 22_000) / (77_000 + 100_000 + 20_000)
    assert small.levels(run) == pytest.approx([1000, 1000, day_2, day_3], rel=EXACT)
    assert run.diagnostics == ()


def test_a_spin_off_that_nothing_values_is_an_error() -> None:
    rows = [action("A", 1, "spin_off", ratio=0.5, other_symbol="D")]
    run = moved([100, 77], corporate_actions=rows)
    (found,) = run.diagnostics
    assert (found.code, found.severity, found.where) == (
        "CAL007",
        "error",
        f"test A {small.day(1)}",
    )
    assert "D has no value" in found.message


def test_a_valued_spin_off() -> None:
    rows = [action("A", 1, "spin_off", ratio=0.5, price=40, other_symbol="D")]
    run = moved([100, 84], corporate_actions=rows)
    assert small.levels(run) == pytest.approx([1000, 1000 * 184 / 180], rel=EXACT)


@pytest.mark.parametrize(
    "row",
    [
        action("A", 1, "split"),
        action("A", 1, "rights", ratio=0.5),
        action("A", 1, "base_price"),
        action("A", 1, "splitt", ratio=2),
    ],
)
def test_actions_that_lack_a_term_are_errors_and_left_out(row: dict[str, Any]) -> None:
    run = moved([100, 90], corporate_actions=[row])
    (found,) = run.diagnostics
    assert (found.code, found.severity) == ("CAL011", "error")
    assert f"A {small.day(1)} {row['type']}" in found.message
    assert small.levels(run) == [1000, 950]


# -- gaps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("close", [69, 131])
def test_a_price_beyond_the_daily_limit_is_an_error_and_no_return(close: float) -> None:
    run = moved([100, close, close], facts={"price_limit": 0.3})
    assert small.levels(run) == [1000, 1000, 1000]
    (found,) = run.diagnostics
    assert (found.code, found.severity, found.where) == (
        "CAL001",
        "error",
        f"test A {small.day(1)}",
    )
    assert f"price moved by {close / 100:g}" in found.message
    assert small.events(run, "gap") == [(1, "A", "gap", 100, close)]


@pytest.mark.parametrize("close", [70, 130])
def test_a_price_at_the_daily_limit_is_a_return(close: float) -> None:
    run = moved([100, close], facts={"price_limit": 0.3})
    assert small.levels(run) == [1000, 500 + 5 * close]
    assert run.diagnostics == ()


def test_the_limit_grows_with_the_sessions_that_passed() -> None:
    def over(close: float) -> list[str]:
        rows = market(
            line("A", [100, 100, close], skip=[1]),
            line("B", [100] * 3, skip=[1]),
            facts={"price_limit": 0.3},
        )
        return small.codes(small.run(small.CAP, rows))

    # The session without a row is told; 1.3 x 1.3 = 1.69, 0.7 x 0.7 = 0.49.
    assert over(168) == over(50) == ["DAT037"]
    assert over(170) == over(48) == ["CAL001", "DAT037"]


def test_without_a_limit_a_fall_is_a_fall() -> None:
    run = moved([100, 40])
    assert small.levels(run) == [1000, 700]
    (found,) = run.diagnostics  # it may be a split that nobody told
    assert (found.code, found.severity, found.where) == ("DAT050", "warning", f"A {small.day(1)}")
    assert "0.4 times" in found.message


@pytest.mark.parametrize(("shares", "close"), [(2000, 50), (500, 190), (1100, 95)])
def test_shares_and_price_that_step_against_each_other(shares: int, close: float) -> None:
    run = moved([100, close, close], [1000, shares, shares])
    assert small.levels(run) == [1000, 1000, 1000]
    (found,) = run.diagnostics
    assert found.code == "CAL001"
    assert f"shares by {shares / 1000:g}" in found.message


@pytest.mark.parametrize(("shares", "close"), [(1050, 95), (1200, 104), (1200, 95), (2000, 99)])
def test_share_issues_are_no_gaps(shares: int, close: float) -> None:
    run = moved([100, close], [1000, shares])
    level = 1000 * (shares * close + 100_000) / (shares * 100 + 100_000)
    assert small.levels(run) == pytest.approx([1000, level], rel=EXACT)
    # Twice the shares at the same price: adjusted prices, and shares as they were?
    assert small.codes(run) == (["DAT051"] if shares == 2000 else [])


def test_lines_in_their_delisting_trade_have_no_limit() -> None:
    rows = [{"symbol": "A", "from": small.day(1), "kind": "delisting_trade"}]
    run = moved([100, 20], facts={"price_limit": 0.3}, designations=rows)
    assert small.levels(run) == [1000, 600]
    assert run.diagnostics == ()


def test_a_gap_on_the_session_a_series_starts_with_is_not_its_own() -> None:
    over = market(line("A", [100, 50, 50]), line("B", [100] * 3), facts={"price_limit": 0.3})
    run = small.run(small.CAP.replace("2024-01-02", "2024-01-03"), over)
    assert run.diagnostics == ()
    assert small.events(run) == []


@pytest.mark.parametrize(
    ("close", "shares", "likely"),
    [
        (20, 5000, "a 5-for-1 split or bonus is missing?"),
        (41, 2500, "a 2.5-for-1 split or bonus is missing?"),
        (980, 100, "a 1-for-10 consolidation or capital reduction is missing?"),
        (25.5, 1000, "a 4-for-1 split or bonus whose shares list later is missing?"),
        (
            300,
            1000,
            "a 1-for-3 consolidation or capital reduction whose new count is not in the data",
        ),
        (65, 1000, "a spin-off, a special dividend or a rights issue is missing?"),
        (150, 1000, "a base price after a halt, or a consolidation is missing?"),
        # 68 on twice the shares: 100 and 36 paid in for the second one.
        (68, 2000, "a rights issue of 1 for one at about 36 is missing?"),
        # 30 on twice the shares is 40 less than they were worth: more than new shares is missing.
        (30, 2000, "1 new shares for one and a spin-off or special dividend is missing?"),
    ],
)
def test_a_gap_says_what_it_looks_like(close: float, shares: int, likely: str) -> None:
    run = moved([100, close], [1000, shares], facts={"price_limit": 0.3})
    (found,) = run.diagnostics
    assert found.code == "CAL001"
    assert likely in found.message


def test_shares_issued_for_a_target_are_no_gap() -> None:
    """Half as many again list on the session after the target is gone, and the price falls by a fifth."""
    over = market(
        line("A", [100, 100, 80], [1000, 1000, 1500]),
        line("B", [100] * 3),
        line("T", [50], 1000),
        corporate_actions=[action("T", 1, "merger", ratio=0.5, other_symbol="A")],
    )
    assert small.run(small.CAP, over).diagnostics == ()


def test_both_bases_are_told_where_the_rule_takes_the_terms() -> None:
    split = [action("A", 1, "split", ratio=2)]
    text = small.CAP + "maintenance: {base_price: terms}\n"
    run = moved([101, 55], [1000, 2000], base={1: 49}, corporate_actions=split, text=text)
    (row,) = [row for row in run.events.to_pylist() if row["event"] == "base_price"]
    assert "49" in row["reason"]
    assert "50.5" in row["reason"]


def test_actions_of_some_lines_and_of_those_they_are_joined_to() -> None:
    """A hands out B, which C takes over; D is alone."""
    over = market(
        *(line(name, [10.0, 10.0, 10.0], 10) for name in "ABCD"),
        corporate_actions=[
            action("A", 1, "spin_off", ratio=1, price=1, other_symbol="B"),
            action("B", 2, "merger", ratio=1, other_symbol="C"),
            action("D", 1, "split", ratio=2),
        ],
    )
    some = np.array([False, False, True, False])
    actions, lines = actions_among(over, some)
    assert lines is not None
    assert lines.tolist() == [True, True, True, False]
    assert [one.type for one in actions] == ["spin_off", "merger"]
    actions, lines = actions_among(over, None)
    assert (len(actions), lines) == (3, None)
