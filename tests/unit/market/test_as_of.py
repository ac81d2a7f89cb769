"""What was known on a day: late rows, nulls, and spells, each day by hand."""

from __future__ import annotations

import numpy as np

from indexcalc.market import arrow
from indexcalc.market.as_of import History, Spells, as_of, keys, known_by, split_keys

ORDER = {"A": 0, "B": 1}
A, B = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)


def _securities() -> object:
    # A: "x" from day 10; "y" from day 20, known on day 25; a null from day 30.
    return arrow.table(
        {
            "symbol": arrow.from_texts(["A", "A", "A"]),
            "valid_from": arrow.from_days([10, 20, 30]),
            "sector": arrow.from_texts(["x", "y", None]),
            "known_at": arrow.from_days([arrow.NULL_DAY, 25, arrow.NULL_DAY]),
        }
    )


def _sector(day: int, codes: np.ndarray = A) -> str | None:
    values, names = History(_securities(), "valid_from", ORDER).labels(
        "sector", codes, np.array([day], dtype=np.int32)
    )
    return None if values[0] < 0 else names[values[0]]


def test_a_row_counts_when_it_holds_and_is_known() -> None:
    assert _sector(9) is None
    assert _sector(10) == "x"
    assert _sector(24) == "x"  # "y" holds since day 20, and nobody knew it before day 25
    assert _sector(25) == "y"
    assert _sector(35) == "y"  # a null is no statement
    assert _sector(35, B) is None


def test_a_row_known_late_does_not_displace_a_later_one() -> None:
    table = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "A"]),
            "valid_from": arrow.from_days([10, 20]),
            "lots": arrow.from_floats([1.0, 2.0]),
            "known_at": arrow.from_days([40, arrow.NULL_DAY]),
        }
    )
    days = np.array([15, 20, 45], dtype=np.int32)
    history = History(table, "valid_from", ORDER)
    found = history.numbers("lots", np.zeros(3, dtype=np.int32), days)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [2.0, 2.0]


def test_a_spell_ends_the_day_before_its_end_and_others_do_not_matter() -> None:
    table = arrow.table(
        {
            "symbol": arrow.from_texts(["A", "B"]),
            "from": arrow.from_days([10, 5]),
            "kind": arrow.from_texts(["halted", "halted"]),
            "to": arrow.from_days([12, arrow.NULL_DAY]),
        }
    )
    spells = Spells(table, ORDER)
    days = np.array([9, 10, 11, 12], dtype=np.int32)
    assert spells.holds("halted", A, days).tolist() == [False, True, True, False]
    assert spells.holds("halted", B, days).tolist() == [True] * 4
    assert spells.holds("caution", B, days).tolist() == [False] * 4


def test_rows_not_known_yet_are_left_out() -> None:
    assert known_by(_securities(), 24).column("sector").to_pylist() == ["x", None]
    assert known_by(_securities(), 25).num_rows == 3


def test_keys_sort_by_symbol_then_day_and_come_apart_again() -> None:
    codes = np.array([0, 0, 1], dtype=np.int32)
    days = np.array([-7, 20000, -7], dtype=np.int32)
    both = keys(codes, days)
    assert np.all(np.diff(both) > 0)
    assert [part.tolist() for part in split_keys(both)] == [codes.tolist(), days.tolist()]


def test_many_look_ups_find_what_single_ones_do() -> None:
    """A has one row, from day 10; B two, of which the later is known on 25; C none."""
    index = as_of(
        np.array([0, 1, 1], dtype=np.int32),
        np.array([10, 5, 20], dtype=np.int32),
        np.array([arrow.NULL_DAY, arrow.NULL_DAY, 25], dtype=np.int32),
        np.ones(3, dtype=np.bool_),
    )
    codes = np.repeat(np.arange(3, dtype=np.int32), 30)
    days = np.tile(np.arange(30, dtype=np.int32), 3)
    found = index.at(codes, days).reshape(3, 30)
    assert found[0].tolist() == [-1] * 10 + [0] * 20
    assert found[1].tolist() == [-1] * 5 + [1] * 20 + [2] * 5
    assert found[2].tolist() == [-1] * 30
    for code in range(3):
        for day in range(30):
            single = index.at(np.array([code], dtype=np.int32), np.array([day], dtype=np.int32))
            assert single[0] == found[code, day]


def test_many_look_ups_of_one_day_find_what_single_ones_do() -> None:
    random = np.random.default_rng(4)
    codes, days = random.integers(0, 9, 60, dtype=np.int32), random.integers(0, 30, 60)
    late = np.where(random.random(60) < 0.3, days + 5, arrow.NULL_DAY).astype(np.int32)
    index = as_of(codes, days.astype(np.int32), late, np.ones(60, dtype=np.bool_))
    everyone = np.arange(12, dtype=np.int32)
    for day in range(-1, 40):
        found = index.at(everyone, np.full(12, day, dtype=np.int32))
        single = [index.at(everyone[[code]], np.array([day]))[0] for code in everyone]
        assert found.tolist() == single


def test_many_lines_of_one_day_are_designated_as_single_ones_are() -> None:
    random = np.random.default_rng(5)
    starts = random.integers(0, 30, 60)
    table = arrow.table(
        {
            "symbol": arrow.from_texts([f"{code}" for code in random.integers(0, 9, 60)]),
            "from": arrow.from_days(starts),
            "kind": arrow.from_texts(["halted", "caution"] * 30),
            "to": arrow.from_days(starts + random.integers(-1, 9, 60)),
        }
    )
    spells = Spells(table, {f"{code}": code for code in range(8)})  # the ninth is no line
    everyone = np.arange(12, dtype=np.int32)
    for day in range(-1, 45):
        found = spells.holds("halted", everyone, np.full(12, day, dtype=np.int32))
        single = [spells.holds("halted", everyone[[code]], np.array([day]))[0] for code in everyone]
        assert found.tolist() == single
