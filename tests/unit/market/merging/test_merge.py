"""Merging imports into a market: nothing overwritten unasked, files that never overlap, all or nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import DataError, ImportRefused
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.importers.imported import Imported, Observed
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import compact, merge

FIRST = day_number(dt.date(2024, 1, 1))


def daily(rows: list[tuple[int, str, float | None]], **extra: list[Any]) -> Any:
    """Rows (session number, symbol, close) with 10 shares each."""
    return arrow.table(
        {
            "date": arrow.from_days([FIRST + number for number, _, _ in rows]),
            "symbol": arrow.from_texts(symbol for _, symbol, _ in rows),
            "close": arrow.from_floats(
                [float("nan") if close is None else close for _, _, close in rows],
                nan_is_null=True,
            ),
            "shares_outstanding": arrow.from_ints([10] * len(rows)),
            **{name: arrow.from_texts(values) for name, values in extra.items()},
        }
    )


def prices(*rows: tuple[int, str, float | None], **said: Any) -> Imported:
    return Imported("prices.csv", "table", {"daily": daily(list(rows))}, **said)


def stored(path: Path) -> dict[tuple[int, str], Any]:
    """Every daily row of the market: (session number, symbol) -> close."""
    found: dict[tuple[int, str], Any] = {}
    for item in store.read_contents(path).of("daily"):
        file = store.open_parquet(path / item.name)
        for row in file.read().to_pylist():
            key = (day_number(row["date"]) - FIRST, row["symbol"])
            assert key not in found
            found[key] = row["close"]
    return found


def ranges(path: Path) -> list[tuple[str, str]]:
    return [(item.first, item.last) for item in store.read_contents(path).of("daily")]


def test_a_new_market(tmp_path: Path) -> None:
    report = merge(tmp_path, prices((0, "A", 1.0), (0, "B", 2.0), facts={"complete": True}))
    assert report.of("daily").added == 2
    assert Market.open(tmp_path).complete
    assert stored(tmp_path) == {(0, "A"): 1.0, (0, "B"): 2.0}


def test_a_later_session_is_one_small_file(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0)))
    before = ranges(tmp_path)
    merge(tmp_path, prices((1, "A", 2.0)))
    assert ranges(tmp_path) == [*before, ("2024-01-02", "2024-01-02")]


def test_only_overlapping_files_are_written_again(tmp_path: Path) -> None:
    for number in (0, 10, 20):
        merge(tmp_path, prices((number, "A", 1.0), (number + 4, "A", 1.0)))
    before = {item.name for item in store.read_contents(tmp_path).of("daily")}
    merge(tmp_path, prices((7, "A", 5.0), (12, "A", 6.0), (30, "A", 7.0)))
    after = store.read_contents(tmp_path).of("daily")
    assert len(before & {item.name for item in after}) == 2
    assert [item.first[-2:] for item in after] == ["01", "08", "11", "21", "31"]
    assert all(left.last < right.first for left, right in itertools.pairwise(after))
    assert stored(tmp_path)[12, "A"] == 6.0
    assert len(stored(tmp_path)) == 9


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0), (1, "A", 1.5)))
    names = [item.name for item in store.read_contents(tmp_path).files]
    written = [(tmp_path / name).stat().st_ino for name in names]
    report = merge(tmp_path, prices((0, "A", 1.0)))
    assert [(tmp_path / name).stat().st_ino for name in names] == written
    assert (report.of("daily").added, report.of("daily").same) == (0, 1)
    assert [item.name for item in store.read_contents(tmp_path).files] == names


def test_a_null_that_gains_a_value_is_no_conflict(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", None), (0, "B", 2.0)))
    report = merge(tmp_path, prices((0, "A", 1.0), (0, "B", None)))
    assert report.of("daily").filled == 1
    assert stored(tmp_path) == {(0, "A"): 1.0, (0, "B"): 2.0}


def test_conflicts_are_refused_all_named_and_change_nothing(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0), (0, "B", 2.0), (1, "A", 3.0)))
    before = (tmp_path / "market.json").read_text()
    with pytest.raises(ImportRefused) as refused:
        merge(tmp_path, prices((0, "A", 1.5), (0, "B", 2.0), (1, "A", 9.0), (2, "A", 4.0)))
    assert [(found.code, found.where, found.message) for found in refused.value.diagnostics] == [
        ("IMP009", "daily 2024-01-01 A", "close is 1 in the market, 1.5 in the file"),
        ("IMP009", "daily 2024-01-02 A", "close is 3 in the market, 9 in the file"),
    ]
    assert (tmp_path / "market.json").read_text() == before
    assert stored(tmp_path) == {(0, "A"): 1.0, (0, "B"): 2.0, (1, "A"): 3.0}


def test_a_long_list_of_conflicts_is_counted(tmp_path: Path) -> None:
    rows = [(0, f"{number:03}", 1.0) for number in range(100)]
    merge(tmp_path, prices(*rows))
    with pytest.raises(ImportRefused) as refused:
        merge(tmp_path, prices(*((day, symbol, 2.0) for day, symbol, _ in rows)))
    assert len(refused.value.diagnostics) == 21
    assert "100 values in all" in str(refused.value)


def test_keep(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0)))
    report = merge(tmp_path, prices((0, "A", 1.5), (0, "B", 2.0)), "keep")
    assert report.of("daily").kept == 1
    assert stored(tmp_path) == {(0, "A"): 1.0, (0, "B"): 2.0}
    assert Market.open(tmp_path).table("replaced") is None


def test_replace_keeps_every_old_value(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0), (0, "B", 2.0)))
    report = merge(tmp_path, prices((0, "A", 1.5)), "replace")
    assert report.of("daily").replaced == 1
    merge(tmp_path, prices((0, "A", 1.75)), "replace")
    assert stored(tmp_path) == {(0, "A"): 1.75, (0, "B"): 2.0}
    assert Market.open(tmp_path).table("replaced").to_pylist() == [
        {
            "table": "daily",
            "key": "2024-01-01 A",
            "column": "close",
            "sequence": number,
            "old": old,
            "new": new,
        }
        for number, old, new in ((1, "1", "1.5"), (2, "1.5", "1.75"))
    ]


def names_of(symbols: dict[str, str]) -> Any:
    return arrow.table(
        {
            "symbol": arrow.from_texts(symbols),
            "valid_from": arrow.from_days([FIRST] * len(symbols)),
            "name": arrow.from_texts(symbols.values()),
        }
    )


def test_small_tables(tmp_path: Path) -> None:
    one = Imported("a.csv", "table", {"securities": names_of({"B": "b", "A": "a"})})
    merge(tmp_path, one)
    two = Imported("b.csv", "table", {"securities": names_of({"A": "other", "C": "c"})})
    with pytest.raises(ImportRefused, match="name is a in the market, other in the file"):
        merge(tmp_path, two)
    merge(tmp_path, two, "replace")
    table = Market.open(tmp_path).table("securities")
    assert dict(
        zip(table.column("symbol").to_pylist(), table.column("name").to_pylist(), strict=True)
    ) == {"A": "other", "B": "b", "C": "c"}
    (old,) = Market.open(tmp_path).table("replaced").to_pylist()
    assert (old["table"], old["key"], old["old"]) == ("securities", "A 2024-01-01", "a")


def test_a_small_table_gains_values_and_columns(tmp_path: Path) -> None:
    merge(tmp_path, Imported("a.csv", "table", {"securities": names_of({"A": "a"})}))
    more = arrow.table(
        {
            "symbol": arrow.from_texts(["A"]),
            "valid_from": arrow.from_days([FIRST]),
            "market": arrow.from_texts(["KOSPI"]),
        }
    )
    report = merge(tmp_path, Imported("b.csv", "table", {"securities": more}))
    assert (report.of("securities").added, report.of("securities").filled) == (0, 1)
    (row,) = Market.open(tmp_path).table("securities").to_pylist()
    assert (row["name"], row["market"]) == ("a", "KOSPI")


def test_two_files_of_one_import_must_agree(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="IMP009"):
        merge(tmp_path, [prices((0, "A", 1.0)), prices((0, "A", 2.0))])
    assert not (tmp_path / "market.json").exists()
    merge(tmp_path, [prices((0, "A", 1.0)), prices((0, "A", 1.0), (1, "A", 2.0))])
    assert stored(tmp_path) == {(0, "A"): 1.0, (1, "A"): 2.0}


def test_facts_that_contradict(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0), facts={"currency": "KRW"}))
    other = prices((1, "A", 1.0), facts={"currency": "USD"})
    with pytest.raises(ImportRefused, match="currency is 'KRW' in the market, 'USD'"):
        merge(tmp_path, other)
    merge(tmp_path, other, "keep")
    assert Market.open(tmp_path).facts["currency"] == "KRW"
    merge(tmp_path, other, "replace")
    assert Market.open(tmp_path).facts["currency"] == "USD"


def test_rows_that_fit_no_table(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="DAT004"):
        merge(tmp_path, prices((0, "A", 1.0), (0, "A", 2.0)))
    with pytest.raises(ImportRefused, match="never zero"):
        merge(tmp_path, prices((0, "A", 0.0)))
    assert not (tmp_path / "market.json").exists()


def test_nothing_to_import(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="IMP012"):
        merge(tmp_path, Imported("empty.csv", "table"))


def test_a_column_of_another_type(tmp_path: Path) -> None:
    merge(tmp_path, Imported("a", "table", {"daily": daily([(0, "A", 1.0)], grade=["x"])}))
    other = daily([(1, "A", 1.0)])
    other = other.append_column("grade", arrow.from_floats([1.0]))
    with pytest.raises(ImportRefused, match="grade holds text in the market, numbers in the file"):
        merge(tmp_path, Imported("b", "table", {"daily": other}))
    with pytest.raises(ImportRefused, match="IMP014"):
        merge(tmp_path, [prices((2, "A", 1.0)), Imported("b", "table", {"daily": other})])


@pytest.mark.parametrize("overlapping", [True, False])
@pytest.mark.parametrize("empty_first", [True, False])
def test_a_stored_column_of_nulls_takes_the_type_of_values(
    tmp_path: Path, overlapping: bool, empty_first: bool
) -> None:
    """Text without a word, as an earlier import stored it, does not shut out the numbers of a file."""
    empty = daily([(day, "A", 1.0) for day in (0, 2)], grade=[None, None])
    assert str(empty.schema.field("grade").type) == "string"
    other = daily([(1 if overlapping else 5, "B", 2.0)]).append_column(
        "grade", arrow.from_floats([1.5])
    )
    tables = [empty, other] if empty_first else [other, empty]
    for table in tables:
        merge(tmp_path, Imported("a", "table", {"daily": table}))
    market = Market.open(tmp_path)
    assert {
        str(field.type)
        for source in market.daily_sources()
        for field in store.open_parquet(source).schema_arrow
        if field.name == "grade"
    } == {"double"}
    rows = [
        (row["symbol"], row.get("grade"))
        for source in market.daily_sources()
        for row in store.open_parquet(source).read().to_pylist()
    ]
    assert sorted(rows, key=str) == [("A", None), ("A", None), ("B", 1.5)]
    again = merge(tmp_path, Imported("a", "table", {"daily": tables[1]}))
    assert again.of("daily").added == 0


def test_a_new_column_and_fractional_shares(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0), (1, "A", 1.0)))
    table = daily([(1, "B", 2.0)], grade=["x"])
    position = table.column_names.index("shares_outstanding")
    table = table.set_column(position, "shares_outstanding", arrow.from_floats([2.5]))
    merge(tmp_path, Imported("b", "table", {"daily": table}))
    (item,) = store.read_contents(tmp_path).of("daily")
    rows = store.open_parquet(tmp_path / item.name).read().to_pylist()
    assert [(row["symbol"], row["shares_outstanding"], row["grade"]) for row in rows] == [
        ("A", 10.0, None),
        ("A", 10.0, None),
        ("B", 2.5, "x"),
    ]


def closes(*rows: tuple[int, str, float | None]) -> Imported:
    """Rows without the column of listed shares."""
    return Imported(
        "closes.csv", "table", {"daily": daily(list(rows)).drop(["shares_outstanding"])}
    )


def test_added_rows_have_listed_shares_where_others_do(tmp_path: Path) -> None:
    """On a later session, on one between stored rows, and beside another file of the import; a correction
    of what is stored needs none."""
    merge(tmp_path, prices((0, "A", 1.0), (2, "A", 3.0)))
    before = stored(tmp_path)
    for rows, said in (
        ([(3, "A", 4.0), (3, "B", 4.0)], "2 rows have no shares_outstanding.*: 2024-01-04 A, 2024-01-04 B"),
        ([(2, "A", 3.0), (1, "A", 2.0)], "1 row has no shares_outstanding.*: 2024-01-02 A"),
    ):  # fmt: skip
        with pytest.raises(ImportRefused, match=f"DAT005.*{said}"):
            merge(tmp_path, closes(*rows))
        assert stored(tmp_path) == before
    with pytest.raises(ImportRefused, match="DAT005"):
        merge(tmp_path / "new", [closes((1, "A", 2.0)), prices((0, "A", 1.0))])
    merge(tmp_path, closes((2, "A", 5.0)), "replace")
    merge(tmp_path, [closes((1, "A", 2.0)), prices((1, "A", 2.0))])
    assert stored(tmp_path) == {(0, "A"): 1.0, (1, "A"): 2.0, (2, "A"): 5.0}
    # A market of prices alone stays one.
    merge(tmp_path / "other", closes((0, "A", 1.0)))
    merge(tmp_path / "other", closes((1, "A", 2.0)))
    assert len(stored(tmp_path / "other")) == 2


def test_compact(tmp_path: Path) -> None:
    for number in range(6):
        merge(tmp_path, prices((number, "B", float(number + 1)), (number, "A", 1.0)))
    before = stored(tmp_path)
    assert compact(tmp_path) == (6, 1)
    assert stored(tmp_path) == before
    assert compact(tmp_path) == (1, 1)


def test_compact_leaves_full_files_alone(tmp_path: Path) -> None:
    merge(tmp_path, prices(*((number, "A", 1.0) for number in range(250))))
    full = store.read_contents(tmp_path).of("daily")[0].name
    for first in range(250, 530, 70):
        merge(tmp_path, prices(*((first + number, "A", 1.0) for number in range(70))))
    assert compact(tmp_path) == (5, 3)
    files = store.read_contents(tmp_path).of("daily")
    assert files[0].name == full
    groups = [store.open_parquet(tmp_path / item.name).num_row_groups for item in files]
    assert [item.rows for item in files] == [250, 250, 30]
    assert groups == [1, 1, 1]


def test_compact_of_no_market(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no market here"):
        compact(tmp_path)


def test_row_groups_hold_whole_sessions(tmp_path: Path) -> None:
    rows = [(number, symbol, 1.0) for number in range(0, 800, 2) for symbol in ("A", "B")]
    merge(tmp_path, prices(*rows))
    merge(tmp_path, prices(*((number, "A", 2.0) for number in range(1, 799, 2))))
    (item,) = store.read_contents(tmp_path).of("daily")
    file = store.open_parquet(tmp_path / item.name)
    seen: list[set[dt.date]] = [
        set(file.read_row_group(group).column("date").to_pylist())
        for group in range(file.num_row_groups)
    ]
    assert [len(days) for days in seen] == [250, 250, 250, 49]
    assert not any(left & right for left, right in itertools.pairwise(seen))
    assert len(stored(tmp_path)) == len(rows) + 399


def test_rows_at_the_edges_of_row_groups(tmp_path: Path) -> None:
    """The last and first session of neighbouring row groups: matched, and no session split."""
    merge(tmp_path, prices(*((number, "B", 1.0) for number in range(600))))
    edges = (0, 249, 250, 499, 500, 599)
    with pytest.raises(ImportRefused) as refused:
        merge(tmp_path, prices(*((number, "B", 2.0) for number in edges)))
    assert len(refused.value.diagnostics) == len(edges)
    merge(tmp_path, prices(*((number, "A", 3.0) for number in edges)))
    (item,) = store.read_contents(tmp_path).of("daily")
    file = store.open_parquet(tmp_path / item.name)
    assert [file.read_row_group(group).num_rows for group in range(3)] == [252, 252, 102]
    rows = [(row["date"], row["symbol"]) for row in file.read().to_pylist()]
    assert rows == sorted(rows)


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 12), st.sampled_from("ABC"), st.sampled_from([1.0, 2.0, None])
            ),
            min_size=1,
            max_size=10,
            unique_by=lambda row: (row[0], row[1]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["refuse", "keep", "replace"]),
)
def test_any_sequence_of_imports_against_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, imports: list[Any], on_conflict: Any
) -> None:
    """A dictionary of cells, merged by hand, says what the market must hold after each import."""
    path = tmp_path_factory.mktemp("market")
    expected: dict[tuple[int, str], float | None] = {}
    for rows in imports:
        clash = [
            (number, symbol)
            for number, symbol, close in rows
            if close is not None and expected.get((number, symbol)) not in (None, close)
        ]
        if clash and on_conflict == "refuse":
            with pytest.raises(ImportRefused) as refused:
                merge(path, prices(*rows), on_conflict)
            assert len(refused.value.diagnostics) == len(clash)
        else:
            merge(path, prices(*rows), on_conflict)
            for number, symbol, close in rows:
                old = expected.get((number, symbol))
                keeps = close is None or (old is not None and on_conflict == "keep")
                expected[number, symbol] = old if keeps else close
        if expected:
            assert stored(path) == expected
            found = ranges(path)
            assert all(left[1] < right[0] for left, right in itertools.pairwise(found))


def test_observed_rows_go_through_the_market(tmp_path: Path) -> None:
    seen = Observed("securities", names_of({"A": "a", "B": "b"}))
    merge(tmp_path, Imported("one.csv", "table", observed=[seen]))
    later = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B"]),
            "valid_from": arrow.from_days([FIRST + 7] * 2),
            "name": arrow.from_texts(["a", "new"]),
        }
    )
    report = merge(tmp_path, Imported("two.csv", "table", observed=[Observed("securities", later)]))
    assert report.of("securities").added == 1
    assert "1 of 2 rows" in report.notes[0]
    # The same file again: nothing changes.
    again = merge(tmp_path, Imported("two.csv", "table", observed=[Observed("securities", later)]))
    assert again.of("securities").added == 0


def test_the_manifest_names_every_file_and_no_other(tmp_path: Path) -> None:
    merge(tmp_path, prices((0, "A", 1.0)))
    merge(tmp_path, prices((0, "B", 1.0)))
    merge(tmp_path, prices((0, "C", 1.0)))
    said = json.loads((tmp_path / "market.json").read_text())
    live = {item["name"] for item in said["files"]} | set(said["previous"])
    assert {file.name for file in tmp_path.glob("*.parquet")} == live
    assert not list(tmp_path.glob(".*.part"))
