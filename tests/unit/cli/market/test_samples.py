"""``market samples``: its files import with the commands it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.market.samples import COMMANDS
from indexcalc.market.market import Market


def test_the_commands_shown_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "samples"
    assert run(["market", "samples", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    monkeypatch.chdir(out)
    for line in COMMANDS:
        assert line in shown
        assert run(line.split()[1:]) == 0, capsys.readouterr().err
    members = Market.open("mine").table("memberships")
    assert members is not None
    assert [row["symbol"] for row in members.to_pylist()] == ["AAA", "AAA", "BBB", "AAA"]
    assert len(Market.open("krx").days) == 3
    assert run(["market", "samples", "--out", str(out)]) == 1
    assert "is there already" in capsys.readouterr().err
