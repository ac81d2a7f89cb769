"""Who waits between reviews: the reserve, and the order all names had at the last review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Ints
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.selection.steps import ReserveNames, SelectionSteps

Refused = Callable[[int], str]

EMPTY_RESERVE = ReserveNames(np.zeros(0, dtype=np.int32), ())


class ReserveList(Struct):
    """What the last regular review left behind, used up until the next.

    ``reserve``: names in waiting, in order.  ``labels``: the group each line filled then ('' none),
    () where the reserve is of all groups.  ``place`` (n,): from 0, the best first, by the ``by`` of
    the last ``fill``; -1 for a line without a value.  ``remaining`` (n,): names that could have been
    chosen by a step.  ``issuers`` (n,): where the unit is the issuer, whose lines come and go together.
    """

    reserve: ReserveNames = EMPTY_RESERVE
    labels: tuple[str, ...] = ()
    place: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    remaining: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    issuers: Ints | None = None
    by: str = ""

    def group(self, code: int) -> str | None:
        """The group a line filled; None: the reserve is of all groups."""
        return self.labels[code] if self.labels else None

    def take(self, group: str | None, refused: Refused) -> tuple[list[int], list[tuple[int, str]]]:
        """(lines that take a place, names passed over with the reason); they leave the reserve.

        ``group``: that of the place (None: any); ``refused``: why a name cannot be used ('': it can).
        """
        passed: list[tuple[int, str]] = []
        for code, of in zip(self.reserve.codes.tolist(), self.reserve.groups, strict=True):
            if group is not None and of != group:
                continue
            why = refused(code)
            if why:
                passed.append((code, why))
                continue
            taken = [line for line in self._unit(code) if line == code or not refused(line)]
            self.drop(taken)
            return taken, passed
        return [], passed

    def largest(self, refused: Refused) -> list[int]:
        """The best of those that remained at the last review and can be used; [] where none can."""
        if not self.place.size:
            return []
        rows = np.flatnonzero(self.remaining & (self.place >= 0)).tolist()
        for code in sorted(rows, key=lambda row: int(self.place[row])):
            if not refused(code):
                self.drop([code])
                return [code]
        return []

    def smallest(self, members: Bools) -> int | None:
        """The member that was smallest at the last review; None: none of them had a place."""
        if not self.place.size:
            return None
        rows = np.flatnonzero(members & (self.place >= 0))
        return int(rows[np.argmax(self.place[rows])]) if rows.size else None

    def put_first(self, code: int, group: str) -> None:
        """A name waits before all others (of its group; '' where the reserve is of all groups)."""
        self.drop([code])
        codes = np.concatenate((np.array([code], dtype=np.int32), self.reserve.codes))
        self.reserve = ReserveNames(codes, (group, *self.reserve.groups))

    def drop(self, codes: list[int]) -> None:
        """These names wait no longer."""
        keep = ~np.isin(self.reserve.codes, codes)
        groups = tuple(g for g, stays in zip(self.reserve.groups, keep, strict=True) if stays)
        self.reserve = ReserveNames(self.reserve.codes[keep], groups)

    def _unit(self, code: int) -> list[int]:
        if self.issuers is None:
            return [code]
        same = self.issuers[self.reserve.codes] == self.issuers[code]
        return [int(line) for line in self.reserve.codes[same]]


def waiting_after(
    event: Event,
    rule: Methodology,
    run: SelectionSteps,
    lines: JudgedLines,
    reserve: ReserveNames,
    waiting: Bools,
) -> ReserveList:
    """What a review leaves for the time until the next; ``waiting`` (n,): who may wait for a place."""
    selection = run.selection
    labels: tuple[str, ...] = ()
    if selection.reserve is not None:
        within = run.at(selection.reserve.within, "selection.reserve.within")
        if within is not None and within != "all":
            groups, names = lines.grouping(within, event.date)
            said = np.array([*names, ""], dtype=np.object_)  # -1: the line has no group
            labels = tuple(said[groups].tolist()) if names else ("",) * groups.size
    by = last_fill_by(rule, event.date)
    return ReserveList(reserve, labels, run.places(by), waiting.copy(), run.units(), by)


def last_fill_by(rule: Methodology, date: dt.date) -> str:
    """What the last ``fill`` in force orders names with; else the reserve, else the market cap."""
    selection = rule.selection
    if selection is None:
        return "market_cap"
    steps = selection.steps.at(date)
    fills = [step.fill for step in (steps if isinstance(steps, tuple) else ()) if step.fill]
    if fills:
        by = fills[-1].by.at(date)
        if isinstance(by, str):
            return by
    if selection.reserve is not None:
        by = selection.reserve.by.at(date)
        if isinstance(by, str):
            return by
    return "market_cap"
