"""Values that change by date: ``{1994-06-01: [6], 2020-06-12: [6, 12]}``.

Every key that may be dated holds a ``Dated``, also when the rule says one value for all time, so
that the code that computes never asks which of the two it was.  A dated value is read at the
*effective date* of the decision.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar, overload

from msgspec import Struct

from indexcalc.methodology.values.values import UNKNOWN, Special

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

BEGINNING = dt.date.min


class Dated(Struct, Generic[T_co], frozen=True):
    """Values with the date from which each holds, ascending; the first may be ``BEGINNING``.

    ``entries[i]`` holds from its date up to the day before the next one's.
    """

    entries: tuple[tuple[dt.date, T_co | Special], ...]

    @staticmethod
    def constant(value: U | Special) -> Dated[U]:
        """A value that holds for all time."""
        return Dated(((BEGINNING, value),))

    def at(self, effective_date: dt.date) -> T_co | Special:
        """The value in force on a date: UNKNOWN before the first, NONE where it is off."""
        entries = self.entries
        if len(entries) == 1:
            return entries[0][1] if effective_date >= entries[0][0] else UNKNOWN
        index = bisect.bisect_right(entries, effective_date, key=_date_of) - 1
        return entries[index][1] if index >= 0 else UNKNOWN

    @overload
    def get(self, effective_date: dt.date) -> T_co | None: ...

    @overload
    def get(self, effective_date: dt.date, default: U) -> T_co | U: ...

    def get(self, effective_date: dt.date, default: object = None) -> object:
        """The value in force on a date, or ``default`` where it is ``none`` or ``unknown``."""
        value = self.at(effective_date)
        return default if isinstance(value, Special) else value

    @property
    def is_constant(self) -> bool:
        """Does it hold one value for all time?"""
        return len(self.entries) == 1 and self.entries[0][0] == BEGINNING

    @property
    def value(self) -> T_co | Special:
        """The one value of a constant; ValueError where it changes by date."""
        if not self.is_constant:
            raise ValueError("this value changes by date: ask at(effective_date)")
        return self.entries[0][1]

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates the rule names, ascending (empty for a constant)."""
        return tuple(date for date, _ in self.entries if date != BEGINNING)

    @property
    def values(self) -> tuple[T_co, ...]:
        """The values held over time, without ``none`` and ``unknown``, in order."""
        return tuple(value for _, value in self.entries if not isinstance(value, Special))

    def __iter__(self) -> Iterator[tuple[dt.date, T_co | Special]]:
        return iter(self.entries)

    def map(self, change: Callable[[T_co], U]) -> Dated[U]:
        """The same dates with each value changed; ``none`` and ``unknown`` stay."""
        return Dated(
            tuple(
                (date, value if isinstance(value, Special) else change(value))
                for date, value in self.entries
            )
        )

    def between(self, start: dt.date, stop: dt.date | None) -> Dated[T_co]:
        """What holds from ``start`` to the day before ``stop`` (None: for ever), from ``start`` on."""
        inside = [(start, self.at(start))]
        inside += [
            (date, value)
            for date, value in self.entries
            if date > start and (stop is None or date < stop)
        ]
        return Dated(tuple(inside))


@overload
def value_on(dated: Dated[T] | None, effective_date: dt.date) -> T | None: ...


@overload
def value_on(dated: Dated[T] | None, effective_date: dt.date, default: U) -> T | U: ...


def value_on(
    dated: Dated[object] | None, effective_date: dt.date, default: object = None
) -> object:
    """Like ``Dated.get`` for a key that may be absent: ``default`` where the rule does not say it."""
    return default if dated is None else dated.get(effective_date, default)


def splice(parts: Iterable[tuple[dt.date, Dated[T]]]) -> Dated[T]:
    """One dated value out of several, each in force from its date to the next one's."""
    ordered = list(parts)
    entries: list[tuple[dt.date, T | Special]] = []
    for index, (start, part) in enumerate(ordered):
        stop = ordered[index + 1][0] if index + 1 < len(ordered) else None
        entries.extend(part.between(start, stop).entries)
    return Dated(tuple(entries))


def breakpoints(values: Iterable[Dated[object] | None]) -> tuple[dt.date, ...]:
    """All dates on which any of the values changes, ascending."""
    return tuple(sorted({date for value in values if value is not None for date in value.dates}))


def segments(dates: Iterable[dt.date]) -> tuple[tuple[dt.date, dt.date | None], ...]:
    """The spans between dates, the first from ``BEGINNING``, the last without an end (None)."""
    starts = [BEGINNING, *(date for date in dates if date != BEGINNING)]
    return tuple(zip(starts, [*starts[1:], None], strict=True))


def _date_of(entry: tuple[dt.date, object]) -> dt.date:
    return entry[0]
