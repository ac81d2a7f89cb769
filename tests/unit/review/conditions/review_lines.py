"""Six lines of a review made by hand: measures, sets and labels, and conditions to judge them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.conditions.evaluate import Verdict, evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines, MeasureValues, ReviewState
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.data.fields import Fields
from tests.unit.review.small_reviews import market, rule, weekdays

NAMES = "ABCDEF"
SESSIONS = weekdays("2020-01-02", "2020-03-31")
SECTORS = {"A": "x", "B": "x", "C": "x", "D": "y", "E": "y", "F": None}
NAN = float("nan")
SIZES = (50.0, 30.0, 20.0, 15.0, 5.0, 2.0)


def mask(names: str) -> Bools:
    """The lines named by their letters."""
    return np.array([name in names for name in NAMES], dtype=np.bool_)


def names_of(rows: Bools) -> str:
    """The letters of some lines."""
    return "".join(name for name, there in zip(NAMES, rows, strict=True) if there)


def review_lines(
    sizes: Sequence[float] = SIZES,
    measures: Mapping[str, MeasureValues] | None = None,
    ties: Sequence[float] | None = None,
    issuers: Sequence[int] = range(6),
    lists: Mapping[str, str] | None = None,
    securities: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> JudgedLines:
    """All six lines at a review: ``size`` as given; sets by their letters (``existing="AB"``)."""
    sets = {
        name: mask(more.pop(name, default))
        for name, default in (
            ("existing", ""),
            ("universe", NAMES),
            ("eligible", NAMES),
            ("remaining", NAMES),
            ("selected", ""),
            ("base", NAMES),
        )
    }
    rows = [
        {"symbol": name, "sector": SECTORS[name], **dict(extra)}
        for name, extra in zip(NAMES, securities or [{}] * 6, strict=True)
    ]
    made = market(SESSIONS, dict(zip(NAMES, SIZES, strict=True)), securities=rows)
    day = np.full(6, day_number(SESSIONS.date(40)), dtype=np.int32)
    found = {"size": MeasureValues(np.array(sizes, dtype=np.float64)), **(measures or {})}
    state = ReviewState(
        inclusion=np.array([1.0, 0.5, 0.0, 0.0, 0.0, 0.0]),
        float_factor=lambda: np.array([0.5, NAN, 0.5, 0.5, 0.5, 0.5]),
        issuers=np.array(issuers, dtype=np.int64),
        ties=[] if ties is None else [np.array(ties, dtype=np.float64)],
        measures=found,
        lists=lambda index, when: mask((lists or {})[index]),
        **sets,
        **more,
    )
    return JudgedLines(
        fields=Fields(made, SESSIONS, Assumptions(made.symbols)),
        codes=np.arange(6, dtype=np.int32),
        days=day,
        effective_days=day + 14,
        review=state,
    )


def verdict(text: str, lines: JudgedLines) -> Verdict:
    """The verdict of a condition on all lines."""
    head = "measures: {size: {last: market_cap}}\n"
    held = rule(head + f"eligibility: {text}\n").eligibility
    assert held is not None
    return evaluate(held.value, lines)  # type: ignore[arg-type]


def passed(text: str, lines: JudgedLines | None = None) -> str:
    """The letters of the lines that pass, and those that cannot be judged behind a question mark."""
    found = verdict(text, review_lines() if lines is None else lines)
    unknown = names_of(found.unknown)
    return names_of(found.passed) + (f"?{unknown}" if unknown else "")


def details(text: str, lines: JudgedLines) -> list[str]:
    """What the deciding test says of each line."""
    found = verdict(text, lines)
    return [lines.words.texts[int(number)] for number in found.detail]
