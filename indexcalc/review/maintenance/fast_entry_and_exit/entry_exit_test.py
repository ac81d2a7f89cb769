"""A test between reviews as a record: who is tested, on which day, and what follows when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct, field

from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.maintenance import FastEntry, NewCompanyJoins
from indexcalc.methodology.reading.block import Block
from indexcalc.methodology.values.dated import value_on

FAST_ENTRY, FAST_EXIT = "fast_entry", "fast_exit"
PARENT_STAYS, NEW_COMPANY = "parent_stays", "new_company_joins"


class EntryExitTest(Struct):
    """One test: ``codes`` are tested on day ``test``; what follows is effective on ``day``.

    ``require``: the condition (of an exit: what makes a member leave); None: nothing is asked.
    ``needs`` (by code): the line that must have been a member on a day, or the code is not tested.
    Of a demerger: ``halt``, the first day of the halt before it; ``parts`` (by code), the undivided
    company and the part of its value that the line is (NaN: not known).
    """

    what: str
    test: int
    day: int
    codes: list[int]
    require: Condition | None
    path: str
    line: int
    replaces: str = "none"
    replace_from: str = "none"
    leaver: str = "none"
    if_below: int | None = None
    needs: dict[int, tuple[int, int]] = field(default_factory=dict)
    halt: int | None = None
    parts: dict[int, tuple[int, float]] = field(default_factory=dict)


class Listing(Struct, frozen=True, gc=False):
    """A listing of a line: the position of its first session; how it came to be listed."""

    code: int
    first: int
    known: int
    listed_by: str


def condition_on(dated: Any, date: dt.date) -> Condition | None:
    """A condition of the rule on a date; None where nothing is asked."""
    value = value_on(dated, date)
    assert value is None or isinstance(value, Block)
    return value  # type: ignore[return-value]


def entry_test(
    what: str, terms: FastEntry | NewCompanyJoins, code: int, test: dt.date, effective: dt.date
) -> EntryExitTest:
    """The test of a line that may enter, on the terms of the day on which it would."""
    return EntryExitTest(
        what=what,
        test=day_number(test),
        day=day_number(effective),
        codes=[code],
        require=condition_on(terms.require, effective),
        path=terms.path,
        line=terms.line,
        replaces=str(value_on(terms.replaces, effective) or "none"),
        leaver=str(value_on(terms.leaver, effective) or "none"),
    )
