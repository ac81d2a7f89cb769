"""YML: the text of a rule file."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
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
        "A line of the file is indented with a tab.",
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
        "A mapping has the same key twice.",
        "Keep one of them.",
    ),
    Code(
        "YML007",
        "anchor or alias",
        "A value refers to another place of the file by an anchor or alias.",
        "Write the value out where it is used.",
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
        "Use fewer levels.",
    ),
    Code(
        "YML011",
        "too many values",
        "A rule file holds more values than any rule needs.",
        "Keep data in the market, not in the rule.",
    ),
    Code(
        "YML012",
        "empty file",
        "A rule file has no content.",
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
        "A list or a mapping is used as a key.",
        "Write the key as a plain word.",
    ),
)
