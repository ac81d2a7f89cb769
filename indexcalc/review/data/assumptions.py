"""What a run takes for granted: values the user says to assume, and what was read into the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumption of a run: what it says, of how many lines, and the first of their symbols."""

    what: str
    lines: int
    symbols: tuple[str, ...]


@dataclass(slots=True)
class Assumptions:
    """A recorder: each thing taken for granted once, with the lines it was taken of.

    ``given`` are the user's ``--assume KEY=VALUE``: the value to take where a field is not known.
    ``scope`` (n_symbols,), where set: the lines in question; nothing is recorded of others.
    """

    symbols: Sequence[str]
    given: Mapping[str, str] = field(default_factory=dict)
    scope: npt.NDArray[np.bool_] | None = None
    _lines: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def record(self, what: str, codes: Codes) -> None:
        """Note that ``what`` was assumed of the lines ``codes`` (repeats count once)."""
        if self.scope is not None:
            codes = codes[self.scope[codes]]
        if codes.size == 0:
            return
        marked = self._lines.get(what)
        if marked is None:
            marked = self._lines[what] = np.zeros(len(self.symbols), dtype=np.bool_)
        marked[codes] = True

    def recorded(self) -> tuple[Assumed, ...]:
        """All assumptions in the order of their text."""
        found: list[Assumed] = []
        for what in sorted(self._lines):
            codes = np.flatnonzero(self._lines[what])
            first = tuple(self.symbols[int(code)] for code in codes[:5])
            found.append(Assumed(what, int(codes.size), first))
        return tuple(found)
