"""Which columns of the market the reviews of a rule read."""

from __future__ import annotations

from indexcalc.market.market import Market
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.conditions import Field
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.block import walk
from indexcalc.methodology.values.dated import Dated


def daily_columns(rule: Methodology, market: Market) -> list[str]:
    """Columns of ``daily`` that conditions, ties or ``by`` read at a cut-off."""
    nodes = tuple(walk(rule))
    used = {node.name for node in nodes if isinstance(node, Field)}
    used.update(node.per for node in walk(rule.weighting) if isinstance(node, Cap | Check))
    if rule.selection is not None:
        used.update(name for value in rule.selection.ties.values for name in value)
    for node in nodes:
        by = getattr(node, "by", None)
        if isinstance(by, Dated):
            used.update(by.values)
    stored = set(market.columns("daily")) - {"date", "symbol"}
    securities = set(market.columns("securities"))
    return sorted((used & stored) - securities)
