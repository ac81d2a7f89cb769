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
# REV a review, CAP weights and caps, CAL levels, DAT the market, IMP an import, CAS a rule's cases,
# RUN a run's files.
CATALOGUE: dict[str, Code] = _catalogue(
    # --- YML: reading the text of a rule file -------------------------------------------------
    Code(
        "YML001",
        "unreadable file",
        "A rule file is missing, is a folder, or may not be read.",
        "Check the path and its permissions.",
    ),
    Code(
        "YML002",
        "file too large",
        "A rule file is larger than a methodology ever is; it was not read.",
        "Keep data in the market and only the methodology in the rule.",
    ),
    Code(
        "YML003",
        "not UTF-8",
        "The text of a rule file is not UTF-8.",
        "Save it as UTF-8.",
    ),
    Code(
        "YML004",
        "tab indentation",
        "A line is indented with a tab.",
        "Indent with spaces.",
    ),
    Code(
        "YML005",
        "not YAML",
        "The text cannot be read as YAML.",
        "Check indentation, brackets and quotes at the place shown.",
    ),
    Code(
        "YML006",
        "duplicate key",
        "A mapping says one key twice.",
        "Keep one of them.",
    ),
    Code(
        "YML007",
        "anchor or alias",
        "Something is said by reference to another place.",
        "Write it out where it is meant.",
    ),
    Code(
        "YML008",
        "tag",
        "A value carries a YAML tag.",
        "Remove the tag; quote the value if it is text.",
    ),
    Code(
        "YML009",
        "second document",
        "A rule file holds more than one document.",
        "Give each index its own file.",
    ),
    Code(
        "YML010",
        "nested too deep",
        "Lists and mappings are nested deeper than a rule ever is.",
        "Write it flatter.",
    ),
    Code(
        "YML011",
        "too many values",
        "A rule file holds more values than a rule ever does.",
        "Keep data in the market.",
    ),
    Code(
        "YML012",
        "empty file",
        "A rule file says nothing.",
        "Begin with `index: NAME`.",
    ),
    Code(
        "YML013",
        "not a mapping",
        "The top of a rule file is not a mapping of keys.",
        "Begin with `index: NAME`.",
    ),
    Code(
        "YML014",
        "key is not a word",
        "A list or mapping stands where a key belongs.",
        "Write the key as a word.",
    ),
    # --- RUL: keys and values -----------------------------------------------------------------
    Code(
        "RUL001",
        "unknown key",
        "A key, test or status is not part of the rule language here.",
        "Correct it; the nearest word is shown.",
    ),
    Code(
        "RUL002",
        "missing key",
        "A key that is needed is not there.",
        "Add it.",
    ),
    Code(
        "RUL003",
        "wrong shape",
        "A list, a mapping or a single value stands where another is needed.",
        "Write the shape the message names.",
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
        "A part of one is needed; a bare number is ambiguous.",
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
        "A value is none of those its place may hold.",
        "Write one of the forms the message names.",
    ),
    Code(
        "RUL009",
        "unquoted symbol",
        "A symbol that looks like a number stands without quotes.",
        'Quote it: "005930".',
    ),
    Code(
        "RUL010",
        "not a name",
        "A name has characters a name may not have.",
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
        "Two keys stand together of which one may be said, or a key without the one it belongs to.",
        "Keep one, or add the other.",
    ),
    Code(
        "RUL013",
        "name is taken",
        "A measure, group or date has the name of something else.",
        "Give it a name of its own.",
    ),
    Code(
        "RUL014",
        "name not defined",
        "A measure is used that the rule does not define.",
        "Define it under `measures`, or correct the name.",
    ),
    Code(
        "RUL015",
        "status not said",
        "A value by status says one status only.",
        "Say both: {existing: X, new: Y}.",
    ),
    Code(
        "RUL016",
        "no value",
        "A key or condition is empty.",
        "Give it a value, or remove it.",
    ),
    Code(
        "RUL017",
        "field looks misspelt",
        "A field is neither a measure nor a group, but nearly one: it is taken as a column.",
        "Correct it, or go on if the market has that column.",
        "warning",
    ),
    Code(
        "RUL018",
        "said twice",
        "A list holds the same item twice.",
        "Keep one.",
    ),
    Code(
        "RUL019",
        "file and index differ",
        "The file is not named like its index, so that other rules cannot find it.",
        "Name both alike.",
        "warning",
    ),
    Code(
        "RUL020",
        "no such value in the rule",
        "A rule path does not lead to a single value of the rule.",
        "Name a path the rule says, such as weighting.caps[0].limit.",
    ),
    Code(
        "RUL101",
        "never true",
        "A test, or two of them together, can hold for no name.",
        "Correct one of the bounds; the message shows both.",
    ),
    Code(
        "RUL102",
        "always true",
        "A test excludes nothing.",
        "Name what it is to exclude, or remove it.",
        "warning",
    ),
    Code(
        "RUL103",
        "buffers cross",
        "It is harder to stay in the index than to enter it.",
        "Exchange the two thresholds: the line for existing names lies outside that for new ones.",
    ),
    Code(
        "RUL104",
        "steps aim at another count",
        "The last `fill` or `trim` ends at another number of names than `selection.count` or each other.",
        "Say the same number in both places.",
        "warning",
    ),
    Code(
        "RUL105",
        "count cannot be reached",
        "The steps, or the parent's list, cannot yield as many names as `selection.count` asks for.",
        "Lower the count, widen the ranks, or add a `fill`.",
    ),
    Code(
        "RUL106",
        "reserve larger than what is left",
        "The parent has fewer names than members and reserve together.",
        "Lower `selection.reserve.count`.",
        "warning",
    ),
    Code(
        "RUL107",
        "share of a count that is not said",
        "A value is a share of `count`, and `selection.count` is not said.",
        "Say `selection.count`, or write the number.",
    ),
    Code(
        "RUL108",
        "can do nothing",
        "A step, cap or item changes nothing wherever it stands.",
        "Remove it, or move it to where it acts.",
        "warning",
    ),
    Code(
        "RUL109",
        "nobody can be selected",
        "No step of the selection adds a name, or the universe is empty by what the rule says.",
        "Add a `select` or a `fill`.",
    ),
    Code(
        "RUL110",
        "no reserve to replace from",
        "Leavers are replaced from the reserve, and the selection keeps none.",
        "Say `selection.reserve`, or `replace_from: none`.",
    ),
    Code(
        "RUL111",
        "nothing says who is smallest",
        "An entrant replaces the smallest member by the `by` of the last `fill`, and there is none.",
        "Add a `fill`, or say `replaces: none`.",
    ),
    Code(
        "RUL112",
        "weight of an entrant not said",
        "Names join between reweightings under a scheme that gives them no weight of their own.",
        "Say `maintenance.joins_at`: leaver_weight, average_weight or own.",
    ),
    Code(
        "RUL113",
        "decided twice",
        "The committee decides of one symbol twice on one day.",
        "Keep one decision.",
    ),
    Code(
        "RUL114",
        "defined and not used",
        "A measure, group or named date is defined, and nothing in the rule asks for it.",
        "Use it, or remove it.",
        "warning",
    ),
    Code(
        "RUL115",
        "column of another kind",
        "A number is asked of a column of words or dates, or labels of a column of numbers.",
        "Name a column of the right kind.",
    ),
    Code(
        "RUL116",
        "word looks misspelt",
        "A word of an open list is none of the usual ones, but nearly one.",
        "Correct it, or go on if the market uses that word.",
        "warning",
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
        "A name is no measure, no group, and no column of the market's tables.",
        "Correct it; or, where your market has such a column, name it under `columns`.",
        "warning",
    ),
    # --- DTE: dates, dated values, date phrases, sessions -------------------------------------
    Code(
        "DTE001",
        "not a date",
        "A date is needed, or the day does not exist.",
        "Write it as 2020-06-12.",
    ),
    Code(
        "DTE002",
        "dates out of order",
        "Dates do not ascend.",
        "Write them in ascending order.",
    ),
    Code(
        "DTE003",
        "dates and keys mixed",
        "A mapping has dates and other words as keys.",
        "A dated value has dates as its only keys.",
    ),
    Code(
        "DTE004",
        "date phrase not understood",
        "A phrase is outside the grammar of dates.",
        "Write one of the forms the hint names.",
    ),
    Code(
        "DTE005",
        "date name not defined",
        "A phrase uses a name that `dates` does not have.",
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
        "day made from itself",
        "The days of a schedule are made from each other in a circle.",
        "Make one of them from a day of the month.",
    ),
    Code(
        "DTE008",
        "day outside the calendar",
        "A date of the rule lies before the first session its calendar knows: nothing is dated there.",
        "Begin the index later, or give the market a `sessions` table that reaches back.",
        "warning",
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
        "Something is dated that holds for the whole index.",
        "Say it once, or make another index.",
    ),
    Code(
        "DTE011",
        "no such day here",
        "A phrase counts from a day its place does not have.",
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
        "A measure, or the window of a cap, ends on a day that is not known yet when it decides.",
        "End it on the cut-off (of a cap: the pricing day) or before.",
    ),
    Code(
        "DTE014",
        "month without its day",
        "A schedule names a day that does not exist in some of its months, so that a review is left out.",
        "Name a day every such month has: a 4th weekday, or the last session of the month.",
        "warning",
    ),
    Code(
        "DTE015",
        "dated key between reviews",
        "A dated value changes on a day on which nothing of it is decided; it first counts later.",
        "Write the effective date from which it counts.",
        "warning",
    ),
    Code(
        "DTE016",
        "gap or overlap",
        "Of two items of a list that follow each other, the later begins before or after the first ends.",
        "Write the same day as `until` of the first and `from` of the second.",
        "warning",
    ),
    Code(
        "DTE017",
        "never in force",
        "A dated value or item holds on no day on which something is decided.",
        "Correct its dates or months, or remove it.",
        "warning",
    ),
    Code(
        "DTE018",
        "no review at all",
        "A schedule yields no date on which anything takes effect.",
        "Correct months and phrase; `validate --dates` shows the days.",
    ),
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
    Code(
        "REF001",
        "no such rule",
        "A rule that is asked for or named by another is not found.",
        "Correct the name, or put its file beside the one that names it.",
    ),
    Code(
        "REF002",
        "circle",
        "Rules need each other in a circle.",
        "Let one of them stand without the others.",
    ),
    Code(
        "REF003",
        "parents differ",
        "A child inherits from parents that say different things.",
        "Say it in the child.",
    ),
    Code(
        "REF004",
        "two files for one index",
        "A name leads to two different rules.",
        "Name file and index alike, and keep one.",
    ),
    Code(
        "REF005",
        "nothing to inherit",
        "Neither a child nor its parent says something that is needed.",
        "Say it in the child.",
    ),
    Code(
        "REF006",
        "an overlay has one level and no members",
        "A rule takes members from an overlay, or another return than `price`.",
        "Name the index the overlay stands on, or say `return: price`.",
    ),
    # --- REV: reviews -------------------------------------------------------------------------
    Code(
        "REV001",
        "review refused",
        "A review needs a value of the rule that is `unknown` on its effective date.",
        "Begin later with --from, at the date the message names, or say in the rule what held.",
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
        "After its steps a review has more or fewer names than `selection.count`.",
        "Look at decisions.parquet for what kept names out; give the steps a `fill` or `trim`.",
        severity="warning",
    ),
    Code(
        "REV004",
        "nobody selected",
        "A review leaves the index without any member.",
        "Look at decisions.parquet for what each name failed.",
    ),
    Code(
        "REV005",
        "float factor not known yet",
        "A float factor begins on the day of a review and does not say that it was known at pricing.",
        "Give the rows of `float_factors` a `known_at`: the day they were announced.",
        severity="warning",
    ),
    Code(
        "REV006",
        "given lists that are not taken",
        "The market gives later lists of an index that selects: only one may start its history.",
        "Compare them with the run's own lists, or say `selection: given`.",
        severity="warning",
    ),
    # --- CAP: weights and caps ----------------------------------------------------------------
    Code(
        "CAP001",
        "limit too small",
        "The limits of all names together are less than the whole index.",
        "Raise the limit, have more names, or say `on_infeasible: equal` or `relax`.",
    ),
    Code(
        "CAP002",
        "floor too large",
        "The floors of all names together are more than the whole index, or a floor is above a limit.",
        "Lower the floor, or have fewer names.",
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
        "A cap lies above what the caps before it, or the scheme, already guarantee.",
        "Lower it, or remove it.",
        "warning",
    ),
    Code(
        "CAP005",
        "check stricter than the caps",
        "What is verified at the end is a smaller limit than any cap aims at.",
        "Say the same limit in both places.",
        "warning",
    ),
    Code(
        "CAP006",
        "limit broken after the caps",
        "When all caps are done, a limit or a `check` of the rule does not hold.",
        "Order the caps so that the later ones keep the earlier, or correct the limits or the check.",
    ),
    Code(
        "CAP007",
        "weights cannot be capped",
        "A weight is missing, negative or not finite, or none is above zero.",
        "Correct the weights; a name that should have none is left out.",
    ),
    Code(
        "CAP008",
        "no label to cap by",
        "A cap counts by a column that is not there, or a name has no value in it.",
        "Give every name a value in that column, or cap by another one.",
    ),
    Code(
        "CAP009",
        "cap cannot be applied",
        "A cap asks for something that is not known where it is applied.",
        "Say it, or leave the cap out.",
    ),
    # --- CAL: levels --------------------------------------------------------------------------
    Code(
        "CAL001",
        "unexplained price gap",
        "A price, or shares and price together, moved and no event explains it; the line was held unmoved.",
        "Add the corporate action or the exchange's base price for that line and date, and compute again.",
    ),
    Code(
        "CAL002",
        "a member that cannot be bought",
        "A line was chosen for the index but has no price or no row on its first session.",
        "Add the missing rows, or give the line a delisting date.",
    ),
    Code(
        "CAL003",
        "a member without a row",
        "The market does not say it is complete, and a member has no row on a session.",
        "Import the row, say `complete`, or --assume missing_row=carried or missing_row=not_listed.",
    ),
    Code(
        "CAL004",
        "pending shares not listed",
        "New shares of an action are counted from the ex-date, but the listed count never took them.",
        "Give the action its list_date, or correct its ratio.",
        severity="warning",
    ),
    Code(
        "CAL005",
        "base price without an action",
        "The exchange moved a line's base price and no corporate action says why; the base price is used.",
        "Add the corporate action so that its reason stands in the events.",
        severity="warning",
    ),
    Code(
        "CAL006",
        "a session without members",
        "Nothing is held on a session, so the level stays where it was.",
        "Look at the decisions of the review before it.",
    ),
    Code(
        "CAL007",
        "paper that nothing values",
        "A member hands out shares of a line the market does not have, and no price values them.",
        "Give the row a price, the session a base price, or import the line that was handed out.",
    ),
    Code(
        "CAL008",
        "a part of the rule that is not computed yet",
        "The rule says something this version reads but does not compute.",
        "Take it out of the rule, or wait for the version that computes it.",
    ),
    Code(
        "CAL009",
        "maintenance that is not computed yet",
        "A rule reviewed every session says what happens between reviews; of that only delistings, "
        "transfers and the parents' deletions are computed.",
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
        "Net returns are asked for and nothing says how much is withheld of a member's dividend.",
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
        "Import the rate, or say `missing: carried` under `financing`.",
    ),
    Code(
        "CAL015",
        "an overlay that has lost everything",
        "The level of an overlay fell to zero or below; it is zero from there on.",
        "Say a `floor` where the rule has one, or end the index before that day with --to.",
    ),
    Code(
        "CAL016",
        "no levels to stand on",
        "An overlay stands on levels that nothing gives: no rows in `published`, or not that return.",
        "Import the levels under the index's name, or name an index that has a rule.",
    ),
    Code(
        "CAL017",
        "an overlay of unknown terms",
        "An overlay needs a value of the rule that is `unknown` or `none` on a session.",
        "Begin later with --from, or say in the rule what held.",
    ),
    Code(
        "CAL018",
        "a divisor that does not give the base level",
        "What the members are worth on the base date over the given divisor is not the base level.",
        "Correct the divisor or the index shares; the levels are those the divisor gives.",
    ),
    # --- DAT: the market ----------------------------------------------------------------------
    Code(
        "CAL019",
        "an assumption that cannot be read",
        "What is to be assumed of a column is no number, share, date, or true or false as the column "
        "needs.",
        "Write --assume KEY=VALUE with a value of the column's kind, such as float_factor=1 or "
        "listing_date=2001-05-30.",
    ),
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
        "DAT011",
        "a value the rule needs is not known",
        "A test or a weight of the rule needs a value that is null for some lines; they are left out.",
        "Give the lines a row with the value, or say what to assume with --assume KEY=VALUE.",
    ),
    Code(
        "DAT012",
        "no such line",
        "The symbol asked for has no daily row in the market.",
        "Write the symbol as text with its zeros, or import its rows.",
    ),
    Code(
        "DAT020",
        "no such demo market",
        "The number of securities, years or the seed is outside what the demo market can be made with.",
        "Take a number from the range the message names.",
    ),
    Code(
        "DAT030",
        "a line's rows have a hole",
        "A line has daily rows before and after a session on which it has none.",
        "Import the missing rows; where the market is complete, the line counts as not listed there.",
        severity="warning",
    ),
    Code(
        "DAT031",
        "lines of unknown type",
        "Lines with daily rows have no security type: a rule that asks for one leaves them out.",
        "Import an instrument master, or rows of `securities` for them.",
        severity="warning",
    ),
    Code(
        "DAT032",
        "rows for a line without prices",
        "A table speaks of symbols that have no daily row.",
        "Look for a misspelt symbol (lost zeros?), or import the line's daily rows.",
        severity="warning",
    ),
    Code(
        "DAT033",
        "overlapping designations",
        "Two spells of the same kind of the same line overlap.",
        "Give the first one its end (`to`), or drop one of them.",
        severity="warning",
    ),
    Code(
        "DAT034",
        "corporate action that cannot be applied",
        "The type of an action is unknown, or a term it needs is missing.",
        "Correct the row; the message names the types, or the missing term.",
    ),
    Code(
        "DAT035",
        "rows after the delisting",
        "A line has daily rows on or after the first session on which it is no longer listed.",
        "Correct the delisting date, or drop the rows.",
    ),
    Code(
        "DAT036",
        "sum differs from the published market value",
        "Close times shares over all lines of a market is not the official figure of that day.",
        "A line is missing, too many, or of the wrong market; or a price or share count is wrong.",
    ),
    Code(
        "DAT037",
        "sessions without rows",
        "The calendar has sessions between the first and the last with data that have no row.",
        "Import them; windows and levels use observed sessions only, and say how many there were.",
        severity="warning",
    ),
    Code(
        "DAT040",
        "windows before the data",
        "Windows of the rule begin before the first session of the market.",
        "Import earlier rows, or begin later with --from at the date the message names.",
        severity="warning",
    ),
    Code(
        "DAT041",
        "values not known on the last session",
        "A column the rule needs is null for some of the lines with a price on the last session.",
        "Give the lines a row with the value, or say what to assume with --assume KEY=VALUE.",
        severity="warning",
    ),
    Code(
        "DAT042",
        "taken for granted",
        "The market does not say something the rule needs, and a run would assume it.",
        "Give the market the values, if the assumption is not good enough.",
        severity="warning",
    ),
    Code(
        "DAT043",
        "no line has this label",
        "The rule asks for a label that no row of the market's column has.",
        "Correct the label; the message shows those there are.",
        severity="warning",
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
    Code(
        "IMP013",
        "the folder is taken",
        "A market is there already.",
        "Name another folder.",
    ),
    Code(
        "IMP014",
        "column of another type",
        "A column of your own holds text in the market and numbers in the file, or the like.",
        "Say in the map how to read it (as: text, as: float), or give it another name.",
    ),
    Code(
        "IMP015",
        "adjusted prices",
        "The prices of the file are restated for later splits, so they are not what was paid then.",
        "Import frames of all lines of a day, which hold prices and listed shares as they were.",
    ),
    Code(
        "IMP016",
        "change without a base price",
        "A line's change has another sign than its direction or rate, or is no less than its close.",
        "Ask the source; the base price of the line is left unknown.",
        severity="warning",
    ),
    Code(
        "IMP017",
        "line without listed shares",
        "A line of an old file has no listed shares that day; its row was left out.",
        "If it was listed, give its row from another source.",
        severity="warning",
    ),
    # --- CAS: the cases of a rule -------------------------------------------------------------
    Code(
        "CAS001",
        "a case does not hold",
        "What a case expects is not what the rule yields on the case's market.",
        "Look at the difference: either the rule or the expectation is wrong.",
    ),
    Code(
        "CAS002",
        "a case that checks nothing",
        "A case says nothing under `expect`.",
        "Say members, weights, capping_factors, levels or diagnostics.",
    ),
    Code(
        "CAS003",
        "rows that do not fit",
        "The rows of a case's market cannot be laid out: lists out of step, no file, too many rows.",
        "Give the lists of one row the same number of values.",
    ),
    Code(
        "CAS004",
        "nothing on that date",
        "A case asks for a date on which the index has no list or no level.",
        "Give the market rows on that date, or ask for one on which the index is computed.",
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
    Code(
        "RUN005",
        "a state that cannot be read",
        "The saved state of a live calculation is missing, damaged, or of another format.",
        "Make it anew with `Live.begin` and `save`.",
    ),
    Code(
        "RUN006",
        "a state of something else",
        "The saved state is of other rules, or was made by another version.",
        "Resume it with the rules it was begun with, or begin again.",
    ),
    Code(
        "RUN007",
        "the past is another now",
        "Rows of the past that a saved state rests on have changed: its levels would be restated.",
        "Find out what has changed; begin again, and write the run again with `compute --restate`.",
    ),
    Code(
        "RUN008",
        "a folder that holds another kind of run",
        "A sweep would be written where a computed run lies, and replace its files.",
        "Use another --out.",
    ),
    Code(
        "RUN009",
        "a trade that cannot be",
        "A price during a session is of a line that has no row on it, or is no price.",
        "Check symbol and price; give the market the opening rows of the session's lines.",
    ),
)
