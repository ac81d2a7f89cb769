"""CAS: the cases of a rule."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "CAS001",
        "case fails",
        "The result of the rule on the case's market differs from what the case expects.",
        "Look at the difference: either the rule or the expectation is wrong.",
    ),
    Code(
        "CAS002",
        "case without an expectation",
        "A case has nothing under `expect`.",
        "Give members, weights, capping_factors, levels or diagnostics.",
    ),
    Code(
        "CAS003",
        "rows of a case do not fit",
        "The rows of a case's market cannot be built: lists of different lengths, a missing "
        "file, or too many rows.",
        "Give all lists of one row the same number of values.",
    ),
    Code(
        "CAS004",
        "nothing on that date",
        "A case asks for a date on which the index has no member list or no level.",
        "Give the market rows on that date, or ask for a date on which the index is computed.",
    ),
)
