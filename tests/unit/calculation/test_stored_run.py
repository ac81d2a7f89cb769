"""What a written run held, from its lists: as the computation that wrote it had it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation import stored_run
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.stored_run import run_again
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.review import Reviewer
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, line, two_currencies
from tests.unit.calculation.stored_runs import stored

RULES = (
    "kospi200",  # by float market value
    "kospi200-cap30",
    "kospi200-equal-weight",
    "kospi-mid",
    "kosdaq150",
    "kospi",  # a state of every session
    "inverse-volatility",  # weights of a measure
    "spread-rebalance",
    "between-reviews",
    "krx300",
)


@pytest.fixture(scope="module")
def demo() -> Market:
    return Market.demo(securities=420, years=4, seed=3)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The regular reviews that are made: of which index, on which day."""
    reviews: list[tuple[str, int]] = []
    step = Reviewer.step

    def counted(self: Reviewer, event: Event) -> Any:
        if "regular" in event.kinds:
            reviews.append((self.rule.index, event.effective))
        return step(self, event)

    monkeypatch.setattr(Reviewer, "step", counted)
    return reviews


@pytest.mark.parametrize("name", RULES)
def test_what_is_held_is_that_of_the_computation(
    name: str, demo: Market, judged: list[tuple[str, int]]
) -> None:
    run = ic.compute(name, demo)
    judged.clear()
    again = stored(run).run
    assert judged == []
    assert again.composition.equals(run.composition)
    assert again.levels is run.levels


@pytest.mark.parametrize("name", ["kospi200", "kospi200-cap30", "kosdaq150", "krx300"])
def test_the_last_review_is_made_again_from_the_lists_before(
    name: str, demo: Market, judged: list[tuple[str, int]]
) -> None:
    run = ic.compute(name, demo)
    held = stored(run)
    judged.clear()
    made = held.last_review()
    assert made is not None
    assert len(judged) == 2
    assert "plan" not in held.__dict__
    whole = held.plan.works[name].members
    assert whole.weighings is not None
    result = [one for one in whole.results if one.kind == "regular"][-1]
    assert made[1].effective == result.effective
    assert made[1].members.tolist() == result.members.tolist()
    for measure, values in result.measures.items():
        np.testing.assert_array_equal(made[1].measures[measure], values)
    # What it began with is what the review of the whole run began with.
    start, full = (
        reviewer.staged[result.effective] for reviewer in (made[0], whole.weighings.reviewer)
    )
    for part in ("existing", "inclusion", "pinned", "refused"):
        np.testing.assert_array_equal(getattr(start, part), getattr(full, part))


def test_spun_off_lines_splits_and_takeovers_are_held_as_they_were() -> None:
    over = small.market(
        line("A", [100, 100, 100, 50, 52, 53], [10, 10, 10, 20, 20, 20]),
        line("B", [50, 51, 52, 40, 41, 42], 20),
        line("C", [30, 31], 5, start=4),
        memberships=given("A", "B"),
        corporate_actions=[
            action("A", 3, "split", ratio=2),
            action("B", 3, "spin_off", ratio=0.5, price=20, other_symbol="C"),
        ],
    )
    for scheme in ("market_cap", "equal"):
        run = ic.compute(small.rule(small.GIVEN + f"weighting: {{scheme: {scheme}}}\n"), over)
        assert stored(run).run.composition.equals(run.composition)


def test_lines_in_other_currencies_count_at_their_rates() -> None:
    rule = small.rule(small.GIVEN + "weighting: {scheme: equal}\n")
    run = ic.compute(rule, two_currencies())
    again = stored(run).run.composition
    assert "fx_rate" in again.column_names
    assert again.equals(run.composition)


def test_what_the_user_asked_for_counts(demo: Market) -> None:
    run = ic.compute("kospi200", demo, end="2026-03-31", known="2026-05-29")
    assert stored(run).run.composition.equals(run.composition)


def test_lists_that_do_not_lead_to_the_levels_are_not_used(demo: Market) -> None:
    """A list without one of its members: the whole is computed again."""
    run = ic.compute("kospi200", demo)
    lists = run.constituents
    changed = lists.slice(0, lists.num_rows - 1)
    again = stored(run, constituents=changed)
    assert again.run.composition.equals(run.composition)
    assert "plan" in again.__dict__


def test_a_review_that_does_not_come_to_what_is_written_is_not_used(demo: Market) -> None:
    run = ic.compute("kospi200", demo)
    table = run.decisions
    observed = arrow.floats(table.column("observed")).copy()
    observed[-1] = 12345.0
    place = table.column_names.index("observed")
    changed = table.set_column(place, "observed", arrow.from_floats(observed, nan_is_null=True))
    again = stored(run, decisions=changed)
    made = again.last_review()
    assert "plan" in again.__dict__
    assert made is not None
    assert made[1].members.size


def test_a_rule_that_asks_what_was_at_reviews_before_is_reviewed_from_the_first(
    demo: Market,
) -> None:
    run = ic.compute("nasdaq-100-like", demo)
    again = stored(run)
    assert again.last_review() is not None
    assert "plan" in again.__dict__


def test_overlays_and_composites_have_no_review_to_ask(
    demo: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_run, "make_plan", None)  # nothing is computed
    for name in ("leveraged", "kospi"):
        again = stored(ic.compute(name, demo))
        assert again.last_review() is None
        assert (again.run.holdings is None) == (name == "leveraged")


def test_indices_that_rest_on_the_same_one_make_its_reviews_once(
    demo: Market, judged: list[tuple[str, int]]
) -> None:
    runs = [ic.compute(name, demo) for name in ("kospi100", "kospi200-top10")]
    judged.clear()
    for run in runs:
        assert stored(run).last_review() is not None
    assert [index for index, _ in judged].count("kospi100") == 2
    of_both = [day for index, day in judged if index == "kospi200"]
    assert len(of_both) == len(set(of_both)) > 2


def test_the_run_in_a_folder_is_not_reviewed_again(
    demo: Market, judged: list[tuple[str, int]], tmp_path: Path
) -> None:
    run = ic.compute("kospi200", demo)
    folder = publish(run, tmp_path)
    judged.clear()
    again = run_again(folder, demo)
    assert judged == []
    assert again.composition.equals(run.composition)
    assert again.levels.equals(run.levels)


def test_over_other_data_and_after_an_error_it_is_computed_again(tmp_path: Path) -> None:
    rule = small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n")
    over = small.market(line("A", [100, 100, 110], 10), memberships=given("A"))
    other = small.market(line("A", [100, 100, 120], 10), memberships=given("A"))
    folder = publish(ic.compute(rule, over), tmp_path)
    assert run_again(folder, other).levels.column("level").to_pylist() == [1000.0, 1200.0]
    fallen = small.market(
        line("A", [100, 100, 20], 10), memberships=given("A"), facts={"price_limit": 0.3}
    )
    with pytest.warns(ic.FindingsWarning):
        wrong = ic.compute(rule, fallen)
    again = run_again(publish(wrong, tmp_path / "wrong"), fallen)
    assert [item.code for item in again.diagnostics] == [item.code for item in wrong.diagnostics]
    assert any(item.severity == "error" for item in again.diagnostics)
    with pytest.raises(RunError, match="RUN003"):
        run_again(tmp_path / "nowhere", over)


@pytest.mark.parametrize("emptied", ["reviews", "constituents", "levels", "decisions"])
def test_a_table_that_was_emptied_is_not_taken_and_the_whole_is_computed_anew(
    emptied: str, demo: Market
) -> None:
    run = ic.compute("kospi200", demo)
    damaged = stored(run, **{emptied: getattr(run, emptied).slice(0, 0)})
    assert damaged.run.composition.equals(run.composition)
    assert damaged.last_review() is not None
