"""Every code of the market, of imports, reviews, levels, cases and runs is yielded by a test.

Those that no other file shows are shown here, each by the smallest thing that yields it.  (The codes
of a rule's text have a broken file each: test_invalid_rules.py.)
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from indexcalc.calculation.validate import validate
from indexcalc.cli.main import run as command
from indexcalc.codes import CATALOGUE
from indexcalc.diagnostics import DataError, ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.imported import Imported
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.unit.calculation import small
from tests.unit.calculation.small import given, line, market
from tests.unit.calculation.stored import stored

TESTS = Path(__file__).resolve().parents[2]
ABOUT_DATA = ("REV", "CAL", "DAT", "IMP", "CAS", "RUN")


def two(**tables: Any) -> Market:
    return market(line("A", [100, 110, 120, 130]), line("B", [30, 31, 29, 30]), **tables)


def test_every_code_about_data_is_named_by_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]
    named = {code for text in texts for code in re.findall(r"\b([A-Z]{3}\d{3})\b", text)}
    assert {code for code in CATALOGUE if code.startswith(ABOUT_DATA)} - named == set()


def codes(made: object) -> list[str]:
    return [found.code for found in made.diagnostics]  # type: ignore[attr-defined]


@pytest.mark.parametrize("start", [0, 3])
def test_a_name_that_is_chosen_and_has_no_price_on_the_day(start: int) -> None:
    # B's rows end on session 1 of a market that is not complete, or begin on session 3; the list names it
    # for session 2.
    text = small.GIVEN.replace("2024-01-03", "2024-01-04") + "weighting: {scheme: market_cap}\n"
    over = market(
        line("A", [100, 110, 120, 130, 140]),
        line("B", [30, 31], start=start),
        complete=False,
        memberships=given("A", "B", on=2),
    )
    assert "CAL002" in codes(small.run(text, over))


def test_maintenance_of_an_index_that_is_reviewed_every_session() -> None:
    text = small.CAP + (
        "measures: {size: {last: market_cap}}\nmaintenance: {fast_entry: [{after: 2 sessions, "
        "require: {size: {rank: 1}}, effective: 1 session after listing, replaces: none}]}\n"
    )
    assert codes(small.run(text, two())) == ["CAL009"]


def test_a_float_factor_that_begins_with_the_review_and_was_not_announced() -> None:
    text = small.GIVEN + "weighting: {scheme: float_market_cap}\n"
    factors = [
        {"symbol": name, "effective_date": small.day(on), "float_factor": value}
        for name, on, value in (("A", 0, 0.5), ("B", 0, 0.5), ("A", 1, 0.6))
    ]
    over = two(memberships=given("A", "B"), float_factors=factors)
    assert codes(small.run(text, over)) == ["REV005"]
    factors[2]["known_at"] = small.day(0)
    over = two(memberships=given("A", "B"), float_factors=factors)
    assert codes(small.run(text, over)) == []


def test_lists_of_an_index_that_selects() -> None:
    text = small.HEAD.replace("2024-01-02", "2024-01-03") + (
        "universe: {where: {symbol: {not_in: []}}}\nmeasures: {size: {last: market_cap}}\n"
        "review: {months: [1], effective: 1st friday, cutoff: 1 session before effective}\n"
        "selection: {steps: [{select: {size: {rank: 1}}}]}\nweighting: {scheme: market_cap}\n"
    )
    first = given("A", "B", on=1)
    assert codes(small.run(text, two(memberships=first))) == []
    both = two(memberships=[*first, *given("B", on=3)])
    made = small.run(text, both)
    assert codes(made) == ["REV006"]
    assert "from 2024-01-05, which" in made.diagnostics[0].message
    # The review of Friday the 5th takes A, the larger, and not the list.
    assert made.weights("2024-01-05").column("symbol").to_pylist() == ["A"]


def test_a_column_of_another_type() -> None:
    daily = arrow.table(
        {
            "date": arrow.from_days([19000]),
            "symbol": arrow.from_texts(["A"]),
            "close": arrow.from_texts(["dear"]),
            "shares_outstanding": arrow.from_ints([1]),
        }
    )
    with pytest.raises(DataError) as raised:
        Market.from_tables(daily=daily)
    assert [found.code for found in raised.value.diagnostics] == ["DAT003"]


def test_a_symbol_without_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(small.CAP, encoding="utf-8")
    folder = stored(two(), tmp_path / "m")
    assert command(["explain", str(path), "Z", "--market", str(folder)]) == 3
    assert "error DAT012 Z: Z has no row in daily" in capsys.readouterr().err


def test_values_that_are_not_known_on_the_last_session(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(small.CAP.replace("market_cap", "float_market_cap"), encoding="utf-8")
    factors = [{"symbol": "A", "effective_date": small.day(0), "float_factor": 0.5}]
    made = validate(path, two(float_factors=factors))
    assert "DAT041" in codes(made)


def test_facts_of_two_imports_that_differ(tmp_path: Path) -> None:
    def prices(limit: float) -> Imported:
        daily = arrow.table(
            {
                "date": arrow.from_days([19000]),
                "symbol": arrow.from_texts(["A"]),
                "close": arrow.from_floats([1.0]),
                "shares_outstanding": arrow.from_ints([1]),
            }
        )
        return Imported("prices.csv", "table", {"daily": daily}, facts={"price_limit": limit})

    merge(tmp_path / "m", [prices(0.3)])
    with pytest.raises(ImportRefused) as raised:
        merge(tmp_path / "m", [prices(0.15)])
    assert [found.code for found in raised.value.diagnostics] == ["IMP010"]


def test_a_demo_market_where_a_market_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = stored(two(), tmp_path / "m")
    assert command(["market", "demo", "--out", str(folder)]) == 2
    assert "error IMP013" in capsys.readouterr().err


def test_a_run_that_does_not_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(small.CAP, encoding="utf-8")
    out = tmp_path / "out"
    first, other = (
        stored(market(line("A", [100, 110, last])), tmp_path / name)
        for name, last in (("m", 120), ("n", 121))
    )
    assert command(["compute", str(path), "--market", str(first), "--out", str(out)]) == 0
    assert command(["verify", str(out), "--market", str(first)]) == 0
    capsys.readouterr()
    assert command(["verify", str(out), "--market", str(other)]) == 1
    assert "error RUN004" in capsys.readouterr().err
