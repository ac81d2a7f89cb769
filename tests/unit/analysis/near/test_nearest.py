"""The nearest changes by hand: one price, one float factor, one date, one cap, one level."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.near.nearest import Nearest, nearest
from indexcalc.analysis.near.questions import Change
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.analysis.coming_review import AS_OF, CLOSES
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of, scaled, sessions_to

MANY = 10_000
"""More reviews than any of these searches makes."""


def search(rule: Methodology, market: Market, **more: object) -> Nearest:
    return nearest(rule, market, **{"tries": MANY, **more})  # type: ignore[arg-type]


def one(found: Nearest, flips: str, symbol: str, moved: str) -> Change:
    (change,) = [
        item
        for item in found.changes
        if (item.flips, item.symbol, item.moved) == (flips, symbol, moved)
    ]
    return change


def is_at(change: Change, edge: float) -> bool:
    """Does the edge, known by hand, lie between what is enough and what is not?"""
    assert change.enough is not None
    assert change.short is not None
    low, high = sorted((abs(change.short), abs(change.enough)))
    close = high - low <= max(high / 200 * (1 + 1e-9), 1e-6)
    return close and low <= abs(edge) <= high and (change.enough > 0) == (edge > 0)


def test_a_price_over_the_window() -> None:
    """C has 80 and is in, D 76 and is out: C leaves below 76, D enters above 80."""
    found = search(rule_of(), market_of(rows_of()))
    assert found.effective == dt.date(2024, 6, 14)
    # Three calendar months that end with that of the last data so far.
    assert found.window == (dt.date(2024, 3, 4), AS_OF)
    leaves, enters = (one(found, "member", name, "window price") for name in "CD")
    assert is_at(leaves, 76 / 80 - 1)
    assert is_at(enters, 80 / 76 - 1)
    assert (leaves.side, leaves.comes, leaves.goes) == ("in", ("D",), ("C",))
    assert (enters.side, enters.comes, enters.goes) == ("out", ("D",), ("C",))
    assert "D enters with +5.2" in enters.what
    assert "prices of 2024-03-04 to 2024-05-14" in enters.what
    # A, three names above the edge, would have to lose 24 %; E, far below it, is not near.
    assert is_at(one(found, "member", "A", "window price"), 76 / 100 - 1)
    assert not [change for change in found.changes if change.symbol == "E"]
    # The last of some fifty sessions counts for a fiftieth.
    assert one(found, "member", "D", "last close").enough is None
    assert found.finished
    assert found.quick > 0


def test_a_price_of_the_last_close() -> None:
    """Over five sessions, four of 76: D needs 5 x 80 - 4 x 76 = 96 on the last."""
    rule = rule_of(lambda text: text.replace("by: size", "by: recent"))
    found = search(rule, market_of(rows_of()))
    change = one(found, "member", "D", "last close")
    assert is_at(change, 96 / 76 - 1)
    assert (change.first, change.last) == (AS_OF, AS_OF)
    assert is_at(one(found, "member", "C", "last close"), (5 * 76 - 4 * 80) / 80 - 1)


FLOATS = [
    {"symbol": symbol, "effective_date": dt.date(2023, 1, 2), "float_factor": factor}
    for symbol, factor in {"A": 0.5, "B": 0.5, "C": 0.5, "D": 0.5, "E": 1.0}.items()
]


def test_a_float_factor() -> None:
    """All but E count half: D at 76/2 against C at 80/2 needs a factor of 0.5 x 80/76."""
    rule = rule_of(lambda text: text.replace("mean: market_cap", "mean: float_market_cap"))
    found = search(rule, market_of(rows_of(), FLOATS))
    assert is_at(one(found, "member", "D", "float"), 80 / 76 - 1)
    assert is_at(one(found, "member", "C", "float"), 76 / 80 - 1)
    # A factor of 1 cannot rise: D at 38 stays below C at 80/2.
    whole = [{**row, "float_factor": 1.0 if row["symbol"] == "D" else 0.5} for row in FLOATS]
    over = market_of(rows_of(closes={**CLOSES, "D": 38.0}), whole)
    full = one(search(rule, over), "member", "D", "float")
    assert (full.enough, full.up, full.down) == (None, 0.0, 0.5)
    # The market has no factors, or the rule does not look at them: there is nothing to say, or no change.
    none = search(rule_of(), market_of(rows_of()))
    assert not [change for change in none.changes if change.moved == "float"]


LATE = dt.date(2024, 6, 4)


def test_a_date() -> None:
    """The cut-off is 31 May. D overtakes C on 4 June, the second session after it."""
    rule = rule_of(lambda text: text.replace("{mean: market_cap, over: 3 calendar months}", LAST))
    rows = rows_of(dt.date(2024, 6, 10))
    for row in rows:
        if row["symbol"] == "D" and row["date"] >= LATE:
            row["close"] = 90.5
    found = search(rule, market_of(rows))
    assert found.cutoff == dt.date(2024, 5, 31)
    change = one(found, "member", "D", "cut-off")
    assert (change.enough, change.short, change.last) == (2.0, 1.0, LATE)
    assert (change.comes, change.goes) == (("D",), ("C",))
    assert one(found, "member", "C", "cut-off").enough == 2.0
    far = one(found, "member", "A", "cut-off")
    assert (far.enough, far.down, far.up, far.searched) == (None, 5.0, 5.0, True)
    # A rule with that cut-off, in its own words, chooses D: eight sessions lie between it and 14 June.
    said = "{2000-01-01: last session 1 month before, 2024-06-14: 7 sessions before effective}"
    by_hand = rule_of(
        lambda text: text.replace("{mean: market_cap, over: 3 calendar months}", LAST).replace(
            "last session 1 month before", said
        )
    )
    assert sessions_to(dt.date(2024, 6, 14))[-8] == LATE
    review = ic.review(by_hand, market_of(rows))
    assert review.cutoff == LATE
    assert "D" in review.members.column("symbol").to_pylist()


LAST = "{last: market_cap}"


def capped(limit: str) -> Methodology:
    return rule_of(
        lambda text: text.replace(
            "{scheme: market_cap}",
            f"{{scheme: market_cap, caps: [{{per: security, limit: {limit}}}]}}",
        )
    )


def test_a_cap_that_binds_and_one_that_stops() -> None:
    """A weighs 100 of 270. 40 % bind from 100 x + 170 x 0.4 ... : 113.33; 36 % let go at 95.625."""
    binds = one(search(capped("40%"), market_of(rows_of())), "cap", "A", "last close")
    assert pytest.approx((113.3333, 95.625), abs=1e-4) == (170 * 0.4 / 0.6, 170 * 0.36 / 0.64)
    assert binds.side == "free"
    assert is_at(binds, 170 * 0.4 / 0.6 / 100 - 1)
    assert (binds.comes, binds.goes) == (("A",), ())
    stops = one(search(capped("36%"), market_of(rows_of())), "cap", "A", "last close")
    assert stops.side == "capped"
    assert is_at(stops, 95.625 / 100 - 1)
    assert (stops.comes, stops.goes) == ((), ("A",))
    # A rule without caps is not asked.
    without = search(rule_of(), market_of(rows_of()))
    assert not [change for change in without.changes if change.flips == "cap"]


def test_the_level() -> None:
    """A is 100 of 270: the level moves by 1 % with 2.7 % of A, with 3 % of B; by -5 % with -13.5 % of A."""
    found = search(rule_of(), market_of(rows_of()))
    assert is_at(one(found, "level", "A", "last close"), 0.027)
    assert is_at(one(found, "level", "B", "last close"), 0.03)
    assert is_at(one(found, "level", "A B C", "last close"), 0.01)
    down = search(rule_of(), market_of(rows_of()), by=-0.05)
    assert is_at(one(down, "level", "A", "last close"), -0.135)


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
    with pytest.raises(ic.UsageError) as refused:
        nearest("kospi", market_of(rows_of()), tries=1)
    assert [item.code for item in refused.value.diagnostics] == ["CAL010"]
