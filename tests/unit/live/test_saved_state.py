"""What a state keeps: the same bits back, for a market with more lines, or a word of what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.live import saved_state
from indexcalc.live.saved_state import Kept, check_header, read, write

TENTH = 0.1 + 0.2


def kept() -> Kept:
    made = Kept(("B", "D"))
    part = made.part("one", ("B", "D"))
    part.put_lines("price", np.array([TENTH, np.nan]))
    part.put_lines("inside", np.array([True, False]))
    part.put_lines("seen", np.array([7, -7], dtype=np.int32))
    part.put_lines("count", np.array([1 << 40, 0], dtype=np.int64))
    part.put_lines("nothing", None)
    part.put_float("level", TENTH)
    part.within("net0").put("taxes", ["KR"])
    return made


def written(path: Path) -> Path:
    write(path, kept())
    return path


def test_what_is_read_has_the_bits_of_what_was_written(tmp_path: Path) -> None:
    found = read(written(tmp_path / "s"))
    assert found.symbols == ("B", "D")
    for name, values in kept().columns.items():
        assert found.columns[name].dtype == values.dtype
        assert found.columns[name].tobytes() == values.tobytes()
    assert found.said == {"one.level": TENTH.hex(), "one.net0.taxes": ["KR"]}
    part = found.part("one", ("B", "D"))
    assert part.get_float("level") == TENTH
    assert part.within("net0").get("taxes") == ["KR"]
    assert part.lines("nothing", 0.0) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s"]


def test_lines_are_found_by_symbol_among_more_lines() -> None:
    part = kept().part("one", ("A", "B", "C", "D"))
    np.testing.assert_array_equal(part.needed("price", 5.0), [5.0, TENTH, 5.0, np.nan])
    assert part.needed("inside", True).tolist() == [True, True, True, False]
    assert (part.code("A"), part.code("D")) == (0, 3)


def test_what_was_not_kept_or_is_of_another_kind_is_refused() -> None:
    part = kept().part("one", ("B", "D"))
    with pytest.raises(KeyError, match=r"one\.shares"):
        part.needed("shares", 0.0)
    with pytest.raises(KeyError):
        part.get("shares")
    with pytest.raises(TypeError, match=r"one\.inside"):
        part.lines("inside", 0.0)
    with pytest.raises(KeyError):
        part.code("C")


def refusal(path: Path) -> str:
    with pytest.raises(ic.RunError) as caught:
        read(path)
    (found,) = caught.value.diagnostics
    assert found.code == "RUN005"
    return found.message


def test_a_file_that_is_no_state_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s"
    assert refusal(path) == "there is no state here"
    path.write_bytes(b"")
    assert refusal(path).startswith("the state cannot be read")
    path.write_bytes(written(tmp_path / "whole").read_bytes()[:-20])
    assert refusal(path).startswith("the state cannot be read")


def test_a_file_with_other_content_is_told(tmp_path: Path) -> None:
    good = written(tmp_path / "s").read_bytes()
    other = tmp_path / "other"
    for old, new, told in (
        (
            TENTH.hex().encode(),
            (0.5).hex().encode().ljust(len(TENTH.hex()), b"0"),
            "not what was written",
        ),
        (b'"format": 3', b'"format": 2', "not of format 3"),
    ):
        assert old in good
        other.write_bytes(good.replace(old, new))
        assert told in refusal(other)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"symbol": ["B", "A"]}, "not in order"),
        ({"symbol": ["A", "A"]}, "not in order"),
        ({"line": ["A"]}, "no column `symbol`"),
        ({"symbol": ["A"], "x": pa.array([1.0], pa.float32())}, "column x is float"),
        ({"symbol": ["A"], "x": [None]}, "column x is null"),
    ],
)
def test_columns_that_no_state_has_are_told(tmp_path: Path, columns: dict, told: str) -> None:
    metadata = {saved_state.KEY: b'{"format": 3}'}
    table = pa.table(columns).replace_schema_metadata(metadata)
    with (
        pa.OSFile(str(tmp_path / "s"), "wb") as stream,
        pa.ipc.new_file(stream, table.schema) as to,
    ):
        to.write_table(table)
    assert told in refusal(tmp_path / "s")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ic.RunError, match="RUN020"):
        write(tmp_path / "none" / "s", kept())


HEADER = {
    "version": "1", "rules": {"a": "b"}, "start": "2024-01-02", "returns": ["pr"], "assume": {},
    "day": 19724, "digest": "", "files": None, "past": {},
}  # fmt: skip


def test_a_header_is_whole_and_of_the_right_types() -> None:
    check_header(HEADER)
    check_header({**HEADER, "start": None, "files": ["x"]})
    for name in HEADER:
        with pytest.raises(ValueError, match=f"no `{name}`"):
            check_header({key: value for key, value in HEADER.items() if key != name})
    for name, value in (
        ("day", True), ("day", 10**9), ("start", "2024-1-2"), ("start", "soon"), ("rules", {"a": 1}),
        ("returns", "pr"), ("returns", [1]), ("files", 5), ("version", 1), ("past", []),
    ):  # fmt: skip
        with pytest.raises(
            ValueError, match=r"start|rules|day|returns|files|version|past|isoformat"
        ):
            check_header({**HEADER, name: value})
