"""STU: the studio, a page on this machine."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "STU001",
        "a place the studio does not write",
        "A rule is opened and saved only in the folders that were given when the studio was started.",
        "Start it with --folder DIR, or download the rule.",
    ),
    Code(
        "STU002",
        "a rule changed by somebody else",
        "The file of the rule is not what it was when the studio opened it; nothing was written.",
        "Open it again, or save under another `index`.",
    ),
    Code(
        "STU003",
        "a computation that ended early",
        "The process that computes for the page ended without an answer, mostly for want of memory.",
        "Try again; give a shorter period or a smaller market.",
    ),
)
