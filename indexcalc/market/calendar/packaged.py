"""The packaged session tables: small text files of closed weekdays and weekend sessions.

They are in ``session_tables/``, written by ``tools/make_sessions.py`` from exchange_calendars and from
corrections kept beside them with their reasons.  Reading one imports neither pandas nor pyarrow.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days
from indexcalc.diagnostics import DataError, Findings, Span
from indexcalc.market.calendar.sessions import Sessions, day_number

SATURDAY = 5
_FOLDER = Path(__file__).parent / "session_tables"
_CORRECTIONS = ".corrections.txt"
_WEEKDAY_OF_DAY_ZERO = 3  # 1970-01-01 was a Thursday; Monday is 0


class Correction(Struct, frozen=True):
    """One day a table has wrong: opened or closed, and why."""

    date: dt.date
    is_open: bool
    reason: str


class PackagedTable(Struct, frozen=True):
    """A packaged table as read: its sessions, and between which days they were checked.

    Outside ``verified_from`` .. ``verified_until`` the sessions are an estimate: earlier ones rest
    on the holiday rules alone, later ones on holidays not announced yet.
    """

    sessions: Sessions
    verified_from: dt.date
    verified_until: dt.date


def names() -> tuple[str, ...]:
    """The calendars with a packaged table, sorted."""
    files = (path.name for path in _FOLDER.glob("*.txt"))
    return tuple(sorted(name.removesuffix(".txt") for name in files if _CORRECTIONS not in name))


def packaged(name: str) -> Sessions:
    """The packaged sessions of a calendar, by its market identifier code (``XKRX``).

    ``version`` is a short hash of the days.  DataError (DTE102) when there is no such table.
    """
    return packaged_table(name).sessions


@lru_cache(maxsize=8)
def packaged_table(name: str) -> PackagedTable:
    """Like ``packaged``, with the days between which the table was checked."""
    if name not in names():
        raise DataError.of(
            "DTE102",
            f"there is no packaged session table {name!r}; there are: {', '.join(names())}",
            hint="give the market a `sessions` table; the extra `calendars` can make one",
        )
    return _read_table((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


def session_after(name: str, day: dt.date) -> dt.date:
    """The session that follows a day by the packaged table of a calendar; where there is none, or it ends
    before, the next of Monday to Friday."""
    if name in names():
        sessions = packaged(name)
        following = sessions.at_or_before(day) + 1
        if following < len(sessions):
            return sessions.date(following)
    following_day = day + dt.timedelta(days=1)
    while following_day.weekday() >= SATURDAY:
        following_day += dt.timedelta(days=1)
    return following_day


def _read_table(text: str) -> PackagedTable:
    """Read what ``table_text`` wrote."""
    head: dict[str, list[str]] = {}
    exceptions: list[str] = []
    for line in text.splitlines():
        if line[:1].isdigit():
            exceptions.append(line)
        elif line and not line.startswith("#"):
            key, *words = line.split()
            head[key] = words
    first, last = (dt.date.fromisoformat(day) for day in head["range"])
    verified_from, verified_until = (dt.date.fromisoformat(day) for day in head["verified"])
    start = day_number(first)
    is_session = _ordinary_week(first, last, dt.date.fromisoformat(head["saturdays"][0]))
    for line in exceptions:
        year, *words = line.split()
        for word in words:
            date = dt.date(int(year), int(word[-4:-2]), int(word[-2:]))
            is_session[day_number(date) - start] = word[0] == "+"
    days = (np.flatnonzero(is_session) + start).astype(np.int32)
    return PackagedTable(sessions_of(head["calendar"][0], days), verified_from, verified_until)


def _ordinary_week(first: dt.date, last: dt.date, saturdays_until: dt.date) -> Bools:
    """For each day ``first`` .. ``last``: would it be a session if there were no holidays?"""
    days = np.arange(day_number(first), day_number(last) + 1)
    weekday = (days + _WEEKDAY_OF_DAY_ZERO) % 7
    ordinary = (weekday < SATURDAY) | (
        (weekday == SATURDAY) & (days <= day_number(saturdays_until))
    )
    return np.asarray(ordinary, dtype=np.bool_)


def table_text(
    name: str,
    sessions: Collection[dt.date],
    first: dt.date,
    last: dt.date,
    verified: tuple[dt.date, dt.date],
    origin: str,
) -> str:
    """The text of a packaged table: per year what differs from the ordinary week.

    The ordinary week is Monday to Friday, with Saturday until the last session on one.  ``made`` is
    a line on how the table came about.  The inverse of what ``packaged`` reads.
    """
    open_days = frozenset(sessions)
    on_saturday = [day for day in open_days if day.weekday() == SATURDAY]
    saturdays_until = max(on_saturday, default=first - dt.timedelta(days=1))
    lines = [
        f"# {name}: what differs, year by year, from Monday to Friday (and from Monday to Saturday",
        "# until the day of `saturdays`): MMDD is closed, +MMDD is a session.",
        f"# {origin}",
        "# Checked from the first to the second day of `verified`; earlier sessions rest on rules",
        "# for holidays alone, later ones on holidays expected but not announced.",
        "# Do not edit: correct the corrections file and run the tool.",
        f"calendar {name}",
        f"range {first} {last}",
        f"saturdays {saturdays_until}",
        f"verified {verified[0]} {verified[1]}",
    ]
    words: dict[int, list[str]] = {year: [] for year in range(first.year, last.year + 1)}
    for offset, ordinary in enumerate(_ordinary_week(first, last, saturdays_until)):
        day = first + dt.timedelta(days=offset)
        if ordinary != (day in open_days):
            words[day.year].append(f"{'' if ordinary else '+'}{day:%m%d}")
    lines += [" ".join([str(year), *dates]) for year, dates in words.items()]
    return "\n".join(lines) + "\n"


def read_corrections(text: str, path: str) -> tuple[Correction, ...]:
    """Read lines ``closed|open DATE REASON``; ``#`` starts a comment line.

    DataError (DTE104) names every other line, all of them at once.
    """
    findings = Findings()
    corrections: list[Correction] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split(maxsplit=2)
        if not words or words[0].startswith("#"):
            continue
        date = iso_date(words[1]) if len(words) > 1 else None
        if words[0] not in ("open", "closed") or date is None:
            bad_line(findings, path, number, line, "`closed 2026-06-03 reason` or `open ...`")
            continue
        reason = words[2] if len(words) > 2 else ""
        corrections.append(Correction(date, words[0] == "open", reason))
    findings.raise_errors(DataError)
    return tuple(corrections)


def weekdays_between(first: int, last: int) -> Days:
    """Mondays to Fridays from day ``first`` to day ``last``, both in."""
    days = np.arange(first, last + 1, dtype=np.int32)
    return days[(days + _WEEKDAY_OF_DAY_ZERO) % 7 < SATURDAY]


def sessions_of(name: str, days: Days) -> Sessions:
    """Sessions over sorted days, read-only, with a short hash of the days as version."""
    own = np.ascontiguousarray(days, dtype=np.int32)
    if own is days:
        own = own.copy()
    own.setflags(write=False)
    version = hashlib.sha256(own.astype("<i4").tobytes()).hexdigest()[:12]
    return Sessions(name, version, own)


def iso_date(word: str) -> dt.date | None:
    """The date of a word like ``2026-06-03``; None when it is not one."""
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        return None


def bad_line(findings: Findings, path: str, number: int, line: str, expected: str) -> None:
    """Record DTE104 for a line that is not as ``expected``."""
    column = len(line) - len(line.lstrip()) + 1
    findings.add(
        "DTE104",
        f"{line.strip()!r} is not {expected}",
        span=Span(path, number, column, max(1, len(line.strip()))),
        hint=f"write {expected}",
    )
