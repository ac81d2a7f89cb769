"""Overlays laid over the levels of a computation: what they stand on, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.compute_overlays import compute_overlays
from indexcalc.calculation.overlays.overlay_plan import OverlayWork
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import level_table, small
from tests.unit.calculation.level_table import dates
from tests.unit.calculation.small import day, dividend, given, line, market

BELOW = small.GIVEN.replace("index: test", "index: below") + "weighting: {scheme: market_cap}\n"
TWICE = "{leverage: 2, reset: daily}"
TAXED = "returns: {kinds: [price, net], withholding: 50%}\n"


def overlay(
    name: str = "laid", keys: str = "index: below, return: price", date: str = "2024-01-03"
) -> Methodology:
    return Methodology.from_text(
        f"index: {name}\ncurrency: KRW\ncalendar: XKRX\nbase: {{date: {date}, level: 1000}}\n"
        f"underlying: {{{keys}}}\noverlay: {TWICE}\n"
    )


def computed(*rules: Methodology, request: Request | None = None, below: str = BELOW) -> Plan:
    """10 of A at 100 go to 110 and pay 10 a share: 10 % of price, 20 % gross, 15 % net."""
    family = Family(
        {"below": small.rule(below), **{rule.index: rule for rule in rules}},
        tuple(rule.index for rule in rules),
    )
    over = market(
        line("A", [100, 100, 110, 121], 10),
        memberships=[{**row, "index": "below"} for row in given("A")],
        dividends=[dividend("A", 2, 10.0)],
        securities=[{"symbol": "A", "country": "KR"}],
    )
    plan = make_plan(family, over, request or Request())
    level_pass(plan)
    compute_overlays(plan)
    return plan


def levels(work: OverlayWork) -> Any:
    assert work.track is not None
    return work.track.level.tolist()


@pytest.mark.parametrize(("kind", "second"), [("price", 1200), ("gross", 1400), ("net", 1300)])
def test_the_return_it_stands_on(kind: str, second: float) -> None:
    plan = computed(overlay(keys=f"index: below, return: {kind}"), below=BELOW + TAXED)
    made = levels(plan.overlays["laid"])
    assert made[:2] == pytest.approx([1000, second], rel=1e-12)
    assert made[2] == pytest.approx(second * 1.2, rel=1e-12)


def test_an_overlay_on_an_overlay() -> None:
    """Twice twice 10 %: 40 %."""
    plan = computed(overlay(), overlay("over", keys="index: laid, return: price"))
    assert levels(plan.overlays["over"])[1] == pytest.approx(1400, rel=1e-12)


def test_begun_later_it_begins_anew_and_says_so() -> None:
    plan = computed(overlay(), request=Request(start=day(2)))
    work = plan.overlays["laid"]
    assert levels(work) == pytest.approx([1000, 1200], rel=1e-12)
    assert [item.code for item in work.findings.items] == ["CAL020"]
    assert work.ground is not None
    assert any("at its base level" in note for note in work.ground.notes)


def test_no_session_to_start_on_is_refused() -> None:
    with pytest.raises(ic.DataError, match=r"CAL010.*end before 2024-02-01"):
        computed(overlay(date="2024-02-01"))


DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")


def published(over: ic.Market, **said: Any) -> Plan:
    rule = level_table.rule(TWICE, DAYS[0], **said)
    plan = make_plan(Family({"laid": rule}, ("laid",)), over, Request(**said.pop("request", {})))
    compute_overlays(plan)
    return plan


def test_official_levels_up_to_the_end_asked_for_and_what_is_missing_of_them() -> None:
    over = level_table.levels(DAYS[::2], [100, 110], sessions=DAYS)
    work = published(over).overlays["laid"]
    assert levels(work) == pytest.approx([1000, 1200], rel=1e-12)
    assert work.ground is not None
    assert "the levels of below (gross) are those of `published`" in work.ground.notes
    assert "no level of below, and none of this index, on 1 session" in work.ground.notes
    rule = level_table.rule(TWICE, DAYS[0])
    ended = make_plan(Family({"laid": rule}, ("laid",)), over, Request(end=DAYS[1]))
    compute_overlays(ended)
    assert levels(ended.overlays["laid"]) == [1000.0]


def test_levels_that_cannot_be_stood_on_are_refused() -> None:
    # Five times a fall of 20 % and more leaves nothing of the overlay below.
    lost = overlay("lost").varied({"overlay.leverage": "-10"})
    with pytest.raises(
        ic.DataError, match=r"CAL016.*level of lost is not above zero on 2024-01-04"
    ):
        computed(lost, overlay("over", keys="index: lost, return: price"))
    with pytest.raises(
        ic.DataError, match=r"DAT007.*1 level of below outside the sessions of market: "
    ):
        published(level_table.levels(DAYS, [100, 105, 110], sessions=DAYS[::2]))
    with pytest.raises(ic.DataError, match=r"CAL013.*USD"):
        published(level_table.levels(DAYS, [100, 105, 110]), below="USD")
