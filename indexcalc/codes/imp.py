"""IMP: imports."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "IMP001",
        "unreadable file",
        "The file is missing, damaged, or not text in any of the encodings tried.",
        "Check the path; give the encoding in the map (encoding: cp949), or save the file as "
        "UTF-8.",
    ),
    Code(
        "IMP002",
        "unknown format",
        "The content of the file matches none of the known formats.",
        "Give --format; for your own columns write a map (--map) or name the table (--into).",
    ),
    Code(
        "IMP003",
        "malformed line of a file",
        "A line of the file has more or fewer fields than the header, or is cut short.",
        "Correct the line; quote a value that contains the delimiter.",
    ),
    Code(
        "IMP004",
        "unreadable cell",
        "A cell is not a number, a date, a flag or a whole number where one is required, or a column that "
        "is required has a type that is not read (lists, bytes, intervals).",
        "Correct the cell, or describe its format in the map (decimal, thousands, date_format); make text "
        "or numbers of the column where it comes from.",
    ),
    Code(
        "IMP005",
        "missing column",
        "The header lacks a column that the format or the map needs, or has it twice.",
        "Name the right column in the map, or export the file again with all columns.",
    ),
    Code(
        "IMP006",
        "no date",
        "The file does not give the day of its data.",
        "Give --date YYYY-MM-DD, or put the date into the file's name.",
    ),
    Code(
        "IMP007",
        "wrong column map",
        "The map has an unknown key, lacks a required one, or has a value that is not allowed.",
        "See docs/importing.md for the keys of a map.",
    ),
    Code(
        "IMP008",
        "unlisted value",
        "A column holds values that the map's `values` do not list.",
        "List them, or set `others: keep`, `others: none` or `others: drop`.",
    ),
    Code(
        "IMP009",
        "conflict with the market",
        "A row has the same key as a stored row, with another value.",
        "Find out which is right; then use --on-conflict keep or --on-conflict replace.",
    ),
    Code(
        "IMP010",
        "conflict of facts",
        "The import states something about the whole market that differs from what is stored.",
        "Import into another market, or use --on-conflict keep or replace.",
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
        "Check that it is the right file, and check its map.",
    ),
    Code(
        "IMP013",
        "folder in use",
        "The folder already holds a market.",
        "Name another folder.",
    ),
    Code(
        "IMP014",
        "column of another type",
        "A column of your own holds values of one kind (text, numbers, dates, flags) in the market and of "
        "another in the file, or in two columns of which it takes the first value.",
        "State in the map how to read it (as: text, float, date or flag), or give it another name.",
    ),
    Code(
        "IMP015",
        "adjusted prices",
        "The prices of the file are adjusted for later splits, so they are not the prices of "
        "the day.",
        "Import tables of all lines of one day, with unadjusted prices and listed shares.",
    ),
    Code(
        "IMP016",
        "change without a base price",
        "The change of a line contradicts its direction or rate, or is not smaller than its close.",
        "Ask the source; the base price of the line is left unknown.",
        severity="warning",
    ),
    Code(
        "IMP017",
        "line without listed shares",
        "A line of an old file has no listed shares on that day; its row was left out.",
        "If the line was listed, import its row from another source.",
        severity="warning",
    ),
    Code(
        "IMP018",
        "file larger than is read",
        "A file is larger than --max-size, or unpacks to more than that.",
        "Split it, or allow a larger size with --max-size (in gigabytes).",
    ),
    Code(
        "IMP019",
        "rows that contradict each other",
        "A row of a joined file has the key of another one, an interval ends before it starts, or a "
        "change adds a member who is in or removes one who is not.",
        "Correct the row, or name more columns in `on`, or the list the changes begin from (`members`).",
    ),
    Code(
        "IMP020",
        "index without members",
        "After a date an index of the file has no member; a list without members cannot be stored.",
        "Import the later intervals or changes too, or take the list before as the last one.",
        severity="warning",
    ),
)
