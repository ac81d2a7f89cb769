"""Columns of the user's own: flags, columns of nothing, alternatives of two kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps import mapped
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.unit.market.importers.maps.files_and_maps import read, refused, rows

MAP = "table: securities\ncolumns: {symbol: s, own: {column: f, as: flag}}\n"


def from_csv(folder: Path, cells: list[str], day: int = 2) -> Imported:
    """One file of daily with the column ``own``."""
    path = folder / f"daily-{day}.csv"
    lines = [f"2026-03-0{day},{n:06},100,10,{cell}" for n, cell in enumerate(cells, 1)]
    path.write_text("\n".join(["date,symbol,close,shares_outstanding,own", *lines]) + "\n")
    return mapped.read(path, Options())


def from_parquet(folder: Path, own: Any, **more: Any) -> Imported:
    """One file of securities with the column ``own``."""
    columns = {"symbol": arrow.from_texts(f"{n:06}" for n in range(len(own))), "own": own, **more}
    pq.write_table(arrow.table(columns), folder / "s.parquet")
    return mapped.read(folder / "s.parquet", Options(into="securities"))


@pytest.mark.parametrize(
    ("yes", "no"), [("true", "false"), ("TRUE", "False"), ("yes", "NO"), ("1", "0"), ("y", "N")]
)
def test_words_of_flags(tmp_path: Path, yes: str, no: str) -> None:
    made = read(tmp_path, f"s,f\nA,{yes}\nB,{no}\nC,\n", MAP)
    assert [row["own"] for row in rows(made, "securities")] == [True, False, None]


def test_another_word_is_told_with_its_place(tmp_path: Path) -> None:
    error = refused(tmp_path, "s,f\nA,yes\nB,maybe\n", MAP)
    (found,) = error.diagnostics
    assert (found.code, found.span.line if found.span else 0) == ("IMP004", 3)
    assert "'maybe' is no flag" in found.message
    assert "values: {maybe: yes}" in found.hint
    text = MAP.replace("as: flag", "as: flag, values: {ja: yes, nein: no}")
    made = read(tmp_path, "s,f\nA,ja\nB,nein\n", text)
    assert [row["own"] for row in rows(made, "securities")] == [True, False]


def test_text_is_flags_where_every_cell_is_true_or_false(tmp_path: Path) -> None:
    made = from_csv(tmp_path, ["TRUE", "", "false"])
    assert [row["own"] for row in rows(made, "daily")] == [True, None, False]
    assert "assumed" in [
        note.kind for note in made.notes if note.text.startswith("own holds flags")
    ]
    for cells in (["true", "n/a"], ["yes", "no"]):
        assert [row["own"] for row in rows(from_csv(tmp_path, cells), "daily")] == cells
    assert [row["own"] for row in rows(from_csv(tmp_path, ["1", "0"]), "daily")] == [1, 0]


@pytest.mark.parametrize("coded", [False, True])
def test_a_typed_flag_stays_one(tmp_path: Path, coded: bool) -> None:
    flags = pa.array([True, None, False])
    made = from_parquet(tmp_path, flags.dictionary_encode() if coded else flags)
    merge(tmp_path / "m", made)
    stored = Market.open(tmp_path / "m").table("securities")
    assert stored is not None
    assert stored.column("own").to_pylist() == [True, None, False]
    assert stored.schema.field("own").type == pa.bool_()


def test_numbers_are_flags_where_the_map_says_so(tmp_path: Path) -> None:
    table = {"s": arrow.from_texts(["A", "B", "C"]), "f": pa.array([1.0, 0.0, float("nan")])}
    pq.write_table(arrow.table(table), tmp_path / "f.parquet")
    made = read(tmp_path, (tmp_path / "f.parquet").read_bytes(), MAP, name="g.parquet")
    assert [row["own"] for row in rows(made, "securities")] == [True, False, None]


def test_flags_and_stored_text_do_not_mix(tmp_path: Path) -> None:
    merge(tmp_path / "m", from_csv(tmp_path, ["yes", "no"]))
    with pytest.raises(ImportRefused) as caught:
        merge(tmp_path / "m", from_csv(tmp_path, ["true", "false"], day=3))
    (found,) = caught.value.diagnostics
    assert "own holds text in the market, flags in the file" in found.message
    assert "as: text" in found.hint


@pytest.mark.parametrize("one_import", [True, False])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("cells", [["1.5", "2"], ["x", "y"], ["true", "false"]])
def test_a_column_without_values_takes_any_type(
    tmp_path: Path, one_import: bool, order: int, cells: list[str]
) -> None:
    files = [from_csv(tmp_path, ["", ""]), from_csv(tmp_path, cells, day=3)][::order]
    assert "own holds no value" in " ".join(note.text for item in files for note in item.notes)
    for group in [files] if one_import else [[item] for item in files]:
        merge(tmp_path / "m", group)
    market = Market.open(tmp_path / "m")
    assert market.columns("daily").count("own") == 1
    assert str(market.types("daily")["own"]) in ("double", "string", "bool")
    assert len(market.days) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_a_typed_column_of_nulls_takes_any_type(tmp_path: Path, order: int) -> None:
    """pandas calls a column of nothing float64."""
    files = [
        from_parquet(tmp_path, pa.nulls(2, pa.float64())),
        from_parquet(tmp_path, arrow.from_texts(["x", None])),
    ]
    for item in files[::order]:
        merge(tmp_path / "m", item)
    stored = Market.open(tmp_path / "m").table("securities")
    assert stored is not None
    assert stored.column("own").to_pylist() == ["x", None]


UNREAD = [
    pa.array([[1], [2]]),
    pa.array([{"a": 1}, None]),
    pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    pa.array([b"\xff", b"a"]),
    pa.array([b"\xff\xff", None], pa.binary(2)),
    pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    pa.array([1, 2], pa.duration("s")),
    pa.array([0, 1], pa.timestamp("s", "Nowhere/Land")),
    pa.array([b"\xff"] * 2).dictionary_encode(),
]


def arrow_file(path: Path, columns: dict[str, Any]) -> Path:
    """An Arrow file: it has types that Parquet lacks."""
    table = arrow.table(columns)
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return path


@pytest.mark.parametrize("column", UNREAD)
def test_a_column_without_a_text_is_left_out_and_told(tmp_path: Path, column: Any) -> None:
    columns = {"symbol": arrow.from_texts(["A", "B"]), "tags": column, "more": pa.array([1, 2])}
    path = arrow_file(tmp_path / "s.arrow", columns)
    made = mapped.read(path, Options(into="securities"))
    assert made.tables["securities"].column_names == ["symbol", "more"]
    (told,) = [note.text for note in made.notes if note.kind == "dropped"]
    assert told.startswith("the column 'tags', of the type ")


@pytest.mark.parametrize("column", UNREAD)
def test_a_needed_column_without_a_text_is_named(tmp_path: Path, column: Any) -> None:
    day = pa.array([20515] * 2, pa.date32())
    columns = {"date": day, "symbol": arrow.from_texts(["A", "B"]), "close": column}
    columns["shares_outstanding"] = pa.array([1, 2])
    path = arrow_file(tmp_path / "d.arrow", columns)
    map_path = tmp_path / "map.yaml"
    named = "date: date, symbol: symbol, shares_outstanding: shares_outstanding"
    maps = ["{%s, close: close}", "{%s, close: shares_outstanding, own: close}"]
    tests = ["", "where: {close: 1}\n"]
    texts = [f"table: daily\ncolumns: {maps[n] % named}\n{tests[n]}" for n in (0, 1)]
    texts.append("wide: {keep: [date, close], names: symbol}\n" + texts[0])
    for text in [None, *texts]:
        map_path.write_text(text or "")
        options = Options(map_path=map_path if text else None)
        with pytest.raises(ImportRefused) as caught:
            mapped.read(path, options)
        found = caught.value.diagnostics[0]
        assert found.code == "IMP004"
        assert "'close' of d.arrow has the type" in found.message
        assert "cast(close as varchar)" in found.hint


def test_times_of_day_refuse_nothing_but_a_day(tmp_path: Path) -> None:
    """15:00 in UTC is the next day in Seoul: which matters of the days of a table alone."""
    times = pa.array([1772463600, 1772409600], pa.timestamp("s"))  # 2026-03-02 15:00, 00:00
    made = from_parquet(tmp_path, times)
    assert [str(row["own"]) for row in rows(made, "securities")] == ["2026-03-02"] * 2
    assert [(note.kind, note.count) for note in made.notes if "own" in note.text] == [
        ("dropped", 1)
    ]
    with pytest.raises(ImportRefused, match="is of the next day in Seoul"):
        from_parquet(tmp_path, pa.nulls(2), valid_from=times)


def test_categories_follow_the_rules_of_their_values(tmp_path: Path) -> None:
    for symbols in (pa.array([5930, 660]), pa.array([5930.0, 660.0])):
        with pytest.raises(ImportRefused, match="5930 has lost the zeros"):
            from_parquet(tmp_path, pa.nulls(2), symbol=symbols.dictionary_encode())
    made = from_parquet(tmp_path, pa.array([2**63, 2**64 - 1], pa.uint64()).dictionary_encode())
    assert [row["own"] for row in rows(made, "securities")] == [2.0**63, 2.0**64]


def test_alternatives_of_two_kinds(tmp_path: Path) -> None:
    text = "table: securities\ncolumns: {symbol: s, own: [a, b]}\n"
    made = read(tmp_path, "s,a,b\nX,,1\nY,,2\n", text)
    assert [row["own"] for row in rows(made, "securities")] == [1, 2]
    error = refused(tmp_path, "s,a,b\nX,7,\nY,,u\n", text)
    assert [(found.code, found.where) for found in error.diagnostics] == [("IMP014", "own")]
