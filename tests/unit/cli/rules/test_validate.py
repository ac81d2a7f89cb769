"""The verb `validate`: findings with their lines, exit codes, formats, dates, a market, odd files."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from indexcalc.cli import main as entry
from indexcalc.diagnostics import EXIT_DATA, EXIT_ERRORS, EXIT_GOOD, EXIT_USAGE
from indexcalc.market import store
from indexcalc.market.demo import demo_tables
from indexcalc.market.market import Market
from tests.call_counts import count_calls
from tests.unit.calculation.small import line, market
from tests.unit.calculation.stored import stored

ROOT = Path(__file__).resolve().parents[4]
BROKEN = ROOT / "tests" / "invalid_rules"
RULE = """\
index: mine
currency: KRW
calendar: XKRX
base: {date: 2015-01-02, level: 1000}
universe: {where: {market: KOSPI}}
review: {months: [6, 12], effective: 2nd friday, cutoff: last session 2 months before}
measures: {size: {mean: market_cap, over: 3 months}}
selection: {count: 20, steps: [{fill: {to: 20, by: size}}]}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(RULE, encoding="utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = entry.run(["validate", *map(str, arguments)])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out + captured.err


# --- what is printed ------------------------------------------------------------------------------


def test_a_good_rule(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    assert said(capsys, mine) == (EXIT_GOOD, f"{mine}: good\n")


def test_findings_of_several_files_with_their_lines(
    capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    code, text = said(capsys, BROKEN / "cap001.yaml", mine, BROKEN / "rul001.yaml")
    assert code == EXIT_ERRORS
    assert "cap001.yaml:9:43: error CAP001 weighting.caps[0].limit" in text
    assert "   9 | weighting: {caps: [{per: security, limit: 0.3%}]}\n" in text
    assert "     |                                           ^^^^ 0.3 % x 200 constituents" in text
    assert "  hint: did you mean 30%?" in text
    assert "rul001.yaml:8:1: error RUL001 weigthing" in text
    assert f"{mine}: good" in text


def test_all_mistakes_at_once(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    mine.write_text(
        RULE.replace("to: 20", "to: 25")
        .replace("months: [6, 12]", "months: [6]")
        .replace("2nd friday", "5th friday")
        + "weighting: {caps: [{per: security, limit: 4%}]}\n"
        + "groups: {sector_group: {column: sector}}\n",
        encoding="utf-8",
    )
    code, text = said(capsys, "--format", "json", mine)
    assert code == EXIT_ERRORS
    found = [
        (item["code"], item["line"], item["column"], item["severity"]) for item in json.loads(text)
    ]
    assert found == [
        ("DTE014", 6, 34, "warning"),
        ("RUL104", 8, 44, "warning"),
        ("CAP001", 9, 43, "error"),
        ("RUL114", 10, 10, "warning"),
    ]


def test_warnings_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, BROKEN / "rul114.yaml")
    assert code == EXIT_GOOD
    assert "warning RUL114" in text
    assert text.endswith("rul114.yaml: 1 warning\n")


def test_json_and_github(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    code, text = said(capsys, "--format", "json", BROKEN / "cap001.yaml")
    (item,) = json.loads(text)
    assert code == EXIT_ERRORS
    assert set(item) == {"path", "line", "column", "severity", "code", "message", "hint"}
    assert (item["code"], item["line"], item["column"]) == ("CAP001", 9, 43)
    code, text = said(capsys, "--format", "github", BROKEN / "cap001.yaml")
    assert text.startswith(f"::error file={BROKEN / 'cap001.yaml'},line=9,col=43,title=CAP001::")
    assert said(capsys, "--format", "json", mine) == (EXIT_GOOD, "[]\n")
    assert said(capsys, "--format", "github", mine) == (EXIT_GOOD, "")


def test_an_unknown_rule_and_no_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "kospi20")
    assert code == EXIT_ERRORS
    assert "REF001" in text
    assert "did you mean `kospi200`?" in text
    assert said(capsys)[0] == EXIT_USAGE


def test_what_this_version_does_not_compute_is_a_note(
    capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    more = "maintenance: {special: taxed}\nreturns: {reinvest: paying_stock}\n"
    mine.write_text(RULE + more, "utf-8")
    code, text = said(capsys, mine)
    assert code == EXIT_GOOD
    assert "  note: " in text
    assert "(maintenance.special, rule line 9)" in text


# --- dates ----------------------------------------------------------------------------------------


def test_the_next_reviews_past_the_last_price(
    capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    """Second Fridays of June and December 2026; April and October ended on a Thursday and a Friday."""
    code, text = said(capsys, mine, "--dates", "2", "--from", "2026-03-01")
    assert code == EXIT_GOOD
    assert text.splitlines()[1:4] == [
        "  the next 2 after 2026-03-01",
        "    effective       cut-off         announcement    pricing",
        "    Fri 2026-06-12  Thu 2026-04-30  -               Thu 2026-06-11  review",
    ]
    assert "    Fri 2026-12-11  Fri 2026-10-30  -               Thu 2026-12-10  review" in text
    many = said(capsys, mine, "--dates", "80", "--from", "2026-03-01")[1]
    assert "the next 80 after" in many
    assert "Fri 2065-12-11" in many  # beyond every table: Mondays to Fridays


def test_rebalances_of_their_own_are_dates_too(
    capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    mine.write_text(RULE + "rebalance: {months: [3, 6], effective: 2nd friday}\n", "utf-8")
    text = said(capsys, mine, "--dates", "3", "--from", "2026-01-02")[1]
    kinds = [line.split(maxsplit=7)[-1] for line in text.splitlines() if "    Fri" in line]
    assert kinds == ["rebalance", "review and rebalance", "review"]


def test_dated_keys_between_reviews_are_said_with_dates_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "DTE015" not in said(capsys, BROKEN / "dte015.yaml")[1]
    assert "DTE015" in said(capsys, BROKEN / "dte015.yaml", "--dates", "1")[1]


# --- a market -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of demo prices without float factors, and one listing date that is not known."""
    made = demo_tables(100, 2)
    folder = tmp_path_factory.mktemp("market")
    tables = {name: made.tables[name] for name in ("daily", "securities")}
    securities = tables["securities"]
    position = securities.column_names.index("listing_date")
    # The line with the smallest symbol does not say when it was listed.
    first = min(securities.column("symbol").to_pylist())
    days = [
        None if symbol == first else day
        for symbol, day in zip(
            securities.column("symbol").to_pylist(),
            securities.column("listing_date").to_pylist(),
            strict=True,
        )
    ]
    tables["securities"] = securities.set_column(
        position, "listing_date", pa.array(days, pa.date32())
    )
    market = Market.from_tables(complete=True, facts={"calendar": "XKRX"}, **tables)
    with store.writing(folder) as writer:
        writer.facts.update(market.facts)
        for name in tables:
            if name == "daily":
                writer.put_daily([market.table("daily")])
            else:
                writer.put(name, market.table(name))
    return folder


def test_a_market_that_carries_the_rule(
    capsys: pytest.CaptureFixture[str], mine: Path, small_market: Path
) -> None:
    mine.write_text(RULE + "weighting: {scheme: market_cap}\n", encoding="utf-8")
    code, text = said(capsys, mine, "--market", small_market)
    assert code == EXIT_GOOD
    assert "securities.market: 0 of " in text
    assert "first review with whole windows: " in text


def test_prices_on_days_that_are_no_sessions_are_what_a_run_stops_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    # 1 March 2024 is a holiday in Korea, 2 March a Saturday.
    days = [dt.date(2024, *day) for day in ((2, 28), (2, 29), (3, 1), (3, 2), (3, 4))]
    daily = pa.table(
        [days, ["A"] * 5, [1.0] * 5, [1] * 5],
        names=["date", "symbol", "close", "shares_outstanding"],
    )
    folder = stored(Market.from_tables(daily=daily), tmp_path / "m")
    mine.write_text(RULE + "weighting: {scheme: market_cap}\n", encoding="utf-8")
    code, shown = said(capsys, mine, "--market", folder)
    assert code == EXIT_DATA
    assert (
        "error DAT007: 2 days of daily are not sessions of XKRX: 2024-03-01 (a holiday), " in shown
    )


def test_a_column_of_ones_own_is_of_the_kind_the_rule_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mine: Path
) -> None:
    rows = [dict(row, score="high") for row in line("A", [1, 2, 3])]
    folder = stored(market(rows), tmp_path / "m")
    text = RULE.replace("{where: {market: KOSPI}}", "{where: {symbol: {not_in: []}}}")
    text += "weighting: {scheme: market_cap}\neligibility: {score: {min: 3}}\n"
    mine.write_text(text + "columns: {score: number}\n", encoding="utf-8")
    code, shown = said(capsys, mine, "--market", folder)
    assert code == EXIT_DATA
    assert "error DAT003 columns.score" in shown
    assert "the market's column `score` is one of kind text, the rule says number" in shown


def test_what_the_market_lacks_is_exit_3(
    capsys: pytest.CaptureFixture[str], mine: Path, small_market: Path
) -> None:
    mine.write_text(
        RULE + "eligibility: {designation: {none_of: [halted]}, gics: tech}\n", encoding="utf-8"
    )
    code, text = said(capsys, mine, "--market", small_market)
    assert code == EXIT_DATA
    assert "DAT001 weighting.scheme" in text  # float factors; the scheme is the default
    assert "DAT001 eligibility.designation" in text
    assert "DAT002 eligibility.gics" in text
    code, text = said(capsys, mine, "--market", small_market, "--assume", "float_factor=1")
    assert "DAT001 weighting.scheme" not in text
    assert "float_factor: 1 assumed of every line" in text
    # A mistake of the rule comes before what the data lack.
    mine.write_text(RULE + "weighting: {caps: [{per: security, limit: 1%}]}\n", encoding="utf-8")
    assert said(capsys, mine, "--market", small_market)[0] == EXIT_ERRORS


def test_nulls_assumptions_labels_and_windows(
    capsys: pytest.CaptureFixture[str], mine: Path, small_market: Path
) -> None:
    mine.write_text(
        RULE.replace("over: 3 months", "over: 36 months").replace("market: KOSPI", "market: KOSPY")
        + "weighting: {scheme: market_cap}\neligibility: {listed_for: {min: 3 months}}\n",
        encoding="utf-8",
    )
    code, text = said(capsys, mine, "--market", small_market)
    assert code == EXIT_GOOD
    assert "warning DAT043 universe.where.market" in text
    assert "no line has `market` KOSPY" in text
    assert "there are: KOSDAQ, KOSPI" in text
    assert "warning DAT042 eligibility.listed_for" in text
    assert "where listing_date is not known: 1 line (" in text
    assert "warning DAT040 measures.size.over" in text
    assert "no review has whole windows" in text


def test_dates_begin_after_the_last_price(
    capsys: pytest.CaptureFixture[str], mine: Path, small_market: Path
) -> None:
    mine.write_text(RULE + "weighting: {scheme: market_cap}\n", encoding="utf-8")
    last = Market.open(small_market).days[-1]
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int(last))
    text = said(capsys, mine, "--market", small_market, "--dates", "1")[1]
    assert f"the next 1 after {day} (the last price)" in text


def test_no_market_there(capsys: pytest.CaptureFixture[str], mine: Path, tmp_path: Path) -> None:
    code, text = said(capsys, mine, "--market", tmp_path / "nothing")
    assert code == EXIT_DATA
    assert "DAT010" in text


# --- files that are no rules ----------------------------------------------------------------------

ODD_FILES: dict[str, tuple[bytes, str]] = {
    "brackets": (b"a: " + b"[" * 200_000, "YML010"),
    "braces": (b"{a: " * 200_000, "YML010"),
    "aliases": (
        b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        b"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        b"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
        "YML007",
    ),
    "duplicates": (b"index: a\nindex: b\n", "YML006"),
    "tags": (b"index: !!python/object/apply:os.system [true]\n", "YML008"),
    "utf8": (b"index: \xff\xfe\xfa\n", "YML003"),
    "utf16": ("index: mine\n".encode("utf-16"), "YML003"),
    "utf16-bare": ("index: mine\n".encode("utf-16-le"), ""),
    "cp949": ("index: 코스피 지수\n".encode("cp949"), "YML003"),
    "tabs": (b"index:\n\tname: x\n", "YML004"),
    "empty": (b"", "YML012"),
    "spaces": (b"  \n\n", "YML012"),
    "list": (b"- index: a\n", "YML013"),
    "word": (b"hello\n", "YML013"),
    "nulls": (b"\0" * 1000, ""),
    "documents": (b"index: a\n---\nindex: b\n", "YML009"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files_are_refused_at_once(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data, code = ODD_FILES[name]
    path = tmp_path / "odd.yaml"
    path.write_bytes(data)
    said(capsys, "kospi")  # so that imports are not counted
    told: list[tuple[int, str]] = []
    calls = count_calls(lambda: told.append(said(capsys, path)))
    ((exit_code, text),) = told
    assert exit_code == EXIT_ERRORS
    assert f"error {code or 'YML'}" in text
    assert len(text) < 40_000
    assert calls < 100_000


def test_a_hundred_megabytes_are_refused_unread(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    exit_code, text = said(capsys, path)
    assert exit_code == EXIT_ERRORS
    assert "error YML002: is 100,000,000 bytes" in text


def test_validate_without_a_market_imports_neither_pyarrow_nor_pandas() -> None:
    code = """
import contextlib, io, sys
from indexcalc.cli.main import run
with contextlib.redirect_stdout(io.StringIO()):
    assert run(["validate", "kospi200", "--dates", "2"]) == 0
heavy = [name for name in ("pandas", "pyarrow", "hypothesis") if name in sys.modules]
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
