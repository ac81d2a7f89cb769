"""Values that are most likely mistakes: prices, shares, rates and terms against their neighbours.

For a whole market (``market check``) or for the lines and days of a run, from one scan (``neighbours``).
Thresholds are those of ``market/plausibility.py`` or what the market says (``plausible`` in
market.json); a value that cannot be is an error, one that may be true a warning.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools
from indexcalc.codes import Severity
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.checks.neighbours import (
    BASES,
    PRICES,
    SHARES,
    Step,
    last_trade,
    limits,
    positions,
    steps,
)
from indexcalc.market.checks.terms import ENDS, Term, terms
from indexcalc.market.market import Market
from indexcalc.market.plausibility import IMPOSSIBLE, impossible, threshold

SHOWN = 20
# An action row explains a step of price or shares this many days after its ex-date: new shares of a
# rights or bonus issue are listed weeks later.
_EXPLAINS_DAYS = 150


class Plausibility(Struct):
    """Tells what is far from its neighbours: of ``lines`` (n_symbols,), between two days (None: all)."""

    market: Market
    findings: Findings
    lines: Bools
    first_day: int | None = None
    last_day: int | None = None
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def run(self) -> None:
        """Look at everything."""
        actions = action_days(self.market)
        first, stop = positions(self.market, self.first_day, self.last_day)
        within = (first, stop, self.lines)
        for step in steps(self.market, BASES, *within):
            self._base(step, actions)
        for step in steps(self.market, PRICES, *within):
            self._price(step, actions)
        for step in steps(self.market, SHARES, *within):
            self._shares(step, step.close_since >= first, actions)
        asked = [
            one
            for one in terms(self.market)
            if first <= one.session < stop and self.lines[one.code]
        ]
        for term in asked:
            price = term.price if term.since >= first else float("nan")
            values = self._values(term)
            if term.table == "dividends":
                self._dividend(term, values, price)
            else:
                self._action(term, values, price)
        for term in asked:
            if term.table != "dividends":
                self._trades_on(term, self._values(term), stop)
        for (code, what), count in sorted(self.counts.items()):
            _tell_the_rest(self.findings, code, count, f"{self.market.place}/{what}")

    def tell(
        self, code: str, where: str, text: str, table: str, severity: Severity = "warning"
    ) -> None:
        """Record one finding; after the first twenty of a kind only how many there are."""
        self.counts[code, table] += 1
        if self.counts[code, table] <= SHOWN or severity == "error":
            path = f"{self.market.place}/{table}"
            self.findings.add(code, text, where=where, path=path, severity=severity)

    def _where(self, cell: Step) -> str:
        day = date_text(int(self.market.days[cell.session]))
        return f"{self.market.symbols[cell.code]} {day}"

    def _is_explained(self, step: Step, actions: dict[int, list[int]]) -> bool:
        return is_explained(actions, step.code, int(self.market.days[step.session]))

    def _price(self, step: Step, actions: dict[int, list[int]]) -> None:
        """DAT050: closes."""
        limit = self.market.facts.get("price_limit")
        if limit is not None:
            low, high = limits(float(limit), max(step.session - step.since, 1))
            if low <= step.ratio <= high:
                return
        if self._is_explained(step, actions):
            return
        from_what = "its base price" if step.known else "the close before"
        rule = f", beyond the daily limit of {limit:.0%}" if limit is not None else ""
        self.tell(
            "DAT050",
            self._where(step),
            f"the close is {_times(step.ratio)} {from_what}{rule}, and no action says why",
            "daily",
            "error" if impossible(step.ratio) else "warning",
        )

    def _base(self, step: Step, actions: dict[int, list[int]]) -> None:
        """DAT052: base prices."""
        if not impossible(step.ratio) and self._is_explained(step, actions):
            return
        self.tell(
            "DAT052",
            self._where(step),
            f"the base price is {_times(step.ratio)} the close before",
            "daily",
            "error" if impossible(step.ratio) else "warning",
        )

    def _shares(self, step: Step, priced: bool, actions: dict[int, list[int]]) -> None:
        """DAT051: listed shares that step while the price does not undo it, and no action says why.

        ``priced``: the days that are looked at have a close before.
        """
        if self._is_explained(step, actions):
            return
        if priced and abs(step.ratio * step.base - 1) < 0.25:
            return  # the exchange's base price says it
        undone = priced and np.isfinite(step.price) and abs(step.ratio * step.price - 1) < 0.25
        how = (
            "and the price undoes it: a split without a row?"
            if undone
            else "the price does not follow: adjusted prices with shares as they were?"
        )
        text = f"the listed shares are {_times(step.ratio)} those before, {how}"
        self.tell("DAT051", self._where(step), text, "daily")

    def _values(self, term: Term) -> dict[str, Any]:
        rows = self.market.table(term.table)
        assert rows is not None
        return {name: rows.column(name)[term.row].as_py() for name in rows.column_names}

    def _dividend(self, term: Term, values: dict[str, Any], price: float) -> None:
        share = threshold(self.market.facts, "dividend_share")
        amount = values["amount"]
        if values.get("currency") is not None or share is None or not price > 0:
            return
        if amount > price * share:
            text = f"a dividend of {amount:g} on a close of {price:g} before it"
            severity: Severity = "error" if amount > price else "warning"
            self.tell("DAT055", self._of(term, values), text, "dividends", severity)

    def _action(self, term: Term, values: dict[str, Any], price: float) -> None:
        facts = self.market.facts
        ratio, largest = values.get("ratio"), threshold(facts, "action_ratio")
        where = self._of(term, values)
        if ratio is not None and largest is not None and not 1 / largest <= ratio <= largest:
            severity: Severity = "warning" if 1e-6 <= ratio <= 1e6 else "error"
            self.tell("DAT054", where, f"a ratio of {ratio:g}", "corporate_actions", severity)
        final, jump = values.get("final_price"), threshold(facts, "final_price_jump")
        if final is None or jump is None or values["type"] not in ENDS:
            return
        if price > 0 and final > price * jump:
            severity = "error" if final >= price * IMPOSSIBLE else "warning"
            text = f"a final price of {final:g} after a close of {price:g}"
            self.tell("DAT054", where, text, "corporate_actions", severity)

    def _trades_on(self, term: Term, values: dict[str, Any], stop: int) -> None:
        """A line with a final price that trades on."""
        final = values.get("final_price")
        if final is None or values["type"] not in ENDS:
            return
        traded = last_trade(self.market, term.code, stop)
        if traded > term.session:
            day = date_text(int(self.market.days[traded]))
            text = f"a final price of {final:g}, but the line still trades on {day}"
            symbol = self.market.symbols[term.code]
            self.tell("DAT054", symbol, text, "corporate_actions", "error")

    def _of(self, term: Term, values: dict[str, Any]) -> str:
        return f"{self.market.symbols[term.code]} {values['ex_date']}"


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
        _contradictions(market, findings, pairs, np.array(wanted, dtype=np.bool_), jump)
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
        beyond = np.flatnonzero(np.abs(values) > largest)
        for row in beyond[:SHOWN]:
            where = (
                f"{table.column('name')[int(row)].as_py()} {table.column('date')[int(row)].as_py()}"
            )
            text = f"a rate of {values[row]:g} a year; 3 % is 0.03"
            findings.add("DAT053", text, where=where, path=f"{market.place}/rates")
        _tell_the_rest(findings, "DAT053", beyond.size, f"{market.place}/rates")


def _contradictions(
    market: Market,
    findings: Findings,
    pairs: list[tuple[str, str, str]],
    wanted: Bools,
    jump: float,
) -> None:
    """DAT053: a rate of a currency to itself that is not one, and two directions that do not agree."""
    rows = market.table("fx")
    assert rows is not None
    days, rates = arrow.days(rows.column("date")).tolist(), arrow.floats(rows.column("rate"))
    known = {(day, *pair): float(rate) for day, pair, rate in zip(days, pairs, rates, strict=True)}
    odd: list[tuple[str, str]] = []
    for at in np.flatnonzero(wanted).tolist():
        day, (base, two, tenor), rate = days[at], pairs[at], float(rates[at])
        back = 1.0 if base == two else known.get((day, two, base, tenor), np.nan)
        if 1 / jump <= rate * back <= jump or not rate * back > 0 or base > two:
            continue
        text = (
            f"a rate of {rate:g} of a currency to itself"
            if base == two
            else f"{rate:g}, and {back:g} the other way round: together {rate * back:.4g}, not 1"
        )
        odd.append((f"{base}/{two} {tenor} {date_text(day)}", text))
    for where, text in odd[:SHOWN]:
        findings.add("DAT053", text, where=where, path=f"{market.place}/fx")
    _tell_the_rest(findings, "DAT053", len(odd), f"{market.place}/fx")


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
        severity: Severity = (
            "error" if ratio >= IMPOSSIBLE or ratio <= 1 / IMPOSSIBLE else "warning"
        )
        if reported > SHOWN and severity == "warning":
            continue
        text = f"{value:g} is {_times(ratio)} the {column} before, {before:g}"
        where, path = f"{name} {date_text(int(days[row]))}", f"{market.place}/{table}"
        findings.add("DAT053", text, where=where, path=path, severity=severity)
    _tell_the_rest(findings, "DAT053", reported, f"{market.place}/{table}")


def _tell_the_rest(findings: Findings, code: str, count: int, path: str) -> None:
    """How many more than those shown there are."""
    if count > SHOWN:
        findings.add(code, f"and {count - SHOWN} more of this kind", path=path, severity="warning")


def action_days(market: Market) -> dict[int, list[int]]:
    """Ex-dates of the actions of each line, also of the lines they name, and its special dividends; found
    once a market."""
    return market.memo("action_days", lambda: _action_days(market))


def _action_days(market: Market) -> dict[int, list[int]]:
    by_line: dict[int, list[int]] = defaultdict(list)
    for name in ("corporate_actions", "dividends"):
        table = market.table(name)
        if table is None:
            continue
        days = arrow.days(table.column("ex_date"))
        special = np.ones(days.size, dtype=np.bool_)
        if name == "dividends":
            kinds, words = arrow.coded(table.column("kind"))
            special = np.array([*(word != "ordinary" for word in words), True])[kinds]
        for column in ("symbol", "other_symbol"):
            if column not in table.column_names:
                continue
            codes = arrow.codes_into(table.column(column), market.order)
            rows = np.flatnonzero(special & (codes >= 0))
            for code, day in zip(codes[rows].tolist(), days[rows].tolist(), strict=True):
                by_line[code].append(day)
    return by_line


def is_explained(actions: dict[int, list[int]], code: int, day: int) -> bool:
    return any(0 <= day - ex_date <= _EXPLAINS_DAYS for ex_date in actions.get(code, ()))


def _times(ratio: float) -> str:
    return f"{ratio:.4g} times"
