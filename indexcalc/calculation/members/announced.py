"""Deletions and entries on announced dates, read from the market's table ``decisions``.

A rule that says ``maintenance: {announced: given}`` takes the rows of its index as decisions of its
committee: who is added, removed, kept or refused on which day, why, and where that is said.
"""

from __future__ import annotations

from typing import Any

from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.market import Market
from indexcalc.methodology.model.maintenance import Committee
from indexcalc.methodology.model.methodology import Methodology

PLACE = "maintenance.announced"
DECISIONS = ("add", "remove", "keep", "refuse")


def with_announced(rule: Methodology, market: Market) -> Methodology:
    """The rule with the table's decisions after its own; the rule itself where it asks for none.

    DataError (DAT064): a row whose decision is none of ``DECISIONS``, or whose line has no row in
    ``daily``; (DAT001) there is no table.
    """
    if "given" not in rule.maintenance.announced.values:
        return rule
    table = market.table("decisions")
    path = PLACE
    if table is None:
        raise DataError.of(
            "DAT001",
            "the market has no table decisions",
            span=rule.span_of(path),
            where=path,
            path=rule.path,
        )
    findings = Findings()
    line = rule.line_of(path)
    made: list[Committee] = []
    for row in table.to_pylist():
        if row["index"] != rule.index:
            continue
        where = f"{row['index']} {row['effective_date']} {row['symbol']}"
        wrong = ""
        if row["decision"] not in DECISIONS:
            wrong = f"`{row['decision']}` is none of {', '.join(DECISIONS)}"
        elif row["symbol"] not in market.order:
            wrong = "the line has no row in daily"
        if wrong:
            findings.add("DAT064", wrong, path=f"{market.place}/decisions", where=where)
            continue
        values: dict[str, Any] = {row["decision"]: (row["symbol"],)}
        made.append(
            Committee(
                effective=row["effective_date"],
                why=row.get("why") or "announced",
                ref=row.get("ref") or "table decisions",
                path=PLACE,
                line=line,
                **values,
            )
        )
    findings.raise_errors(DataError)
    return rule.changed(committee=(*rule.committee, *made))
