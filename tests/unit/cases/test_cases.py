"""Cases: what passes, what fails and how it is told, and every way a case can be written wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexcalc.cases.cases import CaseReport, in_words, run_cases
from indexcalc.diagnostics import Diagnostic, RuleError

RULE = """index: mine
currency: KRW
calendar: XKRX
base: {date: 2020-01-02, level: 1000}
universe: {where: {sector: {not_in: [tobacco]}}}
review: {months: [6], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {last: market_cap}}
selection: {count: 2, steps: [{fill: {to: 2, by: size}}]}
weighting: {scheme: market_cap}
"""
# A 30, B 20, C 10 a share, a hundred shares each; the review of June 2024 is effective on the 14th.
MARKET = """
    market:
      daily:
        - {date: [2024-05-31, 2024-06-14], symbol: [A, B, C], close: [30, 20, 10], shares_outstanding: 100}
        - {date: 2024-06-17, symbol: [A, B, C], close: [33, 22, 10], shares_outstanding: 100}
      securities: [{symbol: [A, B, C], sector: [energy, energy, tobacco]}]
"""


def report(tmp_path: Path, cases: str, rule: str = RULE) -> CaseReport:
    """The cases of a rule, written into its file."""
    path = tmp_path / "mine.yaml"
    path.write_text(rule + "cases:\n" + cases, encoding="utf-8")
    return run_cases([path])


def case(expect: str, market: str = MARKET, more: str = "") -> str:
    """One case of a market and what is expected of it."""
    return f"  - name: one{market}{more}    expect: {expect}\n"


def only(made: CaseReport) -> Diagnostic:
    """The one finding there is."""
    assert len(made.findings) == 1, [found.message for found in made.findings]
    return made.findings[0]


def test_members_weights_and_levels_pass(tmp_path: Path) -> None:
    # 30 and 20 of 50; both gain a tenth: 1000 to 1100.
    made = report(
        tmp_path,
        case(
            "{members: [A, B], weights: {A: 3/5, B: 40%}, capping_factors: {},"
            " levels: {2024-06-14: 1000, 2024-06-17: 1100}}"
        ),
    )
    assert [result.passed for result in made.results] == [True]
    assert in_words(made).splitlines() == ["ok    mine  one", "1 case, 0 failed"]


def test_on_a_date_between_reviews(tmp_path: Path) -> None:
    assert not report(
        tmp_path, case("{members: [A, B], weights: {A: 0.6, B: 0.4}}", more="    on: 2024-06-17\n")
    ).findings


def test_members_that_differ_are_told_with_their_reason(tmp_path: Path) -> None:
    found = only(report(tmp_path, case("{members: [A, C, Z]}")))
    assert found.code == "CAS001"
    assert found.span is not None
    line = (RULE + "cases:\n" + case("")).splitlines().index("    expect: ") + 1
    assert (found.span.line, found.span.column) == (line, 14)
    assert "expected 3 members on 2024-06-14, got 2" in found.message
    assert "missing: C (universe.where.sector" in found.message
    assert "line 5" in found.message
    assert "Z (not in the market)" in found.message
    assert "not expected: B" in found.message


def test_a_weight_that_differs_is_told_with_the_relative_difference(tmp_path: Path) -> None:
    found = only(report(tmp_path, case("{weights: {A: 0.5, B: 0.4, C: 0.1}}")))
    # 0.6 is a fifth above 0.5; B is as expected and not told.
    assert "A: expected 0.5, got 0.6 (off by 0.2)" in found.message
    assert "C is not in the index" in found.message
    assert "B" not in found.message


def test_a_name_without_an_expected_weight_fails(tmp_path: Path) -> None:
    assert (
        "B was not expected, and has 0.4"
        in only(report(tmp_path, case("{weights: {A: 0.6}}"))).message
    )


def test_a_capping_factor_that_is_not_one(tmp_path: Path) -> None:
    found = only(report(tmp_path, case("{capping_factors: {A: 0.5}}")))
    assert "A: expected 0.5, got 1.0 (off by 1)" in found.message


@pytest.mark.parametrize(
    ("level", "tolerance", "holds"),
    [
        ("1100", "", True),
        ("1100.0000001", "", False),  # 9e-11 off, a trillionth is allowed
        ("1100.0000001", "    tolerance: 1e-10\n", True),
        ("1101", "    tolerance: 1e-3\n", True),
        ("1102", "    tolerance: 1e-3\n", False),
    ],
)
def test_the_tolerance_is_relative(tmp_path: Path, level: str, tolerance: str, holds: bool) -> None:
    made = report(tmp_path, case(f"{{levels: {{2024-06-17: {level}}}}}", more=tolerance))
    assert made.results[0].passed is holds


def test_dates_on_which_nothing_is(tmp_path: Path) -> None:
    found = only(report(tmp_path, case("{levels: {2024-06-18: 1000}}")))
    assert (found.code, found.message) == (
        "CAS004",
        "there is no level on 2024-06-18; the sessions run from 2024-06-14 to 2024-06-17",
    )
    found = only(report(tmp_path, case("{members: {2024-06-13: [A]}}")))
    assert (found.code, found.message) == (
        "CAS004",
        "nothing is in force on 2024-06-13; the first list: 2024-06-14",
    )


# Only A is no tobacco: one name where two are wanted is a warning (REV003), nobody an error (REV004).
ONE = MARKET.replace("[energy, energy, tobacco]", "[energy, tobacco, tobacco]")
NOBODY = MARKET.replace("[energy, energy, tobacco]", "tobacco")


def test_an_error_that_is_not_expected_fails_the_case(tmp_path: Path) -> None:
    assert not report(tmp_path, case("{members: [A]}", market=ONE)).findings
    made = report(tmp_path, case("{members: []}", market=NOBODY))
    assert any("no error was expected, got " in f.message for f in made.findings)
    assert any("REV004" in f.message for f in made.findings)


def test_expected_findings(tmp_path: Path) -> None:
    assert not report(tmp_path, case("{diagnostics: [REV003]}", market=ONE)).findings
    found = only(report(tmp_path, case("{diagnostics: []}", market=ONE)))
    assert found.message.startswith("not expected: ")
    assert "REV003" in found.message
    found = only(report(tmp_path, case("{members: [A, B], diagnostics: [REV003]}")))
    assert found.message == "expected REV003, which was not found"


def test_a_run_that_gives_nothing(tmp_path: Path) -> None:
    early = (
        "\n    market: {daily: [{date: 2024-06-14, symbol: A, close: 1, shares_outstanding: 1}],"
        " securities: [{symbol: A, sector: energy}]}\n"
    )
    assert not report(tmp_path, case("{diagnostics: [CAL010, REV002]}", market=early)).findings
    made = report(tmp_path, case("{members: [A], diagnostics: [CAL010, REV002]}", market=early))
    assert "nothing came out" in only(made).message


def test_a_case_may_leave_out_columns_that_decide_nothing_in_it(tmp_path: Path) -> None:
    """Ties by a column that its market does not have: no two sizes are equal."""
    rule = RULE.replace("count: 2,", "count: 2, ties: [listed_value],")
    assert not report(tmp_path, case("{members: [A, B]}"), rule).findings


def test_weights_by_a_measure_and_capping_factors_are_compared(tmp_path: Path) -> None:
    # By size 3000 to 2000; at most 55 % each: A 11/20, B 9/20, so A counts (11/9) / (3/2) = 22/27.
    rule = RULE.replace("scheme: market_cap", "scheme: measure, by: size")
    assert not report(tmp_path, case("{weights: {A: 3/5, B: 2/5}}"), rule).findings
    found = report(tmp_path, case("{members: [A, C]}"), rule).findings
    assert "missing: C (universe.where.sector" in found[0].message
    capped = rule.replace(
        "measure, by: size", "measure, by: size, caps: [{per: security, limit: 55%}]"
    )
    expected = "{weights: {A: 55%, B: 45%}, capping_factors: {A: 22/27}}"
    assert not report(tmp_path, case(expected), capped).findings
    found = report(tmp_path, case("{capping_factors: {A: 0.8}}"), capped).findings
    assert "A: expected 0.8, got 0.8148148148148" in found[0].message


def test_without_a_date_every_regular_review_is_meant(tmp_path: Path) -> None:
    # June 2023 and June 2024: C overtakes B in between.
    market = """
    market:
      daily:
        - {date: [2023-05-31, 2023-06-09], symbol: [A, B, C], close: [30, 20, 10], shares_outstanding: 100}
        - {date: [2024-05-31, 2024-06-14], symbol: [A, B, C], close: [30, 20, 25], shares_outstanding: 100}
      securities: [{symbol: [A, B, C], sector: energy}]
"""
    found = only(report(tmp_path, case("{members: [A, B]}", market)))
    assert "on 2024-06-14" in found.message
    assert not report(
        tmp_path, case("{members: {2023-06-09: [A, B], 2024-06-14: [A, C]}}", market)
    ).findings


def test_a_deletion_in_between_is_no_review(tmp_path: Path) -> None:
    # B has no row on the 17th: it is no longer listed, and leaves.
    market = """
    market:
      daily:
        - {date: [2024-05-31, 2024-06-14], symbol: [A, B], close: [30, 20], shares_outstanding: 100}
        - {date: 2024-06-17, symbol: A, close: 30, shares_outstanding: 100}
      securities: [{symbol: [A, B], sector: energy}]
"""
    assert not report(tmp_path, case("{members: [A, B]}", market)).findings
    assert not report(tmp_path, case("{members: {2024-06-17: [A]}}", market)).findings


def test_cases_in_a_file_beside_the_rule(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    beside = tmp_path / "mine.cases.yaml"
    beside.write_text("cases:\n" + case("{members: [A, C]}"), encoding="utf-8")
    made = run_cases([tmp_path / "mine.yaml"])
    found = only(made)
    assert found.span is not None
    assert found.span.path == str(beside)
    assert beside.read_text(encoding="utf-8") == made.texts[str(beside)]
    beside.write_text("casse: []\n", encoding="utf-8")
    made = run_cases([tmp_path / "mine.yaml"])
    assert {item.code for item in made.findings} == {"RUL001", "RUL002"}


def test_a_variant_does_not_take_the_cases_of_its_base(tmp_path: Path) -> None:
    report(tmp_path, case("{members: [A, B]}"))
    variant = tmp_path / "other.yaml"
    variant.write_text("index: other\nvariant_of: mine\nselection: {count: 1}\n", encoding="utf-8")
    made = run_cases([variant])
    assert (made.results, made.without) == ((), ("other",))
    assert "none  other  has no cases" in in_words(made)


def test_a_child_is_computed_on_the_members_of_its_parent(tmp_path: Path) -> None:
    # The parent has A and B; of the two the child leaves out the largest.
    report(tmp_path, case("{members: [A, B]}"))
    child = tmp_path / "child.yaml"
    child.write_text(
        "index: child\nuniverse: {of: mine}\nreview: {follows: mine}\n"
        "measures: {size: {last: market_cap}}\n"
        "selection: {steps: [{drop: {size: {rank: 1}}}, {select: all}]}\ncases:\n"
        + case("{members: [B], weights: {B: 100%}}"),
        encoding="utf-8",
    )
    assert [result.passed for result in run_cases([child]).results] == [True]


def test_a_folder_of_csv(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    rows = [
        f"{day},{symbol},{close},100"
        for day in ("2024-05-31", "2024-06-14")
        for symbol, close in (("000030", 30), ("000020", 20), ("000010", 10))
    ]
    daily = "date,symbol,close,shares_outstanding\n" + "\n".join(rows) + "\n"
    (folder / "daily.csv").write_text(daily, encoding="utf-8")
    (folder / "securities.csv").write_text(
        "symbol,sector\n000030,energy\n000020,energy\n000010,energy\n", encoding="utf-8"
    )
    market = "\n    market: tiny\n"
    assert not report(tmp_path, case('{members: ["000030", "000020"]}', market)).findings
    (folder / "daily.csv").write_text(daily + "2024-06-17,000030\n", encoding="utf-8")
    found = only(report(tmp_path, case("{members: [A]}", market)))
    assert (found.code, found.span and found.span.line) == ("CAS003", 8)
    assert (
        only(report(tmp_path, case("{members: [A]}", "\n    market: nowhere\n"))).code == "CAS003"
    )


ROW = "{date: 2024-06-14, symbol: A, close: 1, shares_outstanding: 1}"


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("  - {name: x, market: {daily: [ROW]}, expect: {}}", "CAS002", "{}}"),
        ("  - {name: x, market: {daily: [ROW]}}", "RUL002", "{name"),
        ("  - {market: {daily: [ROW]}, EXPECT}", "RUL002", "{market"),
        ("  - {name: x, market: {daily: 3}, EXPECT}", "RUL003", "3}"),
        ("  - {name: x, market: {daily: [7]}, EXPECT}", "RUL003", "7]"),
        ("  - {name: x, market: {daily: []}, EXPECT}", "DAT001", "{daily"),
        (
            "  - {name: x, market: {securities: []}, EXPECT}",
            "DAT001",
            "{securities",
        ),
        (
            "  - {name: x, market: {daily: [{symbol: [A, B], close: [1, 2, 3]}]}, EXPECT}",
            "CAS003",
            "{symbol",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-02-30, symbol: A}]}, EXPECT}",
            "DTE001",
            "2024-02-30",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-14..2024-06-13, symbol: A}]}, EXPECT}",
            "DTE001",
            "2024-06-14..",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-15..2024-06-16, symbol: A}]}, EXPECT}",
            "DTE001",
            "2024-06-15..",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-14, symbol: A1..B9}]}, EXPECT}",
            "CAS003",
            "A1..B9",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-14, symbol: 000660, close: 1}]}, EXPECT}",
            "RUL009",
            "000660",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-14, symbol: [A, B], close: much}]}, EXPECT}",
            "RUL005",
            "much",
        ),
        (
            "  - {name: x, market: {daily: [{date: 2024-06-14, symbol: A, volume: 1}]}, EXPECT}",
            "DAT002",
            "daily",
        ),
        ("  - {name: x, market: {daily: [ROW, ROW]}, EXPECT}", "DAT004", "daily"),
        ("  - {name: x, market: {daily: [ROW]}, expect: {members: A}}", "RUL003", "A}}"),
        ("  - {name: x, market: {daily: [ROW]}, expect: {members: [A, A]}}", "RUL018", "A]}}"),
        (
            "  - {name: x, market: {daily: [ROW]}, expect: {members: [A1..A3, A2]}}",
            "RUL018",
            "A2]}}",
        ),
        ("  - {name: x, market: {daily: [ROW]}, expect: {weights: {A: 30}}}", "RUL006", "30}}"),
        ("  - {name: x, market: {daily: [ROW]}, expect: {weights: [A]}}", "RUL003", "[A]}}"),
        (
            "  - {name: x, market: {daily: [ROW]}, expect: {capping_factors: {A: low}}}",
            "RUL005",
            "low",
        ),
        ("  - {name: x, market: {daily: [ROW]}, expect: {levels: 1000}}", "RUL002", "levels"),
        (
            "  - {name: x, market: {daily: [ROW]}, expect: {levels: {2024-06-14: high}}}",
            "RUL005",
            "high",
        ),
        (
            "  - {name: x, market: {daily: [ROW]}, on: 2024-06-14, expect: {members: {2024-06-14: [A]}}}",
            "RUL012",
            "members",
        ),
        (
            "  - {name: x, market: {daily: [ROW]}, on: soon, EXPECT}",
            "DTE001",
            "soon",
        ),
        (
            "  - {name: x, market: {daily: [ROW]}, tolerance: small, EXPECT}",
            "RUL005",
            "small",
        ),
        (
            "  - {name: x, market: {daily: [ROW]}, expect: {diagnostics: [XYZ001]}}",
            "RUL004",
            "XYZ001",
        ),
        (
            "  - {name: x, market: {daily: [ROW]}, expect: {diagnostics: REV001}}",
            "RUL003",
            "REV001",
        ),
    ],
)
def test_a_case_written_wrong_is_told_at_its_place(
    tmp_path: Path, text: str, code: str, at: str
) -> None:
    text = text.replace("ROW", ROW).replace("EXPECT", "expect: {members: [A]}")
    found = only(report(tmp_path, text + "\n"))
    assert found.code == code
    assert found.span is not None
    assert found.span.line == RULE.count("\n") + 2
    assert text[found.span.column - 1 :].startswith(at)


def test_two_cases_of_one_name(tmp_path: Path) -> None:
    made = report(tmp_path, case("{members: [A, B]}") * 2)
    assert [found.code for found in made.findings] == ["RUL018"]


def test_other_mistakes_of_a_rule_are_refused_as_ever(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        report(tmp_path, case("{memberz: [A]}"))
    with pytest.raises(RuleError) as raised:
        report(tmp_path, "  - {name: x, market: {dayly: []}, expect: {members: [A]}}\n")
    (found,) = raised.value.diagnostics
    assert (found.code, found.hint) == ("RUL001", "did you mean `daily`?")
    assert found.span is not None
    assert (found.span.line, found.span.column) == (RULE.count("\n") + 2, 24)


def test_running_cases_does_not_import_pandas(tmp_path: Path) -> None:
    report(tmp_path, case("{members: [A, B], levels: {2024-06-17: 1100}}"))
    code = (
        "import sys\nfrom indexcalc.cases.cases import run_cases\n"
        f"assert run_cases([{str(tmp_path / 'mine.yaml')!r}]).results[0].passed\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
