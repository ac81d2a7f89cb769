"""Conditions that are valid in a generated rule: one integer drawn for each choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.oracle.market_strategies import Kind, symbols_of

T = TypeVar("T")
# Making a strategy costs more than a draw: one for each number of choices is made once.
_CHOICES = {n: st.integers(0, n - 1) for n in range(1, 31)}

RANKS = (*range(1, 13), "10%", "30%", "1/3", "50%", "85%", "100%") + (
    "50% of existing",
    "90% of existing",
    "110% of existing",
    "100% of existing",
) * 2
COVERAGES = ("25%", "1/3", "50%", "60%", "3/4", "85%", "100%", "0.2")
SHARES = ("0%", "1%", "5%", "10%", "1/5", "1/4", "50%")
AMOUNTS = (0, 20, 40, 100, 300)
AMONGS = ("eligible", "remaining", "existing", {"share_class": "common"}, "upper")
EXCUSES: tuple[Any, ...] = (
    "existing",
    ["existing", "transferred", "demerged"],
    {"group": {"existing_count": {"below": 3}}},
    {"share_class": "common"},
    ["demerged", {"size": {"rank": 3}}],
)
STATUSES: tuple[dict[str, Any], ...] = (
    {"status": "existing"},
    {"status": "new"},
    {"status": "existing"},
    {"status": "new"},
    {"member_of": "upper"},
    {"member_of": {"index": "lower", "when": "after"}},
)
COVERAGE_MODES = ("plain", "plain", "reach", "max", "below", "above", "nearest", "from_to")


@dataclass(frozen=True)
class Maker:
    """Draws the parts of a rule for a market of one kind.

    ``turns``: the date on which dated values change; ``scale_free``: no absolute amounts.
    """

    draw: st.DrawFn
    kind: Kind
    turns: dt.date
    scale_free: bool
    measures: tuple[str, ...]
    has_history: bool
    by_issuer: bool

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends in."""
        return low + self.draw(_CHOICES[high - low + 1])

    def pick(self, options: Sequence[T]) -> T:
        """One of some options, the first the simplest."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, one_in: int) -> bool:
        """True once in so many times; False is simpler."""
        return self.number(0, one_in - 1) == one_in - 1

    def maybe_dated(self, make: Callable[[], Any]) -> Any:
        """Mostly one value, at times two with the second from a date among the reviews."""
        if self.chance(12):
            return {dt.date(2020, 1, 2): make(), self.turns: make()}
        return make()

    def limit(self, options: Sequence[Any]) -> Any:
        """A threshold: one value, one by status, one by date."""
        if self.chance(8):
            return {"existing": self.pick(options), "new": self.pick(options)}
        return self.maybe_dated(lambda: self.pick(options))


def _modifiers(make: Maker, in_steps: bool) -> dict[str, Any]:
    """``among``, ``within`` and ``unless`` of one test."""
    made: dict[str, Any] = {}
    if make.chance(2):
        among = make.pick(AMONGS)
        if in_steps or isinstance(among, dict) or among == "upper":
            made["among"] = among
    if make.chance(3):
        made["within"] = make.pick(("all", "sector", "broad", "share_class"))
    if make.chance(4):
        made["unless"] = make.pick(EXCUSES)
    return made


def measure_test(make: Maker, in_steps: bool) -> dict[str, Any]:
    """A measure with one of its tests (now and then two) and their modifiers."""
    name = make.pick(make.measures)
    words = ["rank", "coverage", "share"] if name != "thin" else ["rank"]
    if not make.scale_free and name in ("size", "liquidity"):
        words.append("min")
    made = {word: _block(make, word) for word in {make.pick(words), make.pick(words)}}
    made = {word: made[word] for word in sorted(made)}
    beside = _modifiers(make, in_steps) if make.chance(3) else {}
    first = next(iter(made))
    if beside and first != "min" and make.chance(2):
        made[first] = _inside(first, made[first], beside)
    else:
        made.update(beside)
    if make.has_history and not in_steps and make.chance(8):
        made["for"] = make.pick(("2 reviews", "3 reviews"))
    return {name: made}


def _inside(word: str, said: Any, beside: dict[str, Any]) -> Any:
    """Modifiers inside one block: they mean that test alone."""
    short = not isinstance(said, dict) or not all(isinstance(key, str) for key in said)
    if short or set(said) == {"existing", "new"}:
        said = {{"rank": "max", "coverage": "reach"}[word]: said}
    return {**said, **beside}


def _block(make: Maker, word: str) -> Any:
    if word == "rank":
        return _rank(make)
    if word == "coverage":
        return _coverage(make)
    if word == "share":
        return {make.pick(("min", "max", "above", "below")): make.limit(SHARES)}
    return make.limit(AMOUNTS)


def _rank(make: Maker) -> Any:
    bound = make.pick(("plain", "plain", "max", "beyond", "from_to"))
    if bound == "plain":
        return make.limit(RANKS)
    if bound == "from_to":
        low = make.number(1, 4)
        return {"from": low, "to": low + make.number(0, 6)}
    made: dict[str, Any] = {bound: make.limit(RANKS)}
    if make.chance(3):
        made["rounding"] = make.pick(("ceil", "half_up", "floor"))
    return made


def _coverage(make: Maker) -> Any:
    mode = make.pick(COVERAGE_MODES)
    if mode == "plain":
        return make.limit(COVERAGES)
    if mode == "from_to":
        return {"from": make.pick(SHARES), "to": make.pick(COVERAGES)}
    if make.chance(8):
        return {mode: f"rank {make.number(1, 3)} + 2.5 points"}
    return {mode: make.limit(COVERAGES)}


def label_test(make: Maker) -> dict[str, Any]:
    """A group, a column or the symbol against labels."""
    name = make.pick(("sector", "broad", "share_class", "symbol"))
    labels: tuple[str, ...] = {
        "sector": make.kind.sectors,
        "broad": ("heavy", *make.kind.sectors[2:]),
        "share_class": ("common", "preferred"),
        "symbol": tuple(symbols_of(make.kind.n)[:6]),
    }[name]
    if make.chance(2):
        return {name: make.maybe_dated(lambda: make.pick(labels))}
    chosen = dict.fromkeys(make.pick(labels) for _ in range(make.number(1, 3)))
    return {name: {make.pick(("in", "not_in")): list(chosen)}}


def group_test(make: Maker) -> dict[str, Any]:
    """``group``: its counts, or its sum's share among groups."""
    which = make.number(0, 2)
    if which == 0:
        bound = make.pick(("min", "max", "above", "below"))
        return {"group": {"existing_count": {bound: make.number(0, 5)}}}
    if which == 1:
        return {"group": {"screened_count": {"min": make.number(1, 6)}}}
    share = {make.pick(("min", "below")): make.pick(SHARES)}
    within = make.pick(("sector", "broad", "share_class"))
    return {"group": {"size": {"share": share, "within": within}}}


def condition(make: Maker, in_steps: bool = True, depth: int = 2) -> dict[str, Any]:
    """A condition of one to three parts; ``any``, ``not`` and ``was`` down to a depth."""
    made: dict[str, Any] = {}
    for _ in range(make.pick((1, 1, 1, 2, 3))):
        made.update(_part(make, make.number(0, 15), in_steps, depth))
    return made


def _part(make: Maker, kind: int, in_steps: bool, depth: int) -> dict[str, Any]:
    if kind <= 7:
        return measure_test(make, in_steps)
    if kind <= 9:
        return make.pick(STATUSES)
    if kind <= 11:
        return label_test(make)
    if kind == 12 and in_steps:
        return group_test(make)
    if depth > 0 and kind == 13:
        ways = make.number(1, 2)
        return {"any": [condition(make, in_steps, depth - 1) for _ in range(ways)]}
    if depth > 0 and kind == 14:
        return {"not": condition(make, in_steps, depth - 1)}
    if depth > 0 and kind == 15 and make.has_history and (not in_steps or make.chance(2)):
        return {"was": condition(make, in_steps, 0)}
    return {"float_factor": {"min": make.limit(SHARES)}}
