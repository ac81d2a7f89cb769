"""The entry point: light to start, lazy, errors as messages and exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from indexcalc.cli import main as entry
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Findings, ImportRefused, Span, UsageError

HEAVY = ("numpy", "pyarrow", "yaml", "pandas", "jinja2", "hypothesis")


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command line that ends in a verb, groups themselves among them."""
    found = [path]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += leaves(inner, (*path, name))
    return found


def test_help_imports_nothing_heavy() -> None:
    lines = leaves(entry.cli)
    assert ("market", "import") in lines
    code = f"""
import contextlib, io, sys
from indexcalc.cli.main import run
for line in {lines!r}:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = run([*line, "--help"])
    assert code == 0 and "Usage:" in said.getvalue(), line
    heavy = [name for name in {HEAVY!r} if name in sys.modules]
    assert not heavy, (line, heavy)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def failing(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


def run_failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    monkeypatch.setattr(entry, "cli", failing(error))
    return entry.run([])


def test_diagnostics_are_printed_with_their_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes("종목,종가\n가나,x1\n".encode("cp949"))
    findings = Findings()
    findings.add("IMP004", "'x1' is not a number", span=Span(str(file), 2, 4, 2), where="종가")
    assert run_failing(monkeypatch, ImportRefused(findings.items)) == 1
    said = capsys.readouterr().err
    assert "data.csv:2:4: error IMP004 종가" in said
    assert "   2 | 가나,x1" in said
    assert f"     | {' ' * 5}^^ 'x1' is not a number" in said
    assert "Traceback" not in said


def test_exit_codes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    findings = Findings()
    findings.add("DAT010", "no market")
    assert run_failing(monkeypatch, UsageError(findings.items)) == 2
    assert run_failing(monkeypatch, KeyboardInterrupt()) == 130
    assert run_failing(monkeypatch, click.UsageError("wrong")) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_verb() -> None:
    assert entry.run(["nonsense"]) == 2


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    code = """
import sys, click
from indexcalc.cli import main as entry
@click.command()
def command():
    for number in range(100_000):
        click.echo(number)
entry.cli = command
sys.exit(entry.run([]))
"""
    shell = f'"{sys.executable}" -c \'{code}\' | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.split() == ["0", "0"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("verb", "code", "exit_code"),
    [("compute", "RUN020", EXIT_ERRORS), ("market", "DAT013", EXIT_ERRORS)],
)
def test_a_place_that_cannot_be_written_is_reported(
    verb: str, code: str, exit_code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    inside = str(tmp_path / "file" / "out")
    demo = ["demo", "--securities", "100", "--years", "2", "--out"]
    asked = ["market", *demo, inside]
    if verb == "compute":
        market = str(tmp_path / "market")
        assert entry.run(["market", *demo, market]) == EXIT_GOOD
        asked = ["compute", "kospi", "--market", market, "--out", inside]
    assert entry.run(asked) == exit_code
    shown = capsys.readouterr().err
    assert shown.startswith(inside)
    assert f"error {code}: " in shown
    assert "Not a directory" in shown
