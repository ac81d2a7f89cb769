"""What an index is given before its first session."""

from __future__ import annotations

import pytest

from indexcalc.calculation.levels.index_terms import IndexTerms, Scheme
from indexcalc.calculation.returns.returns import ReturnTerms


@pytest.mark.parametrize(
    ("scheme", "holding"),
    [
        (Scheme(), "cap"),
        (Scheme(shares="at_rebalance"), "cap"),
        (Scheme(value_neutral=True), "neutral"),
        (Scheme(value_neutral=True, special_drifts=True), "drifting"),
        (Scheme(price_weighted=True), "price"),
        (Scheme(special_drifts=True), "cap"),
    ],
)
def test_what_events_do_to_a_holding(scheme: Scheme, holding: str) -> None:
    assert scheme.holding == holding


def terms(lead: int | None = None) -> IndexTerms:
    return IndexTerms("test", Scheme(), 1000.0, begin=5, start=7, last_session=9, lead=lead)


def test_weights_may_be_followed_from_before_the_series_begins() -> None:
    assert terms().first == 5
    assert terms(lead=2).first == 2
    assert terms(lead=0).first == 0


def test_without_dividends_and_currencies_prices_are_as_they_stand() -> None:
    lines = object()
    assert terms().seen(lines) is lines  # type: ignore[arg-type]
    assert terms().returns == ReturnTerms()
