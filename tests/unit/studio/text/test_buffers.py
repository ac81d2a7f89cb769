"""A buffer put into a rule without one: where, and what the rule then says."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load import load
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.studio.text.buffers import buffer_place, with_new_buffer
from indexcalc.studio.text.levers import levers
from indexcalc.studio.text.reading import read

ON = dt.date(2026, 10, 30)
RULE = """\
index: mine
currency: KRW
calendar: XKRX
base: {{date: 2024-03-15, level: 1000}}
universe: {{where: {{security_type: stock}}}}
review: {{months: [6], effective: session after 2nd thursday, cutoff: last session 1 month before}}
measures: {{size: {{mean: market_cap, over: 3 calendar months}}}}
selection:
  count: 25
  steps:
{steps}
weighting: {{scheme: market_cap}}
"""
SELECT, TRIM, FILL = (
    "    - select: {size: {rank: 25}}",
    "    - trim: {to: 25, by: size}",
    "    - fill: {to: 25, by: size}",
)
# Ten percent of 25, rounded up, to either side.
BUFFERED = "    - select: {size: {rank: {existing: 28, new: 22}}}"


@pytest.mark.parametrize(
    "steps",
    [[SELECT, TRIM, FILL], [SELECT, FILL], [TRIM, FILL], [FILL]],
    ids=["ranked and trimmed", "ranked", "trimmed", "only filled"],
)
def test_a_rule_gets_one_buffer_and_trims_what_is_too_many(steps: list[str]) -> None:
    text = RULE.format(steps="\n".join(steps))
    place = buffer_place(Methodology.from_text(text), ON)
    assert place is not None
    after = with_new_buffer(text, place)
    lines = [line for line in after.splitlines() if line.startswith("    - ")]
    assert sorted(lines) == sorted([BUFFERED, TRIM, FILL])
    assert lines.index(BUFFERED) < min(lines.index(TRIM), lines.index(FILL))
    rule = Methodology.from_text(after)
    kinds = {lever.path: lever.text for lever in levers(rule, ON) if lever.kind == "buffer"}
    assert sorted(kinds.values()) == ["22", "28"]
    assert buffer_place(rule, ON) is None


@pytest.mark.parametrize("name", ["kospi100", "kospi200", "kospi200-cap30", "kospi"])
def test_a_rule_with_a_buffer_or_without_a_list_of_its_own_gets_none(name: str) -> None:
    assert buffer_place(Methodology.load(name), ON) is None


def test_every_shipped_rule_that_can_take_one_reads_with_it() -> None:
    taken = 0
    for path in sorted(load.shipped_folder().rglob("*.yaml")):
        if path.name.endswith(".cases.yaml"):
            continue
        try:
            rule = Methodology.load(path)
        except RuleError:
            continue
        place = buffer_place(rule, ON)
        if place is not None:
            taken += 1
            reading = read(with_new_buffer(rule.text, place), path)
            assert reading.good, (path, reading.marks)
    assert taken >= 10
