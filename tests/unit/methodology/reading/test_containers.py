"""Lists, names, values by date and by status."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from indexcalc.methodology.reading.containers import ByStatusKind, DatedKind, ListOf, MapOf
from indexcalc.methodology.reading.kinds import Text, WholeNumber, Word
from indexcalc.methodology.reading.reader import BAD, Kind
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.methodology.values.values import NONE, UNKNOWN, ByStatus
from tests.unit.methodology.reading.nodes import read_by

NUMBERS = ListOf(WholeNumber(1), distinct=True)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (NUMBERS, "[3, 6]", (3, 6)),
        (ListOf(WholeNumber(), or_one=True), "3", (3,)),
        (ListOf(WholeNumber(), least=0), "[]", ()),
        (MapOf(WholeNumber(), Text()), "{a: 1, b: 2}", {"a": 1, "b": 2}),
        (ByStatusKind(WholeNumber()), "3", ByStatus(3, 3)),
        (ByStatusKind(WholeNumber()), "{existing: 5, new: 3}", ByStatus(5, 3)),
        (ByStatusKind(WholeNumber()), "{existing: none, new: 3}", ByStatus(NONE, 3)),
    ],
)
def test_what_is_read(kind: Kind, text: str, value: Any) -> None:
    assert read_by(kind, text)[:2] == (value, [])


@pytest.mark.parametrize(
    ("kind", "text", "codes"),
    [
        (NUMBERS, "3", ["RUL003"]),
        (NUMBERS, "[]", ["RUL011"]),
        (NUMBERS, "[3, 3]", ["RUL018"]),
        (NUMBERS, "[0, x]", ["RUL011", "RUL005"]),
        (ListOf(WholeNumber(), least=2, most=2), "[1, 2, 3]", ["RUL011"]),
        (MapOf(WholeNumber(), Text()), "[1]", ["RUL003"]),
        (ByStatusKind(WholeNumber()), "{existing: 5}", ["RUL015"]),
        (ByStatusKind(WholeNumber()), "{existing: 5, newer: 3, new: 1}", ["RUL001"]),
        (DatedKind(WholeNumber()), "{2020-01-02: 1, 2019-01-02: 2}", ["DTE002"]),
        (DatedKind(WholeNumber()), "{2020-01-02: 1, later: 2}", ["DTE003"]),
        (DatedKind(WholeNumber()), "{2020-13-02: 1}", ["DTE001"]),
    ],
)
def test_what_is_refused(kind: Kind, text: str, codes: list[str]) -> None:
    value, found, _ = read_by(kind, text)
    assert value is BAD
    assert found == codes


def test_a_value_that_changes_by_date() -> None:
    value = read_by(
        DatedKind(WholeNumber()), "{2000-01-04: 1, 2010-01-04: none, 2020-01-02: unknown}"
    )
    assert value[0].entries == (
        (dt.date(2000, 1, 4), 1),
        (dt.date(2010, 1, 4), NONE),
        (dt.date(2020, 1, 2), UNKNOWN),
    )
    assert read_by(DatedKind(WholeNumber()), "7")[0].entries == ((BEGINNING, 7),)


def test_none_may_be_a_word_of_the_kind_itself() -> None:
    """Then it turns nothing off."""
    own, other = Word(("none", "first")), Word(("first",))
    assert read_by(DatedKind(own), "none")[0].value == "none"
    assert read_by(DatedKind(other), "none")[0].value is NONE
