"""A small complete rule, and ways to read one and list what was found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.model.methodology import Methodology

HEAD = """\
index: small
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: 2nd friday, cutoff: last session 2 months before}
"""


def rule(more: str = "", head: str = HEAD) -> Methodology:
    """The small rule with more keys."""
    return Methodology.from_text(head + more)


def found(read: Callable[[], object]) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding of a reading that fails."""
    with pytest.raises(RuleError) as caught:
        read()
    return [
        (item.code, item.span.line if item.span else 0, item.span.column if item.span else 0)
        for item in caught.value.diagnostics
    ]


def found_in(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding in a text."""
    return found(lambda: Methodology.from_text(text))
