"""The engine's reviews in the terms of the oracle: names for codes, one label for a deciding step."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.review import Reviewer
from tests.oracle.language import Rule, to_yaml
from tests.oracle.rows import SmallMarket


@dataclass
class EngineReview:
    """One regular review.  ``decided``: the label of the deciding step of each membership row, in
    the order of the rows (a name twice would be there twice)."""

    effective: dt.date
    cutoff: dt.date
    members: dict[str, Fraction]
    reserve: dict[str, list[str]]
    decided: list[tuple[str, str]]
    outcomes: dict[str, str]
    float_factors: dict[str, float]
    codes: list[str]
    after_deletions: bool = False
    """Did a parent let a name go before it?  The oracle knows no days between reviews."""


def engine_reviews(
    rule: Rule, market: SmallMarket, *, shuffle: Random | None = None
) -> list[EngineReview]:
    """All regular reviews in the span of the market; ``shuffle`` puts its rows in another order."""
    methodology = Methodology.from_text(to_yaml(rule))
    made = market.as_market(shuffle)
    findings = Findings()
    reviewer = Reviewer(
        rule=methodology,
        market=made,
        sessions=market.as_sessions(),
        parents=market.as_parents(made),
        start=market.sessions[0],
        end=market.sessions[-1],
        assumptions=Assumptions(made.symbols),
        findings=findings,
    )
    found = []
    deletions = False
    for result in reviewer.run():
        deletions |= result.kind == "deletion"
        if result.kind != "regular":
            continue
        names = [made.symbols[code] for code in result.members]
        rows = [block for block in result.decisions if block.step == "membership"]
        assert len(rows) == 1
        told = [made.symbols[code] for code in rows[0].codes]
        paths = [reviewer.words.texts[number] for number in rows[0].path]
        reserve: dict[str, list[str]] = {}
        for code, group in zip(result.reserve.codes, result.reserve.groups, strict=True):
            reserve.setdefault(group or "all", []).append(made.symbols[code])
        found.append(
            EngineReview(
                effective=date_of(result.effective),
                cutoff=date_of(result.cutoff),
                members={
                    name: Fraction(float(part))
                    for name, part in zip(names, result.inclusion, strict=True)
                },
                reserve=reserve,
                decided=[(name, label(path)) for name, path in zip(told, paths, strict=True)],
                outcomes={
                    name: ("in", "out", "kept")[number]
                    for name, number in zip(told, rows[0].outcome, strict=True)
                },
                float_factors={
                    name: float(factor)
                    for name, factor in zip(names, result.float_factor, strict=True)
                },
                codes=sorted({item.code for item in findings.items}),
                after_deletions=deletions,
            )
        )
    return found


def label(path: str) -> str:
    """The step of a rule path: ``universe``, ``eligibility``, ``steps[2]``, ``reserve`` ..."""
    if match := re.search(r"steps\[\d+\]", path):
        return match[0] if path.startswith("selection.") else path
    first = path.split(".")[0].split("[")[0]
    return {"review": "listing", "selection": path.split(".")[-1]}.get(first, first)
