"""A sketch as the tables of a market, and those tables as the text of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.analysis.stress.small_markets import FLOATS, PRICE_STEPS, Block, Sketch
from indexcalc.analysis.stress.vocabulary import EACH, Vocabulary
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.market.tables import TABLES

SHARES = 10_000
_LONG_AGO = dt.date(2000, 1, 3)
_DAYS = ("date", "valid_from", "effective_date", "from", "to", "listing_date", "delisting_date")
_ACROSS = ("date", "symbol")

Rows = list[dict[str, Any]]


class _Lines(Struct):
    """What the lines of a block have from session to session."""

    symbols: list[str]
    close: Fraction
    labels: dict[str, str]
    numbers: dict[str, int | float]
    first: int
    last: int


class SmallMarket(Struct):
    """``rows`` by table, ``sessions``, and the fewest lines listed on any session (``fewest``)."""

    sessions: tuple[dt.date, ...]
    rows: dict[str, Rows] = field(default_factory=dict)
    lines: int = 0
    fewest: int = 0

    def market(self) -> Market:
        """The market itself, complete, as a case makes it."""
        tables = {name: arrow.table(_columns(name, rows)) for name, rows in self.rows.items()}
        return Market.from_tables(complete=True, **tables)

    def text(self, indent: str) -> str:
        """The rows as the ``market`` of a case; what is alike is written once."""
        out: list[str] = []
        for name, rows in self.rows.items():
            if name == "sessions":
                first, last = rows[0]["date"], rows[-1]["date"]
                out.append(f"{indent}sessions: [{{date: {first}..{last}}}]")
                continue
            out.append(f"{indent}{name}:" + ("" if rows else " []"))
            out += [f"{indent}  - {{{line}}}" for line in _lines(rows)]
        return "\n".join(out)


def small_market(sketch: Sketch, words: Vocabulary) -> SmallMarket:
    """The tables of a sketch."""
    sessions = words.sessions[sketch.reviews - 1]
    made = SmallMarket(sessions, {"daily": [], "securities": [], "float_factors": []})
    blocks = _blocks(sketch, words, len(sessions))
    made.lines = sum(len(block.symbols) for block in blocks)
    if words.weekdays is not None:
        first, last = words.weekdays
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        made.rows["sessions"] = [{"date": day} for day in days if day.weekday() < 5]
    securities, floats = made.rows["securities"], made.rows["float_factors"]
    if words.designations:
        made.rows["designations"] = []
    for block, drawn in zip(blocks, sketch.blocks, strict=True):
        listed = sessions[block.first] if block.first else _LONG_AGO
        for at, symbol in enumerate(block.symbols):
            row = {
                "symbol": symbol,
                "valid_from": _LONG_AGO,
                "issuer": symbol,
                "currency": words.currency,
                "listing_date": listed,
                **{name: _label(words, name, label, at) for name, label in block.labels.items()},
            }
            if block.last < len(sessions):
                row["delisting_date"] = sessions[block.last]
            securities.append(row)
            floats.append(_float(symbol, _LONG_AGO, drawn.float_percent))
    counts = [_session(made, sketch, blocks, words, at) for at in range(len(sessions))]
    made.fewest = min(counts)
    for index in words.given:
        made.rows.setdefault("memberships", []).extend(
            {"index": index, "effective_date": sessions[0], "symbol": symbol}
            for symbol in _listed(blocks, 0)
        )
    for index in words.weighed:
        made.rows.setdefault("weight_factors", []).extend(
            {"index": index, "effective_date": day, "symbol": symbol, "weight_factor": 1}
            for at, day in enumerate(sessions)
            for symbol in _listed(blocks, at)
        )
    return made


def _listed(blocks: Iterable[_Lines], session: int) -> list[str]:
    return [
        symbol
        for block in blocks
        if block.first <= session < block.last
        for symbol in block.symbols
    ]


def _blocks(sketch: Sketch, words: Vocabulary, sessions: int) -> list[_Lines]:
    blocks: list[_Lines] = []
    named = 0
    for block in sketch.blocks:
        symbols = [f"A{named + n:04}" for n in range(1, block.lines + 1)]
        named += block.lines
        blocks.append(
            _Lines(
                symbols=symbols,
                close=max(words.sizes[block.unit] * block.times / SHARES, Fraction(1, 100)),
                labels={
                    name: labels[choice]
                    for (name, labels), choice in zip(
                        words.texts.items(), block.labels, strict=True
                    )
                },
                numbers=_numbers(words, block),
                first=block.listed,
                last=sessions,
            )
        )
    for change in sketch.changes:
        if change.what == "leaves":
            block_lines = blocks[change.block]
            block_lines.last = min(block_lines.last, max(change.session, block_lines.first + 1))
    return blocks


def _numbers(words: Vocabulary, block: Block) -> dict[str, int | float]:
    """Values of number columns; one that is asked for and nothing drawn is the size of the line."""
    return {
        name: _plain(units[unit] * (times or 100))
        for (name, units), (unit, times) in zip(words.numbers.items(), block.numbers, strict=True)
    }


def _label(words: Vocabulary, column: str, label: str, at: int) -> str:
    """A label of the line at a place of its block."""
    if label != EACH:
        return label
    several = words.texts[column][1:] or ("g1",)
    return several[at % len(several)]


def _float(symbol: str, day: dt.date, percent: int) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "effective_date": day,
        "known_at": _LONG_AGO,
        "float_factor": percent / 100,
    }


def _session(
    made: SmallMarket, sketch: Sketch, blocks: list[_Lines], words: Vocabulary, at: int
) -> int:
    """The rows of one session, after what happens from it on; how many lines are listed."""
    day = made.sessions[at]
    for change in sketch.changes:
        block = blocks[change.block]
        if change.session != at or not block.first <= at < block.last:
            continue
        if change.what == "price":
            step = Fraction(PRICE_STEPS[change.to % len(PRICE_STEPS)])
            block.close = max(round(block.close * step * 100) / Fraction(100), Fraction(1, 100))
        elif change.what == "traded":
            block.numbers = dict.fromkeys(block.numbers, 0)
        elif change.what == "float":
            percent = FLOATS[change.to % len(FLOATS)]
            _replace(
                made.rows["float_factors"],
                ("symbol", "effective_date"),
                [_float(name, day, percent) for name in block.symbols],
            )
        elif change.what == "designated" and words.designations:
            kind = words.designations[change.to % len(words.designations)]
            _replace(
                made.rows["designations"],
                ("symbol", "kind"),
                [{"symbol": name, "from": day, "kind": kind} for name in block.symbols],
            )
        elif change.what == "label" and words.texts:
            _relabel(made, block, words, day, change.to)
    listed = 0
    for block in blocks:
        if not block.first <= at < block.last:
            continue
        listed += len(block.symbols)
        close = _plain(block.close)
        made.rows["daily"] += [
            {
                "date": day,
                "symbol": symbol,
                "close": close,
                "shares_outstanding": SHARES,
                **block.numbers,
            }
            for symbol in block.symbols
        ]
    return listed


def _replace(rows: Rows, key: tuple[str, ...], new: Rows) -> None:
    """Add rows; one that is there with the same key goes."""
    keys = {tuple(row[name] for name in key) for row in new}
    rows[:] = [row for row in rows if tuple(row[name] for name in key) not in keys]
    rows += new


def _plain(exact: Fraction) -> int | float:
    return int(exact) if exact.denominator == 1 else float(exact)


def _relabel(
    made: SmallMarket, block: _Lines, words: Vocabulary, day: dt.date, choice: int
) -> None:
    """Another label of one column from a day on."""
    names = list(words.texts)
    name = names[choice % len(names)]
    labels = words.texts[name]
    block.labels[name] = labels[(choice // len(names)) % len(labels)]
    securities = made.rows["securities"]
    for at, symbol in enumerate(block.symbols):
        last = next(row for row in reversed(securities) if row["symbol"] == symbol)
        new = {column: _label(words, column, held, at) for column, held in block.labels.items()}
        if last["valid_from"] == day:
            last.update(new)
        else:
            securities.append({**last, **new, "valid_from": day})


def _columns(table: str, rows: Rows) -> dict[str, Any]:
    """Arrow columns of a table's rows; a table without rows has the columns every market has."""
    names = dict.fromkeys(name for row in rows for name in row) or dict.fromkeys(
        TABLES[table].by_name
    )
    columns: dict[str, Any] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        known = TABLES[table].by_name.get(name)
        if name in _DAYS or (known is not None and known.kind == "date"):
            days = [arrow.NULL_DAY if value is None else day_number(value) for value in values]
            columns[name] = arrow.from_days(np.array(days, dtype=np.int32))
        elif values and all(value in ("true", "false") for value in values):
            columns[name] = arrow.from_bools(np.array([value == "true" for value in values]))
        elif any(isinstance(value, str) for value in values) or (
            known is not None and known.kind == "text"
        ):
            columns[name] = arrow.from_texts(values)
        elif all(isinstance(value, int) for value in values) and name != "close":
            columns[name] = arrow.from_ints(np.array(values, dtype=np.int64))
        else:
            numbers = [np.nan if value is None else float(value) for value in values]
            columns[name] = arrow.from_floats(numbers, nan_is_null=True)
    return columns


def _lines(rows: Rows) -> list[str]:
    """Rows as a case writes them: lines that have the same values on one day, or on several, together."""
    by_values: dict[tuple[tuple[str, Any], ...], dict[Any, list[str]]] = {}
    for row in rows:
        values = tuple((name, value) for name, value in row.items() if name not in _ACROSS)
        own = row["symbol"]
        # An issuer of its own is written beside the symbol, not instead of it.
        values = tuple((name, "\0" if value == own else value) for name, value in values)
        by_values.setdefault(values, {}).setdefault(row.get("date"), []).append(own)
    lines: list[str] = []
    for values, days in by_values.items():
        together: dict[tuple[str, ...], list[Any]] = {}
        for day, symbols in days.items():
            together.setdefault(tuple(symbols), []).append(day)
        for names, dates in together.items():
            said = _names(names)
            parts = [] if dates == [None] else [f"date: {_list([str(day) for day in dates])}"]
            parts.append(f"symbol: {said}")
            parts += [f"{name}: {said if value == chr(0) else value}" for name, value in values]
            lines.append(", ".join(parts))
    return lines


def _names(symbols: tuple[str, ...]) -> str:
    """Symbols as a list, those that follow each other as a range."""
    parts: list[str] = []
    at = 0
    numbers = [int(symbol[1:]) for symbol in symbols]
    while at < len(symbols):
        end = at
        while end + 1 < len(symbols) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        parts.append(symbols[at] if end == at else f"{symbols[at]}..{symbols[end]}")
        at = end + 1
    return _list(parts) if len(parts) > 1 or ".." in parts[0] else parts[0]


def _list(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 and ".." not in texts[0] else f"[{', '.join(texts)}]"
