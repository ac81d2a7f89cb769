"""RUL: a rule's keys and values."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "RUL001",
        "unknown key",
        "A key, condition or status is not part of the rule language at this place.",
        "Correct the spelling; the nearest known word is shown.",
    ),
    Code(
        "RUL002",
        "missing key",
        "A required key is absent.",
        "Add it.",
    ),
    Code(
        "RUL003",
        "wrong kind of value",
        "A list, a mapping or a single value is used where another kind is required.",
        "Write the kind the message names.",
    ),
    Code(
        "RUL004",
        "unknown word",
        "A word is not one of those allowed here.",
        "Use one of the words shown.",
    ),
    Code(
        "RUL005",
        "not a number",
        "A number is needed.",
        "Write digits, with _ between thousands if you like.",
    ),
    Code(
        "RUL006",
        "not a share",
        "A share of the whole is required; a bare number could mean a percentage or a ratio.",
        "Write 30%, 0.30 or 1/3.",
    ),
    Code(
        "RUL007",
        "not a duration",
        "A duration is needed.",
        "Write N sessions, days, months, calendar months or years.",
    ),
    Code(
        "RUL008",
        "value not understood",
        "A value is not one of the forms allowed at this place.",
        "Write one of the forms the message names.",
    ),
    Code(
        "RUL009",
        "unquoted symbol",
        "A symbol that looks like a number is not quoted.",
        'Quote it: "005930".',
    ),
    Code(
        "RUL010",
        "not a name",
        "A name contains a character that is not allowed in it.",
        "Use a-z, 0-9 and - for an index; letters, digits and _ for a column or measure.",
    ),
    Code(
        "RUL011",
        "out of range",
        "A number, or the number of items, is outside its bounds.",
        "Stay inside the bounds the message names.",
    ),
    Code(
        "RUL012",
        "keys that exclude each other",
        "Two keys are given of which only one may be, or a key is given without the one it needs.",
        "Keep one of them, or add the missing one.",
    ),
    Code(
        "RUL013",
        "name is taken",
        "A measure, group or date has a name that is already used.",
        "Choose another name.",
    ),
    Code(
        "RUL014",
        "name not defined",
        "The rule uses a measure that it does not define.",
        "Define it under `measures`, or correct the name.",
    ),
    Code(
        "RUL015",
        "status missing",
        "A value given by status covers only one of the two.",
        "Give both: {existing: X, new: Y}.",
    ),
    Code(
        "RUL016",
        "no value",
        "A key or condition is empty.",
        "Give it a value, or remove the key.",
    ),
    Code(
        "RUL017",
        "field looks misspelt",
        "A field is neither a measure nor a group, but is close to one: it is read as a column.",
        "Correct the spelling, or leave it if the market has that column.",
        severity="warning",
    ),
    Code(
        "RUL018",
        "listed twice",
        "A list holds the same item twice.",
        "Keep one.",
    ),
    Code(
        "RUL019",
        "file and index differ",
        "The file name differs from the name of its index, so other rules cannot find it.",
        "Give the file and the index the same name.",
        severity="warning",
    ),
    Code(
        "RUL020",
        "no such value in the rule",
        "A rule path does not lead to a single value of the rule.",
        "Use a path that the rule sets, such as weighting.caps[0].limit.",
    ),
    Code(
        "RUL101",
        "never true",
        "A condition, or two of them together, cannot hold for any security.",
        "Correct one of the bounds; the message shows both.",
    ),
    Code(
        "RUL102",
        "always true",
        "A condition excludes nothing.",
        "State what it should exclude, or remove it.",
        severity="warning",
    ),
    Code(
        "RUL103",
        "buffers cross",
        "It is harder to stay in the index than to enter it.",
        "Exchange the two thresholds: the one for existing members must be the more generous.",
    ),
    Code(
        "RUL104",
        "steps and count differ",
        "The last `fill` or `trim` leads to a different number of members than "
        "`selection.count` or another step.",
        "Use the same number in both places.",
        severity="warning",
    ),
    Code(
        "RUL105",
        "count cannot be reached",
        "The steps, or the parent's list, cannot give as many members as `selection.count` asks "
        "for.",
        "Lower the count, widen the ranks, or add a `fill`.",
    ),
    Code(
        "RUL106",
        "reserve larger than what is left",
        "The parent has fewer securities than the members and the reserve list together.",
        "Lower `selection.reserve.count`.",
        severity="warning",
    ),
    Code(
        "RUL107",
        "share of a count that is not set",
        "A value is a share of `count`, but `selection.count` is not set.",
        "Set `selection.count`, or write the number itself.",
    ),
    Code(
        "RUL108",
        "has no effect",
        "A step, cap or item can never change the result.",
        "Remove it, or move it to where it has an effect.",
        severity="warning",
    ),
    Code(
        "RUL109",
        "no security can be selected",
        "No step of the selection adds a security, or the conditions leave the universe empty.",
        "Add a `select` or a `fill`.",
    ),
    Code(
        "RUL110",
        "no reserve list to replace from",
        "Leavers are to be replaced from the reserve list, and the selection keeps none.",
        "Set `selection.reserve`, or `replace_from: none`.",
    ),
    Code(
        "RUL111",
        "smallest member not defined",
        "An entrant replaces the smallest member, measured by the `by` of the last `fill`, and "
        "there is no `fill`.",
        "Add a `fill`, or set `replaces: none`.",
    ),
    Code(
        "RUL112",
        "weight of an entrant not defined",
        "Securities join between reweightings under a scheme that gives them no weight of their "
        "own.",
        "Set `maintenance.joins_at`: leaver_weight, average_weight or own.",
    ),
    Code(
        "RUL113",
        "decided twice",
        "The committee decides twice about one symbol on one day.",
        "Keep one decision.",
    ),
    Code(
        "RUL114",
        "defined and not used",
        "A measure, group or named date is defined but never used.",
        "Use it, or remove it.",
        severity="warning",
    ),
    Code(
        "RUL115",
        "column of another kind",
        "A numeric condition is applied to a column of text or dates, or labels to a column of "
        "numbers.",
        "Name a column of the right kind.",
    ),
    Code(
        "RUL116",
        "word looks misspelt",
        "A word that may be freely chosen is close to one of the usual ones.",
        "Correct the spelling, or leave it if the market uses that word.",
        severity="warning",
    ),
    Code(
        "RUL117",
        "an overlay in its own currency",
        "A hedge or a conversion is between two currencies, and both are the same.",
        "Name the other currency, or leave the overlay out.",
    ),
    Code(
        "RUL118",
        "column no table has",
        "A name is not a measure, a group or a column of the market's tables.",
        "Correct the spelling; if your market has such a column, list it under `columns`.",
        severity="warning",
    ),
    Code(
        "RUL119",
        "the list before a review of the same day",
        "A universe names an index that is reviewed on the same days, and does not say which of its "
        "lists it means.",
        "Set `universe.as_of`: `effective` for its new list, `cutoff` for the one before.",
        severity="warning",
    ),
    Code(
        "RUL120",
        "an amount that sets nothing",
        "An amount is invested whenever weights are set, and the scheme sets none (market_cap, "
        "float_market_cap, price, given), or the base has a divisor of its own.",
        "Remove `amount`, use a scheme such as equal, or remove `base.divisor`.",
    ),
    Code(
        "RUL121",
        "nothing to rank by",
        "Weights are given to the largest names by rank, and what they are ranked by is no measure of the "
        "rule, or is not said where all weights are equal.",
        "Define the measure and name it in `by`.",
    ),
)
