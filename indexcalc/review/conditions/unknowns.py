"""What is said of values a rule needs and the market does not have."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.diagnostics import (
    Findings,
    quantity,
)
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.daily_values import NO_DAY
from indexcalc.review.data.fields import Fields

_SHOWN = 5


def report_unknowns(lines: JudgedLines, rule: Methodology, findings: Findings) -> None:
    """One DAT011 a (field, rule path) with how many names it kept out and the first symbols.

    A field no table has is DAT001 or DAT002 instead.  A line of a list as of the effective date (a
    parent's, or the market's where the review follows another) that was first listed after the cut-off
    has no value then, and nothing is missing: it is left out without a word.  The list of the lines is
    emptied.
    """
    counted: dict[tuple[str, str], list[Bools]] = {}
    for unknown in lines.unknowns:
        counted.setdefault((unknown.field, unknown.path), []).append(unknown.rows)
    symbols = lines.fields.market.symbols
    for (field, path), masks in counted.items():
        rows = np.flatnonzero(np.logical_or.reduce(masks))
        seen = lines.fields.row_days(lines.codes[rows], lines.days[rows])
        rows = rows[seen > NO_DAY]
        if rows.size == 0:
            continue
        codes = np.unique(lines.codes[rows])
        named = ", ".join(symbols[int(code)] for code in codes[:_SHOWN])
        more = f" and {codes.size - _SHOWN} more" if codes.size > _SHOWN else ""
        first = date_of(int(lines.days[rows].min()))
        code, what = _missing_source(field, lines)
        findings.add(
            code or "DAT011",
            what
            or f"`{field}` is not known of {quantity(codes.size, 'line')} on {first} ({named}{more}): "
            f"{'it is' if codes.size == 1 else 'they are'} left out",
            span=rule.span_of(path),
            where=path,
            path=rule.path,
            on=date_of(int(lines.effective_days[0])),
            hint=_way_out(field, lines),
        )
    lines.unknowns.clear()


def _way_out(field: str, lines: JudgedLines) -> str:
    """What can be typed: columns may be assumed, also those of a grouping; a measure may not."""
    measures = () if lines.review is None else lines.review.measures
    said: list[str] = []
    for name in field.split(" or "):
        if name in lines.groups:
            said += [group.column for group in lines.groups[name].values]
        elif name not in measures:
            said.append(name)
    assumed = " ".join(f"--assume {name}=VALUE" for name in dict.fromkeys(said))
    return "give the market the values" + (f", or say {assumed}" if assumed else "")


def _missing_source(field: str, lines: JudgedLines) -> tuple[str, str]:
    """(code, message) where the market has no such table or column at all; ('', '') otherwise."""
    fields: Fields = lines.fields
    review = lines.review
    if " " in field or (review is not None and field in review.measures):
        return "", ""
    if field in lines.groups:
        dated = lines.groups[field]
        columns = [group.column for group in dated.values]
        if any(fields.has(column) for column in columns):
            return "", ""
        return "DAT002", f"no table has the column `{columns[0] if columns else field}`"
    if field == "designation":
        return "DAT001", "the market has no table `designations`"
    if field == "float_factor" and not fields.has(field):
        return "DAT001", "the market has neither `float_factors` nor float made from `holdings`"
    if field not in ("listed_for", "symbol", "inclusion") and not fields.has(field):
        return "DAT002", f"neither `securities` nor `daily` has the column `{field}`"
    return "", ""
