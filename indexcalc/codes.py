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
    # --- IMP: imports -------------------------------------------------------------------------
    # --- RUN: what a run writes ---------------------------------------------------------------
)
