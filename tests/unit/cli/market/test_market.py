"""`indexcalc market`: its verbs are there and say what they do."""

from __future__ import annotations

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.market.market import VERBS


def test_every_verb_has_a_command_and_the_help_says_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["market", "--help"]) == 0
    listed = capsys.readouterr().out
    for name, entry in VERBS.items():
        assert f"  {name} " in listed
        assert run(["market", name, "--help"]) == 0
        # The line in the list is the beginning of what the verb says of itself.
        words = entry.help.rstrip(".").split()[:2]
        assert words[0] in capsys.readouterr().out, name


def test_no_verb_and_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market"]) == 2
    assert run(["market", "improt"]) == 2
    assert "import" in capsys.readouterr().err
