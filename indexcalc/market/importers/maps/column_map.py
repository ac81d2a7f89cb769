"""The column map: a small YAML file that maps the columns of a file to those of the market.

    encoding: cp949              # else UTF-8, then cp949
    delimiter: ";"               # else the one the header holds most often
    decimal: ","                 # else a point
    thousands: "."               # else a comma
    date_format: "%d.%m.%Y"      # else 2023-05-19, 2023/05/19, 2023.05.19, 20230519
    nulls: ["-", "N/A"]          # words for "no value"; empty cells always are
    facts: {complete: true, currency: KRW}
    tables:                      # or `table:` and its keys at the top, for one table
      - table: daily
        columns:
          date: TRD_DD
          symbol: {column: ISU_SRT_CD, pad: 6}          # 5930 -> 005930
          close: TDD_CLSPRC
          shares_outstanding: {column: shares_k, times: 1000}
          score: {column: SCORE, as: float}             # a column of your own: float, integer,
                                                        # text or date
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
        values: {market: {KOSDAQ GLOBAL: KOSDAQ}}       # the same as `values` inside a column
        others: {market: keep}   # error (default), keep, none (no value) or drop (the row)

Reading is strict: unknown keys, keys given twice, aliases and tags are errors, every scalar is text
until its key gives it a type.
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from indexcalc.diagnostics import Span
from indexcalc.market.importers.files.source import decoded, read_bytes
from indexcalc.market.importers.problems import Problems
from indexcalc.market.tables import TABLES

Others = Literal["error", "keep", "none", "drop"]
OTHERS: tuple[Others, ...] = ("error", "keep", "none", "drop")
MAX_BYTES = 1_000_000

FILE_KEYS = ("encoding", "delimiter", "decimal", "thousands", "date_format", "nulls", "facts")
TABLE_KEYS = ("table", "columns", "constants", "values", "others", "where", "except", "snapshot")
LARGEST_FACTOR = 10**15
LONGEST_PAD = 100
_DELIMITERS = frozenset(string.punctuation + "\t ") - {'"'}
COLUMN_KEYS = ("column", "given", "as", "times", "pad", "date_format", "values", "others")
KINDS = ("text", "float", "integer", "date")
FACTS = ("name", "complete", "price_limit", "calendar", "currency")


@dataclass(frozen=True, slots=True)
class ColumnFrom:
    """Where one column comes from: ``column`` of the file, or ``given`` (the day of the file)."""

    column: str = ""
    given: bool = False
    kind: str | None = None
    times: Fraction = Fraction(1)
    pad: int = 0
    date_format: str | None = None
    values: Mapping[str, str] | None = None
    others: Others = "error"
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class TableMap:
    """How one table is made: target column -> alternatives (the first that gives a value)."""

    table: str
    columns: dict[str, tuple[ColumnFrom, ...]]
    constants: dict[str, str] = field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    snapshot: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class FileMap:
    """A whole map: how the file is written, and the tables in it."""

    tables: tuple[TableMap, ...]
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    thousands: str = ","
    date_format: str | None = None
    nulls: frozenset[str] = frozenset()
    facts: dict[str, Any] = field(default_factory=dict)


def _reads_text(name: str) -> bool:
    """Is it the name of an encoding that turns bytes into text (``hex`` and ``zlib`` do not)?"""
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, ValueError):
        return name.isascii() and name.lower().startswith(("utf-16", "utf_16", "utf-32", "utf_32"))


def read_map(path: Path) -> FileMap:
    """A map file.  ImportRefused: IMP001 (unreadable), IMP007 (everything wrong in it)."""
    data = read_bytes(path, MAX_BYTES)
    reader = _Reader(str(path))
    file_map = reader.file(reader.tree(decoded(path, data, "utf-8-sig")))
    reader.problems.finish()
    return file_map


class _Reader:
    """Walks the YAML nodes and collects everything that is wrong, with its place."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems = Problems(path)

    def tree(self, text: str) -> Any:
        try:
            for event in yaml.parse(text, Loader=yaml.CBaseLoader):
                if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                    self.wrong(event, "anchors and aliases are not read: write the value out")
                elif getattr(event, "tag", None):
                    self.wrong(event, "tags are not read")
            self.problems.finish()
            return yaml.compose(text, Loader=yaml.CBaseLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            span = Span(self.path, mark.line + 1, mark.column + 1) if mark else None
            self.problems.add(
                "IMP007", f"not YAML: {getattr(error, 'problem', None) or error}", span=span
            )
        except RecursionError:
            self.problems.add("IMP007", "nested too deeply for a map")
        self.problems.finish()
        return None

    def span(self, node: Any) -> Span:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Span(self.path, start.line + 1, start.column + 1, max(length, 1))

    def wrong(self, node: Any, message: str, hint: str = "") -> None:
        self.problems.add("IMP007", message, span=self.span(node), hint=hint)

    def text(self, node: Any) -> str:
        if isinstance(node, yaml.ScalarNode):
            return cast(str, node.value)
        self.wrong(node, "a single value is needed here")
        return ""

    def texts(self, node: Any) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.text(item) for item in node.value)
        return (self.text(node),)

    def mapping(self, node: Any, allowed: Iterable[str] = ()) -> dict[str, tuple[Any, Any]]:
        """Key -> (key node, value node); with ``allowed``, other keys are reported."""
        known = tuple(allowed)
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, "keys with values are needed here")
            return {}
        entries: dict[str, tuple[Any, Any]] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in entries:
                self.wrong(key_node, f"{key} is given twice")
            elif known and key not in known:
                self.wrong(key_node, f"unknown key {key!r}", nearest(key, known))
            else:
                entries[key] = (key_node, value)
        return entries

    def choice(self, node: Any, choices: tuple[str, ...]) -> str:
        text = self.text(node)
        if text not in choices:
            self.wrong(node, f"{text!r} is none of {', '.join(choices)}", nearest(text, choices))
            return choices[0]
        return text

    def flag(self, node: Any) -> bool:
        return self.choice(node, ("false", "true")) == "true"

    def file(self, node: Any) -> FileMap:
        if node is None:
            self.problems.add("IMP007", "the map is empty")
            return FileMap(())
        entries = self.mapping(node, (*FILE_KEYS, *TABLE_KEYS, "tables"))
        inner = {key: value for key, (_, value) in entries.items() if key in FILE_KEYS}
        if "tables" in entries:
            for key, (key_node, _) in entries.items():
                if key in TABLE_KEYS:
                    self.wrong(key_node, f"{key} belongs into an item of `tables`")
            listed = entries["tables"][1]
            if not isinstance(listed, yaml.SequenceNode):
                self.wrong(listed, "`tables` is a list")
                return FileMap(())
            tables = [self.table(item, self.mapping(item, TABLE_KEYS)) for item in listed.value]
        else:
            own = {key: pair for key, pair in entries.items() if key in TABLE_KEYS}
            tables = [self.table(node, own)]
        words = {
            key: self.text(inner[key])
            for key in ("encoding", "delimiter", "decimal", "thousands", "date_format")
            if key in inner
        }
        for key in ("delimiter", "decimal"):
            if key in words and len(words[key]) != 1:
                self.wrong(inner[key], f"{key} is one character")
        if "delimiter" in words and words["delimiter"] not in _DELIMITERS:
            self.wrong(inner["delimiter"], "delimiter is a sign of ASCII, such as , ; | or a tab")
        if "encoding" in words and not _reads_text(words["encoding"]):
            message = f"no encoding of text is called {words['encoding']!r:.60}"
            self.wrong(inner["encoding"], message, "for example utf-8, cp949, euc-kr, cp932")
        if words.get("decimal", ".") == words.get("thousands", ","):
            mark = inner.get("thousands") or inner["decimal"]
            self.wrong(mark, "decimal and thousands are the same mark", "give both")
        nulls = frozenset(self.texts(inner["nulls"])) if "nulls" in inner else frozenset()
        facts = self.facts(inner["facts"]) if "facts" in inner else {}
        return FileMap(
            tuple(table for table in tables if table is not None),
            encoding=words.get("encoding"),
            delimiter=words.get("delimiter"),
            decimal=words.get("decimal", "."),
            thousands=words.get("thousands", ","),
            date_format=words.get("date_format"),
            nulls=nulls,
            facts=facts,
        )

    def facts(self, node: Any) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, (_, value) in self.mapping(node, FACTS).items():
            if key == "complete":
                facts[key] = self.flag(value)
            elif key == "price_limit":
                limit = self.number(value)
                facts[key] = float(limit)
            else:
                facts[key] = self.text(value)
        return facts

    def number(self, node: Any) -> Fraction:
        text = self.text(node)
        try:
            value = Fraction(text)
        except (ValueError, ZeroDivisionError):
            self.wrong(node, f"{text!r} is not a number")
            return Fraction(1)
        if value <= 0:
            self.wrong(node, f"{text} is not above zero")
        elif not Fraction(1, LARGEST_FACTOR) <= value <= LARGEST_FACTOR:
            self.wrong(node, f"{text} is beyond 1e15")
            return Fraction(1)
        return value

    def table(self, node: Any, entries: dict[str, tuple[Any, Any]]) -> TableMap | None:
        for key in ("table", "columns"):
            if key not in entries:
                self.wrong(node, f"`{key}` is missing")
                return None
        name = self.choice(entries["table"][1], tuple(TABLES))
        spec = TABLES[name]
        values = self.value_maps(entries)
        columns: dict[str, tuple[ColumnFrom, ...]] = {}
        for target, (_, value) in self.mapping(entries["columns"][1]).items():
            items = value.value if isinstance(value, yaml.SequenceNode) else [value]
            columns[target] = tuple(self.column(item, values.pop(target, None)) for item in items)
        for target in values:
            self.wrong(
                entries["values" if "values" in entries else "others"][1],
                f"`columns` has no {target}",
                nearest(target, columns),
            )
        constants: dict[str, str] = {}
        if "constants" in entries:
            for target, (key_node, value) in self.mapping(entries["constants"][1]).items():
                if target in columns:
                    self.wrong(key_node, f"{target} is in `columns` too")
                constants[target] = self.text(value)
        for column in spec.columns:
            needed = column.required and column.name not in (*columns, *constants)
            if needed:
                self.wrong(entries["table"][1], f"the table {name} needs a column {column.name}")
        snapshot = self.flag(entries["snapshot"][1]) if "snapshot" in entries else False
        if snapshot and (name != "securities" or "valid_from" not in (*columns, *constants)):
            self.wrong(
                entries["snapshot"][0], "a snapshot is of securities, and needs a column valid_from"
            )
        return TableMap(
            table=name,
            columns=columns,
            constants=constants,
            where=self.row_tests(entries, "where"),
            unless=self.row_tests(entries, "except"),
            snapshot=snapshot,
            span=self.span(entries["table"][1]),
        )

    def row_tests(
        self, entries: dict[str, tuple[Any, Any]], key: str
    ) -> dict[str, tuple[str, ...]]:
        if key not in entries:
            return {}
        return {
            column: self.texts(value)
            for column, (_, value) in self.mapping(entries[key][1]).items()
        }

    def value_maps(
        self, entries: dict[str, tuple[Any, Any]]
    ) -> dict[str, tuple[dict[str, str] | None, Others]]:
        """The table's ``values`` and ``others`` by target column."""
        maps: dict[str, dict[str, str]] = {}
        others: dict[str, Others] = {}
        if "values" in entries:
            for target, (_, value) in self.mapping(entries["values"][1]).items():
                maps[target] = self.words(value)
        if "others" in entries:
            for target, (_, value) in self.mapping(entries["others"][1]).items():
                others[target] = cast(Others, self.choice(value, OTHERS))
        return {
            target: (maps.get(target), others.get(target, "error"))
            for target in sorted({*maps, *others})
        }

    def words(self, node: Any) -> dict[str, str]:
        return {key: self.text(value) for key, (_, value) in self.mapping(node).items()}

    def column(self, node: Any, shared: tuple[dict[str, str] | None, Others] | None) -> ColumnFrom:
        values, others = shared if shared is not None else (None, OTHERS[0])
        if isinstance(node, yaml.ScalarNode):
            return ColumnFrom(node.value, values=values, others=others, span=self.span(node))
        entries = {key: value for key, (_, value) in self.mapping(node, COLUMN_KEYS).items()}
        if ("column" in entries) == ("given" in entries):
            self.wrong(node, "either `column` (a header) or `given: date` is needed")
        if "given" in entries:
            self.choice(entries["given"], ("date",))
        pad = self.number(entries["pad"]) if "pad" in entries else Fraction(0)
        if pad.denominator != 1 or pad > LONGEST_PAD:
            message = f"`pad` is a number of characters, at most {LONGEST_PAD}"
            self.wrong(entries["pad"], message)
            pad = Fraction(0)
        return ColumnFrom(
            column=self.text(entries["column"]) if "column" in entries else "",
            given="given" in entries,
            kind=self.choice(entries["as"], KINDS) if "as" in entries else None,
            times=self.number(entries["times"]) if "times" in entries else Fraction(1),
            pad=int(pad),
            date_format=self.text(entries["date_format"]) if "date_format" in entries else None,
            values=self.words(entries["values"]) if "values" in entries else values,
            others=cast(Others, self.choice(entries["others"], OTHERS))
            if "others" in entries
            else others,
            span=self.span(node),
        )


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word; '' when none is close."""
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {close[0]}?" if close else ""
