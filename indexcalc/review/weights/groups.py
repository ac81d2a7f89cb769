"""The groups weights and caps count as one, as of the cut-offs of an index's reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Ints
from indexcalc.methodology.model.universe_and_measures import Group
from indexcalc.methodology.values.dated import Dated
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.issuers import issuer_numbers


class ReviewGroups(Struct, frozen=True):
    """Groupings of the lines of a market; ``groups``: those the rule defines."""

    fields: Fields
    groups: Mapping[str, Dated[Group]]
    _made: dict[tuple[str, int, dt.date], Ints | None] = field(default_factory=dict)

    def of(self, per: str, cutoff: int, date: dt.date) -> Ints | None:
        """Codes (n_symbols,) of a grouping on a cut-off; -1: no label; None: no such column."""
        key = (per, cutoff, date)
        if key not in self._made:
            self._made[key] = self._group(per, cutoff, date)
        return self._made[key]

    def _group(self, per: str, cutoff: int, date: dt.date) -> Ints | None:
        fields = self.fields
        if per == "issuer":
            return self.issuers(cutoff) if fields.has("issuer") else None
        if per not in self.groups and not fields.has(per):
            return None
        n = len(fields.market.symbols)
        everyone = np.arange(n, dtype=np.int32)
        days = np.full(n, cutoff, dtype=np.int32)
        lines = JudgedLines(fields, everyone, days, days, groups=self.groups)
        return lines.grouping(per, date)[0]

    def issuers(self, cutoff: int) -> Ints:
        """The issuer of each line as a number; a line of unknown issuer is its own."""
        return issuer_numbers(self.fields.on_day("issuer", cutoff))
