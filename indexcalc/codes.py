"""The catalogue of diagnostic codes: what each means and how to get out of it.

Codes are stable: a code is never renamed or given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One catalogue entry: what a code means and how to get out of it."""

    code: str
    title: str
    meaning: str
    fix: str
    severity: Severity = "error"


def _catalogue(*entries: Code) -> dict[str, Code]:
    table = {entry.code: entry for entry in entries}
    if len(table) != len(entries):
        raise AssertionError("a diagnostic code is defined twice")
    return table


# One entry a code, in order; the prefix says which part of the work speaks:
# YML the text of a rule file, RUL its keys and values, DTE its dates, REF other rules it names,
# REV a review, CAP weights and caps, CAL levels, DAT the market, IMP an import, RUN a run's files.
CATALOGUE: dict[str, Code] = _catalogue(
    # --- YML: reading the text of a rule file -------------------------------------------------
    # --- RUL: keys and values -----------------------------------------------------------------
    # --- DTE: dates, dated values, date phrases, sessions -------------------------------------
    Code(
        "DTE101",
        "calendar library not installed",
        "The sessions of this exchange come from exchange_calendars, an optional package.",
        "pip install 'indexcalc[calendars]', or give the market a `sessions` table.",
    ),
    Code(
        "DTE102",
        "unknown calendar",
        "There is no session table of that name.",
        "Use a market identifier code such as XKRX, or give the market a `sessions` table.",
    ),
    Code(
        "DTE103",
        "no sessions",
        "The source of the sessions holds none for the days asked for.",
        "Import prices, give the market a `sessions` table, or ask for days the source covers.",
    ),
    Code(
        "DTE104",
        "session file cannot be read",
        "A session file, or a line of it, is neither a date nor a correction of one.",
        "Write one date a line, or lines such as `closed 2026-06-03 local elections`.",
    ),
    # --- REF: parents, variants, other rules --------------------------------------------------
    # --- REV: reviews -------------------------------------------------------------------------
    # --- CAP: weights and caps ----------------------------------------------------------------
    # --- CAL: levels --------------------------------------------------------------------------
    # --- DAT: the market ----------------------------------------------------------------------
    Code(
        "DAT001",
        "missing table",
        "The rule needs a table the market does not have.",
        "Import the table, or say what to assume with --assume where the message names a key.",
    ),
    Code(
        "DAT002",
        "missing column",
        "A required column is absent from a table.",
        "Add the column, or map it with --map.",
    ),
    Code(
        "DAT003",
        "wrong column type",
        "A column cannot be read as the type the table needs.",
        "Convert the column: dates to date or timestamp, numbers to numbers, symbols to text.",
    ),
    Code(
        "DAT004", "duplicate key", "Two rows of a table have the same key.", "Keep one row a key."
    ),
    Code(
        "DAT005",
        "null in a key or a required column",
        "A key or required column has no value.",
        "Fill the value, or drop the row.",
    ),
    Code(
        "DAT006",
        "value out of range",
        "A value is negative, not finite, or outside its bounds.",
        "Correct the row; a price that is not known is null, never zero.",
    ),
    Code(
        "DAT007",
        "rows on a day that is no session",
        "The data has prices on days the calendar does not call sessions.",
        "Give the real sessions in the table `sessions`, or correct the dates.",
    ),
    Code(
        "DAT010",
        "no market, or a damaged one",
        "The folder holds no market this version can read, or a file of it is missing.",
        "Import the data again, or name the right folder with --market.",
    ),
    Code(
        "DAT020",
        "no such demo market",
        "The number of securities, years or the seed is outside what the demo market can be made with.",
        "Take a number from the range the message names.",
    ),
    # --- IMP: imports -------------------------------------------------------------------------
    Code(
        "IMP001",
        "unreadable file",
        "The file is missing, damaged, or not text in any encoding that was tried.",
        "Check the path; say the encoding in the map (encoding: cp949), or save it as UTF-8.",
    ),
    Code(
        "IMP002",
        "unknown format",
        "The content of the file tells no format that can be read.",
        "Say --format; for your own columns write a map (--map) or name the table (--into).",
    ),
    Code(
        "IMP003",
        "malformed line",
        "A line has more or fewer fields than the header, or is cut short.",
        "Correct the line; a delimiter inside a value must be quoted.",
    ),
    Code(
        "IMP004",
        "unreadable cell",
        "A cell is no number, no date, or no whole number where one is needed.",
        "Correct the cell, or say in the map how it is written (decimal, thousands, date_format).",
    ),
    Code(
        "IMP005",
        "missing column",
        "The header lacks a column that the format or the map needs, or has one twice.",
        "Name the right column in the map, or export the file again with all columns.",
    ),
    Code(
        "IMP006",
        "no date",
        "The file does not say of which day it is.",
        "Give --date YYYY-MM-DD, or put the date into the file's name.",
    ),
    Code(
        "IMP007",
        "wrong column map",
        "The map has an unknown key, a missing one, or a value that cannot be.",
        "See docs/importing.md for the keys of a map.",
    ),
    Code(
        "IMP008",
        "unlisted value",
        "A column holds values that the map's `values` do not list.",
        "List them, or say `others: keep`, `others: none` or `others: drop`.",
    ),
    Code(
        "IMP009",
        "conflict with the market",
        "A row has a key that is stored already, with another value.",
        "Find out which is right; then --on-conflict keep or --on-conflict replace.",
    ),
    Code(
        "IMP010",
        "conflict of facts",
        "The import says something about the whole market that differs from what is recorded.",
        "Import into another market, or --on-conflict keep or replace.",
    ),
    Code(
        "IMP011",
        "market value is not price times shares",
        "A row's own market value differs from its close times its shares.",
        "Ask the source; neither figure is changed by the import.",
        severity="warning",
    ),
    Code(
        "IMP012",
        "nothing to import",
        "The file holds no row that can become part of a market.",
        "Check that it is the file you meant, and its map.",
    ),
    # --- RUN: what a run writes ---------------------------------------------------------------
    Code(
        "RUN001",
        "a written level would change",
        "The run would change a row that an earlier run wrote: a restatement.",
        "Say --restate to write it and keep the old values, or write to another --out.",
    ),
    Code(
        "RUN002",
        "the output folder is in use",
        "Another process is writing the same run.",
        "Wait for it, or use another --out.",
    ),
    Code(
        "RUN003",
        "a run that cannot be read",
        "A file of a written run is damaged or missing.",
        "Compute it again.",
    ),
    Code(
        "RUN004",
        "a run that does not verify",
        "Recomputing a written run gave other values.",
        "Compare the market with the one the manifest names; compute the run again.",
    ),
)
