"""Imported files into a market on disk: all of them or nothing, and overwritten only on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field

from indexcalc.diagnostics import Findings, ImportRefused, quantity
from indexcalc.market import arrow, store
from indexcalc.market.conform import conform
from indexcalc.market.importers.imported import Imported, Observed
from indexcalc.market.importers.problems import LISTED
from indexcalc.market.market_json import read_contents
from indexcalc.market.merging import daily as merge_daily
from indexcalc.market.merging.changes_only import changed_designations, changed_securities
from indexcalc.market.merging.joined_files import joined
from indexcalc.market.merging.rows import (
    Conflict,
    Merged,
    OnConflict,
    merge_rows,
    type_clashes,
    without_repeats,
)
from indexcalc.market.places.place import Place
from indexcalc.market.tables import TABLES

_WAY_OUT = "find out which is right; then --on-conflict keep, or --on-conflict replace"


class TableReport(Struct):
    """What became of the new rows of one table."""

    added: int = 0
    filled: int = 0
    same: int = 0
    known: int = 0
    kept: int = 0
    replaced: int = 0


class MergeReport(Struct):
    """What a merge did: counts a table, new facts, and lines in words."""

    tables: dict[str, TableReport] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, table: str) -> TableReport:
        """The report of a table, created on first use."""
        return self.tables.setdefault(table, TableReport())


def merge(
    path: Place, imported: Imported | Sequence[Imported], on_conflict: OnConflict = "refuse"
) -> MergeReport:
    """Merge files into the market at ``path``, or make one there.

    A row whose key is stored with another value is refused (``refuse``), left as stored (``keep``),
    or overwritten with the old value kept in the table ``replaced`` (``replace``).  A null is no
    statement: it never conflicts.  Daily rows go into the stored files they overlap, or a new one.

    ImportRefused: DAT002-DAT006 (rows that fit no table), IMP009 and IMP010 (conflicts), IMP012 (no
    rows at all); the market is then as before.  DataError: it is damaged, or being written.
    """
    files = [imported] if isinstance(imported, Imported) else list(imported)
    together = joined(files)
    if together is not None:
        # File by file, a finding names its file, and a value kept or replaced counts for those after it.
        with suppress(ImportRefused):
            return _merged(path, [together], "refuse")
    return _merged(path, files, on_conflict)


def _merged(path: Place, files: list[Imported], on_conflict: OnConflict) -> MergeReport:
    conformed = [_conformed(item) for item in files]
    report = MergeReport()
    with store.writing(path) as writer:
        _Merge(writer, report, on_conflict).run(files, conformed)
    return report


def compact(path: Place) -> tuple[int, int]:
    """Join small daily files into few: (files before, files after).  DataError: no market, or Delta."""
    store.refuse_delta(path)
    read_contents(path)
    with store.writing(path) as writer:
        return merge_daily.compact(writer)


class _Conformed(Struct):
    tables: dict[str, Any]
    observed: list[tuple[Observed, Any]]


def _conformed(item: Imported) -> _Conformed:
    findings = Findings()
    tables: dict[str, Any] = {}
    for name, data in item.tables.items():
        table = conform(name, data, findings, item.path)
        if table is not None and table.num_rows:
            tables[name] = table if name == "daily" else _plain(table)
    observed: list[tuple[Observed, Any]] = []
    for seen in item.observed:
        rows = conform(seen.table, seen.rows, findings, item.path)
        if rows is not None:
            observed.append((seen, _plain(rows)))
    nothing = not tables and not any(rows.num_rows for _, rows in observed)
    if nothing and item.format != "facts" and not findings.errors:
        findings.add("IMP012", "no row of the file can be imported", path=item.path)
    findings.raise_errors(ImportRefused)
    return _Conformed(tables, observed)


def _plain(table: Any) -> Any:
    """Symbols as plain text: the form in which small tables are stored and joined."""
    for position, item in enumerate(table.schema):
        if pa.types.is_dictionary(item.type):
            column = pc.cast(arrow.one_array(table.column(position)), pa.string())
            table = table.set_column(position, item.name, column)
    return table


def _by_file(seen: Observed, rows: Any) -> list[int]:
    """How many of the rows are of each of the files that ``seen`` is of."""
    file = np.searchsorted(seen.first_days, arrow.days(rows.column("valid_from")), side="right")
    return [int(number) for number in np.bincount(file - 1, minlength=len(seen.first_days))]


class _Merge:
    """One merge: the tables so far, and the conflicts found."""

    def __init__(self, writer: store.Writer, report: MergeReport, on_conflict: OnConflict) -> None:
        self.writer = writer
        self.report = report
        self.on_conflict = on_conflict
        self.state: dict[str, Any] = {}
        self.changed: set[str] = set()
        self.findings = Findings()
        self.n_conflicts = 0
        self.resolved: list[Conflict] = []
        # Stored files with a column of nulls that now has another type.
        self.retyped: set[str] = set()

    def run(self, files: list[Imported], tables: list[_Conformed]) -> None:
        daily: Any = None
        paths: list[str] = []
        for item, conformed in zip(files, tables, strict=True):
            self._facts(item)
            for name, rows in conformed.tables.items():
                if name != "daily":
                    self._small(name, rows, item.path)
                    continue
                for stored in self.writer.contents.of("daily"):
                    other = merge_daily.clashing(self.writer, stored, rows.schema)
                    left, rows = self._same_types("daily", other, rows, item.path)
                    if left.num_columns < other.num_columns:
                        self.retyped.add(stored.name)
                daily = rows if daily is None else self._fold_daily(daily, rows, item.path)
                paths.append(item.path)
            for seen, rows in conformed.observed:
                self._observed(seen, rows, item.path)
        plan = merge_daily.DailyPlan()
        if daily is not None:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            plan = self._plan_daily(daily, f"{paths[0]}{more}")
        self._refuse()
        self.resolved += merge_daily.write(self.writer, plan, self.on_conflict)
        if self.on_conflict == "replace" and self.resolved:
            self._keep_replaced()
        for name in sorted(self.changed):
            self.writer.put(name, self.state[name])

    def _table(self, name: str) -> Any | None:
        if name not in self.state:
            stored = self.writer.contents.of(name)
            self.state[name] = (
                store.open_stored(self.writer.path, stored[0]).read() if stored else None
            )
        return self.state[name]

    def _small(self, name: str, rows: Any, path: str) -> None:
        if rows.num_rows == 0:
            return
        stored = self._table(name)
        if stored is None:
            new = np.ones(rows.num_rows, dtype=np.bool_)
            merged = Merged(rows, added=rows.num_rows, is_new=new)
        else:
            prefer: Any = "new" if self.on_conflict == "replace" else "old"
            listed = None if self.on_conflict == "replace" else LISTED
            stored, rows = self._same_types(name, stored, rows, path)
            merged = merge_rows(TABLES[name], stored, rows, prefer, listed)
        if TABLES[name].holds_from:
            self.report.of(name).known += without_repeats(TABLES[name], merged)
        self._count(name, merged, path)
        if self.on_conflict == "replace":
            self.resolved += merged.conflicts
        self.state[name] = merged.table
        if merged.added or merged.filled or (merged.n_conflicts and self.on_conflict == "replace"):
            self.changed.add(name)

    def _fold_daily(self, daily: Any, rows: Any, path: str) -> Any:
        """Daily rows of one more file of this import; what differs between files is a conflict."""
        prefer: Any = "new" if self.on_conflict == "replace" else "old"
        daily, rows = self._same_types("daily", daily, rows, path, "an earlier file")
        merged = merge_rows(TABLES["daily"], daily, rows, prefer, LISTED)
        self._conflicts(merged, path)
        return merged.table

    def _observed(self, seen: Observed, rows: Any, path: str) -> None:
        stored = self._table(seen.table)
        if stored is not None:
            stored, rows = self._same_types(seen.table, stored, rows, path)
        if seen.table == "securities":
            new, quiet = changed_securities(stored, rows, seen.held_since)
            known = [(quiet, rows.num_rows)]
            if seen.first_days:
                known = [
                    (number - changed, number)
                    for number, changed in zip(
                        *(_by_file(seen, t) for t in (rows, new)), strict=True
                    )
                ]
            self.report.notes += [
                f"securities: {quiet:,} of {quantity(number, 'row')} as known already"
                for quiet, number in known
            ]
        else:
            new, repeated, ended = changed_designations(
                stored, rows, seen.day, seen.symbols, seen.kinds
            )
            if repeated:
                self.report.notes.append(f"designations: {repeated} were already in force")
            if ended:
                self.report.notes.append(
                    f"designations: {ended} are no longer in force and end on the day seen "
                    "(assumed: when they really ended is not in the file)"
                )
        findings = Findings()
        conformed = conform(seen.table, new, findings, path)
        findings.raise_errors(ImportRefused)
        self._small(seen.table, _plain(conformed), path)

    def _same_types(
        self, name: str, old: Any, new: Any, path: str, where: str = "the market"
    ) -> tuple[Any, Any]:
        """(``old``, ``new``) without columns of which one holds no value and the other another type.

        ImportRefused (IMP014): a column holds text in one and numbers in the other, or so.
        """
        findings = Findings()
        for column, before, now in type_clashes(old.schema, new.schema):
            if new.column(column).null_count == new.num_rows:
                new = new.drop_columns([column])
            elif old.num_rows and old.column(column).null_count == old.num_rows:
                old = old.drop_columns([column])
            else:
                word = {"text": "text", "numbers": "float", "dates": "date"}.get(before, "flag")
                findings.add(
                    "IMP014",
                    f"{column} holds {before} in {where}, {now} in the file",
                    path=path,
                    where=f"{name}.{column}",
                    hint=f"`{column}: {{column: ..., as: {word}}}` in a map reads {before}; or give it "
                    "another name there"
                    + (
                        "; to have flags, fill a new market, with `as: flag`"
                        if now == "flags"
                        else ""
                    ),
                )
        findings.raise_errors(ImportRefused)
        return old, new

    def _count(self, name: str, merged: Merged, path: str) -> None:
        report = self.report.of(name)
        report.added += merged.added
        report.filled += merged.filled
        report.same += merged.same
        if self.on_conflict == "keep":
            report.kept += merged.n_conflicts
        elif self.on_conflict == "replace":
            report.replaced += merged.n_conflicts
        self._conflicts(merged, path)

    def _conflicts(self, merged: Merged, path: str) -> None:
        self.n_conflicts += merged.n_conflicts
        for conflict in merged.conflicts[: max(LISTED - len(self.findings.items), 0)]:
            self.findings.add(
                "IMP009",
                f"{conflict.column} is {conflict.old} in the market, {conflict.new} in the file",
                path=path,
                where=f"{conflict.table} {conflict.key}",
                hint=_WAY_OUT,
            )

    def _facts(self, item: Imported) -> None:
        for name, value in item.facts.items():
            facts = self.writer.facts
            if name not in facts:
                facts[name] = value
                self.report.facts[name] = value
            elif facts[name] != value:
                if self.on_conflict == "refuse":
                    self.findings.add(
                        "IMP010",
                        f"{name} is {facts[name]!r} in the market, {value!r} by the import",
                        path=item.path,
                        where=name,
                        hint=_WAY_OUT,
                    )
                elif self.on_conflict == "replace":
                    facts[name] = value
                    self.report.facts[name] = value

    def _refuse(self) -> None:
        if self.on_conflict != "refuse" or not self.findings.items:
            return
        listed = sum(1 for finding in self.findings.items if finding.code == "IMP009")
        if self.n_conflicts > listed:
            self.findings.add(
                "IMP009",
                f"{self.n_conflicts} values in all differ; the first {listed} are listed",
                path=str(self.writer.path),
                hint=_WAY_OUT,
            )
        raise ImportRefused(self.findings.items)

    def _plan_daily(self, daily: Any, path: str) -> merge_daily.DailyPlan:
        """Where daily rows go; a stored file to which they add nothing is not written again."""
        plan = merge_daily.plan(self.writer.contents.of("daily"), daily)
        self._count("daily", Merged(None, added=sum(new.num_rows for new in plan.new_files)), path)
        touched = []
        lacking = [found for new in plan.new_files for found in merge_daily.lacking(new)]
        for stored, rows in plan.into:
            comparison = merge_daily.compare(self.writer, stored, rows, LISTED)
            self._count("daily", comparison, path)
            lacking += comparison.lacking
            replaced = comparison.n_conflicts if self.on_conflict == "replace" else 0
            if comparison.added or comparison.filled or replaced:
                touched.append((stored, rows))
        written = {stored.name for stored, _ in touched}
        for stored in self.writer.contents.of("daily"):
            if stored.name in self.retyped - written:
                touched.append((stored, daily.slice(0, 0)))
        plan.into = touched
        merge_daily.refuse_lacking(self.writer, daily, lacking, path)
        return plan

    def _keep_replaced(self) -> None:
        """The overwritten values, each with a number that counts how often its cell was."""
        stored = self._table("replaced")
        times: Counter[tuple[str, str, str]] = Counter()
        if stored is not None:
            for table, key, column in zip(
                *(arrow.texts(stored.column(name)) for name in ("table", "key", "column")),
                strict=True,
            ):
                times[str(table), str(key), str(column)] += 1
        numbers = []
        for conflict in self.resolved:
            times[conflict.table, conflict.key, conflict.column] += 1
            numbers.append(times[conflict.table, conflict.key, conflict.column])
        rows = arrow.table(
            {
                "table": arrow.from_texts(conflict.table for conflict in self.resolved),
                "key": arrow.from_texts(conflict.key for conflict in self.resolved),
                "column": arrow.from_texts(conflict.column for conflict in self.resolved),
                "sequence": arrow.from_ints(numbers),
                "old": arrow.from_texts(conflict.old for conflict in self.resolved),
                "new": arrow.from_texts(conflict.new for conflict in self.resolved),
            }
        )
        findings = Findings()
        conformed = conform("replaced", rows, findings)
        findings.raise_errors(ImportRefused)
        self.state["replaced"] = (
            conformed if stored is None else merge_rows(TABLES["replaced"], stored, conformed).table
        )
        self.changed.add("replaced")
