"""All that can be said of one rule: what it reads, what it means, what a market says to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from indexcalc.calculation.validate import Validated, exit_code, far_enough, upcoming, validate
from indexcalc.diagnostics import Diagnostic, finding
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

TEXT = small.HEAD + (
    "universe: {where: {symbol: {not_in: [Z]}}}\n"
    "review: {months: [6, 12], effective: session after 2nd thursday,"
    " cutoff: last session 1 month before}\n"
    "selection: {steps: [{select: all}]}\nweighting: {scheme: market_cap}\n"
)


def codes(validated: Validated) -> list[str]:
    return [item.code for item in validated.diagnostics]


def test_a_sound_rule_has_its_family_and_sessions(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = validate(path)
    assert (codes(found), found.errors, found.warnings) == ([], (), ())
    assert found.rule is not None
    assert found.rule.index == "test"
    assert found.sessions is not None
    assert found.carried == ()


def test_a_text_stands_for_the_file(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    found = validate(path, text=TEXT.replace("2nd thursday", "6th thursday"))
    assert found.rule is None
    assert [item.code for item in found.errors] == ["DTE004"]
    assert not path.exists()
    assert all(item.hint for item in found.diagnostics)


def test_a_name_that_is_no_rule_is_told_and_not_raised() -> None:
    found = validate("no-such-rule")
    assert found.rule is None
    assert len(found.errors) == 1


def test_a_way_out_of_the_catalogue_is_written_as_hints_are() -> None:
    found = validate("test.yaml", text=TEXT.replace("[6, 12]", "[6, 6]"))
    # The catalogue says `Keep one.`
    assert [item.hint for item in found.diagnostics if item.code == "RUL018"] == ["keep one"]


def test_what_a_market_lacks_is_told_beside_what_it_has(tmp_path: Path) -> None:
    text = TEXT.replace("symbol: {not_in: [Z]}", "board: {in: [main]}")
    found = validate(tmp_path / "test.yaml", market(line("A", [1] * 9)), text=text)
    assert "DAT002" in codes(found)
    assert any(text.startswith("9 sessions") for text in found.carried)
    assert exit_code([found], 0, 1, 3) == 3


def test_what_is_not_computed_is_a_note(tmp_path: Path) -> None:
    text = small.CAP.replace("not_in: []", "not_in: [Z]").replace(
        "market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}"
    )
    found = validate(tmp_path / "test.yaml", text=text)
    assert codes(found) == []
    assert any(
        "not computed by this version (weighting.caps, rule line 7)" in note for note in found.notes
    )


def wrong(code: str) -> Diagnostic:
    return finding(code, "x")


def test_rule_errors_come_before_data_errors() -> None:
    rule, data = wrong("RUL001"), wrong("DAT001")
    assert exit_code([], 0, 1, 3) == 0
    assert exit_code([Validated("a"), Validated("b", diagnostics=(data,))], 0, 1, 3) == 3
    both = [Validated("a", diagnostics=(data,)), Validated("b", diagnostics=(rule,))]
    assert exit_code(both, 0, 1, 3) == 1
    warned = Validated("a", diagnostics=(finding("DAT043", "x"),))
    assert exit_code([warned], 0, 1, 3) == 0


def dates(text: str, after: str, count: int, until: str = "2026-12-31") -> list[tuple[str, str]]:
    found = validate(Path("test.yaml"), text=text, until=dt.date.fromisoformat(until))
    made = upcoming(found, dt.date.fromisoformat(after), count)
    return [(str(item.dates.effective), item.kind) for item in made]


def test_the_next_reviews_by_the_calendar() -> None:
    """Second Thursdays: 13 June and 12 December 2024, 12 June 2025; the sessions after them."""
    assert dates(TEXT, "2024-06-13", 3) == [
        ("2024-06-14", "review"), ("2024-12-13", "review"), ("2025-06-13", "review"),
    ]  # fmt: skip
    assert dates(TEXT, "2024-06-14", 1) == [("2024-12-13", "review")]
    assert dates(TEXT, "2024-06-13", 0) == []
    assert len(dates(TEXT, "2024-01-01", 5, until="2026-07-01")) == 5  # more than a year ahead


def test_rebalances_stand_beside_reviews() -> None:
    text = TEXT + (
        "rebalance: {months: [3, 6, 9, 12], effective: session after 2nd thursday,"
        " cutoff: last session 1 month before}\n"
    )
    assert dates(text, "2024-03-01", 3) == [
        ("2024-03-15", "rebalance"), ("2024-06-14", "review and rebalance"), ("2024-09-13", "rebalance"),
    ]  # fmt: skip


def test_a_rule_without_dates_has_none_to_come() -> None:
    assert upcoming(Validated("x"), dt.date(2024, 1, 1), 3) == ()


def test_how_far_sessions_are_needed() -> None:
    after = dt.date(2024, 1, 1)
    assert far_enough(after, 2) == after + dt.timedelta(days=5 * 366)
    assert far_enough(after, 10**6) == after + dt.timedelta(days=60 * 366)
