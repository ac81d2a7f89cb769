"""The nearest changes as a whole: what is asked, in which order, and how far the tries go."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.near.nearest import nearest
from tests.unit.analysis.coming_review import AS_OF, CLOSES
from tests.unit.analysis.near.searches import is_at, one, search
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of, scaled


@pytest.mark.parametrize("symbol", ["C", "D"])
def test_a_smaller_change_does_not_flip_by_brute_force(symbol: str) -> None:
    """Every hundredth of the way on a market written out cell by cell and reviewed as any other."""
    rule = rule_of()
    found = search(rule, market_of(rows_of()), each=1)
    change = one(found, "member", symbol, "window price")
    assert change.enough is not None
    assert change.short is not None

    def inside(size: float) -> bool:
        moved = market_of(scaled(rows_of(), symbol, 1 + size, change.first))
        return symbol in ic.review(rule, moved).members.column("symbol").to_pylist()

    today = symbol in "ABC"
    assert inside(change.enough) != today
    assert inside(change.short) == today
    steps = [change.short * n / 10 for n in range(11)]
    assert [inside(size) for size in steps] == [today] * 11
    # The other way, no change up to what is enough does either.
    assert [inside(-change.enough * n / 4) for n in range(5)] == [today] * 5


def test_the_table_has_a_row_a_change_and_the_same_tries_find_the_same() -> None:
    first, again = (search(rule_of(), market_of(rows_of()), tries=40) for _ in range(2))
    assert first.as_dict() == again.as_dict()
    assert first.table.equals(again.table)
    assert first.table.num_rows == len(first.changes)
    row = first.table.to_pylist()[0]
    assert (row["flips"], row["moved"], row["what"]) == (
        "member",
        "window price",
        first.changes[0].what,
    )


def test_what_the_tries_do_not_reach_is_said() -> None:
    found = search(rule_of(), market_of(rows_of()), tries=6)
    assert not found.finished
    # The first review, the quick one, six more; two computations of the level at least.
    assert found.reviews + found.computations <= 6 + 3
    open_ = [change for change in found.changes if not change.searched]
    assert open_
    assert all(change.enough is None for change in open_)
    assert open_[0].what.endswith("the time was up")


def test_a_review_of_the_past_is_asked_with_what_was_known_the_day_before() -> None:
    market = market_of(rows_of(dt.date(2024, 6, 20)))
    found = search(rule_of(), market, on=dt.date(2024, 6, 14), each=1)
    assert (found.effective, found.data_until) == (dt.date(2024, 6, 14), dt.date(2024, 6, 13))
    assert found.window[0] == dt.date(2024, 3, 4)
    assert is_at(one(found, "member", "C", "window price"), 76 / 80 - 1)


def test_as_of_a_day_nothing_later_is_known() -> None:
    later = rows_of(dt.date(2024, 5, 31), {**CLOSES, "D": 300.0})
    rows = [row for row in rows_of() if row["date"] <= AS_OF]
    rows += [row for row in later if row["date"] > AS_OF]
    found = search(rule_of(), market_of(rows), as_of=AS_OF, each=1)
    assert is_at(one(found, "member", "D", "window price"), 80 / 76 - 1)


def test_a_rule_without_reviews_is_refused() -> None:
    composite = ic.Methodology.from_text(
        "index: all\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-02, level: 1000}\n"
        "universe: {}\nreview: {every: session}\nweighting: {scheme: market_cap}\n"
    )
    with pytest.raises(ic.UsageError) as refused:
        nearest(composite, market_of(rows_of()), tries=1)
    assert [item.code for item in refused.value.diagnostics] == ["CAL010"]
