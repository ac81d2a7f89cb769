"""A file of prices of one line on two days, and a market made of it."""

from __future__ import annotations

from pathlib import Path

from indexcalc.cli.main import run

CSV = """\
date,symbol,close,shares_outstanding
2024-01-08,000001,100,10
2024-01-09,000001,101,10
"""


def file_of(folder: Path, text: str = CSV) -> Path:
    """The file."""
    path = folder / "prices.csv"
    path.write_text(text, encoding="utf-8")
    return path


def market_of(folder: Path, *texts: str) -> str:
    """A market into which the texts were imported one after the other."""
    for text in texts or (CSV,):
        assert (
            run(["market", "import", str(file_of(folder, text)), "--market", str(folder / "m")])
            == 0
        )
    return str(folder / "m")
