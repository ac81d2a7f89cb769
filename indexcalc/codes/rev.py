"""REV: reviews."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "REV001",
        "review refused",
        "A review needs a value of the rule that is `unknown` on its effective date.",
        "Begin later with --from, at the date the message names, or set in the rule what held "
        "then.",
    ),
    Code(
        "REV002",
        "review before the data",
        "The cut-off of a review lies before the first daily rows of the market.",
        "Import earlier rows, begin later with --from, or give the list in `memberships`.",
        severity="warning",
    ),
    Code(
        "REV003",
        "not the target number of names",
        "After its steps a review has more or fewer members than `selection.count`.",
        "See decisions.parquet for why securities were left out; add a `fill` or a `trim` step.",
        severity="warning",
    ),
    Code(
        "REV004",
        "no security was selected",
        "A review leaves the index without any member.",
        "See decisions.parquet for the condition each security failed.",
        follows=True,
    ),
    Code(
        "REV005",
        "float factor not known yet",
        "A float factor begins on the day of a review, and nothing shows that it was known on "
        "the pricing day.",
        "Give the rows of `float_factors` a `known_at`: the day they were announced.",
        severity="warning",
    ),
    Code(
        "REV006",
        "given lists that are not used",
        "The market has later member lists of an index that selects its members itself: only "
        "the first may start its history.",
        "Compare them with the run's own lists, or set `selection: given`.",
        severity="warning",
    ),
    Code(
        "REV007",
        "a term that is not known",
        "A term of `maintenance`, `returns` or `rounding` is `unknown`, or begins later, on days of a "
        "run: nothing that it says holds then.",
        "Set in the rule what held then, `none` where nothing did, or begin later with --from.",
        severity="warning",
    ),
)
