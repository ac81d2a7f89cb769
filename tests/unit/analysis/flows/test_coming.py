"""What trackers would trade at the coming reviews of several rules."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.analysis.flows.coming import coming_flows
from tests.unit.analysis.coming_review import AS_OF, FILL, RULE, market_until

TEXT = RULE.replace("STEPS", FILL)
NEXT = ic.Methodology.from_text(TEXT)
# D's closes are those of the forecast until then; it would replace C.
GROWN = market_until(dt.date(2024, 6, 28), {"D": 5000.0})


def test_nothing_later_than_the_day_is_used() -> None:
    """The review of 14 June on paper keeps A, B and C at their weights: no trade but the row of it."""
    made = coming_flows([NEXT], GROWN, as_of=AS_OF, aum=1e6)
    (review,) = made.reviews.to_pylist()
    assert (review["effective_date"], review["traded"]) == (dt.date(2024, 6, 14), 0)
    assert review["assets"] == 1e6
    assert made.trades.num_rows == 0
    assert list(made.runs) == ["test"]


def test_a_list_on_paper_is_traded_at_the_last_closes() -> None:
    """Four days of 5000 make D the first: of 1000, C's 80 / 270 leave and D's 5000 / 5190 come."""
    made = coming_flows([NEXT], GROWN, as_of=dt.date(2024, 5, 20), aum=1000.0)
    rows = {row["symbol"]: row["amount"] for row in made.trades.to_pylist()}
    assert rows == pytest.approx(
        {
            "A": 1000 * (100 / 5190 - 100 / 270),
            "B": 1000 * (90 / 5190 - 90 / 270),
            "C": -1000 * 80 / 270,
            "D": 1000 * 5000 / 5190,
        },
        abs=1e-9,
    )


def test_rules_with_other_days_and_assets_of_their_own() -> None:
    text = TEXT.replace("index: test", "index: other").replace("[6, 12]", "[1, 7]")
    rules = [NEXT, ic.Methodology.from_text(text)]
    made = coming_flows(rules, GROWN, as_of=AS_OF, aum={"test": 1e6, "other": 1000.0})
    rows = {row["index"]: row for row in made.reviews.to_pylist()}
    assert rows["test"]["effective_date"] == dt.date(2024, 6, 14)
    assert rows["other"]["effective_date"] == dt.date(2024, 7, 12)
    assert (rows["test"]["assets"], rows["other"]["assets"]) == (1e6, 1000.0)


def test_assets_that_are_not_known_are_refused() -> None:
    with pytest.raises(ic.UsageError, match="ANA002"):
        coming_flows([NEXT], GROWN, as_of=AS_OF)
