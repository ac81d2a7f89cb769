"""Reads a column map strictly, and collects everything that is wrong in it."""

from __future__ import annotations

import string
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import yaml

from indexcalc.market.importers.files.layout import Layout
from indexcalc.market.importers.files.source import decoded, read_bytes
from indexcalc.market.importers.maps.column_map import (
    CHANGES_KEYS,
    COLUMN_KEYS,
    ENDS,
    FILE_KEYS,
    JOIN_KEYS,
    KINDS,
    MEMBERS_KEYS,
    OTHERS,
    TABLE_KEYS,
    WIDE_KEYS,
    Changes,
    ColumnFrom,
    Ends,
    FileMap,
    Join,
    Members,
    Others,
    TableMap,
    Wide,
)
from indexcalc.market.importers.maps.column_words import idle_words, wrong_mark
from indexcalc.market.importers.maps.map_nodes import Nodes, nearest
from indexcalc.market.market_facts import FACTS, wrong_facts
from indexcalc.market.tables import TABLES, new_name

MAX_BYTES = 1_000_000
LONGEST_PAD = 100
GIVEN = ("date", "symbol")
_DELIMITERS = frozenset(string.punctuation + "\t ") - {chr(34)}


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


class _Reader(Nodes):
    """Makes a map of the nodes."""

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
            for key in ("decimal", "thousands", "date_format")
            if key in inner
        }
        for key in ("decimal", "thousands"):
            if key in words and wrong_mark(words[key], key == "thousands"):
                self.wrong(inner[key], f"{key} is one sign such as , or . or '")
        decimal = words.get("decimal", ".")
        thousands = words.get("thousands", "." if decimal == "," else ",")
        if decimal == thousands:
            mark = inner.get("thousands") or inner["decimal"]
            self.wrong(mark, "decimal and thousands are the same mark", "give both")
        nulls = frozenset(self.texts(inner["nulls"])) if "nulls" in inner else frozenset()
        facts = self.facts(inner["facts"]) if "facts" in inner else {}
        return FileMap(
            tuple(table for table in tables if table is not None),
            layout=self.layout(inner),
            wide=self.wide(inner["wide"]) if "wide" in inner else None,
            joins=self.joins(inner["join"]) if "join" in inner else (),
            decimal=decimal,
            thousands=thousands,
            marks_said="decimal" in words or "thousands" in words,
            date_format=words.get("date_format"),
            nulls=nulls,
            facts=facts,
        )

    def layout(self, inner: dict[str, Any]) -> Layout:
        """How the file is written."""
        delimiter = self.text(inner["delimiter"]) if "delimiter" in inner else None
        if delimiter is not None and delimiter not in _DELIMITERS:
            self.wrong(inner["delimiter"], "delimiter is a sign of ASCII, such as , ; | or a tab")
        encoding = self.text(inner["encoding"]) if "encoding" in inner else None
        if encoding is not None and not _reads_text(encoding):
            message = f"no encoding of text is called {encoding!r:.60}"
            self.wrong(inner["encoding"], message, "for example utf-8, cp949, euc-kr, cp932")
        header: int | tuple[str, ...] = 1
        if "header" in inner:
            node = inner["header"]
            if isinstance(node, yaml.SequenceNode):
                header = self.texts(node)
                if len(set(header)) != len(header) or not header:
                    self.wrong(node, "`header` needs names, each once")
            elif self.text(node) == "none":
                header = 0
            else:
                header = self.count(node)
        return Layout(
            encoding=encoding,
            delimiter=delimiter,
            skip=self.count(inner["skip"]) if "skip" in inner else 0,
            until_blank=self.flag(inner["until_blank"]) if "until_blank" in inner else False,
            header=header,
            sheet=self.text(inner["sheet"]) if "sheet" in inner else None,
            records=self.text(inner["records"]) if "records" in inner else None,
        )

    def inner(self, node: Any, allowed: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Any]:
        """Key -> value node of a mapping whose ``needed`` keys are there; else it is told."""
        entries = {key: value for key, (_, value) in self.mapping(node, allowed).items()}
        missing = [key for key in needed if key not in entries]
        if missing:
            self.wrong(node, f"needed here: {', '.join(missing)}")
        return entries if not missing else {}

    def wide(self, node: Any) -> Wide | None:
        entries = self.inner(node, WIDE_KEYS, ("keep", "names"))
        if not entries:
            return None
        names = self.texts(entries["names"])
        split = self.text(entries["split"]) if "split" in entries else ""
        if (len(names) > 1) != bool(split):
            self.wrong(entries["names"], "several names need `split`, and `split` several names")
        if "*" in names and "values" in entries:
            self.wrong(entries["values"], "`*` in names is the values' column already")
        return Wide(
            keep=self.texts(entries["keep"]),
            names=names,
            values=self.text(entries["values"]) if "values" in entries else "value",
            split=split,
            span=self.span(node),
        )

    def joins(self, node: Any) -> tuple[Join, ...]:
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        joins = []
        for item in items:
            entries = self.inner(item, JOIN_KEYS, ("file", "on"))
            if not entries:
                continue
            newest = self.pairs(entries["newest"]) if "newest" in entries else ()
            if len(newest) > 1:
                self.wrong(entries["newest"], "`newest` is one column, a date")
            joins.append(
                Join(
                    file=self.text(entries["file"]),
                    on=self.pairs(entries["on"]),
                    newest=newest[0] if newest else None,
                    layout=self.layout(entries),
                    span=self.span(item),
                )
            )
        return tuple(joins)

    def pairs(self, node: Any) -> tuple[tuple[str, str], ...]:
        """(header here, header there): a name, a list of names, or ``{here: there}``."""
        if isinstance(node, yaml.MappingNode):
            return tuple(self.words(node).items())
        return tuple((name, name) for name in self.texts(node))

    def facts(self, node: Any) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, (_, value) in self.mapping(node, FACTS).items():
            if key == "complete":
                facts[key] = self.flag(value)
            elif key == "price_limit":
                facts[key] = float(self.number(value))
            else:
                facts[key] = self.text(value)
            for _, wrong in wrong_facts({key: facts[key]}):
                self.wrong(value, f"{key}: {wrong}")
        return facts

    def table(self, node: Any, entries: dict[str, tuple[Any, Any]]) -> TableMap | None:
        for key in ("table", "columns"):
            if key not in entries:
                self.wrong(node, f"`{key}` is missing")
        name = self.table_name(entries["table"][1]) if "table" in entries else ""
        if not name or "columns" not in entries:
            return None
        spec = TABLES[name]
        values = self.value_maps(entries)
        columns: dict[str, tuple[ColumnFrom, ...]] = {}
        for target, (_, value) in self.mapping(entries["columns"][1]).items():
            items = value.value if isinstance(value, yaml.SequenceNode) else [value]
            shared = values.pop(target, None)
            if not items:
                self.wrong(value, f"{target} has no column of the file")
            known = spec.by_name.get(target)
            kind = known.kind if known is not None else None
            for item in items:
                self.idle(target, item, kind, shared is not None, known is None)
            columns[target] = tuple(self.column(item, shared) for item in items)
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
        changes = self.changes(entries) if "changes" in entries else None
        for column in spec.columns:
            if changes is not None and not changes.action and column.name == "symbol":
                continue  # `added` and `removed` hold the symbols
            needed = column.required and column.name not in (*columns, *constants)
            if needed:
                self.wrong(entries["table"][1], f"the table {name} needs a column {column.name}")
        snapshot = self.flag(entries["snapshot"][1]) if "snapshot" in entries else False
        holds_from = "valid_from" if name == "securities" else spec.holds_from
        if snapshot and not holds_from:
            tables = ", ".join(["securities", *(t.name for t in TABLES.values() if t.holds_from)])
            self.wrong(
                entries["snapshot"][0],
                f"a snapshot is of a table that holds from a day on: {tables}",
            )
        elif snapshot and holds_from not in (*columns, *constants):
            self.wrong(entries["snapshot"][0], f"a snapshot needs a column {holds_from}")
        for key in ("ends", "changes", "members"):
            if key in entries and name != "memberships":
                self.wrong(entries[key][0], f"`{key}` belongs to the table memberships")
        if "ends" in entries and "end_date" not in columns:
            self.wrong(entries["ends"][0], "`ends` says what `end_date` in `columns` means")
        if "members" in entries and "changes" not in entries:
            self.wrong(entries["members"][0], "`members` goes with `changes`")
        return TableMap(
            table=name,
            columns=columns,
            constants=constants,
            where=self.row_tests(entries, "where"),
            unless=self.row_tests(entries, "except"),
            snapshot=snapshot,
            ends=cast(Ends, self.choice(entries["ends"][1], ENDS)) if "ends" in entries else None,
            changes=changes,
            span=self.span(entries["table"][1]),
        )

    def table_name(self, node: Any) -> str:
        """The table meant: of a misspelt name, which is told, the nearest; '' where none is near."""
        text = self.text(node)
        if now := new_name(text):
            self.wrong(node, now)
            return ""
        if text in TABLES:
            return text
        near = nearest(text, TABLES)
        self.wrong(node, f"there is no table {text!r}", near or f"tables are {', '.join(TABLES)}")
        return near.removeprefix("did you mean ").rstrip("?")

    def changes(self, entries: dict[str, tuple[Any, Any]]) -> Changes | None:
        node = entries["changes"][1]
        inner = self.inner(node, CHANGES_KEYS, ("added", "removed"))
        if not inner:
            return None
        members = None
        if "members" in entries:
            list_node = entries["members"][1]
            columns = self.inner(list_node, MEMBERS_KEYS, ("file", "column", "date"))
            if columns:
                members = Members(
                    file=self.text(columns["file"]),
                    column=self.text(columns["column"]),
                    date=self.text(columns["date"]),
                    layout=self.layout(columns),
                    span=self.span(list_node),
                )
        return Changes(
            added=self.texts(inner["added"]),
            removed=self.texts(inner["removed"]),
            action=self.text(inner["action"]) if "action" in inner else "",
            members=members,
            span=self.span(node),
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

    def idle(self, target: str, node: Any, kind: str | None, shared: bool, own: bool) -> None:
        """Tell the words of a column that would do nothing."""
        nodes = {"column": node, **({"values": node} if shared else {})}
        if isinstance(node, yaml.MappingNode):
            nodes |= {word.value: word for word, _ in node.value}
            said = next((value.value for word, value in node.value if word.value == "as"), None)
            kind = said if own and said in KINDS else kind
        if target == "end_date":
            kind, own = "date", False
        for word, why in idle_words(target, nodes, kind, own):
            self.wrong(nodes[word], why)

    def words(self, node: Any) -> dict[str, str]:
        return {key: self.text(value) for key, (_, value) in self.mapping(node).items()}

    def column(self, node: Any, shared: tuple[dict[str, str] | None, Others] | None) -> ColumnFrom:
        values, others = shared if shared is not None else (None, OTHERS[0])
        if isinstance(node, yaml.ScalarNode):
            return ColumnFrom(node.value, values=values, others=others, span=self.span(node))
        entries = {key: value for key, (_, value) in self.mapping(node, COLUMN_KEYS).items()}
        if ("column" in entries) == ("given" in entries):
            self.wrong(node, "either `column` (a header) or `given` (date, symbol) is needed")
        pad = self.number(entries["pad"]) if "pad" in entries else Fraction(0)
        if pad.denominator != 1 or pad > LONGEST_PAD:
            message = f"`pad` is a number of characters, at most {LONGEST_PAD}"
            self.wrong(entries["pad"], message)
            pad = Fraction(0)
        return ColumnFrom(
            column=self.text(entries["column"]) if "column" in entries else "",
            given=self.choice(entries["given"], GIVEN) if "given" in entries else "",
            kind=self.choice(entries["as"], KINDS) if "as" in entries else None,
            times=self.number(entries["times"]) if "times" in entries else Fraction(1),
            divide_by=self.text(entries["divide_by"]) if "divide_by" in entries else "",
            percent=self.flag(entries["percent"]) if "percent" in entries else False,
            absolute=self.flag(entries["abs"]) if "abs" in entries else False,
            strip=self.some(entries["strip"]) if "strip" in entries else "",
            split=self.some(entries["split"]) if "split" in entries else "",
            pad=int(pad),
            date_format=self.text(entries["date_format"]) if "date_format" in entries else None,
            values=self.words(entries["values"]) if "values" in entries else values,
            others=cast(Others, self.choice(entries["others"], OTHERS))
            if "others" in entries
            else others,
            span=self.span(node),
        )
