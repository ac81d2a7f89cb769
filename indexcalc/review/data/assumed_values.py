"""Can what the user says to assume be read as a value of its column?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from indexcalc.diagnostics import Findings, UsageError
from indexcalc.market.tables import TABLES
from indexcalc.methodology.values.values import Flag, NotRead, Number, Share, as_share, as_value

_A_DATE: Final = "write YYYY-MM-DD"


def check_assumed(assume: Mapping[str, str], findings: Findings) -> None:
    """CAL019 for each value that is not of its column's kind; any value of a column of the market's own
    is good (its kind is the market's)."""
    for key, said in assume.items():
        wrong, hint = _wrong(key, said)
        if wrong:
            findings.add("CAL019", f"{key}={said}: {wrong}", where="--assume", hint=hint)


def _wrong(key: str, said: str) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead; twice '' where nothing is."""
    if key == "float_factor":
        try:
            # 1 alone is a whole share here, though a rule would say 100%.
            if said != "1":
                as_share(said, at_most_one=True)
        except NotRead as error:
            return str(error), error.hint or "write a share of 0 to 1, such as 1, 0.3 or 30%"
        return "", ""
    column = next(
        (
            TABLES[name].by_name[key]
            for name in ("daily", "securities")
            if key in TABLES[name].by_name
        ),
        None,
    )
    if column is not None and column.kind == "date":
        return ("", "") if _date(said) else (f"`{said}` is no date", _A_DATE)
    try:
        value = as_value(said)
    except NotRead as error:
        return str(error), error.hint
    if column is None or column.kind == "text" or isinstance(value, Number | Share | Flag):
        return "", ""
    return f"`{said}` is no number", "write digits"


def assumed_date(key: str, said: str) -> dt.date:
    """The date to assume of a column of dates; UsageError (CAL019) where the text is none."""
    date = _date(said)
    if date is None:
        findings = Findings()
        findings.add("CAL019", f"{key}={said}: `{said}` is no date", where="--assume", hint=_A_DATE)
        raise UsageError(findings.items)
    return date


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
