"""Float weights of an index that is reviewed every session: markets of a few lines, numbers by hand."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError
from tests.unit.calculation import small
from tests.unit.calculation.small import FIRST, day, line, market

EXACT = 1e-12
FLOAT = small.HEAD + small.EVERY_SESSION + "weighting: {scheme: float_market_cap}\n"
# Every fourth session by a schedule, as known on the session before.
SCHEDULED = FLOAT + (
    "dates: {odd: {months: [1], on: 3rd thursday}}\n"
    "float: {updated: {months: [1], effective: session after odd, pricing: 1 session before effective}}\n"
)


def factor(symbol: str, on: int, value: float, known: int | None = None) -> dict[str, Any]:
    """A row of ``float_factors``."""
    row = {"symbol": symbol, "effective_date": day(on), "float_factor": value}
    return row if known is None else {**row, "known_at": day(known)}


def codes(run: Run) -> list[str]:
    return [found.code for found in run.diagnostics]


def test_a_factor_counts_from_its_date_and_a_listing_has_its_own() -> None:
    """A half of A and a quarter of B: 5,000 each.  On session 3 A has 0.8, and N (0.4 of it) is in on its
    second session: 8,000, 5,000 and 2,000 at the closes before, and A gains a tenth: 15,800 of 15,000.  On
    session 4 B has 0.5: 8,800, 10,000 and 2,000, and N gains a fifth: 21,200 of 20,800."""
    over = market(
        line("A", [10, 10, 10, 11, 11]),
        line("B", [20, 20, 20, 20, 20]),
        line("N", [5, 5, 6], start=2),
        float_factors=[
            *(factor("A", -9, 0.5), factor("B", -9, 0.25), factor("N", 2, 0.4)),
            *(factor("A", 3, 0.8), factor("B", 4, 0.5)),
        ],
    )
    run = small.run(FLOAT, over)
    level = 1000 * 158 / 150
    expected = [1000, 1000, 1000, level, level * 212 / 208]
    assert small.levels(run) == pytest.approx(expected, rel=EXACT)
    assert small.held(run)[2] == {"A": 500, "B": 250}
    assert small.held(run)[4] == {"A": 800, "B": 500, "N": 400}
    assert run.reviews["kind"].to_pylist() == ["regular", "float", "float"]
    assert codes(run) == []
    for block in (1, 2, 3):
        assert small.levels(small.in_blocks(FLOAT, over, block)) == small.levels(run)


def test_a_factor_that_is_known_late_counts_from_then() -> None:
    over = market(
        line("A", [10] * 5),
        float_factors=[factor("A", -9, 0.5), factor("A", 1, 0.8, known=3)],
    )
    held = small.held(small.run(FLOAT, over))
    assert [held[at]["A"] for at in range(5)] == [500, 500, 500, 800, 800]


def test_a_line_without_a_factor_is_left_out_and_told() -> None:
    """B has a factor from session 3 on; with an assumption it is in from the start."""
    over = market(
        line("A", [10] * 5),
        line("B", [10] * 5),
        float_factors=[factor("A", -9, 0.5), factor("B", 3, 0.5)],
    )
    run = small.run(FLOAT, over)
    held = small.held(run)
    assert held[2] == {"A": 500}
    assert held[3] == {"A": 500, "B": 500}
    assert codes(run) == ["DAT011"]
    rows = [row for row in run.decisions.to_pylist() if row["symbol"] == "B"]
    assert [row["outcome"] for row in rows] == ["out", "in"]
    assert rows[0]["detail"] == "its float factor is not known"
    assumed = small.run(FLOAT, over, assume={"float_factor": "0.1"})
    assert small.held(assumed)[2] == {"A": 500, "B": 100}
    assert small.held(assumed)[3] == {"A": 500, "B": 500}
    told = assumed.manifest["assumptions"]
    assert any("float_factor=0.1" in note and "1 line" in note for note in told)


def test_on_dates_of_a_schedule() -> None:
    """The third Thursday of January 2024 is session 16: a factor of session 3 waits for 17."""
    over = market(
        line("A", [10] * 20),
        line("B", [10] * 20),
        line("N", [10] * 10, start=10),
        float_factors=[
            *(factor("A", -9, 0.5), factor("B", -9, 0.5), factor("N", 10, 0.3)),
            *(factor("A", 3, 0.8), factor("B", 17, 0.9), factor("N", 12, 0.6)),
        ],
    )
    run = small.run(SCHEDULED, over)
    held = small.held(run)
    assert held[16] == {"A": 500, "B": 500, "N": 300}
    # What begins with the update and was not known before it is not used, and told.
    assert held[17] == {"A": 800, "B": 500, "N": 600}
    assert codes(run) == ["REV005"]
    assert (run.reviews["effective_date"].to_pylist()[-1] - FIRST).days == 17


def test_by_full_market_capitalisation_until_a_date() -> None:
    """The whole of A until session 2, then a half."""
    text = FLOAT.replace(
        "scheme: float_market_cap",
        f"scheme: {{2024-01-02: market_cap, {day(2)}: float_market_cap}}",
    )
    over = market(line("A", [10] * 4), float_factors=[factor("A", -9, 0.5)])
    held = small.held(small.run(text, over))
    assert [held[at]["A"] for at in range(4)] == [1000, 1000, 500, 500]


def test_an_index_of_parents_has_theirs_and_no_change_of_scheme() -> None:
    text = "index: child\nuniverse: {of: test}\nreview: {every: session}\nweighting: {scheme: %s}\n"
    over = market(
        line("A", [10, 10, 11]),
        line("B", [10, 10, 10]),
        float_factors=[factor("A", -9, 0.5), factor("B", -9, 1.0), factor("A", 2, 1.0)],
    )
    parent = small.rule(FLOAT)
    child = ic.Methodology.from_text(text % "float_market_cap")
    runs = ic.compute([parent, child], over)
    assert small.levels(runs["child"]) == small.levels(runs["test"])
    assert small.levels(runs["child"])[2] == pytest.approx(1050, rel=EXACT)
    changed = ic.Methodology.from_text(
        text % "{2024-01-02: market_cap, 2024-01-04: float_market_cap}"
    )
    with pytest.raises(DataError, match="changes by date in an index of parents"):
        ic.compute([parent, changed], over)
    own = ic.Methodology.from_text(
        text % "float_market_cap" + "float: {steps: [{round: up to 5%}]}\n"
    )
    with pytest.raises(DataError, match=r"CAL008 float: float factors of its own"):
        ic.compute([parent, own], over)


@pytest.mark.parametrize(
    "shares", ["at_rebalance", "{threshold: 90%}", "{threshold: 90%, after: 1 sessions}"]
)
def test_a_float_factor_counts_from_its_date_where_share_counts_are_fixed(shares: str) -> None:
    """A half of 1,000 A at 10 and a quarter of 1,000 B at 20: 5,000 each.  On session 3 A has 0.8 of the
    1,000 that were counted, though 1,100 are listed by then, and two for one on session 4."""
    over = market(
        line("A", [10, 10, 10, 10, 5.5], [1000, 1000, 1100, 1100, 2200]),
        line("B", [20, 20, 20, 22, 22]),
        float_factors=[factor("A", -9, 0.5), factor("B", -9, 0.25), factor("A", 3, 0.8)],
        corporate_actions=[small.action("A", 4, "split", ratio=2)],
    )
    text = FLOAT + f"maintenance: {{shares: {shares}}}\n"
    run = small.run(text, over)
    assert {at: held["A"] for at, held in small.held(run).items()} == pytest.approx(
        {0: 500, 1: 500, 2: 500, 3: 800, 4: 1600}, rel=EXACT
    )
    # 8,000 and 5,000 at the open of session 3; B gains a tenth, then A.
    level = 1000 * 135 / 130
    expected = [1000, 1000, 1000, level, level * 143 / 135]
    assert small.levels(run) == pytest.approx(expected, rel=EXACT)
    for block in (1, 2, 3):
        assert small.levels(small.in_blocks(text, over, block)) == small.levels(run)
