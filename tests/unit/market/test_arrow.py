"""Crossings between Arrow and NumPy: nulls, slices, chunks and dictionaries survive both ways."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.market import arrow


def test_nulls_become_the_value_of_their_kind() -> None:
    assert np.isnan(arrow.floats(pa.array([1.5, None]))[1])
    assert arrow.integers(pa.array([5, None])).tolist() == [5, arrow.NULL_INT]
    assert arrow.days(arrow.from_days([3, arrow.NULL_DAY])).tolist() == [3, arrow.NULL_DAY]
    assert arrow.bools(pa.array([True, None])).tolist() == [True, False]
    assert arrow.from_days([3, arrow.NULL_DAY]).null_count == 1


@pytest.mark.parametrize(
    "kind", [pa.decimal32(9, 2), pa.decimal64(18, 2), pa.decimal128(38, 2), pa.decimal256(60, 2)]
)
def test_decimals_become_the_nearest_double(kind: pa.DataType) -> None:
    """As Python reads their digits: Arrow's own cast of 3450.18 is one off in the last bit."""
    texts = ["3450.18", "165.95", "-0.07", "74299.99"]
    column = pa.array([*map(Decimal, texts), None], kind)
    assert arrow.doubles(column).to_pylist() == [*map(float, texts), None]
    assert arrow.floats(column)[:-1].tolist() == list(map(float, texts))


def test_a_slice_is_read_at_its_offset() -> None:
    column = pa.array([1.0, 2.0, None, 4.0]).slice(1)
    assert arrow.floats(column)[[0, 2]].tolist() == [2.0, 4.0]
    assert arrow.null_mask(column).tolist() == [False, True, False]


def test_codes_in_byte_order_and_without_unused_values() -> None:
    column = pa.chunked_array([pa.array(["b", "가", None]), pa.array(["a", "b"])])
    codes, values = arrow.sorted_codes(column)
    assert values == ["a", "b", "가"]
    assert codes.tolist() == [1, 2, -1, 0, 1]
    unused = pa.DictionaryArray.from_arrays(pa.array([1]), pa.array(["a", "b"]))
    assert arrow.sorted_codes(unused)[1] == ["b"]
    assert arrow.codes_into(column, {"b": 0, "a": 4}).tolist() == [0, -1, -1, 4, 0]


def test_texts_of_any_width_come_back() -> None:
    texts = ["", "삼성전자", None, "x"]
    assert arrow.from_texts(texts).to_pylist() == texts
    assert arrow.texts(arrow.from_codes([1, -1, 0], ["p", "q"])) == ["q", None, "p"]


def test_floats_of_32_bits_become_the_double_of_their_digits() -> None:
    said = [3450.18, 12.1, 0.1, 1e-30, 123456792.0, float("inf"), None]
    made = arrow.doubles(pa.array(said, pa.float64()).cast(pa.float32()))
    assert made.to_pylist() == said
    (nothing,) = arrow.doubles(pa.array([float("nan")], pa.float32())).to_pylist()
    assert nothing != nothing


def test_decimals_below_zero() -> None:
    made = arrow.from_decimals([np.array([1234]), np.array([-5])], 2, 2).to_pylist()
    assert [str(value) for value in made] == ["12.34", "-0.05"]


def test_tables_one_below_the_other() -> None:
    parts = {
        "p": arrow.table({"x": arrow.from_ints([1])}),
        "q": arrow.table({"x": arrow.from_ints([2, 3])}),
    }
    made = arrow.stacked("of", parts)
    assert made.to_pydict() == {"of": ["p", "q", "q"], "x": [1, 2, 3]}


def test_other_data_is_refused() -> None:
    with pytest.raises(TypeError, match="no __arrow_c_stream__"):
        arrow.from_any([1, 2])


def test_bytes_to_read_are_a_copy_of_arrows_own() -> None:
    """Nothing of Python is held by what a thread of Arrow reads: it may let go of it too late."""
    for data in (b"", b"abc" * 1000):
        before = sys.getrefcount(data)
        found = arrow.reader(data)
        assert sys.getrefcount(data) == before
        assert found.read() == data


def test_no_file_or_bytes_of_python_are_read_by_threads_of_arrow() -> None:
    """Parquet, IPC and CSV come from a path (mapped), an object of a store, or ``arrow.reader``."""
    package = Path(arrow.__file__).parents[1]
    calls = re.compile(
        r"(?:pq\.ParquetFile|ipc\.open_file|ipc\.open_stream|read_csv)\(\s*([\w.]+\(?)"
    )
    found = {
        (path.relative_to(package).as_posix(), source)
        for path in package.rglob("*.py")
        for source in calls.findall(path.read_text(encoding="utf-8"))
        if source != "arrow.reader("
    }
    assert found == {
        ("market/importers/files/typed.py", "path.absolute("),
        ("market/importers/files/typed.py", "stream"),  # of a map
        ("market/store.py", "path.absolute("),
        ("market/store.py", "path.open("),
    }
