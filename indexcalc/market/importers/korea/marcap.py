"""Yearly files of the marcap data set (FinanceData/marcap): every line of every session of a year.

The set is a concatenation of the exchange's daily lists.  Older files lack the columns Market,
Dept, ChangeCode and MarketId; newer ones spell ``ChangesRatio`` right.
"""

from __future__ import annotations

from pathlib import Path

from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea import fdr
from indexcalc.market.importers.korea.exchange_lines import read_lines

_SIGNATURE = frozenset({"Code", "Close", "Marcap", "Stocks"})


def recognises(names: list[str]) -> bool:
    """Are these the headers of such a file?  (A listing of FinanceDataReader has neither of two.)"""
    return set(names) >= _SIGNATURE and ("Date" in names or "Rank" in names)


def read(path: Path, options: Options) -> Imported:
    """Daily rows of all sessions of the file, and the names and markets that changed.

    Rows in any order.  A close of 0 means no price; a row without listed shares is left out and
    reported (IMP017).  A file without the column Date is of one day.

    ImportRefused: IMP001, IMP003, IMP004 (all unreadable cells), IMP005, IMP006, IMP012.
    """
    source = open_file(path, options.max_size)
    return read_lines(
        source,
        fdr.columns_of(source.names),
        options,
        "marcap",
        spellings=fdr.HEADERS,
        leave_out_unlisted=True,
    )
