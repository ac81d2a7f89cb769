"""The search breaks rules whose flaw is known, finds nothing in one that has none, and its cases run."""

from __future__ import annotations

import functools
import itertools
import os
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

import indexcalc as ic
from indexcalc.analysis.stress.broken_limits import KINDS, Bounds
from indexcalc.analysis.stress.stress import Stress, stress
from indexcalc.cases.cases import run_cases
from tests.unit.analysis.stress.flawed_rules import FLAWED, Flawed

# Every seed takes a few seconds a rule: all ten where there is time.
ROOT = Path(__file__).resolve().parents[4]
SEEDS = 10 if os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough" else 1


def search(flawed: Flawed, seed: int, shrink: bool) -> Stress:
    rule = ic.Methodology.from_text(flawed.text)
    bounds = replace(flawed.bounds, kinds=(flawed.kind,))
    return stress(rule, tries=500, seed=seed, bounds=bounds, lines=flawed.lines, shrink=shrink)


@functools.cache
def searched(name: str, seed: int) -> Stress:
    """A search without shrinking, made once for the tests that look at its breaks and at its cases."""
    return search(FLAWED[name], seed, shrink=False)


@pytest.mark.parametrize("name", FLAWED)
def test_each_flaw_is_found(name: str) -> None:
    found = [searched(name, seed).breaks for seed in range(SEEDS)]
    assert sum(bool(breaks) for breaks in found) >= SEEDS * 0.9
    assert {item.kind for breaks in found for item in breaks} == {FLAWED[name].kind}
    # The page says how many markets the slowest search took.
    page = (ROOT / "docs" / "stress.md").read_text(encoding="utf-8")
    slowest = re.search(r"the slowest took (\d+)", page)
    assert slowest is not None
    assert all(item.tries <= int(slowest[1]) <= 500 for breaks in found for item in breaks)


def test_the_smallest_market_is_a_case_that_runs(tmp_path: Path) -> None:
    flawed = FLAWED["float-screen"]
    result = search(flawed, 0, shrink=True)
    (found,) = result.breaks
    # Ten places and ten lines; one line with a float factor below 20 % is enough, at the first review.
    assert (found.lines, found.sessions) == (10, 5)
    assert "REV003" in found.what
    (tmp_path / "flawed.yaml").write_text(flawed.text, encoding="utf-8")
    file = tmp_path / "found.yaml"
    file.write_text(result.cases, encoding="utf-8")
    report = run_cases([tmp_path / "flawed.yaml"], file=file)
    assert [item.passed for item in report.results] == [True]
    # The mended rule does something else on this market: the case says so.
    mended = flawed.text.replace("{float_factor: {min: 20%}}", "{float_factor: {min: 0%}}")
    (tmp_path / "flawed.yaml").write_text(mended, encoding="utf-8")
    report = run_cases([tmp_path / "flawed.yaml"], file=file)
    assert [item.passed for item in report.results] == [False]


@pytest.mark.parametrize("name", ["check-apart", "no-buffer", "price-weights"])
def test_cases_with_weights_and_levels_run(name: str, tmp_path: Path) -> None:
    flawed = FLAWED[name]
    seeds = (searched(name, seed) for seed in range(4))
    result = next(item for item in seeds if item.breaks)
    (tmp_path / "flawed.yaml").write_text(flawed.text, encoding="utf-8")
    file = tmp_path / "found.yaml"
    file.write_text(result.cases, encoding="utf-8")
    assert not run_cases([tmp_path / "flawed.yaml"], file=file).findings
    what = {"turnover": "weights", "limit": "weights", "move": "levels"}[flawed.kind]
    assert f"      {what}:" in result.cases


def test_a_case_with_a_single_member_runs(tmp_path: Path) -> None:
    """Its weight is 1.0: a bare `1` is no share, and the case that was written could not be read."""
    (tmp_path / "sound.yaml").write_text(
        SOUND.replace("{select: all}", "{fill: {to: 1, by: size}}"), encoding="utf-8"
    )
    result = stress(tmp_path / "sound.yaml", tries=30, bounds=Bounds(weight=0.5), lines=(20, 30))
    (tmp_path / "found.yaml").write_text(result.cases, encoding="utf-8")
    report = run_cases([tmp_path / "sound.yaml"], file=tmp_path / "found.yaml")
    assert [item.name for item in report.results] == ["stress: limit"]
    assert not report.findings


def test_the_same_seed_finds_the_same() -> None:
    flawed = FLAWED["cap-and-coverage"]
    first, again = search(flawed, 3, shrink=False), search(flawed, 3, shrink=False)
    assert first.cases == again.cases
    assert first.tries == again.tries
    assert 0 < first.breaks[0].lines <= first.lines[1]


SOUND = """
index: sound
currency: KRW
calendar: XKRX
base: {date: 2024-01-02, level: 1000}
universe: {}
review: {months: [3, 9], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}}
selection: {steps: [{select: all}]}
weighting: {scheme: equal}
"""


def test_a_rule_without_a_flaw_holds() -> None:
    # All lines with equal weights: members are never none, nothing is capped, no weight is above all.
    result = stress(
        ic.Methodology.from_text(SOUND), tries=60, bounds=Bounds(weight=1.0), lines=(20, 30)
    )
    assert not result.breaks
    assert result.cases == ""
    assert 0 < result.tries <= 60
    assert 20 <= result.lines[0] <= result.lines[1] <= 30
    assert set(result.judged) == set(KINDS) - {"turnover", "move"}


def test_tries_are_told_apart_from_the_shrinking() -> None:
    """`--tries 50` told of 235 markets: those judged to find the smallest were counted with them."""
    result = stress(
        "liquidity-screened", tries=20, seed=1, bounds=Bounds(kinds=("count", "members", "cap"))
    )
    assert result.breaks
    assert 0 < result.tries <= 20
    assert result.shrunk > 0
    assert all(item.tries <= result.tries for item in result.breaks)


def test_the_time_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that is a quarter of a second further each time it is read, four markets take one."""
    readings = itertools.count(1)

    def clock() -> float:
        return time.monotonic() + next(readings) / 4

    monkeypatch.setattr(f"{stress.__module__}.time", SimpleNamespace(monotonic=clock))
    assert 1 <= stress("top-n-buffer", seconds=1.0, shrink=False).tries <= 4


@pytest.mark.parametrize("rule", ["leveraged", "global-two-currency"])
def test_a_rule_no_market_can_be_made_for_is_refused(rule: str) -> None:
    with pytest.raises(ic.UsageError) as refused:
        stress(rule, tries=1)
    assert [item.code for item in refused.value.diagnostics] == ["ANA006"]
