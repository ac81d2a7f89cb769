"""Values that are most likely mistakes: prices, shares, rates and terms against their neighbours.

One pass over the daily rows, for a whole market (``market check``) or for the lines and days of a run.
Thresholds are those of ``market/plausibility.py`` or what the market says (``plausible`` in
market.json); a value that cannot be is an error, one that may be true a warning.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.codes import Severity
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.market import Market
from indexcalc.market.panel import Block, blocks, carried
from indexcalc.market.plausibility import IMPOSSIBLE, threshold

SHOWN = 20
# An action row explains a step of price or shares this many days after its ex-date: new shares of a
# rights or bonus issue are listed weeks later.
_EXPLAINS_DAYS = 150
_ENDS = ("merger", "tender", "bankruptcy")


@dataclass(slots=True)
class Plausibility:
    """The pass: ``lines`` (n_symbols,) are looked at, between two days (None: all)."""

    market: Market
    findings: Findings
    lines: Bools
    first_day: int | None = None
    last_day: int | None = None
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def run(self) -> None:
        """Look at everything."""
        n = len(self.market.symbols)
        terms = _Terms(self)
        actions = _action_days(self.market)
        close, shares = np.full(n, np.nan), np.full(n, np.nan)
        seen = np.full(n, -1, dtype=np.int64)
        last_trade = np.full(n, -1, dtype=np.int64)
        columns = ("close", "base_price", "shares_outstanding", "volume")
        for block in blocks(self.market, columns, self.first_day, self.last_day):
            closes = block.columns["close"]
            before = _before(closes, close)
            self._prices(block, before, seen, actions)
            self._shares(block, before, shares, actions)
            terms.take(block, before)
            close = carried(closes, close)[:, -1].copy()
            shares = carried(block.columns["shares_outstanding"], shares)[:, -1].copy()
            priced = ~np.isnan(closes)
            volume = block.columns.get("volume")
            traded = priced if volume is None else priced & ~(volume == 0)
            position = np.arange(block.first, block.first + closes.shape[1])
            last_trade = np.maximum(last_trade, np.where(traded, position, -1).max(axis=1))
            seen = np.maximum(seen, np.where(priced, position, -1).max(axis=1))
        terms.finish(last_trade)
        for (code, what), count in sorted(self.counts.items()):
            if count > SHOWN:
                place = f"{self.market.place}/{what}"
                self.findings.add(
                    code, f"and {count - SHOWN} more of this kind", path=place, severity="warning"
                )

    def tell(
        self, code: str, where: str, text: str, table: str, severity: Severity = "warning"
    ) -> None:
        """Record one finding; after the first twenty of a kind only how many there are."""
        self.counts[code, table] += 1
        if self.counts[code, table] <= SHOWN or severity == "error":
            path = f"{self.market.place}/{table}"
            self.findings.add(code, text, where=where, path=path, severity=severity)

    def _prices(
        self, block: Block, before: Floats, seen: Ints, actions: dict[int, list[int]]
    ) -> None:
        """DAT050: closes; DAT052: base prices."""
        facts, close = self.market.facts, block.columns["close"]
        base = block.columns.get("base_price")
        known = np.zeros(close.shape, dtype=np.bool_) if base is None else ~np.isnan(base)
        jump, limit = threshold(facts, "price_jump"), facts.get("price_limit")
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            if base is not None:
                self._bases(block, base / before, actions)
            ratio = (
                close / before if base is None else np.where(known, close / base, close / before)
            )
        if limit is not None:
            passed = _passed(close, block.first, seen)
            # A tick or two beyond the limit is how it is rounded.
            with np.errstate(over="ignore"):
                low, high = (0.985 - limit) ** passed, (1.015 + limit) ** passed
        elif jump is not None:
            low, high = np.full(close.shape, 1 / jump), np.full(close.shape, jump)
        else:
            return
        # The first price of a line has no limit: there is nothing it moved from.
        odd = ((ratio < low) | (ratio > high)) & ~np.isnan(before) & self.lines[:, None]
        for code, column in zip(*np.nonzero(odd), strict=True):
            day = int(block.days[column])
            if _explained(actions, int(code), day):
                continue
            value = float(ratio[code, column])
            from_what = "its base price" if known[code, column] else "the close before"
            rule = f", beyond the daily limit of {limit:.0%}" if limit is not None else ""
            self.tell(
                "DAT050",
                f"{self.market.symbols[code]} {date_text(day)}",
                f"the close is {_times(value)} {from_what}{rule}, and no action says why",
                "daily",
                "error" if value >= IMPOSSIBLE else "warning",
            )

    def _bases(self, block: Block, ratio: Floats, actions: dict[int, list[int]]) -> None:
        jump = threshold(self.market.facts, "base_jump")
        if jump is None:
            return
        odd = ((ratio > jump) | (ratio < 1 / jump)) & self.lines[:, None]
        for code, column in zip(*np.nonzero(odd), strict=True):
            value, day = float(ratio[code, column]), int(block.days[column])
            if value < IMPOSSIBLE and _explained(actions, int(code), day):
                continue
            self.tell(
                "DAT052",
                f"{self.market.symbols[code]} {date_text(day)}",
                f"the base price is {_times(value)} the close before",
                "daily",
                "error" if value >= IMPOSSIBLE else "warning",
            )

    def _shares(
        self, block: Block, before: Floats, last: Floats, actions: dict[int, list[int]]
    ) -> None:
        """DAT051: listed shares that step while the price does not undo it, and no action says why."""
        step = threshold(self.market.facts, "share_step")
        shares, close = block.columns["shares_outstanding"], block.columns["close"]
        base = block.columns.get("base_price")
        if step is None:
            return
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            ratio = shares / _before(shares, last)
            moved = close / before
        odd = ((ratio > step) | (ratio < 1 / step)) & self.lines[:, None]
        for code, column in zip(*np.nonzero(odd), strict=True):
            day = int(block.days[column])
            if _explained(actions, int(code), day):
                continue
            value, price = float(ratio[code, column]), float(moved[code, column])
            if (
                base is not None
                and abs(value * base[code, column] / before[code, column] - 1) < 0.25
            ):
                continue  # the exchange's base price says it
            undone = np.isfinite(price) and abs(value * price - 1) < 0.25
            how = (
                "and the price undoes it: a split without a row?"
                if undone
                else ("the price does not follow: adjusted prices with shares as they were?")
            )
            self.tell(
                "DAT051",
                f"{self.market.symbols[code]} {date_text(day)}",
                f"the listed shares are {_times(value)} those before, {how}",
                "daily",
            )


class _Terms:
    """Terms of actions, dividends and final prices against the close before their ex-date."""

    def __init__(self, of: Plausibility) -> None:
        self.of = of
        self.market = of.market
        self.due: dict[int, list[tuple[str, int, dict[str, Any]]]] = defaultdict(list)
        self.final: list[tuple[int, int, float]] = []
        for table in ("corporate_actions", "dividends"):
            rows = self.market.table(table)
            if rows is None:
                continue
            codes = arrow.codes_into(rows.column("symbol"), self.market.order)
            days = arrow.days(rows.column("ex_date"))
            places = np.searchsorted(self.market.days, days)
            for row in np.flatnonzero(codes >= 0):
                if of.lines[codes[row]] and self._within(int(days[row])):
                    values = {
                        name: rows.column(name)[int(row)].as_py() for name in rows.column_names
                    }
                    self.due[int(places[row])].append((table, int(codes[row]), values))

    def _within(self, day: int) -> bool:
        low, high = self.of.first_day, self.of.last_day
        return (low is None or day >= low) and (high is None or day <= high)

    def take(self, block: Block, before: Floats) -> None:
        """The rows whose ex-date is in a block."""
        for column in range(block.shape[1]):
            for table, code, values in self.due.pop(block.first + column, ()):
                price = float(before[code, column])
                if table == "dividends":
                    self._dividend(code, values, price)
                else:
                    self._action(code, values, price, block.first + column)

    def _dividend(self, code: int, values: dict[str, Any], price: float) -> None:
        share = threshold(self.market.facts, "dividend_share")
        amount = values["amount"]
        if values.get("currency") is not None or share is None or not price > 0:
            return
        if amount > price * share:
            self._tell(
                code,
                values,
                "DAT055",
                f"a dividend of {amount:g} on a close of {price:g} before it",
                "dividends",
                "error" if amount > price else "warning",
            )

    def _action(self, code: int, values: dict[str, Any], price: float, place: int) -> None:
        facts = self.market.facts
        ratio, largest = values.get("ratio"), threshold(facts, "action_ratio")
        if ratio is not None and largest is not None and not 1 / largest <= ratio <= largest:
            severity: Severity = "warning" if 1e-6 <= ratio <= 1e6 else "error"
            self._tell(
                code, values, "DAT054", f"a ratio of {ratio:g}", "corporate_actions", severity
            )
        final = values.get("final_price")
        if final is not None and values["type"] in _ENDS:
            self.final.append((code, place, final))
            jump = threshold(facts, "final_price_jump")
            if jump is not None and price > 0 and final > price * jump:
                severity = "error" if final >= price * IMPOSSIBLE else "warning"
                text = f"a final price of {final:g} after a close of {price:g}"
                self._tell(code, values, "DAT054", text, "corporate_actions", severity)

    def finish(self, last_trade: Ints) -> None:
        """Lines with a final price that trade on (``last_trade``: their last position traded on)."""
        for code, row, final in self.final:
            if last_trade[code] > row:
                day = date_text(int(self.market.days[last_trade[code]]))
                symbol = self.market.symbols[code]
                text = f"a final price of {final:g}, but the line still trades on {day}"
                self.of.tell("DAT054", symbol, text, "corporate_actions", "error")

    def _tell(
        self,
        code: int,
        values: dict[str, Any],
        finding: str,
        text: str,
        table: str,
        severity: Severity,
    ) -> None:
        where = f"{self.market.symbols[code]} {values['ex_date']}"
        self.of.tell(finding, where, text, table, severity)


def check_series(
    market: Market, findings: Findings, currencies: frozenset[str] | None = None
) -> None:
    """DAT053: exchange rates, interest rates and published levels against the value before.

    ``currencies``: only the pairs between these.
    """
    jump = threshold(market.facts, "fx_jump")
    fx = market.table("fx")
    if fx is not None and jump is not None:
        keys = zip(
            *(arrow.texts(fx.column(name)) for name in ("from_currency", "to_currency", "tenor")),
            strict=True,
        )
        pairs = [(str(base), str(two), str(tenor)) for base, two, tenor in keys]
        wanted = [currencies is None or {base, two} <= currencies for base, two, _ in pairs]
        names = [f"{base}/{two} {tenor}" for base, two, tenor in pairs]
        _series(
            market,
            findings,
            table="fx",
            column="rate",
            names=names,
            jump=jump,
            wanted=np.array(wanted, dtype=np.bool_),
        )
    jump = threshold(market.facts, "published_jump")
    table = market.table("published")
    if (
        currencies is None
        and table is not None
        and jump is not None
        and "level" in table.column_names
    ):
        names = [str(name) for name in arrow.texts(table.column("index"))]
        _series(
            market,
            findings,
            table="published",
            column="level",
            names=names,
            jump=jump,
            wanted=np.ones(table.num_rows, dtype=np.bool_),
        )
    largest = threshold(market.facts, "rate")
    table = market.table("rates")
    if currencies is None and table is not None and largest is not None:
        values = arrow.floats(table.column("rate"))
        for row in np.flatnonzero(np.abs(values) > largest)[:SHOWN]:
            where = (
                f"{table.column('name')[int(row)].as_py()} {table.column('date')[int(row)].as_py()}"
            )
            text = f"a rate of {values[row]:g} a year; 3 % is 0.03"
            findings.add("DAT053", text, where=where, path=f"{market.place}/rates")


def _series(
    market: Market,
    findings: Findings,
    table: str,
    column: str,
    names: list[str],
    jump: float,
    wanted: Bools,
) -> None:
    rows = market.table(table)
    assert rows is not None
    days, values = arrow.days(rows.column("date")), arrow.floats(rows.column(column))
    last: dict[str, float] = {}
    reported = 0
    for row in np.argsort(days, kind="stable").tolist():
        name, value = names[row], float(values[row])
        before = last.get(name)
        if not np.isnan(value):
            last[name] = value
        if before is None or not wanted[row] or not value > 0:
            continue
        ratio = value / before
        if 1 / jump <= ratio <= jump:
            continue
        reported += 1
        if reported > SHOWN:
            break
        severity: Severity = (
            "error" if ratio >= IMPOSSIBLE or ratio <= 1 / IMPOSSIBLE else "warning"
        )
        text = f"{value:g} is {_times(ratio)} the {column} before, {before:g}"
        where, path = f"{name} {date_text(int(days[row]))}", f"{market.place}/{table}"
        findings.add("DAT053", text, where=where, path=path, severity=severity)


def _before(values: Floats, initial: Floats) -> Floats:
    """The last known value before each session."""
    return np.column_stack((initial, carried(values, initial)[:, :-1]))


def _passed(close: Floats, first: int, seen: Ints) -> Floats:
    """Observed sessions since the last close, at least one."""
    sessions = np.arange(first, first + close.shape[1], dtype=np.float64)
    known = np.where(np.isnan(close), np.nan, sessions)
    return np.maximum(sessions - _before(known, seen.astype(np.float64)), 1.0)


def _action_days(market: Market) -> dict[int, list[int]]:
    """Ex-dates of the actions of each line, also of the lines they name, and its special dividends."""
    by_line: dict[int, list[int]] = defaultdict(list)
    for name in ("corporate_actions", "dividends"):
        table = market.table(name)
        if table is None:
            continue
        days = arrow.days(table.column("ex_date")).tolist()
        kinds = arrow.texts(table.column("kind")) if name == "dividends" else [""] * len(days)
        for column in ("symbol", "other_symbol"):
            if column not in table.column_names:
                continue
            codes = arrow.codes_into(table.column(column), market.order).tolist()
            for code, day, kind in zip(codes, days, kinds, strict=True):
                if code >= 0 and kind != "ordinary":
                    by_line[code].append(day)
    return by_line


def _explained(actions: dict[int, list[int]], code: int, day: int) -> bool:
    return any(0 <= day - ex_date <= _EXPLAINS_DAYS for ex_date in actions.get(code, ()))


def _times(ratio: float) -> str:
    return f"{ratio:.4g} times"
