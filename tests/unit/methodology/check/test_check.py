"""Every shipped rule is clean, and what reads is checked beside what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.calculation.validate import validate
from indexcalc.diagnostics import render_text
from indexcalc.methodology.check.check import check, expected_sessions
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.methodology.check.rules_and_findings import (
    SIZE,
    of_count,
    review,
)
from tests.unit.methodology.small_rule import HEAD

ROOT = Path(__file__).resolve().parents[4]


SHIPPED = sorted(
    path for path in (ROOT / "rules").rglob("*.yaml") if not path.name.endswith(".cases.yaml")
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_rule_is_clean(path: Path) -> None:
    family = load_family([path])
    made = family[family.asked[0]]
    sessions, _ = expected_sessions(made)
    items = [*made.warnings, *check(made, family.rules, sessions).items]
    assert items == [], render_text(items, family.texts)


IDLE_CAP = "weighting: {caps: [{per: security, limit: 100%}]}\n"


LEAVER = "maintenance: {deletions: [{on: leaves_parent, effective: halt, replace_from: reserve}]}\n"


def said_of(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return [item.code for item in validate(path).diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A mistake of reading in one block, one of meaning in another.
        (HEAD + "launch: soon\n" + IDLE_CAP, ["DTE001", "CAP004"]),
        (
            HEAD + "launch: soon\n" + of_count(200, "{caps: [{per: security, limit: 0.3%}]}"),
            ["DTE001", "CAP001"],
        ),
        # Of what is left out nothing is said: the count, a reserve, dates, what is not used.
        (
            HEAD.replace("market: KOSPI", "market: []")
            + SIZE
            + "selection: {count: few, reserve: {count: 5, by: size}}\n"
            + "weighting: {caps: [{per: security, limit: 0.3%}]}\n"
            + LEAVER,
            ["RUL003", "RUL008"],
        ),
        (review("months: [13], effective: 5th friday, cutoff: 5th friday"), ["RUL011"]),
        (HEAD.replace("XKRX", "{a: b}") + IDLE_CAP, ["RUL003", "CAP004"]),
        # A key that is not there at all.
        (HEAD.replace("currency: KRW\n", "") + IDLE_CAP, ["RUL002", "CAP004"]),
        # Other rules that are not there are said too.
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5}") + "launch: soon\n",
            ["REF001", "DTE001"],
        ),
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5}") + IDLE_CAP,
            ["REF001", "CAP004"],
        ),
        # Also where the block that names them has another mistake.
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5, where: {market: []}}")
            + IDLE_CAP,
            ["REF001", "RUL003", "CAP004"],
        ),
    ],
)
def test_what_reads_is_checked_beside_what_does_not(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    assert said_of(text, tmp_path) == expected


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("2017-01-02", []),
        # New Year's Day, a Sunday; the first session of the year is Monday 2 January.
        (
            "2017-01-01",
            ["Sunday 2017-01-01 is no session of XKRX: the series begins on 2017-01-02"],
        ),
        # The president was elected on Tuesday 9 May 2017: the exchange was closed.
        (
            "2017-05-09",
            ["Tuesday 2017-05-09 is no session of XKRX: the series begins on 2017-05-10"],
        ),
    ],
)
def test_a_base_date_is_a_session(tmp_path: Path, base: str, said: list[str]) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        f"index: small\ncurrency: KRW\ncalendar: XKRX\nbase: {{date: {base}, level: 100}}\n"
        "universe: {where: {market: KOSPI}}\nselection: {steps: [{select: all}]}\n"
        "review: {months: [6, 12], effective: 2nd friday, cutoff: last session 2 months before}\n"
        "weighting: {scheme: market_cap}\n",
        encoding="utf-8",
    )
    found = [item for item in validate(path).diagnostics if item.code == "DTE019"]
    assert [item.message for item in found] == said
    assert all(item.span is not None and item.span.line == 4 for item in found)
    assert all(item.severity == "warning" for item in found)


@pytest.mark.parametrize(("calendar", "said"), [("KRX", " (did you mean XKRX?)"), ("NOWHERE", "")])
def test_a_calendar_that_looks_misspelt_is_asked_about(calendar: str, said: str) -> None:
    text = (
        f"index: m\ncurrency: KRW\ncalendar: {calendar}\nbase: {{date: 2022-06-10, level: 1000}}\n"
        "universe: {}\nreview: {every: session}\nweighting: {scheme: market_cap}\n"
    )
    _, note = expected_sessions(Methodology.from_text(text))
    assert note == f"no session table of {calendar}{said}: Mondays to Fridays are taken"
    found = [item for item in check(Methodology.from_text(text), {}).items if item.code == "RUL116"]
    assert [(item.where, item.hint) for item in found] == (
        [("calendar", "did you mean `XKRX`?")] if said else []
    )
