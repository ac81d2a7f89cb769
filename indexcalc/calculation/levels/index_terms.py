"""What an index is given before its first session: scheme, start, base, divisor, returns."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from indexcalc.calculation.levels.received_shares import HoldingKind
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.returns.returns import Payouts, ReturnTerms


class Scheme(Struct, frozen=True):
    """What of ``weighting`` and ``maintenance`` the level needs.

    ``shares``: ``daily``, ``at_rebalance`` or ``threshold``.  ``value_neutral``: weights only trading
    moves (equal, measure, tilt ...).  ``price_weighted``: a share of each, times its price factor.
    ``share_digits``: decimals index shares are rounded to (None: all).  ``special_drifts``: a special
    dividend leaves the index shares of a value-neutral index.
    ``any_takeover``: an acquirer's new shares count from the halt of a target that is no member, too.
    ``fixed_amount``: index shares come from an amount whenever weights are set.
    ``joins_at``: what a line is given that joins a value-neutral index between resets: the weight
    of those that leave that session (the average weight where none does), or the average weight.
    """

    value_neutral: bool = False
    shares: Literal["daily", "at_rebalance", "threshold"] = "daily"
    threshold: float = 0.0
    joins_at: Literal["leaver_weight", "average_weight"] = "leaver_weight"
    price_weighted: bool = False
    share_digits: int | None = None
    special_drifts: bool = False
    any_takeover: bool = False
    fixed_amount: bool = False

    @property
    def holding(self) -> HoldingKind:
        """What a session's events do to a holding."""
        if self.value_neutral:
            return "drifting" if self.special_drifts else "neutral"
        return "price" if self.price_weighted else "cap"


class IndexTerms(Struct, frozen=True):
    """What an index is given before its first session.

    ``begin``: the session at whose close the series begins, at ``base_level`` or with ``base_divisor``;
    ``lead``: the session from which weights are followed, where that is earlier; ``start``: the first
    session that is told, ``begin`` or later.  ``keep_weights``: keep what is held on each of them.
    ``divisor_decimals``: it is rounded so.  ``payouts``: dividends and currencies, None where there are
    none.
    """

    index: str
    scheme: Scheme
    base_level: float
    begin: int
    start: int
    last_session: int
    lead: int | None = None
    keep_weights: bool = False
    base_divisor: float | None = None
    divisor_decimals: int | None = None
    payouts: Payouts | None = None

    @property
    def first(self) -> int:
        """The first session that is followed."""
        return self.begin if self.lead is None else self.lead

    @property
    def returns(self) -> ReturnTerms:
        """What the rule says of its return versions."""
        return ReturnTerms() if self.payouts is None else self.payouts.terms

    def seen(self, lines: IndexLines) -> IndexLines:
        """Prices in the currency of the index."""
        return lines if self.payouts is None else self.payouts.exchange.seen(lines)
