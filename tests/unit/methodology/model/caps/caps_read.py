"""One cap or check as it is read from the list of a rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.methodology.model.caps.form import Problem
from tests.unit.methodology.small_rule import HEAD, found_in, rule

ON = dt.date(2020, 6, 12)


def cap(said: str) -> Any:
    """The record of ``{per: security, SAID}``."""
    (one,) = rule(f"weighting: {{caps: [{{per: security, {said}}}]}}\n").weighting.caps.value  # type: ignore[misc]
    return one


def check(said: str) -> Any:
    """The record of an item of ``check``."""
    (one,) = rule(f"weighting: {{check: [{{per: security, {said}}}]}}\n").weighting.check.value  # type: ignore[misc]
    return one


def refused(said: str, word: str = "caps") -> list[tuple[str, str]]:
    """Code and the text found wrong, of every finding in an item that does not read."""
    text = HEAD + f"weighting: {{{word}: [{{per: security, {said}}}]}}\n"
    lines = text.splitlines()
    return [
        (code, lines[line - 1][column - 1 :].split(":")[0].split(",")[0])
        for code, line, column in found_in(text)
    ]


def told(problem: Problem | None) -> str:
    """The message of a problem; '' for none."""
    return "" if problem is None else problem.message
