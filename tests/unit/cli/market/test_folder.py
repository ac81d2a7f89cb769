"""The option ``--market`` of the verbs that change or describe a market: it has no default."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from tests.unit.cli.market.prices_to_import import file_of

NEEDED = ("import", "check", "info", "compact")


@pytest.mark.parametrize("verb_name", NEEDED)
def test_a_market_must_be_named(verb_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", verb_name]) == 2
    assert "--market" in capsys.readouterr().err


def test_a_file_is_no_market(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", "info", "--market", str(file_of(tmp_path))]) == 2
    assert "is a file" in capsys.readouterr().err


def test_an_address_that_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", "info", "--market", "foo://a/b"]) == 2
    assert "DAT017" in capsys.readouterr().err
