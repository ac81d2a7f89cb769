"""Terms of a rule that are not known on some dates and do not hold then: told once, never in silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from indexcalc.diagnostics import Findings
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import BEGINNING, Dated, segments
from indexcalc.methodology.values.values import UNKNOWN, Special

_DAY = dt.timedelta(days=1)
_BLOCKS = ("maintenance", "returns", "rounding")
"""What else is not known on a date refuses a review (REV001), a cap (CAP009) or a scheme (CAL008)."""


def report_unknown(rule: Methodology, start: dt.date, end: dt.date, findings: Findings) -> None:
    """REV007 for each term of maintenance, returns and rounding that is unknown between two days (in).

    A finding whose term is known again by ``end`` is one of the last day without it, which no later
    review tells.
    """
    told: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for word in _BLOCKS:
        for path, first, last in _unknown(word, getattr(rule, word), start, end):
            told.setdefault(path, []).append((first, last))
    for path, spans in told.items():
        when = " and ".join(
            f"from {first} on" if last == dt.date.max else f"from {first} to {last}"
            for first, last in spans
        )
        last = spans[-1][1]
        findings.add(
            "REV007",
            f"`{path}` is not known {when}, and does not hold then",
            span=rule.span_of(path),
            where=path,
            path=str(rule.path or rule.index),
            hint="say what held then, or none",
            on=None if last >= end else last,
        )


def _unknown(
    path: str, value: object, first: dt.date, last: dt.date
) -> Iterator[tuple[str, dt.date, dt.date]]:
    """(path, first day, last day) of each stretch of ``first .. last`` in which a value is unknown."""
    if isinstance(value, Dated):
        for begin, stop in segments(value.dates):
            low = first if begin == BEGINNING else max(first, begin)
            high = last if stop is None else min(last, stop - _DAY)
            said = value.at(begin)
            if low > high or (isinstance(said, Special) and said is not UNKNOWN):
                continue
            if said is UNKNOWN:
                yield path, low, high
            else:
                yield from _unknown(path, said, low, high)
    elif isinstance(value, tuple):
        for item in value:
            if isinstance(item, Block):
                yield from _unknown(item.path, item, first, last)
    elif isinstance(value, Block):
        if isinstance(value, Item):
            first = max(first, value.from_ or first)
            last = min(last, value.until - _DAY if value.until else last)
        for spec in value.language_keys.values():
            yield from _unknown(f"{path}.{spec.name}", getattr(value, spec.attribute), first, last)
