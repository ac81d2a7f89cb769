"""Has a market float factors and listed shares at all, for a rule that needs them?"""

from __future__ import annotations

from collections.abc import Mapping

from indexcalc.calculation.requirements.names import check_names
from indexcalc.calculation.requirements.needs import Needs
from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.market.plausibility import meant_for
from indexcalc.methodology.check.findings_in_place import place
from indexcalc.methodology.model.methodology import Methodology

SHARES = "shares_outstanding"


def float_tables(market: Market) -> list[str]:
    """Which of the tables that float factors can come from the market has."""
    return [name for name in ("float_factors", "holdings") if market.table(name) is not None]


def check_float_and_shares(
    rule: Methodology,
    market: Market,
    assume: Mapping[str, str],
    needs: Needs,
    findings: Findings,
) -> None:
    """Errors where the rule needs what the market has nowhere and nothing assumes.

    DAT001: float factors; DAT002: listed shares.  A market of prices alone is enough for weights and
    measures that need neither.  Warnings for names by which nobody is meant: ``check_names``.
    """
    if needs.float_factor and "float_factor" not in assume and not float_tables(market):
        findings.add(
            "DAT001",
            "float factors are needed, and the market has neither `float_factors` nor `holdings`",
            span=place(rule, needs.float_factor),
            where=needs.float_factor,
            path=rule.path,
            hint="import one of them, or say --assume float_factor=1",
        )
    check_names(rule, market, needs, findings)
    path = needs.columns.get(SHARES)
    if path and SHARES not in market.columns("daily"):
        near = meant_for(SHARES, market.columns("daily"))
        findings.add(
            "DAT002",
            f"listed shares are needed, and `daily` has no column `{SHARES}`",
            span=place(rule, path),
            where=path,
            path=rule.path,
            hint=f"is it the column `{near}`?  import it as `{SHARES}`"
            if near
            else "import the listed shares of each day, or weigh and measure by what needs none (equal, "
            "given, price; close, traded_value)",
        )
