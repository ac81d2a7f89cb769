"""The group of each line on a day: a text column of ``securities``, or the line itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Codes
from indexcalc.diagnostics import UsageError
from indexcalc.market.as_of import History
from indexcalc.market.market import Market

UNKNOWN = "not known"


@dataclass(slots=True, eq=False)
class Groups:
    """Groups of lines by ``column`` (``line``: each its own), as known on each day.

    UsageError (ANA001): the market has no such column.
    """

    market: Market
    column: str
    names: list[str] = field(init=False, default_factory=list)
    _history: History | None = field(init=False, default=None)
    _of_name: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.column == "line":
            self.names = list(self.market.symbols)
            return
        table = self.market.table("securities")
        if table is None or self.column not in table.column_names:
            there = () if table is None else table.column_names
            raise UsageError.of(
                "ANA001",
                f"lines have no `{self.column}` to be grouped by",
                where="--by",
                hint=f"choose from line, {', '.join(sorted(there))}",
            )
        self._history = History(table, "valid_from", self.market.order)

    def of(self, codes: Codes, day: int | Codes) -> Codes:
        """Positions in ``names`` (n,) of the groups of lines on a day, or each on its own (n,); names
        grow as they are met."""
        if self._history is None:
            return codes
        codes_of_labels, labels = self._history.labels(
            self.column, codes, np.full(codes.size, day, dtype=np.int32)
        )
        lookup = [self._number(label) for label in labels] + [self._number(UNKNOWN)]
        groups: Codes = np.array(lookup, dtype=np.int32)[codes_of_labels]
        return groups

    def _number(self, name: str) -> int:
        if name not in self._of_name:
            self._of_name[name] = len(self.names)
            self.names.append(name)
        return self._of_name[name]
