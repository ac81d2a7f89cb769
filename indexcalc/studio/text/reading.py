"""A rule's text as it is typed: what it says, and what is wrong with it at which place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from msgspec import Struct

from indexcalc.calculation.validate import far_enough, upcoming, validate
from indexcalc.diagnostics import Diagnostic
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.load.load import shipped_folder, shown_path
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.document import rulebook
from indexcalc.report.rulebook.words.section import Rulebook

COMING = 4


class Mark(Struct, frozen=True):
    """One finding in the text: 1-based line and column, length in characters; ``code``, ``message``,
    and ``hint``, the way out.  ``line`` 0: it is about no place of this text (``file``: of another)."""

    line: int
    column: int
    length: int
    severity: str
    code: str
    where: str
    message: str
    hint: str
    file: str = ""


class Reading(Struct, frozen=True):
    """A text and what was read of it; ``rule`` None: it does not read."""

    text: str
    path: Path
    rule: Methodology | None
    family: Family | None
    marks: tuple[Mark, ...]

    @property
    def good(self) -> bool:
        """Can the rule be computed: is no mark an error?"""
        return self.rule is not None and all(mark.severity != "error" for mark in self.marks)


def read(text: str, path: Path) -> Reading:
    """Read a text that is to be in the file at ``path``; never raises for what is wrong with it."""
    said = validate(path, text=text)
    marks = marks_of(said.diagnostics, {str(path), shown_path(path, shipped_folder())})
    if said.rule is not None and said.rule.index != path.stem:
        marks = (*marks, _other_name(said.rule, path))
    # A key that is missing is often one that is misspelt: what is wrong is told before what is not there.
    in_order = sorted(marks, key=lambda mark: mark.code == "RUL002")
    return Reading(text, path, said.rule, said.family, tuple(in_order))


def marks_of(
    diagnostics: tuple[Diagnostic, ...] | list[Diagnostic], own: set[str]
) -> tuple[Mark, ...]:
    """Findings as marks; those about files that are not ``own`` have no line."""
    return tuple(_mark(item, own) for item in diagnostics)


def _mark(item: Diagnostic, own: set[str]) -> Mark:
    span = item.span
    here = span is not None and span.path in own
    return Mark(
        line=span.line if here and span is not None else 0,
        column=span.column if here and span is not None else 0,
        length=span.length if here and span is not None else 0,
        severity=item.severity,
        code=item.code,
        where=item.where,
        message=item.message,
        hint=item.hint,
        file="" if here or not item.file or item.file in own else item.file,
    )


def _other_name(rule: Methodology, path: Path) -> Mark:
    """The name of the file and of the index differ: fine to look at, not to save there."""
    span = rule.span_of("index")
    return Mark(
        line=span.line if span is not None else 1,
        column=span.column if span is not None else 1,
        length=span.length if span is not None else 1,
        severity="warning",
        code="RUL019",
        where="index",
        message=f"the index is `{rule.index}`, the file `{path.stem}`",
        hint=f"saved, it becomes {rule.index}.yaml",
    )


def sentences(reading: Reading, after: dt.date) -> Rulebook | None:
    """The rulebook of what was read, with the reviews that come after a day; None: it does not read."""
    if reading.rule is None or reading.family is None:
        return None
    rule = reading.family[reading.family.asked[0]]
    said = validate(reading.path, text=reading.text, until=far_enough(after, COMING))
    return rulebook(rule, upcoming(said, after, COMING), reading.family)
