"""DAT: the market."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "DAT001",
        "missing table",
        "The rule needs a table the market does not have.",
        "Import the table, or give --assume where the message names a key.",
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
        "DAT004",
        "duplicate key",
        "Two rows of a table have the same key.",
        "Keep one row a key.",
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
        "Correct the row; leave an unknown price empty (null), never zero.",
    ),
    Code(
        "DAT007",
        "rows on a day that is no session",
        "The data has prices on days that are not sessions of the calendar.",
        "Give the real sessions in the table `sessions`, or correct the dates.",
    ),
    Code(
        "DAT010",
        "no market, or a damaged one",
        "The folder holds no market that this version can read, or one of its files is missing.",
        "Import the data again, or name the right folder with --market.",
    ),
    Code(
        "DAT011",
        "a value the rule needs is not known",
        "A condition or a weight of the rule needs a value that is null for some lines; they "
        "are left out.",
        "Give the lines a row with the value, or a value to assume with --assume KEY=VALUE.",
    ),
    Code(
        "DAT012",
        "no such line",
        "The symbol asked for has no row in `daily`.",
        "Write the symbol as text with its leading zeros, or import its rows.",
    ),
    Code(
        "DAT013",
        "market that cannot be written",
        "The folder of a market refuses a file: no room, no permission, or a link in the way. "
        "The market is as it was.",
        "Free the place, or use another --market.",
    ),
    Code(
        "DAT014",
        "fact of a market that means nothing",
        "A fact in `market.json` or `facts=` is not of the type or within the bounds it must be.",
        "Correct the fact; the message says what it must be.",
    ),
    Code(
        "DAT015",
        "column twice",
        "A table has two columns of one name.",
        "Keep one of them, or rename one.",
    ),
    Code(
        "DAT016",
        "text that cannot be told apart",
        "A symbol, key or label holds a control or invisible character, a line break, or a blank at "
        "an end.",
        "Write it without; symbols are compared letter by letter.",
    ),
    Code(
        "DAT017",
        "address of storage that cannot be used",
        "The URI of a market or an output is of an unknown kind, names no bucket, or holds credentials.",
        "Write s3://BUCKET/PATH, gs://BUCKET/PATH, abfs://CONTAINER@ACCOUNT/PATH or a folder; credentials "
        "come from the environment.",
    ),
    Code(
        "DAT018",
        "object store that refuses a market",
        "The bucket of a market does not exist, access to it is denied, or the store does not answer.",
        "Correct the bucket's name, give credentials through the environment of the store, or see that "
        "its host can be reached.",
    ),
    Code(
        "DAT019",
        "Delta table that cannot be read",
        "A Delta table of a market, at the version asked for, does not open, or has features that its "
        "library does not read.",
        "Name a version that is still there, or rewrite the table without deletion vectors and mapped "
        "columns; a market of Delta tables is written by what writes Delta tables.",
    ),
    Code(
        "DAT020",
        "demo market out of range",
        "The number of securities or years, or the seed, is outside the range of the demo market.",
        "Choose a number from the range the message names.",
    ),
    Code(
        "DAT030",
        "gap in the rows of a line",
        "A line has daily rows before and after a session on which it has none.",
        "Import the missing rows; where the market is complete, the line counts as not listed there.",
        severity="warning",
    ),
    Code(
        "DAT031",
        "lines of unknown type",
        "Lines with daily rows have no security type: a rule that asks for a type leaves them out.",
        "Import an instrument master, or rows of `securities` for them.",
        severity="warning",
    ),
    Code(
        "DAT032",
        "rows for a line without prices",
        "A table has rows for symbols that have no row in `daily`.",
        "Look for a misspelt symbol (missing leading zeros?), or import the line's daily rows.",
        severity="warning",
    ),
    Code(
        "DAT033",
        "overlapping designations",
        "Two periods of the same kind overlap for one line.",
        "Give the first one its end (`to`), or remove one of them.",
        severity="warning",
    ),
    Code(
        "DAT034",
        "corporate action that cannot be applied",
        "The type of a corporate action is unknown, or a term it needs is missing.",
        "Correct the row; the message names the known types, or the missing term.",
    ),
    Code(
        "DAT035",
        "rows after the delisting",
        "A line has daily rows on or after the first session on which it is no longer listed.",
        "Correct the delisting date, or remove the rows.",
    ),
    Code(
        "DAT036",
        "sum differs from the published market value",
        "Close times shares, summed over all lines of a market, differs from the official "
        "figure of that day.",
        "Look for a line that is missing, doubled or of the wrong market, or a wrong price or "
        "share count.",
    ),
    Code(
        "DAT037",
        "sessions without rows",
        "The calendar has sessions between the first and the last day of the data on which no "
        "line has a row.",
        "Import them; windows and levels use the observed sessions only, and state how many "
        "there were.",
        severity="warning",
    ),
    Code(
        "DAT038",
        "successor that does nothing",
        "A line names a successor, but was not renamed to it (its rows go on beside those of the "
        "successor, or the listed shares are others), has no delisting date or merger, and the successor "
        "was not listed by a demerger.",
        "Give the delisting date or the `merger` row, correct the rows, or take the successor out.",
        severity="warning",
    ),
    Code(
        "DAT039",
        "many lines without a row",
        "Many of the lines that have a row on one session have none on the next: a file may have been cut "
        "off, or be of one board alone.",
        "Import all lines of that day; where the market is complete, those without a row count as not "
        "listed there.  `plausible: {missing_rows: ...}` sets how many are many.",
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
        "Give the lines a row with the value, or a value to assume with --assume KEY=VALUE.",
        severity="warning",
    ),
    Code(
        "DAT042",
        "assumed by the run",
        "The market lacks something the rule needs, and a run would assume a value for it.",
        "Give the market the values, if the assumption does not hold.",
        severity="warning",
    ),
    Code(
        "DAT043",
        "no line has this label",
        "The rule asks for a label that does not occur in the market's column.",
        "Correct the label; the message shows the ones that occur.",
        severity="warning",
    ),
    Code(
        "DAT044",
        "symbols that may be others",
        "Symbols begin with an apostrophe, as spreadsheets keep text, or have lost zeros in front.",
        "Import the file into a new market with a map: `strip` takes the apostrophe away, `pad` puts zeros "
        "back.",
        severity="warning",
    ),
    Code(
        "DAT045",
        "column named almost like another",
        "A column of your own is named almost like one of the table that is not there.",
        "Rename the header, or name the column in a map; a column that is meant to be your own may stay.",
        severity="warning",
    ),
    Code(
        "DAT050",
        "price move without a reason",
        "A close is far from the close or base price before it, and no corporate action says why.",
        "Give the action (a split, a base_price row), correct the price, or set `price_limit` or "
        "`plausible: {price_jump: ...}` of the market.",
        severity="warning",
    ),
    Code(
        "DAT051",
        "share step without a reason",
        "The listed shares step, and no corporate action says why: prices may be adjusted for a split "
        "while shares are not.",
        "Give the action, use prices and shares as they were, or set `plausible: {share_step: ...}`.",
        severity="warning",
    ),
    Code(
        "DAT052",
        "base price far from the close",
        "A base price is many times the close before it, or a small part of it.",
        "Correct it, or leave it empty where it is not known.",
        severity="warning",
    ),
    Code(
        "DAT053",
        "rate or level far from the one before",
        "An exchange rate, interest rate or published level is far from the value before it.",
        "Correct it; is the pair the right way round, the rate a share of one?",
        severity="warning",
    ),
    Code(
        "DAT054",
        "terms of an action that can hardly be",
        "A ratio or final price of a corporate action is far from what one can be, or the line trades "
        "on after its final price.",
        "Correct the row; ratio is shares after for one before.",
        severity="warning",
    ),
    Code(
        "DAT055",
        "dividend beyond the price",
        "A dividend is more than half of the close before it, or more than all of it.",
        "Correct the amount or its currency; amounts are per share.",
        severity="warning",
    ),
    Code(
        "DAT056",
        "weights of a list that do not sum to one",
        "The weights given for the members on a date sum to less or more than one by over half a percent; "
        "they are scaled.",
        "Give shares of one (0.05, not 5) for every member; cash and futures are no members.",
        severity="warning",
    ),
    Code(
        "DAT057",
        "an action that the price does not follow",
        "The close on the ex-date of a split or its like is far from what its terms leave of the close "
        "before: an index takes the difference for a return.",
        "Correct the ratio (shares after for one before), the ex-date or the line, or take the row away.",
        severity="warning",
    ),
    Code(
        "DAT060",
        "no scale fits a basket",
        "At no scale are the units of a creation basket the listed shares times factors on the grid, "
        "more often than by chance.",
        "Give a basket of a fund that holds every member of a capitalisation-weighted index, with the day "
        "it is for; --step names another grid.",
    ),
    Code(
        "DAT061",
        "several scales fit a basket",
        "All factors of a basket could be twice or more times as large and fit as well.",
        "Give a factor that is known (--anchor SYMBOL=57%), or a basket with more lines.",
    ),
    Code(
        "DAT062",
        "lines that fit no factor",
        "At the scale of its basket the units of a line allow no factor on the grid.",
        "It is capped (--capping), or its listed shares are not those the index has on the day; a line "
        "that fits another basket keeps the factor from there.",
        severity="warning",
    ),
    Code(
        "DAT063",
        "basket lines that are not known",
        "Lines of a basket have no listed shares in the market on its day, or no float factor.",
        "Nothing to do where it is cash, a future or a fund; else import the day's prices, or the factors.",
        severity="warning",
    ),
    Code(
        "DAT064",
        "decision that cannot be taken",
        "A row of `committee` says no decision there is, or is of a line that has no row in `daily`.",
        "Write add, remove, keep or refuse, and the symbol as `daily` has it.",
    ),
)
