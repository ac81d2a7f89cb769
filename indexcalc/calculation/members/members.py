"""Who is in: from a rule to the membership the level pass lays over its blocks."""

from __future__ import annotations

from collections.abc import Mapping

from indexcalc.calculation.members.by_reviews import scheduled
from indexcalc.calculation.members.index_members import Members, Setting, float_givers
from indexcalc.calculation.requirements.states import holds_what_parents_hold
from indexcalc.methodology.model.methodology import Methodology


def members_of(rule: Methodology, setting: Setting, known: Mapping[str, Members]) -> Members:
    """The members of ``rule``; ``known`` holds those of every index computed before it.

    Findings: DAT011 values the rule needs and the market does not have; REV001-REV004 what there
    is to say of reviews; CAL009 decisions on an index without reviews.  DataError: the rule cannot be
    computed at all.
    """
    if rule.review.kind == "session" and rule.committee:
        item = rule.committee[0]
        setting.findings.add(
            "CAL009",
            f"{rule.index} changes with every session, and a decision of its committee on "
            f"{item.effective} is not taken",
            span=rule.span_of("committee"),
            where=item.path,
            path=rule.path,
            on=item.effective,
            hint="give the index reviews on dates, or take the decision out",
        )
    if rule.review.kind == "session" or (
        holds_what_parents_hold(rule)
        and ("float_market_cap" not in rule.weighting.scheme.values or float_givers(rule, known))
    ):
        from indexcalc.calculation.members.by_state import composite

        return composite(rule, setting, known)
    return scheduled(rule, setting, known)
