"""The tables of a market fit together: what readers take for granted of every declaration."""

from __future__ import annotations

import pyarrow as pa
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.conform import conform
from indexcalc.market.tables import RENAMED, TABLES, TableSpec, new_name

SPECS = pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)


@SPECS
def test_a_key_is_given_or_has_a_value_without(spec: TableSpec) -> None:
    assert len(spec.by_name) == len(spec.columns)  # no column twice
    for name in spec.key:
        column = spec.by_name[name]
        assert column.kind != "float", "a key is compared for equality"
        assert column.required or column.always or column.default is not None, name


@SPECS
def test_bounds_are_of_numbers_and_have_room(spec: TableSpec) -> None:
    for column in spec.columns:
        bounded = column.positive or column.low is not None or column.high is not None
        assert not bounded or column.kind in ("float", "integer"), column.name
        if column.low is not None and column.high is not None:
            assert column.low < column.high, column.name
        if column.kind == "float" and bounded:
            assert column.unit or column.name in ("ratio", "level"), column.name


@SPECS
def test_one_of_several_is_not_required(spec: TableSpec) -> None:
    assert len(spec.either) != 1
    assert all(not spec.by_name[name].required for name in spec.either)


def test_a_former_name_leads_to_a_table_and_is_none() -> None:
    for old, new in RENAMED.items():
        assert old not in TABLES
        assert new in TABLES
        assert new_name(old) == f"the table `{old}` is called `{new}` now"
    assert new_name("daily") == ""
    assert new_name("nonsense") == ""


def test_every_table_can_be_empty() -> None:
    for name, spec in TABLES.items():
        findings = Findings()
        nothing = pa.table({column.name: pa.nulls(0) for column in spec.columns})
        made = conform(name, nothing, findings)
        assert findings.items == []
        assert made is not None
        assert made.column_names == [column.name for column in spec.columns]
