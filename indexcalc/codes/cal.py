"""CAL: levels and returns."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "CAL001",
        "unexplained price gap",
        "A price, or shares and price together, moved and no corporate action explains it; the "
        "line was held unmoved.",
        "Add the corporate action or the exchange's base price for that line and date, and compute again.",
    ),
    Code(
        "CAL002",
        "a member that cannot be bought",
        "A line was selected for the index but has no price or no row on its first session.",
        "Add the missing rows, or give the line a delisting date.",
    ),
    Code(
        "CAL003",
        "a member without a row",
        "The market is not marked complete, and a member has no row on a session.  Where rows are carried, "
        "a warning of members that are said to have left.",
        "Import the row, mark the market `complete`, or give --assume missing_row=carried or "
        "missing_row=not_listed.",
    ),
    Code(
        "CAL004",
        "pending shares not listed",
        "New shares of a corporate action are counted from the ex-date, but never appeared in "
        "the listed shares.",
        "Give the action its list_date, or correct its ratio.",
        severity="warning",
    ),
    Code(
        "CAL005",
        "base price without an action",
        "The exchange changed the base price of a line and no corporate action gives the "
        "reason; the base price is used.",
        "Add the corporate action, so that the events give the reason.",
        severity="warning",
    ),
    Code(
        "CAL006",
        "a session without members",
        "The index has no member on a session, so the level does not change.",
        "See the decisions of the review before it.",
        follows=True,
    ),
    Code(
        "CAL007",
        "distributed shares without a price",
        "A member distributes shares of a line that the market does not have, and there is no "
        "price to value them.",
        "Give the row a price, the session a base price, or import the distributed line.",
    ),
    Code(
        "CAL008",
        "a part of the rule that is not computed yet",
        "The rule asks for something that this version reads but does not compute.",
        "Remove it from the rule, or wait for a version that computes it.",
    ),
    Code(
        "CAL009",
        "maintenance that is not computed yet",
        "A rule that is reviewed every session, or chooses nothing and follows others, has maintenance "
        "between reviews; only delistings, transfers and the parents' changes are computed.",
        "Read the result as one without those changes.",
        severity="warning",
    ),
    Code(
        "CAL010",
        "no such session",
        "The run has no level on the day asked for, or there is no session to compute.",
        "Ask for a session inside the data, or import more data.",
    ),
    Code(
        "CAL011",
        "an action that cannot be used",
        "A corporate action has an unknown type, lacks a term, or ends a line that goes on trading.",
        "Correct the row: the message names what is wrong.",
    ),
    Code(
        "CAL012",
        "a dividend without a tax rate",
        "Net returns are asked for, and no tax rate is known for the dividend of a member.",
        "Give the line its `country` in `securities`, and that country a rate under `withholding`.",
    ),
    Code(
        "CAL013",
        "a missing exchange rate",
        "A price or a dividend is in another currency and `fx` has no rate for that session.",
        "Import the rate; rates are never carried from one session to another.",
    ),
    Code(
        "CAL014",
        "a missing interest rate",
        "An overlay is financed at a rate, and `rates` has no row of that name on a session.",
        "Import the rate, or set `missing: carried` under `financing`.",
    ),
    Code(
        "CAL015",
        "overlay at zero",
        "The level of an overlay fell to zero or below; it stays at zero from then on.",
        "Set a `floor` where the rule has one, or end the index before that day with --to.",
    ),
    Code(
        "CAL016",
        "no levels of the underlying index",
        "The underlying levels of an overlay are missing: no rows in `published`, or not of "
        "that return.",
        "Import the levels under the name of the index, or name an index that has a rule.",
    ),
    Code(
        "CAL017",
        "overlay term not known",
        "An overlay needs a value of the rule that is `unknown` or `none` on a session.",
        "Begin later with --from, or set in the rule what held then.",
    ),
    Code(
        "CAL018",
        "divisor and base level differ",
        "The market value on the base date divided by the given divisor is not the base level.",
        "Correct the divisor or the index shares; the levels follow from the divisor.",
    ),
    Code(
        "CAL019",
        "an assumption that cannot be read",
        "The value to assume for a column is not of its kind (a number, a share, a date, or "
        "true or false), or nothing is called by that name.",
        "Write --assume KEY=VALUE with a column that the rule asks for and a value of its kind, such as "
        "float_factor=1 or listing_date=2001-05-30.",
    ),
    Code(
        "CAL020",
        "levels that do not follow the whole run",
        "A run that begins later (--from) shows the levels of the run from the base date on. Here it "
        "cannot (what the rule says before is not known or not computed, or an overlay begins "
        "anew on that day), or errors in the data before that day are in its levels.",
        "Compute without --from to see what is wrong before that day, or give the official close of "
        "the day under `base.anchors`.",
        severity="warning",
    ),
    Code(
        "CAL030",
        "value that is no number",
        "A level, weight or divisor would be infinite, not a number, or too large to publish. Nothing "
        "is written.",
        "Look for a price, share count, rate or term that cannot be: `indexcalc market check`.",
    ),
    Code(
        "CAL031",
        "divisor that rounds to zero",
        "Rounded as `weighting.rounding.divisor` says, the divisor is zero: there is no level over it.",
        "Keep more decimals of the divisor, or set a smaller base level.",
    ),
)
