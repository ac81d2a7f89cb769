"""The panel against a slow reading of the same rows: chunks, segments, gaps, nulls, text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.arrays import Bools, Floats
from indexcalc.market import store
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import decode
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.segment import IDLE

FIRST = dt.date(2024, 1, 1)
LINES = ("A", "B", "C", "D", "E")
NUMBERS = ("close", "base_price", "shares_outstanding", "volume", "score")
N_SESSIONS = 40

Row = dict[str, Any]


def rows(seed: int = 1, lines: tuple[str, ...] = LINES, first: int = 0) -> list[Row]:
    """Daily rows with gaps, lines that come and go, halts, nulls in every column and -0.0."""
    random = np.random.default_rng(seed)
    made: list[Row] = []
    for number, line in enumerate(lines):
        close, shares = 100.0 + number, 1000
        for session in range(first + number, first + N_SESSIONS - number):
            if random.random() < 0.1:
                continue
            last, said = close, random.random()
            close = close if said < 0.3 else float(round(close * (0.9 + 0.2 * random.random())))
            shares += 10 if random.random() < 0.1 else 0
            made.append(
                {
                    "date": FIRST + dt.timedelta(session),
                    "symbol": line,
                    "close": None if said < 0.1 else close,
                    "base_price": None if random.random() < 0.1 else last,
                    "shares_outstanding": shares,
                    "volume": None if random.random() < 0.1 else int(random.integers(0, 2)),
                    "score": [None, 0.0, -0.0, 1.5][int(random.integers(4))],
                    "board": [None, "main", "growth"][int(random.integers(3))],
                }
            )
    return sorted(made, key=lambda row: (row["date"], row["symbol"]))


def market(made: list[Row]) -> Market:
    return Market.from_tables(daily=pa.Table.from_pylist(made))


def stored_in(path: Path, *parts: list[Row]) -> Market:
    """A stored market whose daily rows come in several files."""
    with store.writing(path) as writer:
        for part in parts:
            (daily,) = market(part).daily_sources()
            writer.put_daily(store.sessions_in_groups(daily, 7))
    return Market.open(path)


class Slow:
    """The same rows, cell by cell."""

    def __init__(self, made: list[Row]) -> None:
        self.days = sorted({row["date"] for row in made})
        self.lines = sorted({row["symbol"] for row in made})
        self.cells = {
            (self.days.index(row["date"]), self.lines.index(row["symbol"])): row for row in made
        }
        self.shape = len(self.days), len(self.lines)

    def column(self, name: str) -> Floats:
        made = np.full(self.shape, np.nan)
        for place, row in self.cells.items():
            made[place] = np.nan if row[name] is None else row[name]
        return made

    def texts(self) -> list[list[str | None]]:
        return [
            [self.cells.get((session, line), {}).get("board") for line in range(self.shape[1])]
            for session in range(self.shape[0])
        ]

    def present(self) -> Bools:
        made = np.zeros(self.shape, dtype=np.bool_)
        for place in self.cells:
            made[place] = True
        return made

    def carried(self) -> Floats:
        made = self.column("close")
        for session in range(1, self.shape[0]):
            for line in range(self.shape[1]):
                if np.isnan(made[session, line]):
                    made[session, line] = made[session - 1, line]
        return made

    def changes(self, name: str) -> list[tuple[int, int, str]]:
        last: dict[int, str] = {}
        found = []
        for (session, line), row in sorted(self.cells.items()):
            said = repr(float("nan") if row[name] is None else float(row[name]))
            if last.get(line) != said:
                found.append((session, line, said))
            last[line] = said
        return found

    def bases(self) -> list[tuple[int, int, str]]:
        carried = self.carried()
        found = []
        for (session, line), row in sorted(self.cells.items()):
            base = float("nan") if row["base_price"] is None else float(row["base_price"])
            before = carried[session - 1, line] if session else float("nan")
            if base != before:
                found.append((session, line, repr(base)))
        return found

    def presence(self) -> list[tuple[int, int, float]]:
        present, before = self.present(), np.zeros(self.shape[1], dtype=np.bool_)
        found = []
        for session in range(self.shape[0]):
            for line in np.flatnonzero(present[session] != before).tolist():
                found.append((session, line, float(present[session, line])))
            before = present[session]
        return found


def same_bits(one: Floats, other: Floats) -> bool:
    known = ~np.isnan(other)
    return np.array_equal(~np.isnan(one), known) and one[known].tobytes() == other[known].tobytes()


def listed(cells: Any) -> list[tuple[int, int, str]]:
    return [(int(r), int(c), repr(float(v))) for r, c, v in zip(*cells, strict=True)]


def assert_reads(panel: Panel, slow: Slow) -> None:
    sessions = len(slow.days)
    spans = [(0, sessions), (0, 1), (3, 11), (sessions - 5, sessions), (7, 7)]
    columns = {name: slow.column(name) for name in NUMBERS}
    present, carried, texts = slow.present(), slow.carried(), slow.texts()
    for first, stop in spans:
        for name in NUMBERS:
            assert same_bits(panel.column(name, first, stop), columns[name][first:stop]), name
        assert np.array_equal(panel.present(first, stop), present[first:stop])
        assert np.array_equal(panel.idle(first, stop), columns["volume"][first:stop] == 0)
        assert same_bits(panel.carried(first, stop), carried[first:stop])
        said = panel.column("board", first, stop)
        labels = [*panel.labels("board"), None]
        read = [[labels[-1 if np.isnan(at) else int(at)] for at in row] for row in said.tolist()]
        assert read == texts[first:stop]
    for session in range(sessions):
        if session:
            assert same_bits(panel.last_close(session), carried[session - 1])
    assert np.isnan(panel.last_close(0)).all()
    for name in ("shares_outstanding", "score"):
        assert listed(panel.changes(name)) == slow.changes(name)
    assert listed(panel.bases()) == slow.bases()
    assert [(int(r), int(c), float(v)) for r, c, v in zip(*panel.presence(), strict=True)] == (
        slow.presence()
    )
    assert np.array_equal(slow.present() & ~np.isnan(slow.column("close")), panel.said(0, sessions))
    assert np.array_equal(slow.column("volume") == 0, panel.idle(0, sessions))
    spans_read = [(rows.start, rows.stop) for rows in panel.chunks(3)]
    assert spans_read[0][0] == 3
    assert spans_read[-1][1] == sessions
    assert [a for a, _ in spans_read[1:]] == [b for _, b in spans_read[:-1]]


@pytest.mark.parametrize("chunk", [1, 6, 250])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_in_memory(chunk: int, seed: int) -> None:
    made = rows(seed)
    with mock.patch.object(decode, "SESSIONS_PER_CHUNK", chunk):
        assert_reads(market(made).panel, Slow(made))


@pytest.mark.parametrize("chunk", [1, 6, 250])
def test_files_decoded_and_mapped(tmp_path: Path, chunk: int) -> None:
    made = rows()
    with mock.patch.object(decode, "SESSIONS_PER_CHUNK", chunk):
        cold = stored_in(tmp_path / "m", made)
        assert_reads(cold.panel, Slow(made))
        passes = decode.decodes.passes
        assert_reads(Market.open(tmp_path / "m").panel, Slow(made))
        assert decode.decodes.passes == passes


def test_several_segments_with_other_lines(tmp_path: Path) -> None:
    """Each file was read before the next came: older segments lack lines, later ones lost some."""
    parts = [rows(1, LINES[:3]), rows(2, ("A", "B2", "C", "F"), 100), rows(3, ("0", "C", "F"), 200)]
    parts[2] = [row for row in parts[2] if row["date"] <= FIRST + dt.timedelta(203)]
    for upto in (1, 2, 3):
        with store.writing(tmp_path / "m") as writer:
            (daily,) = market(parts[upto - 1]).daily_sources()
            writer.put_daily(store.sessions_in_groups(daily, 7))
        made = [row for part in parts[:upto] for row in part]
        assert_reads(Market.open(tmp_path / "m").panel, Slow(made))
        assert_reads(Market.open(tmp_path / "m").panel, Slow(made))


def test_a_market_until_a_day_ends_there() -> None:
    made = rows()
    last = FIRST + dt.timedelta(20)
    early = [row for row in made if row["date"] <= last]
    part = market(made).until(last).panel
    slow = Slow(early)
    slow.lines = list(LINES)
    assert part.size == len(slow.days)
    assert same_bits(part.carried(0, part.size), slow.carried())
    assert listed(part.changes("score")) == slow.changes("score")
    assert listed(part.bases()) == slow.bases()


def test_a_column_that_is_not_there() -> None:
    made = [
        {k: v for k, v in row.items() if k in ("date", "symbol", "close", "shares_outstanding")}
        for row in rows()
    ]
    panel = market(made).panel
    panel.need(("volume", IDLE, "nothing"))
    assert np.isnan(panel.column("volume", 0, 3)).all()
    assert not panel.idle(0, 3).any()
    assert panel.bases().rows.size == 0
    assert not panel.has("base_price")
    assert panel.labels("nothing") == []


def test_columns_asked_for_together_are_one_pass() -> None:
    panel = market(rows()).panel
    before = decode.decodes.passes
    panel.need(("close", "base_price", "shares_outstanding", IDLE))
    panel.need(("close", "shares_outstanding"))
    assert decode.decodes.passes == before + 1
    panel.need(("score",))
    assert decode.decodes.passes == before + 2
