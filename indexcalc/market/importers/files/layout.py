"""How a file is written, as far as its content does not say so itself."""

from __future__ import annotations

from msgspec import Struct


class Layout(Struct, frozen=True):
    """``skip``: lines (rows of a sheet) before the header; ``until_blank``: the data end at the first
    blank line; ``header``: names, or how many lines hold them (0: none, the columns are called 1, 2, ...);
    ``sheet``: name or number (from 1) of a workbook's sheet; ``records``: path to the list in JSON.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip: int = 0
    until_blank: bool = False
    header: int | tuple[str, ...] = 1
    sheet: str | None = None
    records: str | None = None


PLAIN = Layout()


def header_names(rows: list[list[str]], layout: Layout) -> list[str]:
    """Column names from the header's lines, joined with ``/`` where there are several."""
    if isinstance(layout.header, tuple):
        return list(layout.header)
    width = max(map(len, rows), default=0)
    if layout.header == 0:
        return [str(number + 1) for number in range(width)]
    lines = [[*row, *[""] * (width - len(row))] for row in rows]
    return [
        "/".join(filter(None, (cell.strip() for cell in cells)))
        for cells in zip(*lines, strict=True)
    ]
