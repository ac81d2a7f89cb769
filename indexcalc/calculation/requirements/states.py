"""Indices whose members are checked every session: which they are, and what they may not say."""

from __future__ import annotations

from collections.abc import Iterator

from indexcalc.diagnostics import Findings
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.state_conditions import cutoff_lag, state_conditions
from indexcalc.weighting.schemes import CAP_WEIGHTED


def holds_what_parents_hold(rule: Methodology) -> bool:
    """A child that chooses nothing and sets no weights or float factors of its own."""
    schemes = rule.weighting.scheme.values
    return (
        rule.selection is None
        and rule.review.kind == "follows"
        and rule.rebalance is None
        and all(scheme in CAP_WEIGHTED for scheme in schemes)
        and not ("float" in rule.said and "float_market_cap" in schemes)
        and rule.weighting.spread_over is None
        and not any(caps_said(rule))
        and not rule.committee
    )


def caps_said(rule: Methodology) -> Iterator[str]:
    """The keys of ``weighting`` by which a rule caps anything at any time."""
    weighting = rule.weighting
    for name in ("caps", "check"):
        if any(getattr(weighting, name).values):
            yield name
    if weighting.floor is not None:
        yield "floor"


def report_states(rule: Methodology, findings: Findings) -> None:
    """Finding CAL008 for what is decided at reviews, of an index that has none."""
    every_session = rule.review.kind == "session"
    if not (every_session or holds_what_parents_hold(rule)):
        return
    state_conditions(rule, findings)
    if not every_session:
        return
    cutoff_lag(rule, findings)
    for word in ("selection", "rebalance"):
        if getattr(rule, word) is not None:
            findings.add(
                "CAL008",
                f"`{word}` of an index that is reviewed every session is not computed by this version",
                span=rule.span_of(word),
                where=word,
                path=rule.path,
                hint="review it on a schedule, or say who is in by `universe` and `eligibility` alone",
            )
    for scheme in sorted(str(scheme) for scheme in rule.weighting.scheme.values):
        if scheme not in CAP_WEIGHTED:
            findings.add(
                "CAL008",
                f"the scheme `{scheme}` for a review every session is not computed by this version",
                span=rule.span_of("weighting.scheme"),
                where="weighting.scheme",
                path=rule.path,
                hint="say market_cap or float_market_cap, or review on a schedule",
            )
