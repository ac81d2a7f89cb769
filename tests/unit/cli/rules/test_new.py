"""The verbs `new` and `schema`: files that are valid as they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.calculation.validate import validate
from indexcalc.cli import main as entry
from indexcalc.methodology.describe.new_rule import SCHEMES
from indexcalc.methodology.model.methodology import Methodology

ROOT = Path(__file__).resolve().parents[4]
SHIPPED = sorted(
    path.stem for path in (ROOT / "rules").rglob("*.yaml") if not path.name.endswith(".cases.yaml")
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return entry.run(list(arguments))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("count", [2, 3, 30, 500])
def test_a_new_rule_is_clean(count: int, scheme: str, here: Path) -> None:
    assert run("new", "my-index", "--count", str(count), "--scheme", scheme) == 0
    made = validate(here / "my-index.yaml", between=True)
    assert made.diagnostics == ()
    rule = made.rule
    assert rule is not None
    assert rule.index == "my-index"
    assert rule.weighting.scheme.value == scheme
    first, *rest = rule.text.splitlines()
    assert first == "# yaml-language-server: $schema=indexcalc.schema.json"
    assert json.loads((here / "indexcalc.schema.json").read_text("utf-8"))["title"]
    assert sum("#" in line for line in rest) > 8  # it is a commented file


def test_without_a_terminal_the_defaults_are_taken(here: Path) -> None:
    assert run("new", "mine", "--no-schema", "--out", "folder.yaml") == 0
    text = (here / "folder.yaml").read_text("utf-8")
    assert "count: 30" in text
    assert "yaml-language-server" not in text
    assert not (here / "indexcalc.schema.json").exists()


def test_on_a_terminal_it_asks(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    from click.testing import CliRunner

    from indexcalc.cli.rules import new

    monkeypatch.setattr(new, "_on_a_terminal", lambda: True)
    result = CliRunner().invoke(new.command, ["mine"], input="12\nequal\n")
    assert result.exit_code == 0
    assert "How many names [30]:" in result.output
    text = (here / "mine.yaml").read_text("utf-8")
    assert "count: 12" in text
    assert "scheme: equal" in text


@pytest.mark.parametrize("origin", SHIPPED)
def test_a_rule_begun_from_another_is_clean_and_says_the_same(origin: str, here: Path) -> None:
    assert run("new", "mine", "--from", origin, "--no-schema") == 0
    made = validate(here / "mine.yaml")
    assert made.diagnostics == ()
    rule, other = made.rule, Methodology.load(origin)
    assert rule is not None
    assert rule.index == "mine"
    assert rule.cases == ()
    for word in ("universe", "review", "measures", "eligibility", "selection", "maintenance"):
        assert getattr(rule, word) == getattr(validate(origin).rule, word), word
    assert rule.sources == other.sources


def test_a_rule_without_a_line_for_each_key_is_no_beginning(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = (
        "{index: small, currency: KRW, calendar: XKRX, base: {date: 2000-01-04, level: 100}, "
        "universe: {where: {market: KOSPI}}, review: {months: [6], effective: 2nd friday, "
        "cutoff: last session 2 months before}}\n"
    )
    (here / "small.yaml").write_text(rule, "utf-8")
    assert run("new", "mine", "--from", "small.yaml") == 2
    assert "at the beginning of a line" in capsys.readouterr().err
    assert not (here / "mine.yaml").exists()


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yaml").write_text("precious\n", "utf-8")
    assert run("new", "mine") == 1
    assert (here / "mine.yaml").read_text("utf-8") == "precious\n"
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["new", "My Index"], 2, "my-index would be one"),
        (["new", "mine", "--from", "kospi20"], 1, "did you mean `kospi200`?"),
        (["new", "mine", "--from", "kospi", "--count", "3"], 2, "--from takes all"),
        (["new", "mine", "--count", "1"], 2, "2<=x<=100000"),
        (["new", "mine", "--out", "nowhere/mine.yaml"], 1, "cannot write"),
        (["schema", "--out", "nowhere/schema.json"], 1, "cannot write"),
    ],
)
def test_mistakes(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_schema_to_the_screen_and_to_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    printed = capsys.readouterr().out
    assert run("schema", "--out", "s.json") == 0
    assert (here / "s.json").read_text("utf-8") == printed
    assert json.loads(printed)["properties"]["index"]["description"]
