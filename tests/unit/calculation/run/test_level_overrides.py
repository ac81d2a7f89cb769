"""A published level given as data: what is shown changes, what is computed does not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.files_and_journal import read_table
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.verify import verify_run as verify
from tests.unit.calculation.small import GIVEN, day, given, line, market

RULE = GIVEN + "weighting: {scheme: market_cap}\n"


def over(*rows: dict[str, Any]) -> ic.Market:
    """One line, 10 and then 10, 11, 12, 13: levels of 1000, 1100, 1200, 1300 from session 1 on."""
    tables = {"level_overrides": list(rows)} if rows else {}
    return market(line("A", [10, 10, 11, 12, 13]), memberships=given("A"), **tables)


def row(number: int, level: float, **more: Any) -> dict[str, Any]:
    said = {"index": "test", "date": day(number), "level": level}
    return {**said, "who": "index operations", "why": "late close", "ref": "notice 4", **more}


def computed(where: ic.Market, **more: Any) -> ic.Run:
    return ic.compute(ic.Methodology.from_text(RULE), where, **more)


def test_both_values_are_kept_and_nothing_else_changes(tmp_path: Path) -> None:
    plain, where = computed(over()), over(row(2, 1101.5))
    run = computed(where)
    shown = run.levels.column("level_published").to_pylist()
    assert shown == [Decimal(text) for text in ("1000.00", "1101.50", "1200.00", "1300.00")]
    assert run.levels.drop_columns("level_published").equals(
        plain.levels.drop_columns("level_published")
    )
    (kept,) = run.overrides.to_pylist()
    assert kept == {
        "date": day(2),
        "level": 1100.0,
        "computed": Decimal("1100.00"),
        "published": Decimal("1101.50"),
        "who": "index operations",
        "why": "late close",
        "ref": "notice 4",
    }
    folder = publish(run, tmp_path)
    assert read_table(folder, "overrides.parquet").equals(run.overrides)
    assert verify(folder, where).good
    (folder / "overrides.parquet").unlink()
    with pytest.raises(ic.RunError):
        verify(folder, where)
    # Without the row the file goes, and the level is the computed one again.
    publish(plain, tmp_path)
    assert not (folder / "overrides.parquet").exists()


def test_other_indices_and_other_days_are_left_alone() -> None:
    run = computed(over(row(2, 5.0, index="other"), row(0, 5.0), row(9, 5.0)))
    assert run.overrides is None
    assert run.levels.equals(computed(over()).levels)


@pytest.mark.parametrize(("said", "code"), [(row(2, 1101.505), "DAT006"), (row(3, 1.0), "DAT007")])
def test_what_cannot_be_published_is_refused(said: dict[str, Any], code: str) -> None:
    where = over(said)
    if code == "DAT007":
        # A market whose third session has no row.
        where = market(
            line("A", [10, 10, 11, 12, 13], skip=[3]),
            memberships=given("A"),
            level_overrides=[said],
            complete=False,
        )
    with pytest.raises(ic.DataError) as refused:
        computed(where)
    assert [item.code for item in refused.value.diagnostics] == [code]


def test_what_was_known_later_is_not_published() -> None:
    run = computed(over(row(2, 1101.5, known_at=day(8))), known=day(4))
    assert run.overrides is None
