"""What one day between reviews decides: who leaves, who enters, who did not pass."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexcalc.methodology.values.values import Duration

KINDS = ("fast_entry", "demerger", "deletion", "transfer", "committee")
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Move:
    """One line that leaves or enters, and why; ``kind`` of ``KINDS``.

    ``replace_from`` (a leaver) and ``replaces`` (an entrant): words of the rule.  ``best``: of a
    fast exit, the names that may replace, best first.
    """

    code: int
    kind: str
    text: str
    path: str
    line: int
    observed: float = NAN
    threshold: float = NAN
    replace_from: str = "none"
    replaces: str = "none"
    unless: Duration | None = None
    successor: int = -1
    best: tuple[int, ...] = ()


@dataclass(slots=True)
class Outcome:
    """By code: ``leaving`` and ``entering``; ``failed``: tested and neither.  ``tested``: the last
    day whose data a test of the day used."""

    leaving: dict[int, Move] = field(default_factory=dict)
    entering: dict[int, Move] = field(default_factory=dict)
    failed: dict[int, Move] = field(default_factory=dict)
    tested: int | None = None
    done: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The first of ``KINDS`` among what was done; '' where nothing was."""
        return next((kind for kind in KINDS if kind in self.done), "")
