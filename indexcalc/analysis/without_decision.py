"""The level an index would have without a decision of its committee."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.maintenance import Committee
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.committee_table import WORDS, with_committee


class WithoutDecision(Struct, frozen=True):
    """One decision on a line, and what the index stands at with and without it at the last session up to
    ``on``."""

    index: str
    effective: dt.date
    decision: str
    why: str
    ref: str
    on: dt.date
    level: float
    without: float

    def sentence(self) -> str:
        """The figure in words."""
        change = self.level / self.without - 1.0
        return (
            f"without the committee's decision of {self.effective} ({self.decision}: {self.why}, "
            f"{self.ref}) {self.index} would stand at {self.without:,.2f} on {self.on}, not at "
            f"{self.level:,.2f} ({change:+.4%})"
        )


def without_decisions(
    family: Family, market: Market, symbol: str, on: dt.date, request: Request
) -> list[WithoutDecision]:
    """The level of the index asked for without each decision on ``symbol`` in force by ``on``, its own and
    those of the indices it rests on; each is the index computed again with that decision left out."""
    index = family.asked[0]
    rules = {name: with_committee(rule, market) for name, rule in family.rules.items()}
    said = [
        (rule, item, word)
        for rule in rules.values()
        for item in rule.committee
        if item.effective <= on
        for word in WORDS
        if symbol in getattr(item, word)
    ]
    if not said:
        return []
    # What the table says is in the rules now: it must not come in again.
    table = market.table("committee")
    bare = market if table is None else market.with_tables({"committee": table.slice(0, 0)})
    base = Request(assume=request.assume, known=request.known, end=on, keep_weights=False)

    def level(changed: dict[str, Methodology]) -> tuple[dt.date, float]:
        run = compute_family(Family(rules | changed, (index,)), bare, base)[index]
        last: dict[str, Any] = run.levels.slice(run.levels.num_rows - 1).to_pylist()[0]
        return last["date"], float(last["level"])

    day, stands = level({})
    return [
        WithoutDecision(
            index=index,
            effective=item.effective,
            decision=f"{word} {symbol}",
            why=item.why,
            ref=item.ref,
            on=day,
            level=stands,
            without=level({rule.index: _left_out(rule, item, word, symbol)})[1],
        )
        for rule, item, word in said
    ]


def _left_out(rule: Methodology, item: Committee, word: str, symbol: str) -> Methodology:
    """The rule without one decision on one line."""
    names = tuple(name for name in getattr(item, word) if name != symbol)
    items = [
        other if other is not item else item.changed(**{word: names}) for other in rule.committee
    ]
    return rule.changed(committee=tuple(items))
