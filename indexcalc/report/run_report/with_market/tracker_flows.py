"""What trackers of an index trade at its reviews: the figures of ``indexcalc flows`` on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.analysis.flows.assets import TrackedAssets
from indexcalc.analysis.flows.flows import Flows, flows_of_runs
from indexcalc.calculation.run.run import Run
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.run_report.language import Words, kind_in_words
from indexcalc.report.run_report.numbers import money, percent, plain, whole

HARDEST = 10
"""Lines of the last review that are shown, those with most days of volume first."""


def tracker_flows(rule: Methodology, run: Run, aum: Mapping[str, float]) -> Flows | None:
    """The flows of one computed index at all its reviews; None: no assets are known to follow it.

    ``aum``: as ``flows`` takes it; without it the table ``tracked_assets``, from its first row on.
    """
    assets, start = TrackedAssets(run.market, aum), None
    if run.holdings is None:
        return None
    if not assets.stated(run.index):
        first, days = assets.first_row(run.index), arrow.days(run.levels.column("date"))
        held = days.size if first is None else int(np.searchsorted(days, first))
        if held + 1 >= days.size:
            return None
        start = date_of(int(days[held + 1]))  # they are read at the close before
    return flows_of_runs({run.index: run}, {run.index: rule}, aum=aum, start=start)


def flows_on_page(
    study: Flows | None, words: Words, names: Mapping[str, str]
) -> dict[str, Any] | None:
    """The parts of the template: ``rows`` of the reviews, newest first; the ``hardest`` trades of the
    last regular one; and ``trades``: (money, days of volume) by (day, symbol) of joiners and leavers."""
    if study is None or not study.reviews.num_rows:
        return None
    reviews, trades = study.reviews.to_pylist(), study.trades.to_pylist()
    by_day: dict[Any, list[dict[str, Any]]] = {}
    for row in trades:
        by_day.setdefault(row["effective_date"], []).append(row)
    page = _Page(words, names, reviews[-1]["currency"] or "")
    regular = [row for row in reviews if row["kind"] == "regular"]
    last = (regular or reviews)[-1]
    return {
        "vary": len({row["assets"] for row in reviews}) > 1,
        "rows": [page.review(row, by_day.get(row["effective_date"], [])) for row in reviews[::-1]],
        "day": last["effective_date"].isoformat(),
        "assets": page.amount(last["assets"]),
        "source": last["assets_source"],
        "participation": percent(study.participation, 0),
        "half": page.amount(last["capacity_median"]),
        "hardest": [
            page.trade(row)
            for row in sorted(by_day.get(last["effective_date"], []), key=_pressure)[:HARDEST]
        ],
        "trades": {
            (row["effective_date"].isoformat(), row["symbol"]): (
                page.amount(row["amount"], plus=True),
                page.days(row),
            )
            for row in trades
            if row["change"] != "kept"
        },
    }


def _pressure(row: Mapping[str, Any]) -> tuple[float, str]:
    return -(row["days_20"] or 0.0), row["symbol"]


class _Page:
    """Rows of a study in the words of a page."""

    def __init__(self, words: Words, names: Mapping[str, str], currency: str) -> None:
        self.words, self.names, self.currency = words, names, currency

    def amount(self, value: float | None, *, plus: bool = False) -> str:
        text = money(float("nan") if value is None else value, self.currency, self.words.language)
        return f"+{text}" if plus and value is not None and value > 0 else text

    def days(self, row: Mapping[str, Any]) -> str:
        return plain(_known(row["days_20"]), 1)

    def review(self, row: Mapping[str, Any], trades: list[dict[str, Any]]) -> dict[str, Any]:
        hardest = min(trades, key=_pressure, default=None)
        return {
            "day": row["effective_date"].isoformat(),
            "kind": kind_in_words(row["kind"], self.words.language),
            "assets": self.amount(row["assets"]),
            "bought": self.amount(row["bought"]),
            "sold": self.amount(row["sold"]),
            "turnover": percent(row["one_way_turnover"]),
            "lines": whole(row["traded"]),
            "capacity": self.amount(row["capacity"]),
            "hardest": None if hardest is None else self.trade(hardest),
        }

    def trade(self, row: Mapping[str, Any]) -> dict[str, str]:
        changes = {
            "added": self.words("joins", "편입"),
            "removed": self.words("leaves", "제외"),
            "kept": self.words("stays", "유지"),
        }
        return {
            "symbol": row["symbol"],
            "name": self.names.get(row["symbol"]) or row["name"] or "",
            "change": changes[row["change"]],
            "amount": self.amount(row["amount"], plus=True),
            "position": percent(_known(row["of_position"]), 1, plus=True),
            "days": self.days(row),
            "float": percent(_known(row["of_float"])),
        }


def _known(value: float | None) -> float:
    return float("nan") if value is None else value
