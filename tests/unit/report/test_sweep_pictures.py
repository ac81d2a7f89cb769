"""Pictures of a sweep: which files are made, and what they say."""

from __future__ import annotations

from xml.etree import ElementTree

import indexcalc as ic
from indexcalc.report.sweep_pictures import sweep_pictures
from tests.unit.analysis.sweep.test_simulate_caps import RULE, three


def test_a_sweep_of_two_caps_has_three_pictures_and_one_of_levels_none() -> None:
    rule = ic.Methodology.from_text(RULE)
    made = sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%", "60%"]))
    assert sorted(made) == ["largest_weight.svg", "levels.svg", "trade_off.svg"]
    texts = {
        "".join(part.itertext())
        for part in ElementTree.fromstring(made["levels.svg"]).iter()
        if part.tag.endswith("text")
    }
    assert {"50%", "60%", "uncapped"} <= texts
    one = sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%", None]))
    assert "trade_off.svg" not in one
    assert sweep_pictures(ic.simulate_caps(rule, three(), caps=["50%"], tables="levels")) == {}


def test_pictures_of_some_caps_say_how_many_they_leave_out() -> None:
    caps = [f"{number}%" for number in range(40, 49)]
    made = sweep_pictures(ic.simulate_caps(ic.Methodology.from_text(RULE), three(), caps=caps))
    # Nine caps, six lines.
    for name in ("levels.svg", "largest_weight.svg"):
        assert "caps per security, 3 more not drawn" in made[name]
    assert "not drawn" not in made["trade_off.svg"]
