"""What events hand over, where capping factors differ: a sweep over caps equals separate runs.

Six lines of which M is half the market.  A capped line hands out a child that trades late; a line is
taken over in shares by a capped one, and one that is not takes over a capped one; shares list late.
"""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market

N = 75
RULE = small.HEAD.replace("2024-01-02", "2024-02-01") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [2, 3], effective: first session of month, "
    "cutoff: 1 session before effective}\n"
    "eligibility: {listed_for: {min: 1 sessions}}\n"
)
CAPS = ["25%", "30%", "40%"]


def path(start: float, step: float) -> list[float | None]:
    """A price that goes up and down, each line in its own rhythm."""
    return [round(start * (1 + 0.1 * ((at * step) % 1.0)), 4) for at in range(N)]


def over(rows: list[dict[str, Any]], n_acquired: float = 0.0, lists_on: int = N) -> Any:
    """T has rows to session 39; the acquirer's (B's or M's) new shares list on ``lists_on``."""
    acquirer = next((row["other_symbol"] for row in rows if row["type"] == "merger"), None)
    counts = {"A": 1000.0, "B": 1500.0, "C": 800.0, "E": 1200.0, "M": 6000.0, "T": 900.0}
    made = []
    for place, (name, count) in enumerate(counts.items(), start=1):
        listed = [
            count + (n_acquired if name == acquirer and at >= lists_on else 0.0) for at in range(N)
        ]
        stop = 40 if name == "T" and acquirer else N
        made.append(line(name, path(100, 0.137 * place)[:stop], listed[:stop]))  # type: ignore[arg-type]
    made.append(line("D", path(30, 0.21)[: N - 44], 2000, start=44))
    return market(*made, n_sessions=N, corporate_actions=rows)


SPIN = action("M", 41, "spin_off", ratio=0.5, other_symbol="D")
BY_M = action("T", 40, "merger", ratio=0.9, other_symbol="M")
BY_B = action("T", 40, "merger", ratio=0.9, other_symbol="B")


@pytest.mark.parametrize("scheme", ["market_cap", "equal", "price"])
@pytest.mark.parametrize(
    ("rows", "new", "lists_on"),
    [
        ([SPIN], 0.0, N),
        ([action("M", 58, "spin_off", ratio=0.5, other_symbol="C")], 0.0, N),
        ([BY_M], 810.0, 40),
        ([BY_M], 810.0, 66),
        ([BY_B], 810.0, 50),
        ([BY_B, SPIN], 810.0, 66),
    ],
    ids=["spun off", "over a review", "at once", "late, past a review", "late", "both"],
)
def test_a_sweep_equals_separate_runs(
    scheme: str, rows: list[dict[str, Any]], new: float, lists_on: int
) -> None:
    said = "maintenance: {joins_at: leaver_weight}\n" if scheme == "equal" else ""
    text = RULE + said
    made = over(rows, new, lists_on)
    swept = ic.Methodology.from_text(text + f"weighting: {{scheme: {scheme}}}\n")
    sweep = ic.simulate_caps(swept, made, caps=CAPS)
    table = sweep.levels.to_pylist()
    for cap in [*CAPS, "none"]:
        caps = "" if cap == "none" else f", caps: [{{per: security, limit: {cap}}}]"
        run = small.run(text + f"weighting: {{scheme: {scheme}{caps}}}\n", made)
        level = [row["level"] for row in table if row["cap"] == cap]
        assert level == pytest.approx(small.levels(run), rel=1e-12)
        kinds = {row["event"] for row in run.events.to_pylist()}
        assert kinds & {"shares_received", "spin_off", "merger"}
