"""What a sweep says it was made from, and how."""

from __future__ import annotations

from typing import Any

from indexcalc.analysis.sweep.manifest import CLOSED, IN_ORDER, sweep_manifest
from indexcalc.analysis.sweep.tables import levels_table
from tests.unit.analysis.sweep.three_lines import RULE, swept_rule

WINDOW = "measured: {mean: market_cap, over: 2 sessions, to: pricing}"


def made(caps: list[str], text: str = RULE, **more: Any) -> dict[str, Any]:
    swept = swept_rule(caps, text, **more)
    return sweep_manifest(swept, {"levels": levels_table(swept), "weights": None}, {})


def test_points_and_tables_are_listed() -> None:
    found = made(["50%", "40%"])
    options = found["options"]
    assert options["caps"] == ["50%", "40%", "none"]
    assert options["per"] == ["security"]
    assert options["limits"] == [["50%"], ["40%"], ["none"]]
    assert (options["tables"], options["vary"]) == ("all", {})
    assert (options["known"], options["start"], options["end"]) == (None, None, None)
    assert found["annual"]["reference"] == "none"
    # Three points of three sessions; a table that is not made is not counted.
    assert found["counts"] == {"levels": 9}


def test_levels_alone_and_what_was_varied() -> None:
    swept = swept_rule(["50%"], full=False)
    found = sweep_manifest(swept, {}, {"selection.count": ("10", "20")})
    assert found["options"]["tables"] == "levels"
    assert found["options"]["vary"] == {"selection.count": ["10", "20"]}


def test_the_arithmetic_that_was_used_is_said() -> None:
    assert made(["50%"])["method"].startswith(CLOSED)
    # One limit holds A alone, the other A and C at another ratio: no closed form.
    found = made(["50%", None], also=[("issuer", ["60%", None])])
    assert found["method"].startswith(IN_ORDER)
    assert found["method"].endswith("equal to separate runs to 1e-12")


def test_the_window_is_that_of_the_cap_that_gives_way() -> None:
    text = RULE.replace(
        "market_cap}", f"market_cap, caps: [{{per: security, limit: 50%, {WINDOW}}}]}}"
    )
    assert made(["60%"], text)["options"]["measured"] == "weighting.caps[0].measured"
    assert made(["60%"], text, per="issuer")["options"]["measured"] is None
    assert made(["60%"])["options"]["measured"] is None


def test_the_point_that_is_the_limit_of_the_rule_is_named() -> None:
    text = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
    assert made(["0.5", "60%"], text)["annual"]["own_limit"] == "0.5"
    assert made(["50%"], text, per="issuer")["annual"]["own_limit"] is None
    assert made(["50%"])["annual"]["own_limit"] is None
