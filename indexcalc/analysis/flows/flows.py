"""What trackers trade at the reviews of one index or of several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.analysis.flows.assets import TrackedAssets, rate_between, too_small
from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.flows.holdings import ActionDays
from indexcalc.analysis.flows.list_turns import turn_of
from indexcalc.analysis.flows.spread_over_sessions import spread_difference
from indexcalc.analysis.flows.tables import SessionFlows, net_table, reviews_table, trades_table
from indexcalc.analysis.flows.trades import Trades, Turn, trades_of
from indexcalc.analysis.flows.volumes import LONG, SHORT, Traded, review_window
from indexcalc.arrays import Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic, UsageError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import date_said
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.market.notebook_display import Displayed, Rows, findings_in_words
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said
from indexcalc.weighting.float_factors.table import FloatTable

Rule = str | Path | Methodology


@dataclass(frozen=True, slots=True, repr=False)
class Flows(Displayed):
    """Tables (``pyarrow.Table``) of what trackers trade.

    ``trades``: a row a line, index and session, with the money by cause; ``reviews``: a row an index and
    session; ``net``: over all indices, a row a line and session, in the currency of the first.  ``runs``:
    the computed indices.
    ``participation`` and ``sessions``: what a capacity is measured by.
    """

    trades: Any
    reviews: Any
    net: Any
    participation: float
    sessions: int
    runs: Mapping[str, Run] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()

    def _shown(self) -> tuple[str, Rows]:
        return f"Flows of {', '.join(self.runs)}", [
            (
                "sessions",
                f"{quantity(self.reviews.num_rows, 'review')}, {quantity(self.trades.num_rows, 'trade')}",
            ),
            ("findings", findings_in_words([item.severity for item in self.diagnostics])),
            ("tables", "trades, reviews, net"),
        ]


def flows(
    rules: Rule | Sequence[Rule],
    market: Market | str | Path,
    *,
    aum: float | Mapping[str, float] | None = None,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    every_session: bool = False,
    implement: int = 1,
    participation: float = 0.1,
    assume: Mapping[str, str] | None = None,
    known: dt.date | str | None = None,
) -> Flows:
    """What a tracker of each rule trades at each review from ``start`` to ``end`` (effective days).

    ``aum``: assets in the currency of the index at the close before each review, one figure or one a
    rule; else the table ``tracked_assets``.  ``every_session``: also between reviews, where share counts
    move index shares.  ``implement``: sessions a trade is spread over.  ``participation``: the part of a
    line's mean volume of 20 sessions a tracker may be, for capacities.
    Raises RuleError, DataError, UsageError (ANA001, ANA002, ANA003).
    """
    if implement < 1 or not 0 < participation <= 1:
        raise UsageError.of(
            "ANA001",
            f"{quantity(implement, 'session')} at {participation:g} of the volume is no way to trade",
            where="--implement",
            hint="at least one session, and a participation above 0 and at most 1",
        )
    assets = {"": float(aum)} if isinstance(aum, (int, float)) else dict(aum or {})
    single = isinstance(rules, (str, Path, Methodology))
    family = load_family([rules] if single else list(rules))  # type: ignore[list-item, arg-type]
    unknown = sorted(set(assets) - {"", *family.asked})
    if unknown:
        raise UsageError.of(
            "ANA001",
            f"assets are given for {', '.join(unknown)}, which is not among the rules",
            where="--aum",
            hint=f"the rules are {', '.join(family.asked)}",
        )
    market = Market.of(market)
    first, last = date_said(start, "start"), date_said(end, "end")
    known_by = date_said(known, "known")
    request = Request(end=last, assume=assumed_said(assume), known=known_by)
    runs = compute_family(family, market, request)
    return flows_of_runs(
        runs,
        {index: family[index] for index in runs},
        aum=assets,
        start=first,
        every_session=every_session,
        implement=implement,
        participation=participation,
    )


def flows_of_runs(
    runs: Mapping[str, Run],
    rules: Mapping[str, Methodology],
    *,
    aum: Mapping[str, float],
    start: dt.date | None = None,
    every_session: bool = False,
    implement: int = 1,
    participation: float = 0.1,
) -> Flows:
    """``flows`` of indices that are computed already, over one market, each with its rule."""
    market = next(iter(runs.values())).market
    home = rules[next(iter(runs))].currency
    study = _Study(
        market,
        runs,
        rules,
        TrackedAssets(market, aum),
        home=home,
        implement=implement,
        participation=participation,
    )
    low = None if start is None else day_number(start)
    sessions = [item for index in runs for item in study.of_index(index, low, every_session)]
    trades = trades_table(sessions, market)
    notes = {item: None for run in runs.values() for item in run.diagnostics}
    return Flows(
        trades=trades,
        reviews=reviews_table(sessions),
        net=net_table(trades, sessions, home),
        participation=participation,
        sessions=implement,
        runs=runs,
        diagnostics=(*notes, *too_small(aum, home)),
    )


@dataclass(slots=True, eq=False)
class _Study:
    """The indices of one study over one market."""

    market: Market
    runs: Mapping[str, Run]
    rules: Mapping[str, Methodology]
    assets: TrackedAssets
    home: str
    implement: int
    participation: float
    baskets: dict[str, Baskets] = field(init=False)
    actions: ActionDays = field(init=False)
    traded: Traded = field(init=False)
    floats: FloatTable = field(init=False)

    def __post_init__(self) -> None:
        self.baskets = {index: Baskets(run) for index, run in self.runs.items()}
        self.actions = ActionDays(self.market)
        self.floats = FloatTable(self.market)
        held = [
            arrow.codes_into(run.constituents.column("symbol"), self.market.order)
            for run in self.runs.values()
        ]
        held += [baskets.codes() for baskets in self.baskets.values()]
        codes = np.unique(np.concatenate(held)).astype(np.int32)
        self.traded = Traded(self.market, codes, self.actions)

    def of_index(self, index: str, low: int | None, every_session: bool) -> list[SessionFlows]:
        """The flows of one index, session by session."""
        run, baskets, rule = self.runs[index], self.baskets[index], self.rules[index]
        reviews = run.reviews
        days = arrow.days(reviews.column("effective_date")).tolist()
        kinds = dict(zip(days, arrow.texts(reviews.column("kind")), strict=True))
        cutoffs = dict(zip(days, arrow.days(reviews.column("cutoff_date")).tolist(), strict=True))
        if every_session:
            days = baskets.days.tolist()
        sessions: list[SessionFlows] = []
        for day in days:
            if low is not None and day < low:
                continue
            turn = turn_of(baskets, self.actions, rule, day)
            if turn is None:
                continue
            last = baskets.session_before(day)
            assert last is not None
            assets = self.assets.on(index, rule.currency, last)
            trades = trades_of(turn, assets.amount)
            cutoff = cutoffs.get(day, arrow.NULL_DAY)
            volumes = self._volumes(rule, trades, day, last, cutoff)
            with np.errstate(divide="ignore", invalid="ignore"):
                most = self.participation * volumes["20"] * self.implement
                capacity = assets.amount * most / np.abs(trades.units)
            item = SessionFlows(
                index=index,
                day=day,
                kind=kinds.get(day) or "between reviews",
                currency=rule.currency,
                assets=assets,
                trades=trades,
                volumes=volumes,
                float_shares=self._float_shares(turn, day, last),
                capacity=np.where(np.isfinite(capacity), capacity, np.nan),
                difference=spread_difference(self.traded, trades, day, self.implement)
                / assets.amount,
                netted_at=rate_between(self.market, rule.currency, self.home, last),
            )
            if item.traded.any() or day in kinds:
                sessions.append(item)
        return sessions

    def _float_shares(self, turn: Turn, day: int, last: int) -> Floats:
        """Shares (m,) of each line that float: by the factor of its list, or, where the index counts no
        float, by that of the market."""
        stays = ~np.isnan(turn.new["shares"])
        shares, factor = (
            np.where(stays, turn.new[name], turn.old[name]) for name in ("shares", "float_factor")
        )
        if (np.isnan(factor) | (factor == 1.0)).all():
            known = self.floats.at(day, last)[turn.codes]
            factor = np.where(np.isnan(known), factor, known)
        return shares * factor

    def _volumes(
        self, rule: Methodology, trades: Trades, day: int, last: int, cutoff: int
    ) -> dict[str, Floats]:
        """Mean volumes of the traded lines, in shares of the session, over each window."""
        traded, on = self.traded, int(np.searchsorted(self.market.days, day))

        def mean(first: int, stop: int) -> Floats:
            return traded.mean_volume(trades.codes, first, stop, on)

        nothing = np.full(trades.codes.size, np.nan)
        volumes = {
            "20": mean(*traded.last_sessions(SHORT, last)),
            "60": mean(*traded.last_sessions(LONG, last)),
            "window": nothing,
            "20_cutoff": nothing,
            "60_cutoff": nothing,
        }
        if cutoff == arrow.NULL_DAY:
            return volumes
        volumes["20_cutoff"] = mean(*traded.last_sessions(SHORT, cutoff))
        volumes["60_cutoff"] = mean(*traded.last_sessions(LONG, cutoff))
        window = review_window(rule, self.market.days, cutoff, day)
        if window is not None:
            begin = int(np.searchsorted(self.market.days, window[0]))
            stop = int(np.searchsorted(self.market.days, window[1], side="right"))
            volumes["window"] = mean(begin, stop)
        return volumes
