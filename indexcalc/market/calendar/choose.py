"""Which sessions a run counts in: a user's file, the market's, a packaged table, price dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from indexcalc.arrays import Days
from indexcalc.diagnostics import DataError, Findings, quantity
from indexcalc.market.calendar.packaged import (
    PackagedTable,
    bad_line,
    iso_date,
    names,
    packaged,
    packaged_table,
    read_corrections,
    sessions_of,
    weekdays_between,
)
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.notes import note

__all__ = ["choose", "from_exchange_calendars", "names", "packaged", "read_override"]

# Reviews are dated ahead of the prices: the sessions must reach past an annual review and its
# effective date, so a source that ends sooner after the last price is continued.
_REACH = 400
# Days that are no sessions, as `market check` lists them: a person has to look at each; of more, the
# calendar is another.
DAYS_LISTED = 100


def read_override(path: Path, rule_calendar: str) -> Sessions:
    """A user's session file: every session, one date a line, or corrections to the packaged table.

    The first line that is not a comment decides which of the two it is.  DataError: DTE102 (corrections
    to a calendar without a packaged table), DTE103 (no session), DTE104 (a line or file that
    cannot be read).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failed:
        reason = failed.strerror if isinstance(failed, OSError) else "it is not UTF-8 text"
        raise DataError.of(
            "DTE104", f"the session file cannot be read: {reason}", path=path
        ) from failed
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if lines and lines[0][1].split()[0] in ("open", "closed"):
        corrections = read_corrections(text, str(path))
        base = packaged(rule_calendar)
        # A dict, so that the later line on a day wins.
        final = {day_number(item.date): item.is_open for item in corrections}
        opened = [day for day, is_open in final.items() if is_open]
        closed = [day for day, is_open in final.items() if not is_open]
        days = np.setdiff1d(np.union1d(base.days, _days(opened)), _days(closed))
        return sessions_of(f"{rule_calendar} with {path.name}", days)
    findings = Findings()
    dates: list[int] = []
    for number, line in lines:
        date = iso_date(line)
        if date is None:
            bad_line(findings, str(path), number, line, "one date a line, like 2026-06-04")
        else:
            dates.append(day_number(date))
    if not lines:
        findings.add("DTE103", "the session file holds no session", path=path)
    findings.raise_errors(DataError)
    return sessions_of(path.name, np.unique(_days(dates)))


def from_exchange_calendars(name: str, start: dt.date, end: dt.date) -> Sessions:
    """The sessions ``start`` .. ``end`` (both in) as the library has them, uncorrected.

    For exchanges without a packaged table; needs the extra ``calendars``.  DataError: DTE101 (not
    installed), DTE102 (a name the library does not know), DTE103 (a range it does not cover).
    """
    try:
        import exchange_calendars  # about a second and pandas: only when asked for
        from exchange_calendars import errors
    except ImportError as missing:
        raise DataError.of(
            "DTE101",
            f"the sessions of {name} come from exchange_calendars, which is not installed",
            hint="pip install 'indexcalc[calendars]', or give the market a `sessions` table",
        ) from missing
    try:
        calendar = exchange_calendars.get_calendar(name, start=str(start), end=str(end))
    except errors.InvalidCalendarName as unknown:
        raise DataError.of(
            "DTE102",
            f"exchange_calendars has no calendar {name!r}",
            hint="use a market identifier code such as XKRX, XNYS, XTKS, XHKG",
        ) from unknown
    except (ValueError, errors.CalendarError) as refused:
        raise DataError.of(
            "DTE103",
            f"exchange_calendars has no sessions of {name} for {start} .. {end}: {refused}",
            hint="ask for a range it covers, or give the market a `sessions` table",
        ) from refused
    days = calendar.sessions.to_numpy().astype("datetime64[D]").astype(np.int32)
    sessions = sessions_of(name, days)
    source = f"exchange_calendars {exchange_calendars.__version__}"
    return Sessions(sessions.name, f"{sessions.version} ({source})", sessions.days)


def choose(
    rule_calendar: str,
    override: Sessions | None,
    market_sessions: Days | None,
    daily_dates: Days,
) -> tuple[Sessions, list[str]]:
    """The sessions of a run and what had to be assumed about them.

    The first there is of: the user's ``override``, the market's ``sessions`` table, the packaged
    table of the rule's calendar, the dates of ``daily``.  ``market_sessions`` and ``daily_dates``
    are int32 days since 1970-01-01 in any order.  The result always reaches past the last price.
    DataError (DTE103) when the source used holds no day.
    """
    assumptions: list[str] = []
    prices = np.unique(daily_dates).astype(np.int32)
    if override is not None:
        chosen, source = override, note("from_file", name=override.name)
    elif market_sessions is not None:
        chosen = sessions_of("market", np.unique(market_sessions))
        source = note("from_market")
    elif rule_calendar in names():
        table = packaged_table(rule_calendar)
        chosen, source = table.sessions, note("from_package", calendar=rule_calendar)
        assumptions += _outside_verified(table, prices)
    else:
        chosen, source = sessions_of("daily", prices), note("from_daily")
        assumptions.append(note("dates_of_daily", calendar=rule_calendar, known=", ".join(names())))
    if len(chosen) == 0:
        raise DataError.of("DTE103", f"{source} holds no session", where=rule_calendar)
    elsewhere = chosen.strange(prices)
    if elsewhere.size:
        assumptions.append(
            note(
                "not_sessions",
                n=elsewhere.size,
                all=prices.size,
                source=source,
                first=date_of(elsewhere[0]),
                last=date_of(elsewhere[-1]),
            )
        )
    needed = (int(prices[-1]) if prices.size else int(chosen.days[-1])) + _REACH
    if int(chosen.days[-1]) < needed:
        chosen, how = _continued(chosen, rule_calendar, needed)
        assumptions.append(how)
    return chosen, assumptions


def _outside_verified(table: PackagedTable, prices: Days) -> list[str]:
    """What is assumed about price dates outside the range in which the table was checked."""
    spans: list[str] = []
    if prices.size and prices[0] < day_number(table.verified_from):
        spans.append(note("before_verified", calendar=table.sessions.name, day=table.verified_from))
    if prices.size and prices[-1] > day_number(table.verified_until):
        spans.append(note("after_verified", calendar=table.sessions.name, day=table.verified_until))
    return spans


def _continued(chosen: Sessions, rule_calendar: str, until: int) -> tuple[Sessions, str]:
    """``chosen`` with days after its last: the packaged ones, else Mondays to Fridays."""
    last = int(chosen.days[-1])
    later = np.empty(0, dtype=np.int32)
    how = note("weekdays")
    if rule_calendar in names():
        later = packaged(rule_calendar).days
        later = later[(later > last) & (later <= until)]
        how = note("those_of_package", calendar=rule_calendar)
    # A packaged table ends too; near its end only the weekdays are left.
    if later.size == 0 or later[-1] < until - 15:
        beyond = int(later[-1]) if later.size else last
        known = note("then_weekdays", how=how, day=date_of(beyond))
        how = known if later.size else note("weekdays")
        later = np.concatenate([later, weekdays_between(beyond + 1, until)])
    joined = sessions_of(chosen.name, np.concatenate([chosen.days, later]))
    return joined, note("continued", day=date_of(last), calendar=chosen.name, how=how)


def _days(numbers: Iterable[int]) -> Days:
    return np.fromiter(numbers, dtype=np.int32)


def check_days(days: Days, sessions: Sessions, place: str, shown: int = 5) -> Findings:
    """DAT007 where ``days``, the dates of ``daily`` (n,), are not all sessions: no run counts in others."""
    findings = Findings()
    strange = sessions.strange(days)
    if strange.size:
        words = [
            f"{date_of(day).isoformat()} ({_closed(sessions, day)})" for day in strange[:shown]
        ]
        more = f" and {strange.size - shown} more" if strange.size > shown else ""
        listed = " (`market check` lists them)" if more and shown < DAYS_LISTED else ""
        findings.add(
            "DAT007",
            f"{quantity(strange.size, 'day of daily is no session', 'days of daily are not sessions')} of "
            f"{sessions.name}: {', '.join(words)}{more}{listed}",
            path=f"{place}/daily",
            hint="import the files again without these rows, into a new market; or the real sessions "
            "as the table `sessions`; or, of another exchange, say its calendar (`market import --fact "
            "calendar=NAME --on-conflict replace`), or the currency of each line in `securities`, or "
            "--assume missing_row=carried: each line is carried on holidays of its own",
        )
    return findings


def _closed(sessions: Sessions, day: int) -> str:
    """Why a day is no session, in words."""
    date = date_of(day)
    if date.weekday() > 4:
        return f"a {date:%A}"
    return "a holiday" if sessions.name in names() else "a weekday"
