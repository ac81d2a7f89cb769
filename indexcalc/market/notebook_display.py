"""How objects show themselves in an interpreter and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

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
