"""Problems of one file, collected: each kind is listed up to a limit and then counted."""

from __future__ import annotations

from collections import Counter

from indexcalc.diagnostics import Findings, ImportRefused, Span

LISTED = 20


class Problems:
    """Collects what is wrong with a file; ``finish`` raises everything at once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings = Findings()
        self._counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._counts)

    def room(self, code: str) -> bool:
        """Would one more finding of this code be listed?  (Finding its place may be costly.)"""
        return self._counts[code] < LISTED

    def add(
        self,
        code: str,
        message: str,
        *,
        span: Span | None = None,
        where: str = "",
        hint: str = "",
    ) -> None:
        """One problem; beyond the limit it only counts."""
        if self.room(code):
            self.findings.add(
                code, message, span=span, where=where, hint=hint, path="" if span else self.path
            )
        self._counts[code] += 1

    def count_more(self, code: str, number: int) -> None:
        """``number`` further problems of a code that are not listed."""
        if number:
            self._counts[code] += number

    def finish(self) -> None:
        """ImportRefused with all that was found, if anything was."""
        if not self._counts:
            return
        for code, count in self._counts.items():
            listed = sum(1 for item in self.findings.items if item.code == code)
            if count > listed:
                self.findings.add(
                    code,
                    f"{count} of these in all; the first {listed} are listed",
                    path=self.path,
                )
        raise ImportRefused(self.findings.items)
