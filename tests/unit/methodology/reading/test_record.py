"""Records made from annotations: frozen, by keyword, compared by what they hold."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import ClassVar

import pytest

from indexcalc.methodology.reading.record import Record


class Point(Record):
    """Two numbers and a note that does not count."""

    uncompared: ClassVar[frozenset[str]] = frozenset({"note"})

    x: int
    y: int = 2
    note: str = ""


class Solid(Point):
    """One number more."""

    z: int = 3


def test_fields_and_defaults() -> None:
    assert list(Solid.defaults) == ["x", "y", "note", "z"]
    point = Solid(x=1)
    assert (point.x, point.y, point.z) == (1, 2, 3)
    assert repr(point) == "Solid(x=1)"


def test_wrong_fields_are_refused() -> None:
    with pytest.raises(TypeError, match="has no field w"):
        Point(x=1, w=4)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="needs x"):
        Point()  # type: ignore[call-arg]


def test_a_record_is_frozen() -> None:
    point = Point(x=1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x


def test_equal_records_have_equal_hashes() -> None:
    first, second = Point(x=1, note="here"), Point(x=1, y=2, note="there")
    assert first == second
    assert hash(first) == hash(second)
    assert first != Point(x=2)
    assert first != Solid(x=1)


def test_a_changed_record_is_another() -> None:
    point = Point(x=1)
    moved = point.changed(x=5)
    assert (point.x, moved.x, moved.y) == (1, 5, 2)
