"""When the engine and the oracle say the same of a rule and a market."""

from __future__ import annotations

import pytest

from tests.oracle.engine import EngineReview, engine_reviews
from tests.oracle.language import Rule, Unsaid
from tests.oracle.review_oracle import OracleReview, reviews
from tests.oracle.rows import SmallMarket


def compare(oracle: OracleReview, engine: EngineReview) -> None:
    """Members, inclusion, reserve, float factors and the deciding step of every name."""
    assert engine.effective == oracle.effective
    assert engine.cutoff == oracle.cutoff
    assert engine.members == oracle.members
    waiting = {
        group: [name for name in names if name not in engine.members]
        for group, names in engine.reserve.items()
    }
    assert {group: names for group, names in waiting.items() if names} == {
        group: names for group, names in oracle.reserve.items() if names
    }
    told = [name for name, _ in engine.decided]
    assert len(told) == len(set(told)), "a name has two membership rows"
    assert set(oracle.universe) <= set(told), "a name of the universe has no membership row"
    said = dict(engine.decided)
    for name, step in oracle.decided.items():
        if name in said and step != "selection":
            assert deciding(name, said[name], step, oracle), (name, step, said[name])
    for name, factor in oracle.float_factors.items():
        if factor is None:
            assert engine.float_factors[name] != engine.float_factors[name]
        else:
            assert engine.float_factors[name] == pytest.approx(float(factor), abs=1e-12)
    if oracle.unknown & set(oracle.universe):
        assert {"DAT001", "DAT002", "DAT011"} & set(engine.codes), oracle.unknown


def deciding(name: str, found: str, expected: str, oracle: OracleReview) -> bool:
    """Is a step one that decided last of a name?

    That of a member may also be one that chose it again, that of a name which remained outside a
    later one that did not choose it.
    """
    if found == expected or found in oracle.confirmed.get(name, set()):
        return True
    out_but_remaining = name in oracle.remaining and name not in oracle.members
    if out_but_remaining and found == "steps":  # no step asked for it
        return not expected.startswith("steps")
    return out_but_remaining and found.startswith("steps") and found > expected


def agree(market: SmallMarket, rule: Rule) -> None:
    """Both make the same reviews.  Unsaid: the rule language leaves open what they are."""
    expected = reviews(rule, market, market.sessions[0], market.sessions[-1])
    found = engine_reviews(rule, market)
    if any(one.after_deletions for one in found):
        raise Unsaid("a parent lets a name go between reviews, which the oracle does not know")
    assert [one.effective for one in found] == [one.effective for one in expected]
    for oracle, engine in zip(expected, found, strict=True):
        compare(oracle, engine)
