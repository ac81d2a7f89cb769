"""Conditions that become true of a line between reviews: facts for ``deletions`` with ``when``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.evaluate import columns_used, evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_facts import FOREVER, Fact
from indexcalc.review.data.texts import Texts


def turned_true(rule: Methodology, fields: Fields) -> list[Fact]:
    """The facts of deletions ``when`` a condition becomes true of a line: their kind is the item's
    path.  A line of which it is true from its first day on has the fact then."""
    turned: list[Fact] = []
    for items in rule.maintenance.deletions.values:
        for item in items:
            for condition in () if item.when is None else item.when.values:
                turned += _turned(condition, item.path, rule, fields)
    return turned


def _turned(condition: Condition, path: str, rule: Methodology, fields: Fields) -> Iterator[Fact]:
    codes, days = fields.change_days(columns_used(condition))
    if not codes.size or not fields.market.days.size:
        return
    days = np.maximum(days, fields.market.days[0])  # rows without a day hold from the beginning
    lines = JudgedLines(fields, codes, days, days, Texts(), rule.groups)
    holds = evaluate(condition, lines).passed
    same = np.append(False, codes[1:] == codes[:-1])
    begins = np.flatnonzero(holds & ~(same & np.append(False, holds[:-1])))
    ends = np.append(np.flatnonzero(~same | ~holds), codes.size)
    stops = ends[ends.searchsorted(begins, side="right")]
    until = np.where(np.append(same, False)[stops], np.append(days, FOREVER)[stops], FOREVER)
    for code, day, end in zip(
        codes[begins].tolist(), days[begins].tolist(), until.tolist(), strict=True
    ):
        yield Fact(path, code, day, until=end)
