"""The flows of the coming review, on paper: with what is known today, at today's closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from indexcalc.analysis.flows.flows import Flows, Rule, flows
from indexcalc.analysis.next_session import with_session
from indexcalc.analysis.pro_forma import pro_forma
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.market.calendar.sessions import days_later
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.review.data.assumptions import assumed_said


def coming_flows(
    rules: Sequence[Rule],
    market: Market,
    *,
    as_of: dt.date,
    aum: float | Mapping[str, float] | None = None,
    implement: int = 1,
    participation: float = 0.1,
    assume: Mapping[str, str] | None = None,
) -> Flows:
    """What trackers would trade at the first review of each rule effective after ``as_of``.

    Nothing later than ``as_of`` is used: a review whose cut-off lies after it is measured over what there
    is.  Prices are the last closes put through the actions known.  Raises what ``flows`` does.
    """
    request = Request(assume=assumed_said(assume), keep_weights=False)
    by_date: dict[dt.date, list[Any]] = {}
    names: dict[str, str] = {}
    for rule in rules:
        family = load_family([rule])
        paper = pro_forma(family, market, days_later(as_of, 1), as_of, request)
        by_date.setdefault(paper.effective, []).append(rule)
        names[family.asked[0]] = str(paper.effective)
    parts: list[Flows] = []
    for effective, requested in sorted(by_date.items()):
        own = {name for name, date in names.items() if date == str(effective)}
        assets = aum
        if isinstance(aum, Mapping):
            assets = {name: value for name, value in aum.items() if name in own or name == ""}
        parts.append(
            flows(
                requested,
                with_session(market.until(as_of), effective),
                aum=assets,
                start=effective,
                end=effective,
                implement=implement,
                participation=participation,
                assume=assume,
            )
        )
    runs: dict[str, Run] = {name: run for part in parts for name, run in part.runs.items()}
    return Flows(
        trades=pa.concat_tables([part.trades for part in parts]).unify_dictionaries(),
        reviews=pa.concat_tables([part.reviews for part in parts]).unify_dictionaries(),
        net=pa.concat_tables([part.net for part in parts]).unify_dictionaries(),
        participation=participation,
        sessions=implement,
        runs=runs,
        diagnostics=tuple({item: None for part in parts for item in part.diagnostics}),
    )
