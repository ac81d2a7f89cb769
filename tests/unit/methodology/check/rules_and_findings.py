"""Small rules with one block to check, and the findings of a check."""

from __future__ import annotations

from indexcalc.diagnostics import Diagnostic
from indexcalc.methodology.check.check import check, expected_sessions
from indexcalc.methodology.load.family import load_family
from tests.unit.methodology.small_rule import HEAD, rule

SIZE = "measures: {size: {mean: market_cap, over: 3 months}}\n"


def found(more: str, head: str = HEAD, *, between: bool = False) -> list[Diagnostic]:
    family = load_family([rule(more, head)])
    made = family[family.asked[0]]
    sessions, _ = expected_sessions(made)
    return check(made, family.rules, sessions, between=between).items


def codes(more: str, head: str = HEAD) -> list[str]:
    return [item.code for item in found(more, head) if item.code != "RUL114"]


def of_count(count: int, weighting: str) -> str:
    steps = f"selection: {{count: {count}, steps: [{{fill: {{to: {count}, by: size}}}}]}}\n"
    return SIZE + steps + f"weighting: {weighting}\n"


def steps(*said: str, more: str = "") -> str:
    return SIZE + f"selection: {{{more}steps: [{', '.join(said)}]}}\n"


def review(said: str) -> str:
    return HEAD.replace(HEAD.splitlines()[-1], f"review: {{{said}}}")
