"""An assumption of a name that neither a rule, a market nor the tables know is an error."""

from __future__ import annotations

import pytest

from indexcalc.calculation.requirements.assumed_names import check_assumed_names
from indexcalc.calculation.validate import validate
from indexcalc.diagnostics import Findings
from indexcalc.methodology.load.family import load_family


def said(**assume: str) -> list[str]:
    findings = Findings()
    check_assumed_names(assume, load_family(["kospi200"]).rules.values(), None, findings)
    assert {item.code for item in findings.items} <= {"CAL019"}
    return [f"{item.message}; {item.hint}" for item in findings.items]


@pytest.mark.parametrize("name", ["floot_factor", "float", "Float_Factor", "floatfactor"])
def test_a_name_written_wrongly_is_told_with_the_near_one(name: str) -> None:
    (told,) = said(**{name: "1"})
    assert told.startswith(f"{name}=1: nothing is called `{name}`; did you mean `float_factor`? ")


def test_a_name_like_no_other_is_told_with_all_that_can_be_assumed() -> None:
    (told,) = said(nosuch="1")
    assert told.startswith("nosuch=1: nothing is called `nosuch`; what is asked for here")
    can = told.rpartition(": ")[2].split(", ")
    assert {"float_factor", "listing_date", "designation", "missing_row", "security_type"} <= {*can}
    assert "symbol" not in can


def test_columns_of_the_tables_are_good_whether_asked_for_or_not() -> None:
    assert said(float_factor="1", missing_row="carried", name_en="x", designation="y") == []
    assert len(said(symbol="x", date="2020-01-01")) == 2  # keys: nothing is without them


def test_validating_tells_it_as_a_run_does() -> None:
    found = validate("kospi200", assume={"floot_factor": 1})  # type: ignore[dict-item]
    assert [item.code for item in found.errors] == ["CAL019"]
    found = validate("kospi200", assume={"missing_row": "lost"})
    assert [item.code for item in found.errors] == ["CAL003"]
