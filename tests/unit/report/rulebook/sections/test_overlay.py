"""An index on another index's level: leverage, decrement, hedge, risk control."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.overlay import overlay
from tests.rulebook_sections import said

ON_ANOTHER = {
    "review": None,
    "universe": None,
    "underlying": "{index: other, return: gross, levels: published}",
}


def test_leverage_and_financing() -> None:
    text = "{leverage: 2, reset: daily, financing: {rate: call, day_count: ACT/365}}"
    assert said(overlay, overlay=text, **ON_ANOTHER) == [
        "The index stands on the gross total return level of other (published).",
        "Its exposure is 2 times the underlying.",
        "The exposure is reset daily.",
        "Financing costs the rate call (ACT/365) on what is borrowed; on a session without a rate the "
        "level is not computed.",
    ]


def test_a_decrement() -> None:
    text = "{decrement: 5%, day_count: ACT/365, method: geometric, floor: 1}"
    assert said(overlay, overlay=text, **ON_ANOTHER)[1:] == [
        "5 % a year is taken off the level.",
        "Days are counted by ACT/365.",
        "The decrement is geometric.",
        "The level does not fall below 1.",
    ]


def test_risk_control() -> None:
    text = (
        "{risk_control: {target: 10%, leverage_max: 150%, combine: mean, annual_factor: 250, "
        "lag: 2 sessions, estimators: [{decay: 94%}, {window: 20 sessions}]}}"
    )
    assert said(overlay, overlay=text, **ON_ANOTHER)[1:] == [
        "Exposure aims at a volatility of 10 %, at most 150 %, with a lag of 2 sessions; volatility is the "
        "mean of these estimates, a year having 250 sessions: decay 94 %, window 20 sessions."
    ]
