"""Names of columns from the lines of a header."""

from __future__ import annotations

import pytest

from indexcalc.market.importers.files.layout import PLAIN, Layout, header_names


@pytest.mark.parametrize(
    ("rows", "layout", "names"),
    [
        ([["date", " close "]], PLAIN, ["date", "close"]),
        ([["", "Close", "Close"], ["date", "A", "B"]], PLAIN, ["date", "Close/A", "Close/B"]),
        ([["Close"], ["date", "A"]], PLAIN, ["Close/date", "A"]),  # a shorter line ends in blanks
        ([["", ""]], PLAIN, ["", ""]),
        ([], PLAIN, []),
        ([["7", "8", "9"]], Layout(header=0), ["1", "2", "3"]),
        ([["7", "8"]], Layout(header=("d", "c")), ["d", "c"]),
        ([], Layout(header=("d",)), ["d"]),
    ],
)
def test_names(rows: list[list[str]], layout: Layout, names: list[str]) -> None:
    assert header_names(rows, layout) == names
