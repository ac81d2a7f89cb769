"""CAP: weights and caps."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "CAP001",
        "limit too small",
        "The limits of all members together are less than 100 %.",
        "Raise the limit, select more members, or set `on_infeasible: equal` or `relax`.",
    ),
    Code(
        "CAP002",
        "floor too large",
        "The floors of all members together are more than 100 %, or a floor is above a limit.",
        "Lower the floor, or select fewer members.",
    ),
    Code(
        "CAP003",
        "limits contradict each other",
        "Two limits of one cap cannot both be met.",
        "Correct one of them; the message shows both.",
    ),
    Code(
        "CAP004",
        "cap never binds",
        "A cap lies above what the scheme or the caps before it already ensure.",
        "Lower it, or remove it.",
        severity="warning",
    ),
    Code(
        "CAP005",
        "check stricter than the caps",
        "A `check` has a smaller limit than any cap.",
        "Use the same limit in both places.",
        severity="warning",
    ),
    Code(
        "CAP006",
        "limit broken after the caps",
        "After all caps are applied, a limit or a `check` of the rule does not hold.",
        "Order the caps so that the later ones keep the earlier ones, or correct the limits or "
        "the check.",
    ),
    Code(
        "CAP007",
        "weights cannot be capped",
        "A weight is missing, negative or not finite, or none is above zero.",
        "Correct the weights; leave out a security that should have none.",
    ),
    Code(
        "CAP008",
        "no label to cap by",
        "A cap counts by a column that does not exist, or a security has no value in it.",
        "Give every security a value in that column, or cap by another column.",
    ),
    Code(
        "CAP009",
        "cap cannot be applied",
        "A cap needs something that is not known where it is applied.",
        "Provide it, or leave the cap out.",
    ),
)
