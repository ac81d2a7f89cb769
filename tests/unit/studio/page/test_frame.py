"""The parts of a page as HTML: what is chosen, what is escaped, what is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("nicegui", reason="nicegui is not installed (extra `studio`)")

from indexcalc.studio.folders import RuleFile
from indexcalc.studio.page import frame
from indexcalc.studio.session import OPENED

EVIL = "<img src=x onerror=alert(1)>"
RULES = [RuleFile(name, Path(f"{name}.yaml"), True) for name in ("mine", "other")]


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_title_says_rule_name_and_made_up_data(synthetic: bool) -> None:
    made = frame.title(rules=RULES, chosen="other", name=EVIL, synthetic=synthetic, language="en")
    assert "<option value='other' selected>" in made
    assert "<option value='mine'>" in made
    assert EVIL not in made
    assert ("synthetic demo market" in made) == synthetic


def test_baselines_are_the_saved_the_opened_the_parent_and_other_rules_once_each() -> None:
    made = frame.baselines("", "other", True, RULES, "en")
    first, _, others = made.partition("<optgroup")
    assert [f"value='{name}'" in first for name in ("", OPENED, "other")] == [True, True, True]
    assert "value='mine'" in others
    assert "value='other'" not in others
    # As opened is offered only where that is another text, or it is what is chosen.
    assert OPENED not in frame.baselines("", "", False, RULES, "en")
    assert f"value='{OPENED}' selected" in frame.baselines(OPENED, "", False, RULES, "en")


def test_a_panel_asks_for_what_it_needs_and_no_other_does() -> None:
    values = {"symbol": EVIL, "day": "2026-01-02", "aum": "1tn"}
    assert "data-field='day' value='2026-01-02'" in frame.ask("day", values, "en")
    assert "data-do='flows'" in frame.ask("flows", values, "ko")
    name = frame.ask("name", values, "en")
    assert "data-do='why'" in name
    assert EVIL not in name
    assert [frame.ask(tab, values, "en") for tab in ("members", "reviews", "rulebook")] == [""] * 3


def test_tabs_and_tour_lead_to_every_panel_and_step() -> None:
    made = frame.tabs("ko")
    assert made.count("role='tab'") == len(frame.TABS) == 8
    assert made.count("aria-selected='false'") == 8
    tour = json.loads(frame.tour_steps("ko"))
    assert [step["id"] for step in tour["steps"]] == ["editor", "figures", "levers", "tabs", "take"]
    assert (tour["next"], tour["close"]) == ("다음", "닫기")
