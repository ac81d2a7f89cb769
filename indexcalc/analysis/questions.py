"""One call a question about one rule: its review on paper, why a line is in or out, is it right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from indexcalc.analysis.explain import Explanation
from indexcalc.analysis.explain import explain as explain_family
from indexcalc.analysis.pro_forma import ProForma, seen_on
from indexcalc.analysis.pro_forma import pro_forma as on_paper
from indexcalc.calculation.plan import Request
from indexcalc.calculation.validate import Validated
from indexcalc.calculation.validate import validate as validate_rule
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.calendar.sessions import date_of, days_later
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

Rule = str | Path | Methodology


def review(
    rule: Rule,
    market: Market | str | Path,
    *,
    on: Said = None,
    as_of: Said = None,
    assume: Mapping[str, str] | None = None,
    known: Said = None,
) -> ProForma:
    """One review on paper: the first effective on or after ``on`` (default: after the data, or ``as_of``).

    ``as_of``: nothing later is known.  Raises RuleError, DataError, UsageError as ``compute`` does, and
    UsageError (CAL010) where there is no such review.
    """
    over, past, day = Market.of(market), date_said(as_of, "as_of"), date_said(on, "on")
    if day is None:
        day = days_later(past or date_of(int(seen_on(over, None).days[-1])), 1)
    request = Request(
        assume=assumed_said(assume), known=date_said(known, "known"), keep_weights=False
    )
    return on_paper(load_family([rule]), over, day, past, request)


pro_forma = review


def explain(
    rule: Rule,
    market: Market | str | Path,
    symbol: str,
    *,
    on: Said = None,
    assume: Mapping[str, str] | None = None,
    known: Said = None,
) -> Explanation:
    """The decisions on a line in force on ``on`` (default: the last session), parents first."""
    request = Request(
        assume=assumed_said(assume), known=date_said(known, "known"), keep_weights=False
    )
    over = Market.of(market)
    return explain_family(load_family([rule]), over, symbol, date_said(on, "on"), request)


def validate(
    rule: str | Path,
    market: Market | str | Path | None = None,
    *,
    assume: Mapping[str, str] | None = None,
    until: Said = None,
) -> Validated:
    """All that can be said of a rule's text, and (with ``market``) whether the data carry it.

    Never raises for what is wrong with the rule: see ``.errors`` and ``.warnings``.
    """
    over = None if market is None else Market.of(market)
    return validate_rule(rule, over, assume=assume, until=date_said(until, "until"))
