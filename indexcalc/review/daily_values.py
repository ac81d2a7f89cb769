"""The last known values of daily columns on chosen days: one streaming scan for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexcalc.market.market import Market
from indexcalc.market.panel import Block, blocks, carried

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Days = npt.NDArray[np.int32]

MARKET_CAP = "market_cap"
NO_DAY = int(np.iinfo(np.int32).min)
_MADE_FROM = {MARKET_CAP: ("close", "shares_outstanding")}


@dataclass(slots=True)
class LastValues:
    """Last known values of (line, day) rows.

    ``columns``: float64 (n_rows,), NaN where none is known; a text column as positions in
    ``labels[name]``.  ``row_day`` int32 (n_rows,): the last session with a row, -2**31 for none.
    """

    columns: dict[str, Floats]
    row_day: Days
    labels: dict[str, list[str]] = field(default_factory=dict)


def stored_columns(name: str) -> tuple[str, ...]:
    """The columns of ``daily`` a column is made from: ``market_cap`` is close x listed shares."""
    return _MADE_FROM.get(name, (name,))


def last_values(
    market: Market, names: Sequence[str], codes: Codes, days: Days, sessions_per_block: int = 250
) -> LastValues:
    """For each row (``codes[i]``, ``days[i]``) the last value of each column up to that day, in it.

    A null says nothing (the value before it stays).  ``market_cap`` is the last close x the last
    listed shares.  Nothing after a row's day is read into it.
    """
    asked = names
    names = tuple(dict.fromkeys(part for name in asked for part in stored_columns(name)))
    order = np.argsort(days, kind="stable")
    row_codes, row_days = codes[order], days[order]
    n_symbols = len(market.symbols)
    everyone = np.arange(n_symbols, dtype=np.int32)
    last_value = {name: np.full(n_symbols, np.nan) for name in names}
    last_row = np.full(n_symbols, NO_DAY, dtype=np.float64)
    made = {name: np.full(codes.size, np.nan) for name in names}
    made_day = np.full(codes.size, NO_DAY, dtype=np.int32)
    labels: dict[str, list[str]] = {}
    done = 0
    last = int(row_days[-1]) if row_days.size else 0
    for block in blocks(market, names, None, last, sessions_per_block=sessions_per_block):
        before = int(np.searchsorted(row_days, block.days[0], side="left"))
        _settle(slice(done, before), row_codes, last_value, last_row, made, made_day)
        stop = int(np.searchsorted(row_days, block.days[-1], side="right"))
        rows = slice(before, stop)
        column = np.searchsorted(block.days, row_days[rows], side="right").astype(np.int32) - 1
        n_sessions = block.shape[1]
        for name in names:
            values = _values(block, name, labels)
            if values is None:
                continue
            made[name][rows] = _known(values, last_value[name], row_codes[rows], column)
            last_value[name] = _known(values, last_value[name], everyone, n_sessions - 1)
        seen = np.where(block.present, block.days.astype(np.float64), np.nan)
        made_day[rows] = _known(seen, last_row, row_codes[rows], column)
        last_row = _known(seen, last_row, everyone, n_sessions - 1)
        done = stop
    _settle(slice(done, codes.size), row_codes, last_value, last_row, made, made_day)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    columns = {name: values[back] for name, values in made.items()}
    if MARKET_CAP in asked:
        columns[MARKET_CAP] = columns["close"] * columns["shares_outstanding"]
    return LastValues(columns, made_day[back], labels)


def _known(values: Floats, initial: Floats, codes: Codes, column: Days | int) -> Floats:
    """For each of ``codes`` its last known value up to a column; ``initial`` before the first."""
    found: Floats = values[codes, column]
    holes = np.flatnonzero(np.isnan(found))
    if holes.size:
        # Few lines have holes: only theirs are carried along the sessions.
        lines, place = np.unique(codes[holes], return_inverse=True)
        filled = carried(values[lines], initial[lines])
        at = column if isinstance(column, int) else column[holes]
        found[holes] = filled[place, at]
    return found


def _settle(
    rows: slice,
    codes: Codes,
    last_value: dict[str, Floats],
    last_row: Floats,
    made: dict[str, Floats],
    made_day: Days,
) -> None:
    """Rows whose day lies after the last session read so far have what was carried to there."""
    for name, values in made.items():
        values[rows] = last_value[name][codes[rows]]
    made_day[rows] = last_row[codes[rows]]


def _values(block: Block, name: str, labels: dict[str, list[str]]) -> Floats | None:
    """A column of a block, labels as positions in the one list of all blocks; None: not there."""
    values = block.columns.get(name)
    if values is None:
        return None
    if name not in block.labels:
        return values
    known = labels.setdefault(name, [])
    position = {label: place for place, label in enumerate(known)}
    for label in block.labels[name]:
        position.setdefault(label, len(position))
    labels[name] = list(position)
    lookup = np.array([position[label] for label in block.labels[name]] + [-1], dtype=np.float64)
    coded: Floats = np.where(
        np.isnan(values), np.nan, lookup[np.nan_to_num(values, nan=-1.0).astype(np.int64)]
    )
    return coded
