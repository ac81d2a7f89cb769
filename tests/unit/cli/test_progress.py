"""A sign that work goes on: on a terminal alone, and nothing of it stays."""

from __future__ import annotations

import io
import sys

import pytest

from indexcalc.cli.progress import counted, working


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_nothing_is_shown_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with working("Computing"), counted("Cases") as told:
        told(1, 2)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_a_terminal_is_told_what_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with counted("Cases") as told:
        told(1, 4)
        told(4, 4)
    assert "Cases" in stream.getvalue()
    assert "4/4" in stream.getvalue()
    with working("Computing"):
        pass
    assert "Computing" in stream.getvalue()


@pytest.mark.parametrize("sign", [working, counted])
def test_an_error_goes_through(sign: object) -> None:
    with pytest.raises(KeyError), sign("Computing"):  # type: ignore[operator]
        raise KeyError("x")
