"""``indexcalc diff``: two rules, a rule and its past, two runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.publish import publish
from indexcalc.cases.cases import run_cases
from indexcalc.cases.reading import read_cases
from indexcalc.cli.main import run
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder
from tests.unit.cli.two_lines import folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines of a command that goes well."""
    assert run(["diff", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_two_rules(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "dax", "four-way-rank", "--on", "2024-01-02", "--rules")
    assert lines[0] == "dax -> four-way-rank"
    place = lines.index("selection.count")
    assert lines[place + 1] == "    40 -> 10"


def test_a_rule_and_its_past(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "kospi200", "--on", "2019-01-02", "--on", "2021-01-04")
    # The changes of 2020-06-12, as the press release of December 2019 says them.
    assert lines[0] == "kospi200 on 2019-01-02 -> kospi200 on 2021-01-04"
    text = "\n".join(lines)
    assert "review.months\n    [6] -> [6, 12]" in text
    assert "measures.size.over\n    12 calendar months -> 6 calendar months" in text
    assert ".coverage\n    80% -> 85%" in text
    assert "weighting" not in text


def test_two_files_of_one_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (shipped_folder() / "patterns" / "equal-weight.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "equal-weight.yaml"
    draft.write_text(text.replace("[3, 6, 9, 12]", "[6, 12]"), encoding="utf-8")
    assert said(capsys, "equal-weight", str(draft)) == [
        f"equal-weight -> {draft}",
        "review.months",
        "    [3, 6, 9, 12] -> [6, 12]",
    ]
    assert said(capsys, "equal-weight", "equal-weight") == [
        "equal-weight and equal-weight: no difference"
    ]


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "kospi200"]) == 2
    assert "one RULE needs two dates" in capsys.readouterr().err
    assert run(["diff", "kospi200", "--on", "2019-01-02"]) == 2
    assert run(["diff", "a", "b", *("--on", "2019-01-02") * 3]) == 2
    assert run(["diff", "kospi200", "no-such-rule"]) == 1
    assert "REF001" in capsys.readouterr().err


def test_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fourteen names of 14 down to 1; ten of them by size, or with the buffer and its members."""
    folders = []
    for number in (0, 1):
        family = load_family(["top-n-buffer"])
        case = read_cases(family["top-n-buffer"]).cases[number]
        made = compute_family(family, case.market, Request())["top-n-buffer"]
        folders.append(publish(made, tmp_path / str(number)))
    lines = said(capsys, *map(str, folders), "--on", "2024-06-14")
    # The first case has 1-8, 11, 12: 14 + ... + 7 + 4 + 3 = 91; the second 1-10: 95.
    # S11 and S12 leave with 7/91; S09 and S10 come with 11/95; what stays has 84/91 and 84/95.
    # Half of 7/91 + 11/95 + 84 (1/91 - 1/95) is 11/95 = 11.5789 %.
    assert lines[1].split() == ["date", "members", "left", "joined", "active"]
    assert lines[2].split() == ["2024-06-14", "10", "->", "10", "2", "2", "11.5789%"]
    assert lines[3] == "2024-06-14 left: S11, S12"
    assert lines[4] == "2024-06-14 joined: S09, S10"
    # The largest move of a name in both: S01, 14/91 = 15.3846 % to 14/95 = 14.7368 %.
    assert lines[5].split() == ["2024-06-14", "S01", "15.3846%", "->", "14.7368%", "-0.6478%"]
    assert len(lines) == 5 + 8 + 1
    # 11/95 of a trillion is 115.8 billion.
    money = "2024-06-14: 1.00tn from the first to the second buys 116bn and sells 116bn"
    assert lines[-1] == money
    assert len(said(capsys, str(folders[0]), str(folders[0]))) == 4  # nothing left, joined, moved
    assert said(capsys, *map(str, folders), "--on", "2024-06-17")[0].endswith("both set a list")


def test_cases_of_the_runs_above_hold() -> None:
    assert not run_cases(["top-n-buffer"]).findings


def test_differences_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures of the two tests above, as data."""
    text = (shipped_folder() / "patterns" / "equal-weight.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "equal-weight.yaml"
    draft.write_text(text.replace("[3, 6, 9, 12]", "[6, 12]"), encoding="utf-8")
    of_rules = json.loads("\n".join(said(capsys, "equal-weight", str(draft), "--format", "json")))
    clause = {"path": "review.months", "first": "[3, 6, 9, 12]", "second": "[6, 12]"}
    assert of_rules["clauses"] == [{**clause, "from": None, "until": None}]
    folders = []
    for number in (0, 1):
        family = load_family(["top-n-buffer"])
        case = read_cases(family["top-n-buffer"]).cases[number]
        made = compute_family(family, case.market, Request())["top-n-buffer"]
        folders.append(str(publish(made, tmp_path / str(number))))
    lines = said(capsys, *folders, "--on", "2024-06-14", "--format", "json", "--aum", "95")
    (review,) = json.loads("\n".join(lines))["reviews"]
    assert (review["members_first"], review["only_first"]) == (10, ["S11", "S12"])
    assert review["active_share"] == pytest.approx(11 / 95)
    assert review["traded"] == pytest.approx(11)
    first = review["moved"][0]
    assert (first["symbol"], first["first"]) == ("S01", pytest.approx(14 / 91))


def test_a_notice_in_korean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, market = folder(tmp_path)
    page = tmp_path / "notice.html"
    words = ("--notice", "--lang", "ko", "--market", market)
    assert any("가중 방식: 동일 가중" in line for line in said(capsys, one, other, *words))
    said(capsys, one, other, *words, "--out", str(page))
    assert '<html lang="ko">' in page.read_text(encoding="utf-8")
    assert run(["diff", one, other, "--lang", "ko"]) == 2
    assert "--out and --lang go with --notice" in capsys.readouterr().err


def test_a_notice_on_screen_as_json_and_as_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other, market = folder(tmp_path)
    words = ("--notice", "--market", market)
    lines = said(capsys, one, other, *words)
    was, becomes = (
        f"‘Constituents are weighted {how}.’" for how in ("by market capitalisation", "equally")
    )
    assert f"- Weighting: {was} becomes {becomes} (`weighting.scheme`)" in lines
    # A is two thirds of the value, and half under equal weights: a sixth of a trillion.
    assert "| 2024-01-03 | 2 to 2 | 0 | 0 | 16.67% | 167bn KRW |" in lines
    record = json.loads("\n".join(said(capsys, one, other, *words, "--format", "json")))
    assert record["reviews"][0]["active_share"] == pytest.approx(1 / 6)
    assert "weighting.scheme" in [item["path"] for item in record["clauses"]]
    page = tmp_path / "notice.html"
    assert run(["diff", one, other, *words, "--out", str(page)]) == 0
    assert tuple(capsys.readouterr()) == ("", f"wrote {page}\n")
    assert "<td>16.67%</td>" in page.read_text(encoding="utf-8")
    assert run(["diff", one, other, *words, "--out", str(tmp_path / "notice.txt")]) == 2
    assert "ends with .md or .html" in capsys.readouterr().err
