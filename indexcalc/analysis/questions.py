"""One call a question about one rule: its review on paper, and why a line is in or out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from indexcalc.analysis.explain import Explanation
from indexcalc.analysis.explain import explain as explain_line
from indexcalc.analysis.pro_forma import ProForma
from indexcalc.analysis.pro_forma import pro_forma as on_paper
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology

Rule = str | Path | Methodology


def pro_forma(
    rule: Rule,
    market: Market,
    *,
    on: dt.date | str | None = None,
    as_of: dt.date | str | None = None,
    assume: Mapping[str, str] | None = None,
) -> ProForma:
    """One review on paper: the first effective on or after ``on`` (default: after the data, or ``as_of``).

    ``as_of``: nothing later is known.  UsageError (CAL010): there is no such review.
    """
    known, day = _date(as_of), _date(on)
    if day is None:
        day = (known or date_of(market.days[-1])) + dt.timedelta(days=1)
    request = Request(assume=dict(assume or {}), keep_weights=False)
    return on_paper(load_family([rule]), market, day, known, request)


def explain(
    rule: Rule,
    market: Market,
    symbol: str,
    *,
    on: dt.date | str | None = None,
    assume: Mapping[str, str] | None = None,
) -> Explanation:
    """Why a line is in an index on a day, or not: the chain of decisions with rule lines.

    ``on``: default the last session of the data.  DataError (DAT012): there is no such line.
    """
    request = Request(assume=dict(assume or {}), keep_weights=False)
    return explain_line(load_family([rule]), market, symbol, _date(on), request)


def _date(said: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if isinstance(said, str) else said
