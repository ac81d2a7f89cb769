"""How objects show themselves in an interpreter and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from indexcalc.diagnostics import quantity

Rows = Sequence[tuple[str, str]]


def as_text(title: str, rows: Rows) -> str:
    """A title, and a line for each (word, value)."""
    width = max((len(word) for word, _ in rows), default=0)
    return "\n".join([title, *(f"  {word:<{width}}  {value}" for word, value in rows)])


def as_html(title: str, rows: Rows) -> str:
    """The same as a small table."""
    import html

    cells = "".join(
        f"<tr><th style='text-align:left'>{html.escape(word)}</th>"
        f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
        for word, value in rows
    )
    return f"<div><b>{html.escape(title)}</b><table>{cells}</table></div>"


class Displayed:
    """What shows itself by a title and a few (word, value): ``_shown`` says them."""

    __slots__ = ()

    def _shown(self) -> tuple[str, Rows]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return as_text(*self._shown())

    def _repr_html_(self) -> str:
        return as_html(*self._shown())


def findings_in_words(severities: Sequence[str]) -> str:
    """How many findings there are of each severity."""
    errors = sum(severity == "error" for severity in severities)
    if not severities:
        return "none"
    warnings = quantity(len(severities) - errors, "warning")
    return f"{quantity(errors, 'error')}, {warnings} (.diagnostics)"
