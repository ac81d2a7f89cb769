"""Findings: what is wrong, where, under which code, and how it is shown.

A *diagnostic* is a value, not an exception: it names a stable code, a place (file, line, column),
what was observed, and the way out.  Functions collect diagnostics and go on; an exception from this
module carries all of them at once.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from indexcalc.codes import CATALOGUE, Severity

EXIT_GOOD = 0
EXIT_ERRORS = 1
EXIT_USAGE = 2
EXIT_DATA = 3
EXIT_INTERRUPTED = 130


class Span(Struct, frozen=True):
    """A place in a text file: 1-based line and column (in characters), and how many characters."""

    path: str
    line: int
    column: int
    length: int = 1


class Diagnostic(Struct, frozen=True, eq=False):
    """One finding.  ``where`` is the rule path (``weighting.caps[0].limit``) or the data place
    (``005930 2026-03-06``); ``span`` is the place in a file, or None when only ``path`` is known;
    ``on`` is the effective date of the one review it is about."""

    code: str
    message: str
    span: Span | None = None
    where: str = ""
    hint: str = ""
    severity: Severity = "error"
    path: str = ""
    on: dt.date | None = None

    def __eq__(self, other: object) -> bool:
        """Is it the same finding?  Those of several reviews, and of several rules that share the text it
        is about, are one where they read alike."""
        return isinstance(other, Diagnostic) and self._read == other._read

    def __hash__(self) -> int:
        return hash(self._read)

    @property
    def _read(self) -> tuple[object, ...]:
        """What a person reads of it."""
        *shown, _, _ = astuple(self)
        return (*shown, self.file)

    @property
    def file(self) -> str:
        """The file the finding is about ('' when it is about no file)."""
        return self.span.path if self.span is not None else self.path

    @property
    def sort_key(self) -> tuple[bool, str, int, int, str, str, dt.date, str]:
        """Causes before what follows from them, by place, then code, day and words, so that a run prints
        the same list every time."""
        follows = self.code in CATALOGUE and CATALOGUE[self.code].follows
        day = self.on or dt.date.min
        line, column = (self.span.line, self.span.column) if self.span is not None else (0, 0)
        return (follows, self.file, line, column, self.code, self.where, day, self.message)

    def as_dict(self) -> dict[str, str | int | None]:
        """The record of ``--format json``."""
        return {
            "path": self.file,
            "line": self.span.line if self.span is not None else None,
            "column": self.span.column if self.span is not None else None,
            "severity": self.severity,
            "code": self.code,
            "message": f"{self.where}: {self.message}" if self.where else self.message,
            "hint": self.hint,
        }


def finding(
    code: str,
    message: str,
    *,
    span: Span | None = None,
    where: str = "",
    hint: str = "",
    path: object = "",
    severity: Severity | None = None,
    on: dt.date | None = None,
) -> Diagnostic:
    """One finding, of the severity of its code unless another is given.  KeyError: unknown code."""
    severity = severity or CATALOGUE[code].severity
    return Diagnostic(
        code, message, span, where, hint, severity=severity, path=str(path or ""), on=on
    )


class IndexcalcError(Exception):
    """Base of every error a user can cause; ``diagnostics`` holds all findings of the run."""

    exit_code = EXIT_ERRORS

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(
            sorted(diagnostics, key=lambda found: found.sort_key)
        )
        super().__init__(render_text(self.diagnostics))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again from what it holds, whatever a subclass asks to be made: from another process, or
        copied, it says the same."""
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def __repr__(self) -> str:
        first = self.diagnostics[0] if self.diagnostics else None
        more = f", and {len(self.diagnostics) - 1} more" if len(self.diagnostics) > 1 else ""
        summary = f"{first.code} {first.message}" if first is not None else "no finding"
        return f"<{type(self).__name__}: {summary}{more}>"

    @classmethod
    def of(
        cls,
        code: str,
        message: str,
        *,
        span: Span | None = None,
        where: str = "",
        hint: str = "",
        path: object = "",
    ) -> Self:
        """The error of one finding: ``raise DataError.of("DAT010", "...", path=folder)``."""
        return cls([finding(code, message, span=span, where=where, hint=hint, path=path)])


class FindingsWarning(UserWarning):
    """A run has a result and findings of error level beside it, or a market was made without a column."""


class RuleError(IndexcalcError):
    """A rule file is wrong."""


class ImportRefused(IndexcalcError):
    """A file cannot be read into a market."""


class RunError(IndexcalcError):
    """A run cannot be written or would change what was written."""


class DataError(IndexcalcError):
    """The market cannot carry the rule, or is itself broken (exit 3)."""

    exit_code = EXIT_DATA


class UsageError(IndexcalcError):
    """The command or call itself is wrong (exit 2)."""

    exit_code = EXIT_USAGE


class Findings(Struct):
    """A collector: stages append to it and carry on; the caller decides when to raise."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        *,
        span: Span | None = None,
        where: str = "",
        hint: str = "",
        path: object = "",
        severity: Severity | None = None,
        on: dt.date | None = None,
    ) -> None:
        """Record one finding, as ``finding`` makes it."""
        self.items.append(
            finding(
                code,
                message,
                span=span,
                where=where,
                hint=hint,
                path=path,
                severity=severity,
                on=on,
            )
        )

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings of error level."""
        return [item for item in self.items if item.severity == "error"]

    def raise_errors(self, kind: type[IndexcalcError]) -> None:
        """Raise ``kind`` with *all* findings when at least one is an error."""
        if self.errors:
            raise kind(self.items)

    def settle(self, kind: type[IndexcalcError]) -> None:
        """Raise the errors; without one, a Python warning for each finding, which has no other place."""
        self.raise_errors(kind)
        for item in self.items:
            text = f"{item.file}: {item.code} {item.where}: {item.message}"
            warnings.warn(text, FindingsWarning, stacklevel=3)


def display_width(text: str) -> int:
    """Columns a terminal needs for ``text``: wide (Korean, Chinese, Japanese) characters take two."""
    width = 0
    for character in text:
        if unicodedata.combining(character):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def _each_once(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """In the order of ``sort_key``, those that read alike once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda item: item.sort_key)


def render_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str] | None = None) -> str:
    """Findings as a compiler prints them, each once, with the line and carets where the text is given.

    ``sources`` maps a path to its whole text.  Carets count display width.
    """
    blocks: list[str] = []
    lines_of: dict[str, list[str]] = {}
    for diagnostic in _each_once(diagnostics):
        place = diagnostic.file
        if diagnostic.span is not None:
            place = f"{place}:{diagnostic.span.line}:{diagnostic.span.column}"
        head = f"{place}: " if place else ""
        where = f" {diagnostic.where}" if diagnostic.where else ""
        text = (sources or {}).get(diagnostic.file)
        if diagnostic.span is None or text is None:
            block = f"{head}{diagnostic.severity} {diagnostic.code}{where}: {diagnostic.message}"
        else:
            if diagnostic.file not in lines_of:
                lines_of[diagnostic.file] = text.splitlines()
            lines = lines_of[diagnostic.file]
            line = lines[diagnostic.span.line - 1] if diagnostic.span.line <= len(lines) else ""
            line = line.replace("\t", " ")
            before = line[: diagnostic.span.column - 1]
            marked = line[
                diagnostic.span.column - 1 : diagnostic.span.column - 1 + diagnostic.span.length
            ]
            gutter = f"{diagnostic.span.line:>4} | "
            carets = "^" * max(1, display_width(marked))
            block = (
                f"{head}{diagnostic.severity} {diagnostic.code}{where}\n"
                f"{gutter}{line}\n"
                f"{'':>4} | {' ' * display_width(before)}{carets} {diagnostic.message}"
            )
        if diagnostic.hint:
            block += f"\n  hint: {diagnostic.hint}"
        blocks.append(block)
    return "\n".join(blocks)


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Findings as a JSON list, sorted by place."""
    import json

    shown = [item.as_dict() for item in _each_once(diagnostics)]
    return json.dumps(shown, ensure_ascii=False, indent=2)


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Findings as GitHub workflow commands (annotations on a pull request)."""

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    rows = []
    for shown in _each_once(diagnostics):
        place = f"file={shown.file}"
        if shown.span is not None:
            place += f",line={shown.span.line},col={shown.span.column}"
        text = f"{shown.where}: {shown.message}" if shown.where else shown.message
        if shown.hint:
            text += f" (hint: {shown.hint})"
        rows.append(f"::{shown.severity} {place},title={shown.code}::{escaped(text)}")
    return "\n".join(rows)


def quantity(n: int, one: str, many: str = "") -> str:
    """How many of what, as a message says it: ``1 row``, ``1,234 rows`` (``many``: not just an s more)."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def at(item: Diagnostic, span: Span) -> Diagnostic:
    """The same finding at another place."""
    return replace(item, span=span)
