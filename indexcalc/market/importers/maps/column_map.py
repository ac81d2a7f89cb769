"""The column map: a small YAML file that maps the columns of a file to those of the market.

    encoding: cp949              # else UTF-8, then cp949
    delimiter: ";"               # else the one the header holds most often
    decimal: ","                 # else a point
    thousands: "."               # else a comma; a point where decimal is a comma
    date_format: "%d.%m.%Y"      # or excel; else 2023-05-19, 2023/05/19, 2023.05.19, 20230519
    nulls: ["-", "N/A"]          # words for "no value"; empty cells always are
    skip: 3                      # lines before the header
    until_blank: true            # the data end at the first blank line
    header: none                 # columns are 1, 2, ...; or a list of names, or how many lines
    sheet: Prices                # of a workbook; else the first that has cells
    records: data.items          # of JSON: where the list is
    wide: {keep: date, names: symbol, values: close}    # dates x lines
    join: {file: shares.csv, on: [symbol], newest: date}
    facts: {complete: true, currency: KRW}
    tables:                      # or `table:` and its keys at the top, for one table
      - table: daily
        columns:
          date: TRD_DD
          symbol: {column: ISU_SRT_CD, pad: 6}          # 5930 -> 005930
          close: TDD_CLSPRC
          shares_outstanding: {column: shares_k, times: 1000}
          score: {column: SCORE, as: float}             # a column of your own: float, integer,
                                                        # text, date or flag
        constants: {index: KOSPI}
        where: {kind: [ST, RT]}  # rows with another value are dropped, and counted
        except: {state: deleted} # rows with this value are dropped, and counted
      - table: securities
        snapshot: true           # rows are the state on valid_from: store changes only
        columns:
          symbol: ISU_SRT_CD
          valid_from: {given: date}                     # --date, or the date in the file's name
          security_type:                                # the first that gives a value
            - {column: spac, values: {Y: spac}, others: none}
            - {column: group, values: {ST: stock, RT: reit}, others: drop}
          market: MKT_NM
        values: {market: {KOSDAQ GLOBAL: KOSDAQ}}       # the same as `values` inside a column
        others: {market: keep}   # error (default), keep, none (no value) or drop (the row)

Reading is strict: unknown keys, keys given twice, aliases and tags are errors, every scalar is text
until its key gives it a type.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from msgspec import Struct, field

from indexcalc.diagnostics import Span
from indexcalc.market.importers.files.layout import PLAIN, Layout

Others = Literal["error", "keep", "none", "drop"]
OTHERS: tuple[Others, ...] = ("error", "keep", "none", "drop")
LAYOUT_KEYS = (
    "encoding",
    "delimiter",
    "skip",
    "until_blank",
    "header",
    "sheet",
    "records",
)
FILE_KEYS = (
    *LAYOUT_KEYS,
    "decimal",
    "thousands",
    "date_format",
    "nulls",
    "wide",
    "join",
    "facts",
)
WIDE_KEYS = ("keep", "names", "values", "split")
JOIN_KEYS = ("file", "on", "newest", *LAYOUT_KEYS)
TABLE_KEYS = (
    "table",
    "columns",
    "constants",
    "values",
    "others",
    "where",
    "except",
    "snapshot",
    "ends",
    "changes",
    "members",
)
CHANGES_KEYS = ("added", "removed", "action")
MEMBERS_KEYS = ("file", "column", "date", *LAYOUT_KEYS)
COLUMN_KEYS = (
    "column",
    "given",
    "as",
    "times",
    "divide_by",
    "percent",
    "abs",
    "pad",
    "strip",
    "split",
    "date_format",
    "values",
    "others",
)
KINDS = ("text", "float", "integer", "date", "flag")
Ends = Literal["last_day", "first_day_out"]
ENDS: tuple[Ends, ...] = ("last_day", "first_day_out")


class ColumnFrom(Struct, frozen=True):
    """Where one column comes from: ``column`` of the file, or ``given``: the day of the file, or the code
    in its name."""

    column: str = ""
    given: str = ""
    kind: str | None = None
    times: Fraction = Fraction(1)
    divide_by: str = ""
    percent: bool = False
    absolute: bool = False
    pad: int = 0
    strip: str = ""
    split: str = ""
    date_format: str | None = None
    values: Mapping[str, str] | None = None
    others: Others = "error"
    span: Span | None = None


class Wide(Struct, frozen=True):
    """A table of dates x lines (or lines x dates): ``keep`` stay columns; the header of every other
    becomes a value of ``names``, its cells those of ``values``.

    With ``split`` a header has parts, one for each of ``names``; ``*`` names the values' column.
    """

    keep: tuple[str, ...]
    names: tuple[str, ...]
    values: str = "value"
    split: str = ""
    span: Span | None = None


class Join(Struct, frozen=True):
    """Columns of another file, beside the map: ``on`` (header here, header there) are equal; of the rows
    that fit, the one with the ``newest`` date not after the row's own."""

    file: str
    on: tuple[tuple[str, str], ...]
    newest: tuple[str, str] | None = None
    layout: Layout = PLAIN
    span: Span | None = None


class Members(Struct, frozen=True):
    """A list of members on one day, in a file beside the map: where a history of changes hangs."""

    file: str
    column: str
    date: str
    layout: Layout = PLAIN
    span: Span | None = None


class Changes(Struct, frozen=True):
    """Rows that say who joins and who leaves: headers ``added`` and ``removed``, or the header ``action``
    with the words for either."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    action: str = ""
    members: Members | None = None
    span: Span | None = None


class TableMap(Struct, frozen=True):
    """How one table is made: target column -> alternatives (the first that gives a value)."""

    table: str
    columns: dict[str, tuple[ColumnFrom, ...]]
    constants: dict[str, str] = field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    snapshot: bool = False
    ends: Ends | None = None
    changes: Changes | None = None
    span: Span | None = None


class FileMap(Struct, frozen=True):
    """A whole map: how the file is written, and the tables in it; ``marks_said``: the map says `decimal` or
    `thousands`."""

    tables: tuple[TableMap, ...]
    layout: Layout = PLAIN
    wide: Wide | None = None
    joins: tuple[Join, ...] = ()
    decimal: str = "."
    thousands: str = ","
    marks_said: bool = False
    date_format: str | None = None
    nulls: frozenset[str] = frozenset()
    facts: dict[str, Any] = field(default_factory=dict)
