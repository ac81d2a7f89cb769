"""DTE: dates, dated values, date phrases and sessions."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "DTE001",
        "not a date",
        "A date is required, or the day does not exist.",
        "Write it as 2020-06-12.",
    ),
    Code(
        "DTE002",
        "dates out of order",
        "Dates are not in ascending order.",
        "Write them in ascending order.",
    ),
    Code(
        "DTE003",
        "dates and keys mixed",
        "A mapping has both dates and other words as keys.",
        "A dated value has only dates as keys.",
    ),
    Code(
        "DTE004",
        "date phrase not recognised",
        "A phrase is not one of the date phrases of the rule language.",
        "Write one of the forms the hint names.",
    ),
    Code(
        "DTE005",
        "date name not defined",
        "A phrase uses a name that is not defined under `dates`.",
        "Define it under `dates`, or correct the name.",
    ),
    Code(
        "DTE006",
        "named date has no such month",
        "A schedule uses a named date in a month the name does not have.",
        "Add the month to the named date.",
    ),
    Code(
        "DTE007",
        "day defined by itself",
        "The days of a schedule are defined by each other in a circle.",
        "Define one of them as a day of the month.",
    ),
    Code(
        "DTE008",
        "day outside the calendar",
        "A date of the rule lies before the first session of its calendar, so that it cannot be "
        "placed.",
        "Start the index later, or give the market a `sessions` table that reaches further back.",
        severity="warning",
    ),
    Code(
        "DTE009",
        "days out of order",
        "A cut-off or pricing day is not before the effective date.",
        "Correct the phrase; `validate --dates` shows the days.",
    ),
    Code(
        "DTE010",
        "may not change by date",
        "A value that must hold for the whole index changes by date.",
        "Give one value, or define another index.",
    ),
    Code(
        "DTE011",
        "no such day here",
        "A phrase counts from a day that does not exist at its place.",
        "Count from one of the days the hint names.",
    ),
    Code(
        "DTE012",
        "announcement out of order",
        "A review is announced before its cut-off, or not before it takes effect.",
        "Correct the phrase; `validate --dates` shows the days.",
    ),
    Code(
        "DTE013",
        "window past the cut-off",
        "A measure, or the window of a cap, ends on a day that is not yet known when it is used.",
        "End it on the cut-off day (for a cap: the pricing day) or earlier.",
    ),
    Code(
        "DTE014",
        "month without its day",
        "A schedule names a day that does not exist in some of its months, so that those "
        "reviews are omitted.",
        "Choose a day that every such month has: a 4th weekday, or the last session of the month.",
        severity="warning",
    ),
    Code(
        "DTE015",
        "dated key between reviews",
        "A dated value changes on a day on which it is not used; it first counts later.",
        "Write the effective date from which it should count.",
        severity="warning",
    ),
    Code(
        "DTE016",
        "gap or overlap",
        "Of two consecutive items of a list, the later one begins before or after the earlier "
        "one ends.",
        "Use the same day as `until` of the first and `from` of the second.",
        severity="warning",
    ),
    Code(
        "DTE017",
        "never in force",
        "A dated value or item holds on no day on which it would be used.",
        "Correct its dates or months, or remove it.",
        severity="warning",
    ),
    Code(
        "DTE018",
        "schedule without a review",
        "A schedule gives no effective date at all.",
        "Correct months and phrase; `validate --dates` shows the days.",
    ),
    Code(
        "DTE019",
        "base date that is no session",
        "The base date falls on a day on which the exchange is closed, so that the series begins on "
        "the next session.",
        "Write the session on which the series stands at its base level.",
        severity="warning",
    ),
    Code(
        "DTE101",
        "calendar library not installed",
        "The sessions of this exchange come from exchange_calendars, an optional package.",
        "Run pip install 'indexcalc[calendars]', or give the market a `sessions` table.",
    ),
    Code(
        "DTE102",
        "unknown calendar",
        "There is no session table with that name.",
        "Use a market identifier code such as XKRX, or give the market a `sessions` table.",
    ),
    Code(
        "DTE103",
        "no sessions",
        "The source of the sessions has none in the period asked for.",
        "Import prices, give the market a `sessions` table, or ask for a period the source covers.",
    ),
    Code(
        "DTE104",
        "session file cannot be read",
        "A session file cannot be read, or one of its lines is neither a date nor a correction.",
        "Write one date a line, or lines such as `closed 2026-06-03 local elections`.",
    ),
)
