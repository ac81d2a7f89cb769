"""A sweep that this machine cannot hold is refused before its scan, with what would fit."""

from __future__ import annotations

import pytest

from indexcalc.analysis.sweep import sweep_size
from indexcalc.analysis.sweep.sweep_size import bytes_of, memory, refuse_too_large
from indexcalc.diagnostics import UsageError
from tests.unit.analysis.sweep.three_lines import swept_rule


def test_what_fits_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand limits over 3,000 sessions and 4,000 weights each: 0.82 GB."""
    assert bytes_of(1000, 3000, 4000, True) == 820_000_000
    monkeypatch.setattr(sweep_size, "memory", lambda: 820_000_000)
    refuse_too_large(1000, 3000, 4000, True)
    # A machine that does not say how much it has refuses nothing.
    monkeypatch.setattr(sweep_size, "memory", lambda: None)
    refuse_too_large(10**6, 10**6, 0, True)


def test_what_does_not_fit_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_size, "memory", lambda: 16 * 10**9)
    with pytest.raises(UsageError) as refused:
        refuse_too_large(99_001, 3038, 3800, True)
    (found,) = refused.value.diagnostics
    assert found.code == "ANA009"
    assert found.message.startswith("99,001 points over 3,038 sessions: about 79 GB of memory; ")
    assert found.hint.endswith("or --levels-only (about 14 GB)")
    with pytest.raises(UsageError) as refused:
        refuse_too_large(150_000, 3038, 0, False)
    assert refused.value.diagnostics[0].hint == "take larger steps or fewer sessions (--from)"


def test_a_sweep_is_weighed_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_size, "memory", lambda: 100)
    with pytest.raises(UsageError, match="ANA009"):
        swept_rule(["50%"])


def test_this_machine_says_what_it_has() -> None:
    there = memory()
    assert there is None or there > 10**8
