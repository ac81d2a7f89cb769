"""What reads well and is most likely not what was meant: symbols, names of columns, kinds of numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.diagnostics import Diagnostic, Findings, quantity
from indexcalc.market import arrow
from indexcalc.market.cell_checks import first_rows
from indexcalc.market.checks.daily import blocks
from indexcalc.market.market import Market
from indexcalc.market.plausibility import near_column
from indexcalc.market.tables import TABLES

# Every code of the exchange's stock markets has six characters.
_KOREAN = 6
# Numbers up to 999 may be no codes at all.
_SHORTEST = 4
_SHOWN = 5
# Tables that take columns of the user's own.
_OPEN = ("daily", "securities")


def odd_symbols(
    new: Collection[str], known: Collection[str], facts: Mapping[str, Any], place: str
) -> list[Diagnostic]:
    """DAT044: symbols among ``new`` that begin with an apostrophe, or seem to have lost zeros in front.

    Lost: digits alone, and shorter than codes of the Korea Exchange are, than those among ``new`` and
    ``known`` that begin with a zero, or than others where nothing is known of the market.
    """
    findings = Findings()
    quoted = sorted(symbol for symbol in new if symbol.startswith("'"))
    if quoted:
        begin = quantity(len(quoted), "symbol begins", "symbols begin")
        findings.add(
            "DAT044",
            f"{begin} with an apostrophe: {_some(quoted)}",
            path=place,
            hint='in a map, `symbol: {column: HEADER, strip: "\'"}` takes it away: into a new market',
        )
    digits = {s for s in (*new, *known) if s.isascii() and s.isdigit()}
    width = _code_length(digits, facts)
    short = sorted(s for s in digits.intersection(new) if len(s) < width)
    if short:
        words = [
            f"{symbol} (beside {symbol.zfill(width)})" if symbol.zfill(width) in digits else symbol
            for symbol in short
        ]
        have = quantity(len(short), "symbol of digits has", "symbols of digits have")
        findings.add(
            "DAT044",
            f"{have} fewer than {width} characters: {_some(words)}",
            path=place,
            hint=f"have they lost zeros in front?  in a map, `symbol: {{column: HEADER, pad: {width}}}` "
            "puts them back: into a new market",
        )
    return findings.items


def _code_length(digits: Collection[str], facts: Mapping[str, Any]) -> int:
    """How long symbols of digits are in a market; 0 where they may be of any length."""
    if "XKRX" in str(facts.get("calendar")) or facts.get("currency") == "KRW":
        return _KOREAN
    kept = {len(symbol) for symbol in digits if symbol.startswith("0")}
    if kept:
        return kept.pop() if len(kept) == 1 else 0
    longest = max(map(len, digits), default=0)
    known = facts.get("calendar") or facts.get("currency")
    return 0 if known or longest < _SHORTEST else longest


def near_columns(table: str, columns: Collection[str], place: str) -> list[Diagnostic]:
    """DAT045: columns of one's own that are named almost like one of the table that is not there."""
    findings = Findings()
    if table not in _OPEN:
        return []
    spec = TABLES[table]
    absent = [column.name for column in spec.columns if column.name not in columns]
    for name in columns:
        near = "" if name in spec.by_name else near_column(name, absent)
        if near:
            findings.add(
                "DAT045",
                f"the column `{name}` is kept as one of your own; did you mean `{near}`?",
                where=f"{table}.{name}",
                path=place,
                hint=f"rename the header, or write `{near}: {name}` in a map: into a new market",
            )
    return findings.items


def fractional(table: str, rows: Any, place: str) -> list[Diagnostic]:
    """DAT003 (a warning): numbers that are not whole, in columns of whole numbers of conformed ``rows``."""
    findings = Findings()
    spec = TABLES[table]
    for column in spec.columns:
        if column.kind != "integer" or column.name not in rows.column_names:
            continue
        values = rows.column(column.name)
        if not pa.types.is_floating(values.type):
            continue
        numbers = arrow.floats(values)
        part = np.isfinite(numbers) & (np.floor(numbers) != numbers)
        if part.any():
            first = numbers[int(np.flatnonzero(part)[0])]
            findings.add(
                "DAT003",
                f"{quantity(int(part.sum()), 'row has', 'rows have')} {column.name} that is no whole "
                f"number; the first is {first:.15g}: {first_rows(spec, rows, part)}",
                where=column.name,
                path=place,
                hint="it is kept as it is; is it adjusted, or in thousands (`times: 1000` in a map)?",
                severity="warning",
            )
    return findings.items


def fractional_daily(market: Market) -> list[Diagnostic]:
    """``fractional`` of the daily rows of a market, read where a column is stored as fractions."""
    types = market.types("daily")
    doubtful = [
        column.name
        for column in TABLES["daily"].columns
        if column.kind == "integer" and pa.types.is_floating(types.get(column.name, pa.int64()))
    ]
    if not doubtful:
        return []
    parts = []
    for _, rows in blocks(market):
        there = [name for name in doubtful if name in rows.column_names]
        numbers = [arrow.floats(rows.column(name)) for name in there]
        part = np.zeros(rows.num_rows, dtype=np.bool_)
        for values in numbers:
            part |= np.isfinite(values) & (np.floor(values) != values)
        kept = rows.select(["date", "symbol", *there]).filter(arrow.from_bools(part))
        parts.append(kept.set_column(1, "symbol", pc.cast(kept.column("symbol"), pa.string())))
    together = pa.concat_tables(parts, promote_options="permissive")
    return fractional("daily", together, f"{market.place}/daily")


def _some(words: list[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}"
