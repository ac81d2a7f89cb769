"""What the page asks of a computed rule, by hand on three lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import asdict

from indexcalc.diagnostics import DataError, UsageError
from indexcalc.studio.work.questions import against, chain, coming, flows, on_day, why
from tests.unit.calculation import small
from tests.unit.studio.three_lines import FREE, RULE, study


def test_why_gives_the_decisions_on_a_line_newest_first() -> None:
    answer = why(study(), "A")
    assert (answer["symbol"], answer["name"]) == ("A", "가나전자")
    assert {row["symbol"] for row in answer["decisions"]} == {"A"}
    assert {row["effective_date"] for row in answer["decisions"]} == {small.day(1)}
    (cap,) = [row for row in answer["decisions"] if row["step"] == "cap"]
    # The limit of the rule is on its ninth line.
    assert (cap["threshold"], cap["rule_line"]) == (
        0.5,
        RULE[: RULE.index("limit")].count("\n") + 1,
    )


def test_the_chain_says_who_is_in_and_an_unknown_symbol_is_refused() -> None:
    (link,) = chain(study(), "B")["links"]
    assert (link["index"], link["member"]) == ("test", True)
    for ask in (why, chain):
        with pytest.raises(DataError, match="DAT012"):
            ask(study(), "Z")


def test_a_day_has_its_composition_level_and_reviews() -> None:
    first = on_day(study(), "2024-01-03")
    assert first["date"] == small.day(1)
    assert first["level"]["level"] == pytest.approx(1000)
    assert [(row["symbol"], row["name"]) for row in first["members"]] == [
        ("A", "가나전자"),
        ("B", "다라화학"),
        ("C", "마바은행"),
    ]
    assert [row["weight"] for row in first["members"]] == pytest.approx([0.5, 0.375, 0.125])
    assert len(first["reviews"]) == 1
    # The third session opens at the closes of the second: 44, 30 and 10 of 84.
    last = on_day(study(), "9999-12-31")
    assert last["date"] == small.day(3)
    assert [row["weight"] for row in last["members"]] == pytest.approx([44 / 84, 30 / 84, 10 / 84])
    assert last["reviews"] == []
    with pytest.raises(UsageError, match="CAL010"):
        on_day(study(), "yesterday")


def test_flows_of_an_amount_are_of_its_assets() -> None:
    answer = flows(study(), "8mn")
    assert answer["currency"] == "KRW"
    assert all(row["assets"] == pytest.approx(8e6) for row in answer["reviews"])
    with pytest.raises(UsageError, match="ANA001"):
        flows(study(), "much")


def test_lines_have_their_english_name_where_one_is_known() -> None:
    made = study()
    answers = [
        made.full().members,
        [asdict(member) for member in made.quick().point.members],
        on_day(made, "2024-01-03")["members"],
    ]
    for rows in answers:
        assert {row["symbol"]: (row["name"], row["name_en"]) for row in rows} == {
            "A": ("가나전자", "Gana Electronics"),
            "B": ("다라화학", "다라화학"),
            "C": ("마바은행", "마바은행"),
        }
    assert why(made, "A")["name_en"] == "Gana Electronics"


def test_against_another_rule_in_words_and_figures() -> None:
    answer = against(study(), FREE, Path("test.yaml"))
    assert answer["names"] == ("test (saved)", "test")
    assert "weighting.caps" in answer["clauses"]
    # 60, 30 and 10 of 100 as they are, 40, 30 and 10 of 80 with the cap.
    (day,) = answer["days"]
    assert (day["before"], day["constituents"], day["added"], day["removed"]) == (3, 3, 0, 0)
    assert day["active_share"] == pytest.approx(0.6 - 0.5)
    moved = [(row["name_en"], row["old_weight"], row["weight"]) for row in answer["moved"]]
    assert moved[0] == ("Gana Electronics", pytest.approx(0.6), pytest.approx(0.5))
    assert [row["difference"] for row in answer["moved"]] == pytest.approx([-0.1, 0.075, 0.025])
    # Returns 4/80 and 3/84 against 6/100 and 3/106: two differences, 252 sessions a year.
    gaps = 4 / 80 - 6 / 100, 3 / 84 * 87 / 87 - 3 / 106
    assert answer["tracking_error"] == pytest.approx(abs(gaps[0] - gaps[1]) / 2**0.5 * 252**0.5)
    same = against(study(), RULE, Path("test.yaml"), "as opened")
    assert same["names"] == ("test (as opened)", "test")
    assert "weighting" not in same["clauses"]
    assert same["tracking_error"] == 0.0


def test_the_next_review_is_made_on_the_last_prices() -> None:
    """A is worth 44 of 87 and is cut to a half again: 44/87 - 1/2 changes hands."""
    answer = coming(study())
    assert (answer["effective"].year, answer["effective"].month) == (2025, 1)
    assert answer["priced_on"] == small.day(3)
    assert (answer["members"], answer["added"], answer["removed"]) == (3, [], [])
    assert answer["turnover"] == pytest.approx(44 / 87 - 0.5)
