"""The lists of sessions at which members changed or weights were set, and who came and who left."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.figures.turnover_and_concentration import one_way_turnover
from indexcalc.calculation.levels.event_log import ADDED, CAPPING, FLOAT, REMOVED
from indexcalc.calculation.levels.index_terms import IndexTerms
from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.levels.results import Change, IndexResults
from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.members.held import Steps
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.ordered_sum import ordered_sum


class ListChanges(Struct, frozen=True):
    """The lists of one block of an index.

    ``local``: prices in the currencies of the lines; ``state``: the index after the block, with the
    members of the session before it; ``value_before`` and ``shares_before`` (n,): S and index shares then.
    """

    terms: IndexTerms
    lines: IndexLines
    local: IndexLines
    members: MembershipBlock
    block: LevelBlock
    state: LevelState
    shares_before: Floats
    value_before: float

    def find(self, found: IndexResults) -> None:
        """Add every changed list of the block and its event rows to ``found``: all are worked out together,
        in arrays (k, n) of a row for each list."""
        members, lines, n = self.members, self.lines, self.lines.codes.size
        columns, opens = self._columns()
        if not columns.size:
            return
        was, inside = members.held[:, columns - 1].T, self.block.held.held[:, columns].T
        if columns[0] == 0:
            was[0] = self.state.held[lines.codes]
        left, added = was & ~members.held[:, columns].T, inside & ~was
        if opens:
            left[0], added[0] = False, inside[0]
        made = self._made(columns, inside)
        turnover = self._turnover(columns, made["weight"])
        kinds = [self._kind(*each) for each in zip(columns.tolist(), left, added, strict=True)]
        if opens:
            turnover[0], kinds[0] = 0.0, members.kinds.get(int(columns[0])) or "regular"
        cells, gone = np.flatnonzero(inside), np.flatnonzero(left)
        codes, comes, goes = lines.codes[cells % n], added.take(cells), lines.codes[gone % n]
        parts = {name: values.take(cells) for name, values in made.items()}
        lists = n * np.arange(columns.size + 1)
        bounds, ends = cells.searchsorted(lists).tolist(), gone.searchsorted(lists).tolist()
        for at, column in enumerate(columns.tolist()):
            here = slice(bounds[at], bounds[at + 1])
            quote, rate = self._quoted(inside[at], lines.first + column)
            capped = [lines_of for begins, lines_of in members.capped.items() if begins <= column]
            found.changes.append(
                Change(
                    session=lines.first + column,
                    kind=kinds[at],
                    codes=codes[here],
                    added=comes[here],
                    removed=goes[ends[at] : ends[at + 1]],
                    turnover=float(turnover[at]),
                    capped=int(np.count_nonzero(capped[-1][codes[here]])) if capped else 0,
                    quote=quote,
                    rate=rate,
                    **{name: values[here] for name, values in parts.items()},
                )
            )
        if opens:  # nothing is told of its list
            added[0] = inside[0] = False
        self._log_moves(columns, kinds, np.flatnonzero(added), gone, made["weight"], found=found)
        stays = np.flatnonzero(inside & ~added)
        for kind, name in ((FLOAT, "float_factor"), (CAPPING, "capping")):
            self._log_factor(kind, name, columns, stays, made[name], found)

    def _columns(self) -> tuple[Ints, bool]:
        """The columns (k,) of the lists, ascending, and whether the first opens what is told: on its first
        session ever all of it is new."""
        terms, held, first = self.terms, self.members.held, self.block.first
        marked = {*(1 + np.flatnonzero((held[:, 1:] != held[:, :-1]).any(axis=0))).tolist()}
        if first == 0 and bool((self.state.held[self.lines.codes] != held[:, 0]).any()):
            marked.add(0)
        marked.update(self.members.kinds)
        column = terms.start - self.lines.first
        opens = column >= 0 and not (column in marked and terms.begin < terms.start)
        if opens:
            marked.add(column)
        return np.array(sorted(at for at in marked if at >= first), dtype=np.int64), opens

    def _made(self, columns: Ints, inside: Bools) -> dict[str, Floats]:
        """Counts, prices, factors and opening weights (k, n) of the lists, by their names in ``Change``."""
        lines, shares = self.lines, self.block.held_shares.at_each(columns)
        price, starts = lines.at("base", columns), columns == self.terms.begin - lines.first
        if starts.any():
            price[starts] = lines.at("close", columns[starts])
        value = np.where(inside & (shares != 0.0), shares * price, 0.0)
        total = ordered_sum(value.T)[:, None]
        weight = np.divide(value, total, out=np.zeros(value.shape), where=total > 0)
        made = {"index_shares": shares, "price": price, "weight": weight}
        made["shares"] = lines.at("shares", columns)
        for name in ("float_factor", "capping", "inclusion"):
            steps: Steps | None = getattr(self.members, name)
            made[name] = np.ones(inside.shape) if steps is None else _of(steps, columns)
        return made

    def _kind(self, column: int, left: Bools, added: Bools) -> str:
        """Why a list is another: a review says it, else who came or left."""
        if self.members.kinds.get(column):
            return self.members.kinds[column]
        if added.any():
            return "listing"
        return "transfer" if bool(self.lines.is_at("present", column)[left].all()) else "deletion"

    def _turnover(self, columns: Ints, weight: Floats) -> Floats:
        """One-way turnover (k,) from the weights at the close before to the new ones."""
        before, value = self.block.held_shares.at_each(columns - 1), self.block.value[columns - 1]
        if columns[0] == 0:
            before[0], value[0] = self.shares_before, self.value_before
        there = value > 0
        worth = np.where(before != 0.0, before * self.lines.at("last", columns), 0.0).T
        drifted = np.divide(worth, value, out=np.zeros(worth.shape), where=there)
        return np.where(there, one_way_turnover(drifted, weight.T), 0.0)

    def _quoted(self, rows: Bools, session: int) -> tuple[Floats | None, Floats | None]:
        """Prices (n,) of a list as quoted, and the exchange rates they count at."""
        if self.terms.payouts is None or not self.terms.payouts.exchange.foreign:
            return None, None
        exchange, column = self.terms.payouts.exchange, session - self.local.first
        starts = session == self.terms.begin
        rates = exchange.now if starts else exchange.before
        quote = self.local.at("close" if starts else "base", column)[rows]
        return quote, rates(session, session + 1, self.local.codes[rows])[:, 0]

    def _log_moves(
        self,
        columns: Ints,
        kinds: list[str],
        added: Ints,
        left: Ints,
        weight: Floats,
        found: IndexResults,
    ) -> None:
        """Event rows of who came, and of who left and why: cells of (k, n)."""
        lines, reviewed = self.lines, self.members.kinds
        lists = list(zip(columns.tolist(), kinds, strict=True))
        whys = [self.members.why.get(at, {}) for at, _ in lists]
        come = [f"{kind}: opening weight" for _, kind in lists]
        go = [
            f"{kind}: left" if at in reviewed else "no longer eligible: left" for at, kind in lists
        ]
        at, row = np.divmod(added, lines.codes.size)
        codes, session = lines.codes[row], lines.first + columns[at]
        pairs = zip(at.tolist(), codes.tolist(), strict=True)
        told = [whys[place].get(code, come[place]) for place, code in pairs]
        found.log.add(ADDED, session, codes, np.nan, weight.take(added), told)
        at, row = np.divmod(left, lines.codes.size)
        codes, column = lines.codes[row], columns[at]
        present = lines.block.rows.present[column, codes].tolist()
        told = [
            whys[place].get(code, f"{go[place]} at the close of the session before")
            if there or code in whys[place]
            else "no longer listed: left at its last price"
            for place, code, there in zip(at.tolist(), codes.tolist(), present, strict=True)
        ]
        last = self.local.cells("last", row, column)
        found.log.add(REMOVED, lines.first + column, codes, last, np.nan, told)

    def _log_factor(
        self, kind: str, name: str, columns: Ints, stays: Ints, factors: Floats, found: IndexResults
    ) -> None:
        """Event rows of members that stay, cells of (k, n), and whose factor moved."""
        lines, steps, before = self.lines, getattr(self.members, name), getattr(self.state, name)
        if before is None:  # nothing was known before the block
            stays = stays[columns[stays // lines.codes.size] > 0]
        if steps is None or not stays.size:
            return
        was = _of(steps, columns - 1)
        if columns[0] == 0 and before is not None:
            was[0] = before[lines.codes]
        last, now = was.take(stays), factors.take(stays)
        moved = np.flatnonzero(last != now)
        at, row = np.divmod(stays[moved], lines.codes.size)
        reason = f"{name.removesuffix('_factor')} factor taken anew at the review"
        session = lines.first + columns[at]
        found.log.add(kind, session, lines.codes[row], last[moved], now[moved], reason)


def _of(steps: Steps, columns: Ints) -> Floats:
    """The factors (k, n) of some columns."""
    return np.array([steps.at(column) for column in columns.tolist()])
