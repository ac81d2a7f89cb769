"""Has a market float factors at all, for a rule that needs them?"""

from __future__ import annotations

from collections.abc import Mapping

from indexcalc.calculation.requirements.needs import needs_of
from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.methodology.check.checking import place
from indexcalc.methodology.model.methodology import Methodology


def float_tables(market: Market) -> list[str]:
    """Which of the tables that float factors can come from the market has."""
    return [name for name in ("float_factors", "holdings") if market.table(name) is not None]


def check_float_source(
    rule: Methodology, market: Market, assume: Mapping[str, str], findings: Findings
) -> None:
    """DAT001 where the rule needs float factors, no table has any and none is to be assumed."""
    path = needs_of(rule).float_factor
    if not path or "float_factor" in assume or float_tables(market):
        return
    findings.add(
        "DAT001",
        "float factors are needed, and the market has neither `float_factors` nor `holdings`",
        span=place(rule, path),
        where=path,
        path=rule.path,
        hint="import one of them, or say --assume float_factor=1",
    )
