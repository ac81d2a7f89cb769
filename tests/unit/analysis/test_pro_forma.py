"""Caps in a pro-forma review and in an explanation: numbers by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.analysis.explain import explain
from indexcalc.analysis.pro_forma import ProForma, pro_forma
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.diagnostics import DataError, UsageError
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market

# A list starts the index on session 1; the review of session 6 is priced on session 3.
RULE = small.HEAD.replace("2024-01-02", "2024-01-03") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1], effective: 6 sessions after first session of month, "
    "cutoff: 3 sessions before effective, pricing: 3 sessions before effective}\n"
    "selection: {steps: [{select: all}]}\n"
    "weighting: {scheme: SCHEME}\n"
    "maintenance: {joins_at: average_weight}\n"
)
CAPPED = "market_cap, caps: [{per: security, limit: 40%}]"
# At the closes before the start 100 : 60 : 40; at those of session 3 120 : 60 : 40.
OVER = market(
    line("A", [100, 100, 100, 120, 90, 90, 90, 90]),
    line("B", [60] * 8),
    line("C", [40] * 8),
    memberships=given("A", "B", "C"),
)
EXACT = 1e-12


def on_paper(scheme: str, over: object = OVER) -> ProForma:
    family = load_family([small.rule(RULE.replace("SCHEME", scheme))])
    return pro_forma(family, over, day(6))  # type: ignore[arg-type]


def weights(made: ProForma) -> dict[str, float]:
    return {row["symbol"]: row["weight"] for row in made.members.to_pylist()}


def test_weights_on_paper_are_capped_and_turnover_counts_from_the_factors_before() -> None:
    """Before: A counts 2/3, so 80 of 180; at the review 40 %: 4/9 - 2/5 = 2/45 is sold."""
    made = on_paper(CAPPED)
    assert weights(made) == pytest.approx({"A": 0.4, "B": 0.36, "C": 0.24}, rel=EXACT)
    assert made.turnover == pytest.approx(2 / 45, rel=EXACT)
    assert made.diagnostics == ()


def test_what_is_not_known_for_certain_is_told_of_the_review_it_first_counts_for() -> None:
    said = (
        RULE.replace("SCHEME", "market_cap")
        + """\
sources:
  - {from: 2024-01-02, what: "old", ref: "a book", confidence: single}
  - {from: 2024-01-05, what: "sure", ref: "a book", confidence: certain}
  - {from: 2024-01-05, what: "new", ref: "a friend", confidence: single}
  - {from: 2024-02-05, what: "later", ref: "a friend", confidence: single}
"""
    )
    made = pro_forma(load_family([small.rule(said)]), OVER, day(6))
    assert [item[1] for item in made.uncertain] == ["old", "new"]  # no regular review before
    assert made.uncertain[1] == (dt.date(2024, 1, 5), "new", "single")


def test_equal_weights_on_paper_have_drifted_before() -> None:
    """A third each at the closes of session 0, A up by a fifth: 1.2 of 3.2; 3/8 - 1/3 is sold."""
    made = on_paper("equal")
    assert weights(made) == pytest.approx(dict.fromkeys("ABC", 1 / 3), rel=EXACT)
    assert made.turnover == pytest.approx(3 / 8 - 1 / 3, rel=EXACT)


def test_new_shares_do_not_move_a_weight_that_is_set() -> None:
    """B sells as many new shares again on session 2, at its close: its price and weight stay."""
    over = market(
        line("A", [100, 100, 100, 120, 90, 90, 90, 90]),
        line("B", [60] * 8, [1000, 1000] + [2000] * 6),
        line("C", [40, 40, 20, 20, 20, 20, 20, 20], [1000, 1000] + [2000] * 6),
        memberships=given("A", "B", "C"),
        corporate_actions=[action("C", 2, "split", ratio=2)],
    )
    assert on_paper("equal", over).turnover == pytest.approx(3 / 8 - 1 / 3, rel=EXACT)


def test_limits_that_cannot_be_met_are_told_on_paper() -> None:
    made = on_paper(CAPPED.replace("40%", "30%"))
    here, before = made.diagnostics
    assert (here.code, here.severity, here.on) == ("CAP001", "error", day(6))
    assert f"the review of {day(6)}" in here.message
    # The turnover is measured from the list before, whose limit could not be met either.
    assert (before.code, before.severity, before.on) == ("CAP001", "warning", day(1))


def test_a_review_reports_what_was_found_on_its_own_date() -> None:
    """The list before has no float factor at all, the review one of two: a run reports both dates, the
    review on paper its own."""
    over = market(
        line("A", [100] * 8),
        line("B", [60] * 8),
        memberships=given("A", "B"),
        float_factors=[{"symbol": "A", "effective_date": str(day(4)), "float_factor": 1.0}],
    )
    family = load_family([small.rule(RULE.replace("SCHEME", "float_market_cap"))])
    run = compute_family(family, over, Request())["test"]
    assert {found.on for found in run.diagnostics if found.code == "DAT011"} == {day(1), day(6)}
    paper = pro_forma(family, over, day(6))
    assert [(found.code, found.on) for found in paper.diagnostics] == [
        ("REV005", day(6)),
        ("DAT011", day(6)),
    ]
    assert paper.diagnostics[1].message.endswith("1 member on 2024-01-08: B")


def test_a_review_that_cannot_be_made_tells_nothing_of_the_dates_before_it() -> None:
    """No line has the column: that is told once, and no review is made."""
    text = RULE.replace("SCHEME", "market_cap").replace("months: [1]", "months: [1, 2]")
    text = text.replace("selection:", "eligibility: {award: {min: 1}}\nselection:")
    family = load_family([small.rule(text)])
    over = market(line("A", [100] * 50))
    with pytest.raises(DataError) as whole:
        compute_family(family, over, Request())
    with pytest.raises(DataError) as one:
        pro_forma(family, over, day(20))
    for refused in (whole, one):
        assert [found.code for found in refused.value.diagnostics] == ["DAT002"]


def test_a_given_list_is_not_known_before_the_day_it_takes_effect() -> None:
    family = load_family([small.rule(small.EQUAL)])
    over = market(
        *(line(name, [10.0] * 8) for name in "ABC"),
        memberships=[*given("A", "B"), *given("A", "C", on=5)],
    )
    assert set(weights(pro_forma(family, over, day(4)))) == {"A", "C"}
    assert set(weights(pro_forma(family, over, day(5), day(5)))) == {"A", "C"}
    # Before that day the list in force is what is known, at the next review of the schedule.
    foretold = pro_forma(family, over, day(4), day(3))
    assert (foretold.effective, set(weights(foretold))) == (dt.date(2025, 1, 2), {"A", "B"})


@pytest.mark.parametrize(("on", "factor"), [(2, "0.666667"), (6, "0.555556")])
def test_an_explanation_tells_the_cap_that_holds_a_name(on: int, factor: str) -> None:
    family = load_family([small.rule(RULE.replace("SCHEME", CAPPED))])
    (link,) = explain(family, OVER, "A", day(on)).links
    (told,) = link.caps
    assert "weighting.caps[0]" in told
    assert f"capping factor {factor}" in told
    assert told in link.sentence()
    (other,) = explain(family, OVER, "B", day(on)).links
    assert other.caps == ()


def test_a_day_after_the_data_is_explained_as_of_their_end() -> None:
    family = load_family([small.rule(RULE.replace("SCHEME", "equal"))])
    told = explain(family, OVER, "A", day(7))
    assert (told.on, told.data_until) == (day(7), None)
    later = explain(family, OVER, "A", day(7) + dt.timedelta(days=900))
    assert (later.member, later.data_until) == (told.member, day(7))


def test_a_name_asked_for_instead_of_a_symbol() -> None:
    family = load_family([small.rule(RULE.replace("SCHEME", "equal"))])
    named = market(
        line("A", [100] * 8),
        line("B", [60] * 8),
        memberships=given("A", "B"),
        securities=[{"symbol": "B", "name": "가상전자"}],
    )
    with pytest.raises(DataError, match="가상전자 is the name of B"):
        explain(family, named, "가상전자")
    with pytest.raises(DataError, match="symbols are text"):
        explain(family, named, "가상화학")


def test_nothing_can_be_foretold_before_the_data() -> None:
    family = load_family([small.rule(RULE.replace("SCHEME", "equal"))])
    with pytest.raises(UsageError, match=r"CAL010.*nothing is known: the data begin on 2024-01-02"):
        pro_forma(family, OVER, day(6), day(0) - dt.timedelta(days=1))
