"""Float factors of an index that is reviewed every session: from when each line has which."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.diagnostics import Findings
from indexcalc.review.composite.float_by_session import FloatChanges, float_changes, with_factors
from tests.unit.review.composite.states import EVERY, SESSIONS, a_market, shown, states
from tests.unit.review.data.fields_made import fields_of
from tests.unit.review.small_reviews import rule

NAN = float("nan")
EVERYBODY = [(name, 0, True) for name in "ABC"]


def factor(symbol: str, day: str, value: float, known: str | None = None) -> dict[str, Any]:
    return {"symbol": symbol, "effective_date": day, "float_factor": value, "known_at": known}


def changes(
    *factors: dict[str, Any],
    text: str = "",
    scheme: str = "float_market_cap",
    assume: dict[str, str] | None = None,
    own: Any = EVERYBODY,
    **tables: Any,
) -> tuple[list[tuple[str, str, float]], list[str], dict[str, int]]:
    """((line, session, factor) of each change, codes of findings, lines of each assumption)."""
    if factors:
        tables["float_factors"] = list(factors)
    made = a_market(**tables)
    findings = Findings()
    methodology = rule(f"{text}weighting: {{scheme: {scheme}}}\n", EVERY)
    fields = fields_of(made, SESSIONS, assume)
    found = float_changes(methodology, made, SESSIONS, fields, states(*own), findings)
    told = [
        ("ABC"[int(code)], str(SESSIONS.date(int(session))), round(float(value), 9))
        for session, code, value in zip(found.session, found.codes, found.factor, strict=True)
    ]
    recorded = {item.what: item.lines for item in fields.assumptions.recorded()}
    return told, [item.code for item in findings.items], recorded


TABLE = [
    factor("A", "2019-01-02", 0.3),
    factor("A", "2020-02-03", 0.4),
    factor("B", "2020-02-03", 0.5, "2020-02-10"),
]


def test_a_factor_counts_from_its_day_or_from_the_day_it_is_known() -> None:
    told, codes, _ = changes(*TABLE)
    assert told == [
        ("A", "2020-01-02", 0.3),
        ("A", "2020-02-03", 0.4),
        ("B", "2020-02-10", 0.5),
    ]
    assert codes == []


def test_with_a_schedule_factors_are_those_of_its_dates() -> None:
    text = "float: {updated: {months: [3], effective: 2nd friday}}\n"
    told, _, _ = changes(*TABLE, text=text)
    # 2020-03-13; B has none before, and what an update on its day would give it.
    assert ("A", "2020-02-03", 0.4) not in told
    assert ("A", "2020-03-13", 0.4) in told
    assert [row for row in told if row[0] == "A"] == [
        ("A", "2020-01-02", 0.3),
        ("A", "2020-03-13", 0.4),
    ]


def test_a_factor_that_begins_with_an_update_and_was_not_known_is_told() -> None:
    text = "float: {updated: {months: [3], effective: 2nd friday}}\n"
    told, codes, _ = changes(TABLE[0], factor("A", "2020-03-13", 0.4), text=text)
    assert codes == ["REV005"]
    assert told == [("A", "2020-01-02", 0.3)]
    known = factor("A", "2020-03-13", 0.4, "2020-03-02")
    assert changes(TABLE[0], known, text=text)[:2] == (
        [("A", "2020-01-02", 0.3), ("A", "2020-03-13", 0.4)],
        [],
    )


def test_a_step_on_a_date_is_an_update() -> None:
    text = "float: {steps: [{round: {2000-01-04: up to 10%, 2020-02-12: up to 50%}}]}\n"
    told, _, _ = changes(factor("A", "2019-01-02", 0.31), text=text)
    assert told == [("A", "2020-01-02", 0.4), ("A", "2020-02-12", 0.5)]


def test_by_full_market_cap_every_factor_is_one() -> None:
    dated = "{2000-01-04: market_cap, 2020-02-12: float_market_cap}"
    told, _, _ = changes(*TABLE, scheme=dated)
    assert told[:3] == [(name, "2020-01-02", 1.0) for name in "ABC"]
    assert ("A", "2020-02-12", 0.4) in told
    assert [row for row in told if row[0] == "C"][1][:2] == ("C", "2020-02-12")
    assert np.isnan([row for row in told if row[0] == "C"][1][2])


def test_an_assumption_is_of_who_is_in() -> None:
    own = [("A", 0, True), ("B", 0, False), ("C", 0, True)]
    told, _, recorded = changes(TABLE[0], assume={"float_factor": "1"}, own=own)
    assert ("C", "2020-01-02", 1.0) in told
    assert recorded == {"float_factor=1 where it is not known": 1}


def test_changes_up_to_a_session() -> None:
    made = FloatChanges(np.array([0, 4, 5]), np.array([0, 1, 0], dtype=np.int32), np.arange(3.0))
    assert made.until(4).factor.tolist() == [0.0, 1.0]
    assert made.until(-1).codes.size == 0


def lacking(
    own: Any, *said: tuple[str, int, float]
) -> tuple[Any, list[str], list[tuple[int, int]]]:
    """(states, the words of the lines that are out for want of a factor, from when until when)."""
    made = FloatChanges(
        np.array([session for _, session, _ in said], dtype=np.int64),
        np.array(["ABC".index(name) for name, _, _ in said], dtype=np.int32),
        np.array([value for _, _, value in said], dtype=np.float64),
    )
    methodology = rule("weighting: {scheme: float_market_cap}\n", EVERY)
    rows, unknown = with_factors(methodology, states(*own), made, np.arange(len(SESSIONS)))
    words = [rows.words.texts[int(number)] for number in rows.detail[~rows.eligible]]
    spans = list(zip(unknown.begin.tolist(), unknown.end.tolist(), strict=True))
    return shown(rows), words, spans


def day(session: int) -> str:
    return str(SESSIONS.date(session))


def test_a_line_is_in_from_the_session_its_factor_is_known() -> None:
    own = [("A", 0, True), ("B", 0, True)]
    found, words, spans = lacking(own, ("A", 3, 0.5), ("B", 0, 0.5), ("B", 6, NAN), ("B", 8, 0.4))
    assert found == [
        ("A", day(0), False),
        ("A", day(3), True),
        ("B", day(0), True),
        ("B", day(6), False),
        ("B", day(8), True),
    ]
    assert set(words) == {"its float factor is not known"}
    assert spans == [(0, 3), (6, 8)]


def test_who_is_out_by_its_own_state_stays_so_with_its_reason() -> None:
    own = [("A", 0, False), ("A", 5, True), ("B", 0, True)]
    found, words, spans = lacking(own, ("A", 2, 0.5))
    assert found == [("A", day(0), False), ("A", day(5), True), ("B", day(0), False)]
    assert words == ["detail 0", "detail 0", "its float factor is not known"]
    assert spans == [(0, np.iinfo(np.int32).max)]
    # Without any factor nobody is in.
    assert [row[2] for row in lacking(own)[0]] == [False, False]
