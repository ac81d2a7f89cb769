"""Files of the shapes people have, each with its map, file and map damaged at random: read or refused
with a code, within bounds, and nothing that is no number is stored.

Either bytes are damaged, or what they say: words of the map, and cells of the file.
`INDEXCALC_HYPOTHESIS=thorough` makes four thousand tries of each shape; the default is short.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.importers.maps.column_map import (
    COLUMN_KEYS,
    FILE_KEYS,
    JOIN_KEYS,
    TABLE_KEYS,
    WIDE_KEYS,
)
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.properties.fuzz import DUMPER, bounded, damaged_value, places, tries, value_at
from tests.unit.market.importers.files.test_spreadsheet import workbook


class Shape(NamedTuple):
    file: str
    data: bytes
    map_text: str
    beside: tuple[tuple[str, bytes], ...] = ()


DAILY = "columns: {date: d, symbol: s, close: c, shares_outstanding: n}\n"
ROWS: list[list[Any]] = [
    ["d", "s", "c", "n"],
    ["2024-01-02", "A", "1.5", "10"],
    ["2024-01-03", "A", "2", "10"],
]
SHAPES = {
    "wide": Shape(
        "wide.csv",
        b"note\ndate,AAPL,MSFT\n2024-01-02,1.5,2\n2024-01-03,,3\n\nend\n",
        "skip: 1\nuntil_blank: true\nwide: {keep: date, names: s, values: c}\n"
        "table: daily\ncolumns: {date: date, symbol: s, close: c}\n",
    ),
    "two lines of headers": Shape(
        "two.csv",
        b",Close,Close,Shares,Shares\ndate,A,B,A,B\n2024-01-02,1,2,10,20\n",
        "header: 2\nwide: {keep: date, names: ['*', s], split: /}\ntable: daily\n"
        "columns: {date: date, symbol: s, close: Close, shares_outstanding: Shares}\n",
    ),
    "intervals": Shape(
        "intervals.csv",
        b"ticker,start,end\nA,2024-01-02,2024-01-20\nB,2024-01-10,\n",
        "table: memberships\ncolumns: {symbol: ticker, effective_date: start, end_date: end}\n"
        "constants: {index: i}\nends: first_day_out\n",
    ),
    "changes": Shape(
        "changes.csv",
        b'Date,Added,Removed\n"June 24, 2024",B,A\n"July 1, 2024",C,\n',
        "date_format: '%B %d, %Y'\ntable: memberships\ncolumns: {effective_date: Date}\n"
        "constants: {index: i}\nchanges: {added: Added, removed: Removed}\n"
        "members: {file: members.csv, column: Symbol, date: 2024-06-01}\n",
        (("members.csv", b"Symbol\nA\nD\n"),),
    ),
    "records": Shape(
        "answer.json",
        json.dumps(
            {"data": {"items": [{"d": "2024-01-02", "s": "A", "c": "1,000", "n": 5}]}, "x": [1]}
        ).encode(),
        "records: data.items\nthousands: ','\ntable: daily\n" + DAILY,
    ),
    "joined": Shape(
        "prices.csv",
        b"date;ticker;px\n2.1.2024;'1;-1,5\n3.1.2024;'1;2,5\n",
        "delimiter: ';'\ndecimal: ','\ndate_format: '%d.%m.%Y'\n"
        "join: {file: shares.csv, on: {ticker: t}, newest: {date: d}, encoding: cp949}\n"
        'table: daily\ncolumns:\n  date: date\n  symbol: {column: ticker, strip: "\'", pad: 6}\n'
        "  close: {column: px, abs: true}\n"
        "  shares_outstanding: {column: cap, divide_by: px, times: 1000, abs: true}\n",
        (("shares.csv", "t,d,cap\n'1,1.1.2024,10\n".encode("cp949")),),
    ),
    "workbook": Shape("book.xlsx", workbook({"a": ROWS}), "sheet: a\ntable: daily\n" + DAILY),
    "weights": Shape(
        "fund_2024-01-02.csv",
        b'ticker,w\n"A, B",57.5 %\n',
        "table: weight_factors\ncolumns:\n  symbol: {column: ticker, split: ','}\n"
        "  effective_date: {given: date}\n  weight: {column: w, percent: true}\n"
        "constants: {index: i}\n",
    ),
}
TOKENS = [b'"', b",", b"\n", b"\r", b"\x00", b"\xff\xff", b"1e999", b"9" * 25, b"nan", b"", b" "]
TOKENS += [
    b"2023-02-30",
    b": ",
    b"{",
    b"[",
    b"]",
    b"}",
    b"&a ",
    b"*a",
    b"- ",
    b"'",
    b"%",
    b"-",
    b"0",
]
TOKENS += [b"none", b"true", b"1/0", b"inf", b"A", b"d", b"..", b"/", b"1e300", b"\xea\xb0\x80"]
damage = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(TOKENS)), max_size=3
)


def damaged(data: bytes, cuts: Any) -> bytes:
    made = bytearray(data)
    for at, length, token in cuts:
        start = at % (len(made) + 1)
        made[start : start + length] = token
    return bytes(made)


# --- what they say --------------------------------------------------------------------------------

MAPS = {name: yaml.safe_load(shape.map_text) for name, shape in SHAPES.items()}
PARTS = [value_at(said, at) for said in MAPS.values() for at in places(said)]
ODD = [None, True, 0, -1, 1e300, 10**12, "", "x", "*", "none", "é", ["d", "d"], {}, [], {"d": "d"}]
WORDS = st.sampled_from(
    [*FILE_KEYS, *TABLE_KEYS, *COLUMN_KEYS, *WIDE_KEYS, *JOIN_KEYS, "d", "s", "c"]
)
MAP_VALUES = st.sampled_from([*PARTS, *PARTS, *ODD])
CELLS = ["", " ", "A", "'1", "2024-01-02", "2024-01-03", "45293", "20240102", "2.1.2024", "0", "-1"]
CELLS += ["1,000", "1.5", "57.5 %", "1e9", "1e309", "nan", "inf", "-", "n/a", "#N/A", "=1+1"]
CELLS += ["A~2024-01-02", "a\tb", "2023-02-30", "9999-12-31", "June 24, 2024", "1e-320"]
CELLS += ["가", "x" * 300, "9" * 25]
_APART = re.compile(rb"([,;\n])")


def damaged_file(shape: Shape, data: st.DataObject) -> bytes:
    """The file of a shape with some cells exchanged for others."""
    if shape.file.endswith(".json"):
        said = json.loads(shape.data)
        return json.dumps(
            damaged_value(said, data, st.sampled_from([*CELLS, *ODD]), st.sampled_from("dsnx"))
        ).encode()
    count = data.draw(st.integers(0, 3))
    if shape.file.endswith(".xlsx"):
        rows = [list(row) for row in ROWS]
        for _ in range(count):
            row = data.draw(st.sampled_from(rows))
            row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(CELLS))
        return workbook({"a": rows})
    return with_cells(shape.data, data, count)


def with_cells(file: bytes, data: st.DataObject, count: int) -> bytes:
    """A text in columns with some cells exchanged, between their marks."""
    parts = _APART.split(file)
    for _ in range(count):
        at = 2 * data.draw(st.integers(0, len(parts) // 2))
        parts[at] = data.draw(st.sampled_from(CELLS)).encode()
    return b"".join(parts)


def finite(folder: Path) -> None:
    """No NaN and no infinity in any stored table."""
    over = Market.open(folder)
    tables = [over.table(name) for name in over.names if name != "daily"]
    for table in (*tables, *(pq.ParquetFile(path).read() for path in over.daily_sources())):
        for name in table.column_names:
            if str(table.column(name).type) == "double":
                null = arrow.null_mask(table.column(name))
                assert np.isfinite(arrow.floats(table.column(name))[~null]).all(), name


def read_or_refused(shape: Shape, file: bytes, map_text: bytes, others: list[bytes]) -> bool:
    """Was it read?  A refusal has its findings."""
    with tempfile.TemporaryDirectory(prefix="indexcalc-fuzz-") as place:
        folder = Path(place)
        (folder / shape.file).write_bytes(file)
        (folder / "map.yaml").write_bytes(map_text)
        for (beside, _), data in zip(shape.beside, others, strict=True):
            (folder / beside).write_bytes(data)
        options = Options(map_path=folder / "map.yaml")
        said: tuple[Any, ...] | None = None
        try:
            with bounded():
                merge(folder / "market", read_file(folder / shape.file, options, "table"))
        except IndexcalcError as refused:
            said = refused.diagnostics
        if said is None:
            finite(folder / "market")
    assert said is None or said
    assert all(item.message for item in said or ())
    return said is None


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=tries(2_000, 20))
@given(cuts=damage, of_the_map=damage, of_the_other=damage)
def test_bytes(name: str, cuts: Any, of_the_map: Any, of_the_other: Any) -> None:
    shape = SHAPES[name]
    read = read_or_refused(
        shape,
        damaged(shape.data, cuts),
        damaged(shape.map_text.encode(), of_the_map),
        [damaged(data, of_the_other) for _, data in shape.beside],
    )
    assert read or cuts or of_the_map or of_the_other


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=tries(2_000, 20))
@given(data=st.data())
def test_words_and_cells(name: str, data: st.DataObject) -> None:
    shape, said = SHAPES[name], MAPS[name]
    if data.draw(st.booleans()):
        said = damaged_value(said, data, MAP_VALUES, WORDS)
    read_or_refused(
        shape,
        damaged_file(shape, data),
        yaml.dump(said, Dumper=DUMPER, allow_unicode=True).encode(),
        [with_cells(other, data, data.draw(st.integers(0, 1))) for _, other in shape.beside],
    )


@pytest.mark.parametrize("name", SHAPES)
def test_undamaged_it_is_read(tmp_path: Path, name: str) -> None:
    shape = SHAPES[name]
    for file, data in (
        (shape.file, shape.data),
        ("map.yaml", shape.map_text.encode()),
        *shape.beside,
    ):
        (tmp_path / file).write_bytes(data)
    merge(
        tmp_path / "market",
        read_file(tmp_path / shape.file, Options(map_path=tmp_path / "map.yaml"), "table"),
    )
    finite(tmp_path / "market")
