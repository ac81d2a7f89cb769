"""What a market has not stops every computation, with what ``validate --market`` says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.market_fit import market_fit
from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

SELECTION = "selection: {ties: [symbol], steps: [{select: {size: {rank: 1}}}]}\n"
DAYS = np.arange(day_number(day(-500)), day_number(day(500)), dtype=np.int32)
SESSIONS = Sessions("XKRX", "", DAYS)
RULE = small.HEAD + (
    "universe: {where: {board: main}}\n"
    "review: {months: [1, 2], effective: first session of month, cutoff: 1 session before effective}\n"
    "measures: {size: {mean: market_cap, over: 2 sessions}, traded: {mean: volume, over: 2 sessions}}\n"
    f"{SELECTION}"
    "weighting: {scheme: equal}\n"
)


def over(**tables: Any) -> Market:
    lines = line("A", [100] * 40), line("B", [50] * 40)
    return market(*lines, securities=[{"symbol": s, "board": "main"} for s in "AB"], **tables)


def said(items: Any) -> list[tuple[str, str, str]]:
    return [(item.code, item.where, item.hint) for item in items]


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("mean: volume", "mean: volum", "DAT002", "measures.traded.mean"),
        ("mean: volume", "count: designations", "DAT001", "measures.traded.count"),
        ("board: main", "bord: main", "DAT002", "universe.where.bord"),
        ("ties: [symbol]", "ties: [syze]", "DAT002", "selection.ties"),
        (
            "{rank: 1}",
            "{rank: 1, within: bord}",
            "DAT002",
            "selection.steps[0].select.size.rank.within",
        ),
        ("equal", "equal, caps: [{per: issuer, limit: 100%}]", "DAT002", "weighting.caps[0].per"),
        ("equal", "given", "DAT001", "weighting.scheme"),
        ("date: 2024-01-02", "date: 2035-01-02", "CAL010", "base.date"),
        (SELECTION, "selection: given\n", "DAT001", "selection"),
        ("measures:", "columns: {board: number}\nmeasures:", "DAT003", "columns.board"),
    ],
)
def test_a_run_stops_at_what_validate_finds(old: str, new: str, code: str, where: str) -> None:
    rule = small.rule(RULE.replace(old, new))
    fit = market_fit(rule, {}, over(), SESSIONS)
    (found,) = [item for item in fit.findings.items if item.severity == "error"]
    with pytest.raises(DataError) as refused:
        ic.compute(rule, over())
    assert said(refused.value.diagnostics) == said([found])
    assert (found.code, found.where) == (code, where)
    assert found.span is not None


def test_the_near_column_is_named() -> None:
    with pytest.raises(DataError) as refused:
        small.run(RULE.replace("mean: volume", "mean: volum"), over())
    (found,) = refused.value.diagnostics
    assert found.hint == "did you mean `volume`?"
    assert found.span is not None
    assert (found.span.line, found.span.length) == (7, len("volum"))


def test_a_measure_that_is_written_almost_so_is_named_before_any_column() -> None:
    """`issuer` is as near to `sise` as difflib finds among columns."""
    for ties, hint in (
        ("sise", "did you mean `size`?"),
        ("worth", "define it: `measures: {worth: {mean: market_cap, over: 6 months}}`"),
    ):
        fit = market_fit(
            small.rule(RULE.replace("ties: [symbol]", f"ties: [{ties}]")), {}, over(), SESSIONS
        )
        (found,) = fit.findings.errors
        assert (found.code, found.hint[: len(hint)]) == ("DAT002", hint)


def test_a_column_of_the_tables_is_imported_and_no_measure() -> None:
    """What a company is at home in cannot be defined by the rule."""
    taxed = RULE + "returns: {kinds: net, withholding: {KR: 15.4%}}\n"
    fit = market_fit(small.rule(taxed), {}, over(), SESSIONS)
    (found,) = fit.findings.errors
    assert (found.where, found.hint) == (
        "returns.withholding",
        "import it, or say --assume country=VALUE",
    )


def test_words_that_hold_on_no_day_of_the_data_ask_for_nothing() -> None:
    """The data are of January and February 2024."""
    dated = "traded: {2000-01-03: {mean: paper, over: 2 sessions}, %s: {mean: volume, over: 2 sessions}}"
    text = RULE.replace("traded: {mean: volume, over: 2 sessions}", dated)
    assert small.run(text % "2010-01-04", over()).levels.num_rows
    with pytest.raises(DataError, match="has the column `paper`"):
        small.run(text % "2024-01-20", over())
    later = RULE.replace("ties: [symbol]", "ties: {2000-01-03: [symbol], 2030-01-02: [syze]}")
    assert small.run(later, over()).levels.num_rows
    fit = market_fit(small.rule(later), {}, over(), SESSIONS)
    assert [item for item in fit.findings.items if item.severity == "error"] == []


def test_what_is_assumed_is_no_error() -> None:
    text = RULE.replace("board: main", "bord: main")
    assert small.run(text, over(), assume={"bord": "main"}).levels.num_rows
