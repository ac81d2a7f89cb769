"""Decisions of the committee that the market's table ``committee`` holds, beside those of the rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from indexcalc.methodology.model.maintenance import Committee
from indexcalc.methodology.model.methodology import Methodology

WORDS = ("add", "remove", "refuse", "keep")
PLACE = "market/committee"


def with_committee(rule: Methodology, market: Market) -> Methodology:
    """The rule with the decisions of the table too, a ``Committee`` each; their path is ``PLACE``.

    DataError: DAT006 a decision that is none of add, remove, refuse and keep; DAT004 one about a line and
    a day that the rule decides otherwise.
    """
    table = market.table("committee")
    if table is None:
        return rule
    rows = [row for row in table.to_pylist() if row["index"] == rule.index]
    said = {
        (item.effective, symbol): word
        for item in rule.committee
        for word in WORDS
        for symbol in getattr(item, word)
    }
    items: list[Committee] = []
    for row in sorted(rows, key=lambda row: (row["effective_date"], row["symbol"])):
        effective, symbol, word = row["effective_date"], row["symbol"], row["decision"]
        if word not in WORDS:
            message = f"committee.decision is `{word}` ({symbol}, {effective})"
            raise _refused("DAT006", message, f"it is one of {', '.join(WORDS)}")
        before = said.get((effective, symbol))
        if before is None:
            items.append(_item(row, effective, symbol, word))
        elif before != word:
            message = f"{symbol} on {effective}: {word} here, {before} in the rule of {rule.index}"
            raise _refused("DAT004", message, "keep one decision")
    return rule.changed(committee=(*rule.committee, *items)) if items else rule


def _item(row: dict[str, Any], effective: dt.date, symbol: str, word: str) -> Committee:
    values: dict[str, Any] = {name: row.get(name) or "" for name in ("who", "why", "ref")}
    values[word] = (symbol,)
    return Committee(path=PLACE, line=0, effective=effective, **values)


def _refused(code: str, message: str, hint: str) -> DataError:
    return DataError.of(code, message, where="committee", path=PLACE, hint=hint)
