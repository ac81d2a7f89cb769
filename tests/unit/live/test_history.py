"""Fingerprints of a past: the same for the same past, another for another."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.plan import Request, make_plan
from indexcalc.calculation.prices.corporate_actions import BySession
from indexcalc.live import history
from indexcalc.live.history import DailyDigest
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.prices.action_rows import action_row
from tests.unit.calculation.small import action, day, dividend, given, line, market
from tests.unit.calculation.stored import stored

A, B = [100, 101, 102, 103], [50, 51, 52, 53]


def over(**tables: Any) -> Market:
    return market(line("A", A, 10), line("B", B, 20), **tables)


def digest(made: Market, stop: int = 3) -> str:
    return DailyDigest(made).to(stop)


def test_later_rows_and_lines_and_the_cut_do_not_matter() -> None:
    whole = digest(over())
    assert digest(market(line("A", A[:3], 10), line("B", B[:3], 20))) == whole
    assert digest(market(line("A", A, 10), line("B", B, 20), line("C", [9], start=3))) == whole
    steps = DailyDigest(over())
    assert steps.to(1) != steps.to(2)
    assert steps.to(3) == steps.to(2) == whole  # what is taken is not taken again
    assert DailyDigest(over(), DailyDigest(over()).to(2), 2).to(3) == whole
    assert DailyDigest(over()).to(0) == ""


@pytest.mark.parametrize(
    "other",
    [
        market(line("A", [100, 101, 102.5, 103], 10), line("B", B, 20)),
        market(line("A", A, [10, 11, 11, 11]), line("B", B, 20)),
        market(line("A", A, 10, skip=(1,)), line("B", B, 20)),
        market(line("A", A, 10, volume={1: 0}), line("B", B, 20)),
        market(line("A", A, 10, base={1: 99.0}), line("B", B, 20)),
        market(line("A", [100, None, 102, 103], 10), line("B", B, 20)),
        market(line("A", A, 10), line("C", B, 20)),
        market(line("A", A, 10)),
    ],
    ids=["close", "shares", "row", "idle", "base", "no close", "symbol", "line"],
)
def test_another_cell_of_the_past_is_another_past(other: Market) -> None:
    assert digest(other) != digest(over())
    assert digest(other, 0) == digest(over(), 0)


def test_files_that_end_with_the_day_are_named(tmp_path: Path) -> None:
    """Two files of two sessions each."""
    path = stored(over(), tmp_path / "m", groups=(250, 250))
    made = Market.open(path)
    first = history.stored_files(made, day_number(day(1)))
    both = history.stored_files(made, day_number(day(3)))
    assert first is not None
    assert both is not None
    assert (len(first), len(both)) == (1, 2)
    assert both[:1] == first
    assert (
        history.stored_files(made, day_number(day(0))) is None
    )  # the first also holds a later row
    assert history.stored_files(over(), day_number(day(3))) is None
    assert history.stored_files(made.until(day(3)), day_number(day(3))) is None


def tables(on: int, **rows: Any) -> dict[str, str]:
    return history.tables(over(**rows), day_number(day(on)), {})


def test_tables_are_told_up_to_the_day() -> None:
    split, later = action("A", 1, "split", ratio=2.0), action("A", 3, "split", ratio=3.0)
    one = tables(2, corporate_actions=[split], dividends=[dividend("B", 2, 1.0)])
    assert one == tables(2, corporate_actions=[split, later], dividends=[dividend("B", 2, 1.0)])
    assert one["fx"] == one["securities"] == ""
    other = tables(
        2, corporate_actions=[{**split, "ratio": 4.0}], dividends=[dividend("B", 2, 1.0)]
    )
    assert {name for name in one if one[name] != other[name]} == {"corporate_actions"}
    moved = tables(2, corporate_actions=[split], dividends=[dividend("B", 1, 1.0)])
    assert {name for name in one if one[name] != moved[name]} == {"dividends"}


def test_an_ending_counts_from_the_day_it_is_known() -> None:
    merger = action("B", 3, "merger", ratio=0.5, other_symbol="A")
    assert tables(2, corporate_actions=[merger])["corporate_actions"] == ""
    known = {**merger, "known_at": day(1)}
    assert tables(0, corporate_actions=[known])["corporate_actions"] == ""
    assert tables(1, corporate_actions=[known])["corporate_actions"] != ""
    split = {**action("B", 3, "split", ratio=2.0), "known_at": day(1)}
    assert tables(1, corporate_actions=[split])["corporate_actions"] == ""


def test_only_what_reaches_a_level_is_told_and_a_column_of_nothing_says_nothing() -> None:
    rows = [{"symbol": "A", "valid_from": day(0), "currency": "KRW", "sector": "iron"}]
    named = [{**rows[0], "sector": "ships", "country": None}]
    assert tables(1, securities=rows) == tables(1, securities=named)
    abroad = [{**rows[0], "country": "US"}]
    assert tables(1, securities=rows)["securities"] != tables(1, securities=abroad)["securities"]


def test_a_hash_is_made_once_for_so_many_rows() -> None:
    made = over(dividends=[dividend("B", 2, 1.0)])
    hashes: dict[tuple[str, int], str] = {("dividends", 1): "made before"}
    assert history.tables(made, day_number(day(2)), hashes)["dividends"] == "made before"
    assert history.tables(made, day_number(day(1)), hashes)["dividends"] == ""


def test_lines_that_were_handed_out_or_merged_into_are_named() -> None:
    made = over(
        corporate_actions=[
            action("A", 1, "spin_off", ratio=0.5, price=5.0, other_symbol="B"),
            action("A", 2, "spin_off", ratio=0.5, price=5.0, other_symbol="none of the market"),
            action("B", 3, "merger", ratio=0.5, other_symbol="A"),
        ]
    )
    named = [history.handed_out(made, day_number(day(at))) for at in range(4)]
    assert named == ["", "B", "B", "A B"]
    assert history.handed_out(over(), day_number(day(3))) == ""


def test_an_ending_that_sets_the_last_close_is_named_only_for_the_next_session() -> None:
    events: Any = SimpleNamespace(
        endings=BySession(
            [
                (4, action_row("tender", code=1, final_price=9.0)),
                (4, action_row("merger", code=0)),
                (5, action_row("bankruptcy", code=0)),
            ]
        )
    )
    assert history.ending_prices([events], ("A", "B"), 3) == "B"
    assert history.ending_prices([events], ("A", "B"), 4) == "A"  # worth nothing
    assert history.ending_prices([events, events], ("A", "B"), 7) == ""


def hashes(text: str, made: Market, last: int) -> str:
    plan = make_plan(load_family([small.rule(text)]), made, Request())
    return history.members(plan.works["test"], made.symbols, last, frozenset(made.symbols))


def test_lists_up_to_the_session_are_told_by_their_names_and_factors() -> None:
    text = (
        small.GIVEN.replace("months: [1]", "months: [1, 2]") + "weighting: {scheme: market_cap}\n"
    )
    one = over(memberships=[*given("A", "B"), *given("A", on=3)])
    two = over(memberships=[*given("A", "B"), *given("B", on=3)])
    assert hashes(text, one, 2) == hashes(text, two, 2)
    assert hashes(text, one, 3) != hashes(text, two, 3)
    assert hashes(text, over(memberships=given("A")), 2) != hashes(text, one, 2)


def test_states_of_lines_are_told_by_their_changes() -> None:
    """The close of session 3 acts on the next; that of session 1 puts B out on session 2."""
    text = small.CAP.replace("symbol: {not_in: []}", "close: {min: 51.5}")
    falls = market(line("A", A, 10), line("B", [60, 60, 60, 40], 20))
    stays = market(line("A", A, 10), line("B", [60, 60, 60, 60], 20))
    assert hashes(text, falls, 3) == hashes(text, stays, 3)
    late = market(line("A", A, 10), line("B", [60, 40, 60, 60], 20))
    assert hashes(text, late, 3) != hashes(text, stays, 3)


def test_the_calendar_is_that_up_to_the_day() -> None:
    days = np.arange(10, dtype=np.int32)

    def told(sessions: np.ndarray, last: int) -> str:
        return history.calendar(SimpleNamespace(sessions=SimpleNamespace(days=sessions)), last)  # type: ignore[arg-type]

    assert told(days, 5) == told(days[:6], 5)
    assert told(days, 5) != told(days, 4)
    assert told(days, 5) != told(np.delete(days, 3), 5)
