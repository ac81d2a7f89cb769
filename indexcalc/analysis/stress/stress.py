"""Searches for the market on which a rule breaks, and makes it as small as it can be.

hypothesis draws markets (seeded), each is computed and judged, and the first that breaks the rule in a way
not seen before is shrunk; then the search goes on for the other ways.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict, fields

from indexcalc.analysis.stress.broken_limits import Bounds, Verdict, expectations, judged
from indexcalc.analysis.stress.small_markets import Sketch, sketches
from indexcalc.analysis.stress.tables import SmallMarket, small_market
from indexcalc.analysis.stress.vocabulary import Vocabulary, vocabulary_of
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SECONDS = 60.0
_ROUND = 100  # markets drawn before the clock is looked at again
_FEWEST_LINES = (
    20  # of a rule that names no count: fewer cannot be told from a market that is too small
)
_MOST_LINES = 40


class Break(Struct, frozen=True):
    """One way in which the rule breaks: ``kind`` (see ``judge.KINDS``), ``what`` in words, the number of
    the market it was found on, and the size of the smallest; ``case``: the text of one case."""

    kind: str
    what: str
    tries: int
    lines: int
    sessions: int
    case: str


class Stress(Struct, frozen=True):
    """What a search found and what it tried.  ``tries``: markets drawn and judged; ``shrunk``: those
    judged besides, to find the smallest that breaks; ``lines``, ``sessions``: (fewest, most) of them;
    ``judged``: kinds looked for; ``set_aside``: markets on which the rule could not be computed, by code;
    ``seconds``: time taken."""

    index: str
    tries: int
    shrunk: int
    lines: tuple[int, int]
    sessions: tuple[int, int]
    judged: tuple[str, ...]
    set_aside: Mapping[str, int]
    breaks: tuple[Break, ...]
    seconds: float

    @property
    def cases(self) -> str:
        """A case file with the smallest market of each break; empty where there is none."""
        return "cases:\n" + "\n".join(item.case for item in self.breaks) if self.breaks else ""

    def as_dict(self) -> dict[str, Any]:
        """Everything but the time taken, for JSON."""
        names = [item.name for item in fields(self) if item.name not in ("breaks", "seconds")]
        return {name: getattr(self, name) for name in names} | {
            "breaks": [asdict(item) for item in self.breaks]
        }

    @property
    def table(self) -> Any:
        """kind, what, tries, lines, sessions: a row a break."""
        texts = {name: [getattr(item, name) for item in self.breaks] for name in ("kind", "what")}
        numbers = {
            name: [getattr(item, name) for item in self.breaks]
            for name in ("tries", "lines", "sessions")
        }
        return arrow.table(
            {name: arrow.from_texts(values) for name, values in texts.items()}
            | {name: arrow.from_ints(values) for name, values in numbers.items()}
        )


def stress(
    rule: str | Path | Methodology,
    *,
    seconds: float | None = None,
    tries: int | None = None,
    seed: int = 0,
    start: Said = None,
    reviews: int = 2,
    lines: tuple[int, int] | None = None,
    bounds: Bounds | None = None,
    shrink: bool = True,
) -> Stress:
    """Search for markets on which a rule breaks, until every way was found or the time is up.

    ``seconds`` (60 where neither is said) and ``tries`` (markets drawn; the same seed and tries find the
    same) end it; ``start``: reviews from then on; ``reviews``: the most of them a market has; ``lines``:
    the fewest and the most (not said: from the rule's count, or 20, to twice it); ``bounds`` of the
    user's.  UsageError (ANA006): no market can be made for this rule.  Raises RuleError.
    """
    family = load_family([rule])
    index = family.asked[0]
    bounds = bounds or Bounds()
    words = vocabulary_of(family, index, date_said(start, "start"), reviews)
    if seconds is None and tries is None:
        seconds = SECONDS
    fewest = words.least if words.least > 1 else _FEWEST_LINES
    size = lines or (fewest, max(2 * fewest, _MOST_LINES))
    search = _Search(family, index, words, bounds, max(words.least, size[0]), seconds)
    search.run(sketches(words, size), tries, seed, shrink)
    return search.result()


class _Search(Struct):
    """The state of one search.  Verdicts are kept, so that what hypothesis asks twice is judged once."""

    family: Family
    index: str
    words: Vocabulary
    bounds: Bounds
    least: int
    seconds: float | None
    begun: float = field(default_factory=time.monotonic)
    known: dict[Sketch, dict[str, str]] = field(default_factory=dict)
    set_aside: Counter[str] = field(default_factory=Counter)
    lines: list[int] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    target: str | None = None
    found_at: int = 0
    shrunk: int = 0

    @property
    def is_over(self) -> bool:
        """Is the time up?"""
        return self.seconds is not None and time.monotonic() - self.begun > self.seconds

    def run(
        self, strategy: SearchStrategy[Sketch], tries: int | None, seed: int, shrink: bool
    ) -> None:
        """Rounds of draws until nothing is left to find, the tries are used or the time is up."""
        from hypothesis import HealthCheck, Phase, Verbosity, find, settings
        from hypothesis.errors import NoSuchExample

        drawn, rounds = 0, 0
        phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
        while len(self.breaks) < len(self.bounds.judged) and not self.is_over:
            size = _ROUND if tries is None else min(_ROUND, tries - drawn)
            if size <= 0:
                break
            self.target, rounds, before = None, rounds + 1, len(self.lines)
            options = settings(
                max_examples=size,
                database=None,
                deadline=None,
                phases=phases,
                verbosity=Verbosity.quiet,
                suppress_health_check=list(HealthCheck),
            )
            try:
                smallest = find(
                    strategy, self.breaks_it, settings=options, random=Random(f"{seed}/{rounds}")
                )
            except NoSuchExample:
                drawn += size
                continue
            drawn += self.found_at - before
            self.breaks.append(self._break(smallest))
            self.shrunk += len(self.lines) - self.found_at

    def breaks_it(self, sketch: Sketch) -> bool:
        """Does a market break the rule in a way not found yet (while shrinking: in the same way)?"""
        kinds = self.known.get(sketch)
        if kinds is None:
            if self.is_over:
                return False
            small = small_market(sketch, self.words)
            verdict = self._judged(small)
            kinds = self.known[sketch] = dict(verdict.breaks)
            self.lines.append(small.lines)
            self.sessions.append(len(small.sessions))
            if verdict.set_aside:
                self.set_aside[verdict.set_aside] += 1
        if self.target is None:
            open_kinds = set(self.bounds.judged) - {item.kind for item in self.breaks}
            self.target = next((kind for kind in kinds if kind in open_kinds), None)
            self.found_at = len(self.lines)
        return self.target in kinds

    def _judged(self, small: SmallMarket) -> Verdict:
        return judged(self.family, self.index, small, self.bounds, self.least)

    def _break(self, sketch: Sketch) -> Break:
        kind = self.target
        assert kind is not None
        small = small_market(sketch, self.words)
        verdict = self._judged(small)
        return Break(
            kind=kind,
            what=verdict.breaks[kind],
            tries=self.found_at - self.shrunk,
            lines=small.lines,
            sessions=len(small.sessions),
            case=_case_text(kind, verdict, small),
        )

    def result(self) -> Stress:
        """What was found and tried."""
        return Stress(
            index=self.index,
            tries=len(self.lines) - self.shrunk,
            shrunk=self.shrunk,
            lines=(min(self.lines, default=0), max(self.lines, default=0)),
            sessions=(min(self.sessions, default=0), max(self.sessions, default=0)),
            judged=self.bounds.judged,
            set_aside=dict(sorted(self.set_aside.items())),
            breaks=tuple(self.breaks),
            seconds=time.monotonic() - self.begun,
        )


def _case_text(kind: str, verdict: Verdict, small: SmallMarket) -> str:
    """The case of a break: its market, and what the rule makes of it."""
    lines = [f"  # {verdict.breaks[kind]}", f"  - name: 'stress: {kind}'", "    market:"]
    lines += [small.text("      "), "    expect:"]
    for name, value in expectations(verdict, kind).items():
        if isinstance(value, list):
            lines.append(f"      {name}: [{', '.join(value)}]")
            continue
        lines.append(f"      {name}:")
        lines += [f"        {day}: {_written(inner)}" for day, inner in value.items()]
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    """A value of a case in one line: numbers in full, without an exponent, and with a point."""
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_written(each)}" for name, each in value.items()) + "}"
    text = f"{value:.20f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text
