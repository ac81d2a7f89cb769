"""How good likelihoods were: scores of forecasts by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.likelihood import backtest as module
from indexcalc.analysis.likelihood.backtest import backtest
from indexcalc.analysis.likelihood.likelihood import Likelihood
from tests.unit.analysis.coming_review import FILL, RULE, market_until

TEXT = RULE.replace("STEPS", FILL)
# The review of 14 June 2024 is made by the caps up to 31 May; D is the first of all from 15 May on.
GROWN = market_until(dt.date(2024, 6, 28), {"D": 5000.0})


def forecast(share: list[float], member: str, as_of_today: str) -> Likelihood:
    symbols = tuple("ABCDE")
    return Likelihood(
        index="test",
        effective=dt.date(2024, 6, 14),
        cutoff=dt.date(2024, 5, 31),
        data_until=dt.date(2024, 4, 30),
        tries=10,
        seed=0,
        missing=20,
        measure="size",
        names=None,
        symbols=symbols,
        share=np.array(share),
        member=np.array([symbol in member for symbol in symbols]),
        forecast=np.array([symbol in as_of_today for symbol in symbols]),
    )


def scored(monkeypatch: pytest.MonkeyPatch, made: Likelihood) -> module.Backtest:
    """The review in which A, B and D came, of a forecast that is given."""
    monkeypatch.setattr(module, "likelihood_of", lambda *_: made)
    return backtest(ic.Methodology.from_text(TEXT), GROWN, months=[1], reviews=1)


def test_the_scores_of_one_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A, B, C before; A, B, D came.  In play B, C, D: shares 0.9, 0.4, 0.3; E and A are certain."""
    found = scored(monkeypatch, forecast([1.0, 0.9, 0.4, 0.3, 0.0], "ABC", "ABC"))
    (row,) = found.scores.to_pylist()
    assert (row["effective"], row["as_of"], row["months"]) == (
        dt.date(2024, 6, 14), dt.date(2024, 4, 30), 1,
    )  # fmt: skip
    assert (row["names"], row["changes"]) == (3, 2)
    assert row["hits"] == 1  # C, said to go; D was not said to come
    assert row["alarms"] == 0
    assert row["brier"] == pytest.approx((0.1**2 + 0.4**2 + 0.7**2) / 3, abs=1e-15)
    assert row["brier_no_change"] == pytest.approx(2 / 3, abs=1e-15)
    assert row["brier_forecast"] == pytest.approx(2 / 3, abs=1e-15)


def test_a_change_that_was_said_and_did_not_come_is_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B was said to go for E, at 0.5 it is not likely; the forecast of the day was right on D."""
    found = scored(monkeypatch, forecast([1.0, 0.5, 0.0, 1.0, 0.6], "ABC", "ABD"))
    (row,) = found.scores.to_pylist()
    assert (row["names"], row["changes"], row["hits"], row["alarms"]) == (4, 2, 2, 2)
    assert row["brier"] == pytest.approx((0.5**2 + 0.6**2) / 4, abs=1e-15)
    assert row["brier_forecast"] == 0.0


def test_likelihoods_by_tenths_with_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scored(monkeypatch, forecast([1.0, 0.9, 0.85, 1.0, 0.3], "ABC", "ABC"))
    rows = found.bins.to_pylist()
    assert [row["names"] for row in rows] == [0, 0, 0, 1, 0, 0, 0, 0, 1, 2]
    # B at 0.9 and D at 1 came, in the last tenth together.
    assert (rows[9]["mean"], rows[9]["share_in"]) == (pytest.approx(0.95), 1.0)
    assert (rows[8]["mean"], rows[8]["share_in"]) == (0.85, 0.0)
    assert (rows[3]["from"], rows[3]["to"], rows[3]["share_in"]) == (0.3, 0.4, 0.0)
    assert rows[0]["mean"] is rows[0]["share_in"] is None


def test_what_was_known_then_is_asked_of_each_review_and_distance() -> None:
    """One month before, C was sure to stay: it went, and D, which had no chance, came."""
    found = backtest(ic.Methodology.from_text(TEXT), GROWN, months=[2, 1], tries=3)
    assert (found.index, found.tries, found.seed) == ("test", 3, 0)
    rows = found.scores.to_pylist()
    assert [(row["as_of"], row["months"]) for row in rows] == [
        (dt.date(2024, 3, 29), 2),
        (dt.date(2024, 4, 30), 1),
    ]
    for row in rows:
        assert (row["names"], row["changes"], row["hits"], row["brier"]) == (2, 2, 0, 1.0)


def test_no_review_to_look_back_on_is_refused() -> None:
    rule = ic.Methodology.from_text(TEXT)
    with pytest.raises(ic.UsageError, match="ANA005"):  # the list before came 4 months before
        backtest(rule, GROWN, months=[6])
    with pytest.raises(ic.UsageError, match="ANA005"):
        backtest(rule, market_until(dt.date(2024, 5, 14)))
