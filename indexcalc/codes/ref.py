"""REF: parents, variants and other rules."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "REF001",
        "no such rule",
        "A rule that was asked for, or that another rule names, is not found.",
        "Correct the name, or put its file beside the rule that names it.",
    ),
    Code(
        "REF002",
        "circle",
        "Rules depend on each other in a circle.",
        "Remove one of the references.",
    ),
    Code(
        "REF003",
        "parents differ",
        "A child index inherits a value from several parents that give different values.",
        "Set the value in the child.",
    ),
    Code(
        "REF004",
        "two files for one index",
        "A name leads to two different rules.",
        "Give each file the name of its index, and keep one of the two.",
    ),
    Code(
        "REF005",
        "nothing to inherit",
        "Neither a child index nor its parent sets a required value.",
        "Set the value in the child.",
    ),
    Code(
        "REF006",
        "overlay used as a parent",
        "A rule takes members from an overlay, which has a level but no members, or asks it for "
        "a return other than `price`.",
        "Name the underlying index of the overlay, or set `return: price`.",
    ),
)
