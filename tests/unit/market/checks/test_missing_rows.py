"""Sessions on which many lines have no row, or none has one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexcalc.cli.main import run
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.checks.missing_rows import missing_sessions, rows_of_days, thin_sessions
from indexcalc.market.market import Market
from tests.unit.market.checks.lines_to_check import check, daily, days, securities

NAMES = [f"{number:06d}" for number in range(30)]
# Wednesday to Friday of one week of XKRX.
BEFORE, DAY, AFTER = "2023-05-17", "2023-05-18", "2023-05-19"
HEAD = "date,symbol,close,shares_outstanding\n"


def rows(here: int, last: int = 30) -> Any:
    """Thirty lines, so many of them on the day between, and ``last`` on the day after."""
    return daily(
        *((BEFORE, name, 10.0, 5) for name in NAMES),
        *((DAY, name, 10.0, 5) for name in NAMES[:here]),
        *((AFTER, name, 10.0, 5) for name in NAMES[:last]),
    )


def said(table: Any, facts: dict[str, Any] | None = None, **tables: Any) -> list[str]:
    market = Market.from_tables(daily=table, facts=facts, **tables)
    return [finding.message for finding in thin_sessions(market)]


def test_half_a_day() -> None:
    told = f"18 of the 30 lines of {BEFORE} have no row on {DAY}"
    assert said(rows(12)) == [f"{told}: a member among them is an error"]
    assert said(rows(12), {"complete": True}) == [f"{told}: they count as not listed there"]
    found = check(daily=rows(12)).findings.items
    assert [item.where for item in found if item.code == "DAT039"] == [DAY]


@pytest.mark.parametrize(("here", "told"), [(30, 0), (26, 0), (25, 1), (24, 1)])
def test_a_few_lines_leave_a_market_and_nobody_wonders(here: int, told: int) -> None:
    assert len(said(rows(here))) == told


def test_the_threshold_is_the_markets() -> None:
    assert said(rows(12), {"plausible": {"missing_rows": 0.7}}) == []
    assert said(rows(12), {"plausible": {"missing_rows": None}}) == []
    assert len(said(rows(24), {"plausible": {"missing_rows": 0.19}})) == 1
    assert said(rows(24), {"plausible": {"missing_rows": 0.21}}) == []


def test_the_last_day_counts_too() -> None:
    assert len(said(rows(30, last=12))) == 1


def test_lines_that_are_delisted_or_renamed_lack_nothing() -> None:
    lines = securities(**dict.fromkeys(NAMES, "KOSPI"))
    gone = [None] * 12 + [DAY] * 18
    lines = lines.append_column("delisting_date", days(*gone))
    assert said(rows(12, last=12), securities=lines) == []
    renamed = daily(
        *((BEFORE, name, 10.0, 5) for name in NAMES),
        *((DAY, f"X{name}", 10.0, 5) for name in NAMES),
    )
    assert said(renamed) == []


def test_lines_on_a_holiday_of_their_own_exchange_lack_nothing() -> None:
    lines = securities(**dict.fromkeys(NAMES, "KOSPI"))
    currencies = daily(*((BEFORE, "KRW" if at < 12 else "JPY", 1.0, 1) for at in range(30)))
    lines = lines.append_column("currency", currencies.column("symbol"))
    assert said(rows(12), securities=lines) == []


def test_a_run_asks_of_its_own_lines() -> None:
    market = Market.from_tables(daily=rows(12))
    held = [name in NAMES[:12] for name in market.symbols]
    assert thin_sessions(market, lines=_bools(held)) == []
    held[20] = True
    assert len(thin_sessions(market, lines=_bools(held))) == 1
    assert thin_sessions(market, 2) == []  # the day of the gap is before


def _bools(values: list[bool]) -> Any:
    import numpy as np

    return np.array(values)


def test_a_session_without_a_row() -> None:
    market = Market.from_tables(daily=rows(0), facts={"calendar": "XKRX"})
    first, last = int(market.days[0]), int(market.days[-1])
    (found,) = missing_sessions(packaged("XKRX"), market.days, "m", first, last)
    assert (found.code, found.message) == (
        "DAT037",
        f"1 of 3 sessions of XKRX has no row: {DAY}",
    )


def file_of(folder: Path, day: str, names: list[str]) -> str:
    path = folder / f"{day}.csv"
    path.write_text(HEAD + "".join(f"{day},{name},10,5\n" for name in names))
    return str(path)


def test_an_import_tells_what_its_days_lack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = str(tmp_path / "m")
    facts = ["--fact", "calendar=XKRX", "--market", market]
    whole = [file_of(tmp_path, day, NAMES) for day in (BEFORE, AFTER)]
    assert run(["market", "import", *whole, *facts]) == 0
    assert f"warning DAT037: 1 of 3 sessions of XKRX has no row: {DAY}" in capsys.readouterr().err
    assert run(["market", "import", file_of(tmp_path, DAY, NAMES[:12]), *facts]) == 0
    told = capsys.readouterr().err
    assert f"warning DAT039 {DAY}: 18 of the 30 lines of {BEFORE} have no row on {DAY}" in told
    assert "DAT037" not in told
    assert run(["market", "import", file_of(tmp_path, DAY, NAMES), *facts]) == 0
    assert capsys.readouterr().err == ""


def test_an_import_is_silent_about_other_days(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = tmp_path / "m"
    where = ["--market", str(market)]
    run(["market", "import", file_of(tmp_path, BEFORE, NAMES), *where])
    run(["market", "import", file_of(tmp_path, DAY, NAMES[:12]), *where])
    assert "DAT039" in capsys.readouterr().err
    run(["market", "import", file_of(tmp_path, AFTER, NAMES[:12]), *where])
    assert capsys.readouterr().err == ""
    assert rows_of_days(Market.open(market), market, []) == []
