"""What moves a member near an edge to the other side, by hand: one price, one float factor, one date."""

from __future__ import annotations

import datetime as dt

import indexcalc as ic
from tests.unit.analysis.coming_review import AS_OF, CLOSES
from tests.unit.analysis.near.searches import is_at, one, search
from tests.unit.analysis.near.small_markets import market_of, rows_of, rule_of, sessions_to


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
