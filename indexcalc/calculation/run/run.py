"""A computed index in memory: its tables, its manifest, and what there was to say about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.calculation.run.composition import Holdings
from indexcalc.diagnostics import Diagnostic, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import day_needed
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.notebook_display import Displayed, findings_in_words


class Run(Displayed, Struct, frozen=True):
    """The results of one index.  All tables are ``pyarrow.Table``.

    ``holdings``: what it holds on each session; None: weights were not kept, or it is an overlay.
    """

    index: str
    name: Mapping[str, str]
    levels: Any
    constituents: Any
    reviews: Any
    decisions: Any
    events: Any
    manifest: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    holdings: Holdings | None
    market: Market
    committee: tuple[Mapping[str, str], ...] = ()
    """Decisions of the committee that took effect up to the last session (``committee_log``)."""
    overrides: Any | None = None
    """Levels published instead of those computed (``level_overrides``); None: there are none."""

    @property
    def composition(self) -> Any | None:
        """Every member of every session, made each time it is asked for; None without ``holdings``."""
        return None if self.holdings is None else self.holdings.table(self.market)

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        name = self.name.get("en") or next(iter(self.name.values()), "")
        rows = []
        if self.levels.num_rows:
            last = self.levels.slice(self.levels.num_rows - 1).to_pylist()[0]
            first = self.levels.column("date")[0].as_py()
            rows.append(("sessions", f"{self.levels.num_rows:,}, {first} to {last['date']}"))
            rows.append(("level", f"{last['level']:,.2f}"))
            if last.get("constituents") is not None:
                rows.append(("members", f"{last['constituents']:,}"))
        rows.append(("reviews", f"{self.reviews.num_rows:,}"))
        rows.append(("findings", findings_in_words([item.severity for item in self.diagnostics])))
        rows.append(("tables", "levels, constituents, reviews, decisions, events"))
        return f"Run {self.index}{f' ({name})' if name else ''}", rows

    def weights(self, date: str | dt.date) -> Any:
        """Opening weights of a session: a table (symbol, weight), symbols ascending.

        UsageError: the run has no such session, or did not keep weights.
        """
        day = day_number(day_needed(date, "date"))
        row = int(np.searchsorted(self.market.days, day))
        known = row < self.market.days.size and int(self.market.days[row]) == day
        found = self.holdings.on(row, self.market) if known and self.holdings else None
        if found is not None:
            codes, weight = found
            return arrow.table(
                {
                    "symbol": arrow.from_codes(codes, self.market.symbols),
                    "weight": arrow.from_floats(weight),
                }
            )
        days = arrow.days(self.levels.column("date"))
        raise UsageError.of(
            "CAL010",
            f"{self.index} has no members: it stands on the level of another index"
            if "underlying" in self.manifest
            else f"{self.index} has no level on {date}; its sessions run from "
            f"{date_of(days[0])} to {date_of(days[-1])}",
            where=self.index,
        )
