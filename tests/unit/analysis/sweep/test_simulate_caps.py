"""A sweep worked out by hand: three lines, one of sixty percent, four sessions."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError, RuleError, UsageError
from tests.unit.analysis.sweep.three_lines import RULE, three
from tests.unit.calculation import small


def swept(caps: list[Any], text: str = RULE, **options: Any) -> ic.CapSweep:
    return ic.simulate_caps(ic.Methodology.from_text(text), three(), caps=caps, **options)


def row(made: ic.CapSweep, cap: str) -> dict[str, Any]:
    return next(row for row in made.summary.to_pylist() if row["cap"] == cap)


def of(table: Any, cap: str, column: str) -> list[Any]:
    return [row[column] for row in table.to_pylist() if row["cap"] == cap]


def test_a_cap_of_half() -> None:
    # A held at 50 %: its 60 count as 40, factor 2/3; worth 80, then 84, then 87.
    made = swept(["50%"])
    assert of(made.levels, "50%", "level") == pytest.approx([1000, 1050, 1087.5])
    assert of(made.levels, "none", "level") == pytest.approx([1000, 1060, 1090])
    assert [str(level) for level in of(made.levels, "50%", "level_published")] == [
        "1000.00",
        "1050.00",
        "1087.50",
    ]
    assert of(made.levels, "50%", "largest_weight") == pytest.approx([0.5, 0.5, 44 / 84])
    # 1 / (0.5^2 + 0.375^2 + 0.125^2)
    assert of(made.levels, "50%", "effective_number")[0] == pytest.approx(1 / 0.40625)
    assert of(made.factors, "50%", "symbol") == ["A"]
    assert of(made.factors, "50%", "name") == ["가나전자"]
    assert of(made.factors, "50%", "capping_factor") == pytest.approx([2 / 3])
    assert of(made.factors, "50%", "weight_uncapped") == pytest.approx([0.6])
    assert of(made.weights, "50%", "weight") == pytest.approx([0.5, 0.375, 0.125])


def test_the_summary_ties_to_the_tables() -> None:
    made = swept(["50%"])
    capped, free = row(made, "50%"), row(made, "none")
    assert capped["total_return"] == pytest.approx(0.0875)
    # After the first session A is above 50 % once: at the open of the last.
    assert (capped["sessions_above_limit"], free["sessions_above_limit"]) == (1, 0)
    assert (capped["reviews"], capped["reviews_capped"], free["reviews_capped"]) == (1, 1, 0)
    assert capped["largest_symbol"] == "A"
    # A gains 4 of 80 and B 3 of 80; uncapped A gains 6 of 100.
    assert capped["largest_contribution"] == pytest.approx(4 / 80)
    assert free["largest_contribution"] == pytest.approx(6 / 100)
    assert free["tracking_error"] == 0.0
    assert capped["tracking_error"] > 0
    assert capped["largest_weight_most"] == pytest.approx(44 / 84)
    assert capped["largest_weight_most_date"] == small.day(3)


def test_an_infeasible_limit_is_told_and_the_sweep_goes_on() -> None:
    made = swept(["30%", "50%"])
    refused = row(made, "30%")
    assert not refused["feasible"]
    assert refused["level_last"] is None
    assert of(made.levels, "30%", "level") == []
    assert row(made, "50%")["feasible"]
    (found,) = made.diagnostics
    assert (found.code, found.severity, found.where) == ("CAP001", "error", "cap 30%")
    assert "smallest feasible limit is 33.3334 %" in found.message


def test_issuers_and_sectors_are_held_together() -> None:
    # Of one issuer A and C are 70; held at 60 % they count as 45 beside B's 30.
    made = swept(["60%"], per="issuer")
    assert of(made.weights, "60%", "weight") == pytest.approx([0.6 * 6 / 7, 0.4, 0.6 / 7])
    assert of(made.levels, "60%", "largest_weight")[0] == pytest.approx(0.6)
    assert of(swept(["55%"], per="sector").weights, "55%", "weight") == pytest.approx(
        [0.55, 0.45 * 0.75, 0.45 * 0.25]
    )


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(DataError, match=r"DAT002.*country"):
        swept(["50%"], per="country")


def test_levels_alone() -> None:
    made = swept(["50%"], tables="levels")
    assert made.levels.column_names == ["cap", "date", "level", "level_published"]
    assert made.reviews is made.factors is made.weights is None
    assert "turnover_a_year" not in made.summary.column_names


def test_other_values_of_the_rule() -> None:
    text = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
    path = "weighting.caps[0].limit"
    made = ic.simulate_caps(
        ic.Methodology.from_text(text), three(), vary={path: ["60%", "40%", "30%"]}
    )
    rows = {row["variant"]: row for row in made.summary.to_pylist()}
    assert rows["as written"]["total_return"] == pytest.approx(0.0875)
    # At 60 % nobody is capped.
    assert rows[f"{path}=60%"]["total_return"] == pytest.approx(0.09)
    # At 40 % A stands at 40, B at 40, C at 20: 0.4 * 10 %, and 0.4 * 10 % later on 1.04.
    assert rows[f"{path}=40%"]["total_return"] == pytest.approx(0.08)
    assert rows[f"{path}=40%"]["tracking_error"] > 0
    assert "CAP001" in {found.code for found in made.diagnostics}
    assert made.manifest["annual"]["reference"] == "as written"


def test_a_path_that_is_no_value() -> None:
    rule = ic.Methodology.from_text(RULE)
    with pytest.raises(RuleError, match="RUL020"):
        ic.simulate_caps(rule, three(), vary={"weighting.cap": ["1%"]})
    with pytest.raises(UsageError, match="RUL006"):
        ic.simulate_caps(rule, three(), vary={"weighting.scheme": []})


def test_caps_need_reviews_and_multiples() -> None:
    every = ic.Methodology.from_text(small.CAP)
    with pytest.raises(DataError, match="CAL008"):
        ic.simulate_caps(every, three(), caps=["50%"])
    with pytest.raises(DataError, match="rounding"):
        swept(["50%"], RULE + "rounding: {index_shares: 0}\n")


def test_a_range_by_its_public_name() -> None:
    made = swept(list(ic.percent_range("50%", "60%", "5%")))
    assert made.summary.column("cap").to_pylist() == ["50%", "55%", "60%", "none"]


def test_the_window_said_is_the_one_limits_are_judged_on() -> None:
    """The rule's own cap per line has a window; a limit per issuer has none of its own."""
    own = "{per: security, limit: 50%, measured: {mean: market_cap, over: 2 sessions, to: pricing}}"
    text = RULE.replace("market_cap}", f"market_cap, caps: [{own}]}}")
    swept_lines = ic.simulate_caps(ic.Methodology.from_text(text), three(), caps=["60%"])
    assert swept_lines.manifest["options"]["measured"] == "weighting.caps[0].measured"
    swept_issuers = ic.simulate_caps(
        ic.Methodology.from_text(text), three(), caps=["60%"], per="issuer"
    )
    assert swept_issuers.manifest["options"]["measured"] is None


def test_progress_is_told_to_the_last_session_of_all_variants() -> None:
    """Three lines, with and without limits; of twelve variants ten are scanned at once, then two."""
    told: list[tuple[int, int]] = []
    made = swept(["50%"], progress=lambda done, total: told.append((done, total)))
    sessions = len(set(made.levels.column("date").to_pylist()))
    assert told[-1] == (sessions, sessions)
    told.clear()
    limits = [f"{share}%" for share in range(50, 61)]
    capped = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
    ic.simulate_caps(
        ic.Methodology.from_text(capped),
        three(),
        vary={"weighting.caps[0].limit": limits},
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[0][1] == told[-1][0] == 2 * sessions
    assert told == sorted(told)
