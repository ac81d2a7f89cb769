"""Decisions of the committee that the market's table ``committee`` holds, beside those of the rule.

Who is added, removed, refused or kept on which day, why, and where that is written; entries and deletions
on announced dates are such rows too (``maintenance: {announced: given}`` requires the table).
"""

from __future__ import annotations

from typing import Any

from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.market import Market
from indexcalc.methodology.model.maintenance import Committee
from indexcalc.methodology.model.methodology import Methodology

WORDS = ("add", "remove", "refuse", "keep")
PLACE = "market/committee"
_ANNOUNCED = "maintenance.announced"


def with_committee(rule: Methodology, market: Market) -> Methodology:
    """The rule with the decisions of the table too, a ``Committee`` each; their path is ``PLACE``.

    DataError: DAT064 a decision that is none of add, remove, refuse and keep, or a line that has no row in
    ``daily``; DAT004 one about a line and a day that the rule decides otherwise; DAT001 the rule says that
    changes are announced, and there is no table.
    """
    table = market.table("committee")
    if table is None:
        if "given" in rule.maintenance.announced.values:
            raise DataError.of(
                "DAT001",
                "the market has no table committee",
                span=rule.span_of(_ANNOUNCED),
                where=_ANNOUNCED,
                path=rule.path,
            )
        return rule
    decided = {
        (item.effective, symbol): word
        for item in rule.committee
        for word in WORDS
        for symbol in getattr(item, word)
    }
    findings = Findings()
    items: list[Committee] = []
    rows = [row for row in table.to_pylist() if row["index"] == rule.index]
    for row in sorted(rows, key=lambda row: (row["effective_date"], row["symbol"])):
        effective, symbol, word = row["effective_date"], row["symbol"], row["decision"]
        before = decided.get((effective, symbol))
        where = f"{rule.index} {effective} {symbol}"
        if word not in WORDS:
            message = f"`{word}` is none of {', '.join(WORDS)}"
            findings.add("DAT064", message, path=PLACE, where=where)
        elif symbol not in market.order:
            findings.add("DAT064", "the line has no row in daily", path=PLACE, where=where)
        elif before is None:
            values: dict[str, Any] = {name: row.get(name) or "" for name in ("who", "why", "ref")}
            values[word] = (symbol,)
            items.append(Committee(path=PLACE, line=0, effective=effective, **values))
        elif before != word:
            message = f"{word} here, {before} in the rule"
            findings.add("DAT004", message, path=PLACE, where=where, hint="keep one decision")
    findings.raise_errors(DataError)
    return rule.changed(committee=(*rule.committee, *items)) if items else rule
