"""Overlays among the rules of a computation: what they stand on, and what that asks of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Days
from indexcalc.calculation.overlays.series import published_levels
from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated

if TYPE_CHECKING:  # most computations have no overlay
    from indexcalc.calculation.overlays.advance import Track
    from indexcalc.calculation.overlays.overlay_inputs import Ground


class OverlayWork(Struct):
    """One overlay on its way through a computation.

    ``published``: the levels below are official ones.  ``ground`` and ``track`` once computed.
    """

    rule: Methodology
    published: bool
    findings: Findings = field(default_factory=Findings)
    ground: Ground | None = None
    track: Track | None = None

    @property
    def below(self) -> str:
        """The index it stands on."""
        assert self.rule.underlying is not None
        return self.rule.underlying.index


def split(
    rules: Sequence[Methodology], family: Family, market: Market
) -> tuple[list[Methodology], dict[str, OverlayWork]]:
    """(rules with members, overlays by name) that what is asked for needs, in the order of
    ``rules``.

    An overlay stands on official levels where its rule says so, or where the market has no
    ``daily`` (a case, or a file of levels) and ``published`` has rows of the index below it.
    """
    overlays = {
        rule.index: OverlayWork(rule, stands_on_published(rule, market))
        for rule in rules
        if rule.is_overlay
    }
    needed: set[str] = set()
    waiting = list(family.asked)
    while waiting:
        name = waiting.pop()
        if name in needed or name not in family.rules:
            continue
        needed.add(name)
        if name not in overlays or not overlays[name].published:
            waiting += [*family[name].parents, *family[name].mentioned]
    with_members = [rule for rule in rules if rule.index in needed and not rule.is_overlay]
    return with_members, {name: work for name, work in overlays.items() if name in needed}


def stands_on_published(rule: Methodology, market: Market) -> bool:
    """Are the levels below an overlay official ones in this market?"""
    assert rule.underlying is not None
    if rule.underlying.levels == "published":
        return True
    return not market.days.size and bool(published_levels(market, rule.underlying.index)[0].size)


def published_days(overlays: Mapping[str, OverlayWork], market: Market) -> Days:
    """The days of all official levels that overlays stand on, ascending."""
    days = [published_levels(market, work.below)[0] for work in overlays.values() if work.published]
    return np.unique(np.concatenate([*days, np.zeros(0, dtype=np.int32)])).astype(np.int32)


def held_below(overlays: Mapping[str, OverlayWork]) -> set[str]:
    """The indices of whose members an overlay asks what they are worth."""
    asking = (work for work in overlays.values() if not work.published)
    return {
        work.below for work in asking if work.rule.overlay and work.rule.overlay.of == "members"
    }


def tax_of(work: OverlayWork, family: Family) -> Dated[Withholding] | None:
    """The tax rate of the net level an overlay stands on; None: it does not say, nor does that."""
    assert work.rule.underlying is not None
    return work.rule.underlying.withholding or family[work.below].returns.withholding


def tax_below(
    overlays: Mapping[str, OverlayWork], family: Family
) -> dict[str, tuple[Dated[Withholding], ...]]:
    """The tax rates at which net levels of indices are made for overlays, by index.

    An overlay for which there is none has a finding (CAL016).
    """
    taxes: dict[str, tuple[Dated[Withholding], ...]] = {}
    for work in overlays.values():
        underlying = work.rule.underlying
        assert underlying is not None
        if work.published or underlying.return_ != "net" or family[work.below].is_overlay:
            continue
        tax = tax_of(work, family)
        if tax is None:
            _say(work, f"neither this rule nor {work.below} says a tax rate for net returns")
        else:
            taxes[work.below] = tuple(dict.fromkeys((*taxes.get(work.below, ()), tax)))
    return taxes


def _say(work: OverlayWork, message: str) -> None:
    path = "underlying.withholding"
    work.findings.add(
        "CAL016",
        message,
        span=work.rule.span_of(path) or work.rule.span_of("underlying.return"),
        where=path,
        path=work.rule.path,
        hint="say `withholding: 15.4%` under `underlying`",
    )
