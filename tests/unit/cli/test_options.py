"""Options several verbs share: what they accept, and what is a usage error."""

from __future__ import annotations

import datetime as dt

import click
import pytest

from indexcalc.cli.main import run as command
from indexcalc.cli.options import AssumeType, DateType, FiniteRange


def test_a_date() -> None:
    assert DateType().convert("2024-01-02", None, None) == dt.date(2024, 1, 2)


@pytest.mark.parametrize("text", ["2024-02-30", "2 Jan 2024", "", "20240102x"])
def test_what_is_not_a_date(text: str) -> None:
    with pytest.raises(click.UsageError, match="is not a date; write YYYY-MM-DD"):
        DateType().convert(text, None, None)


def test_an_assumption() -> None:
    assert AssumeType().convert(" float_factor = 1 ", None, None) == ("float_factor", "1")
    assert AssumeType().convert("a=b=c", None, None) == ("a", "b=c")


@pytest.mark.parametrize("text", ["float_factor", "=1", "float_factor= "])
def test_what_is_not_an_assumption(text: str) -> None:
    with pytest.raises(click.UsageError, match="is not KEY=VALUE"):
        AssumeType().convert(text, None, None)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "-1", "x"])
def test_what_is_not_a_finite_number_of_a_range(text: str) -> None:
    """``stress --seconds nan`` searched for ever, ``--max-size nan`` gave a traceback."""
    assert FiniteRange(0).convert("2.5", None, None) == 2.5
    with pytest.raises(click.UsageError):
        FiniteRange(0).convert(text, None, None)


@pytest.mark.parametrize(
    "words",
    [
        ["stress", "kospi200", "--seconds", "nan"],
        ["market", "import", "x.csv", "--market", "m", "--max-size", "inf"],
        ["market", "demo", "--years", "nan", "--out", "m"],
    ],
)
def test_verbs_that_take_a_number_say_so(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(words) == 2
    assert "is not a finite number" in capsys.readouterr().err
