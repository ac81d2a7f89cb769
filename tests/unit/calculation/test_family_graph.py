"""Several indices at once: planned once, parents computed once, and a child that names its parent's run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.methodology.load.family import load_family
from indexcalc.review.review import Reviewer
from tests.unit.calculation import small

CHILDREN = [
    "kospi100",
    "kospi200-mid-small",
    "kospi200-ex-mega-cap",
    "kospi200-ex-top-1",
    "kospi200-equal-weight",
    "kospi-ex-kospi200",
]


@pytest.fixture(scope="module")
def market() -> ic.Market:
    return ic.Market.demo(securities=500, years=2.2)


@pytest.fixture(scope="module")
def made(market: ic.Market) -> tuple[dict[str, Run], Counter[tuple[str, str]]]:
    """The family in one go, and how often each review was made."""
    counted: Counter[tuple[str, str]] = Counter()
    real = Reviewer._review

    def counting(self: Reviewer, event: Any, existing: Any) -> Any:
        counted[(self.rule.index, str(event.date))] += 1
        return real(self, event, existing)

    Reviewer._review = counting  # type: ignore[method-assign]
    try:
        family = load_family([*CHILDREN, "kospi200"])
        runs = compute_family(family, market, Request(keep_weights=False))
    finally:
        Reviewer._review = real  # type: ignore[method-assign]
    return runs, counted


def test_every_review_is_made_once(
    made: tuple[dict[str, Run], Counter[tuple[str, str]]],
) -> None:
    runs, counted = made
    assert set(counted.values()) == {1}
    regular = {
        str(row["effective_date"])
        for row in runs["kospi200"].reviews.to_pylist()
        if row["kind"] == "regular"
    }
    # The data begin in August 2024 and end in October 2026: these have their cut-offs in them.
    assert regular == {"2024-12-13", "2025-06-13", "2025-12-12", "2026-06-12"}
    assert {day for index, day in counted if index == "kospi200"} == regular
    assert {day for index, day in counted if index == "kospi100"} == regular


def test_an_index_is_the_same_alone_and_among_others(
    market: ic.Market, made: tuple[dict[str, Run], Counter[tuple[str, str]]]
) -> None:
    for index in ("kospi200", "kospi200-ex-mega-cap"):
        alone, among = ic.compute(index, market), made[0][index]
        for table in ("levels", "constituents", "reviews", "decisions", "events"):
            assert getattr(alone, table).equals(getattr(among, table)), (index, table)
        assert alone.manifest["run"] == among.manifest["run"]


def test_a_child_names_the_run_of_its_parents(
    made: tuple[dict[str, Run], Counter[tuple[str, str]]],
) -> None:
    runs, _ = made
    parent = runs["kospi200"].manifest["run"]
    for index in CHILDREN:
        said = runs[index].manifest
        assert said["parents"]["kospi200"]["run"] == parent
        assert said["run"] not in (parent, *(item["run"] for item in said["parents"].values()))
    both = runs["kospi200-mid-small"].manifest["parents"]
    assert both["kospi100"]["run"] == runs["kospi100"].manifest["run"]


def test_the_name_of_a_run_changes_with_what_it_was_made_from(
    market: ic.Market, made: tuple[dict[str, Run], Counter[tuple[str, str]]], tmp_path: Path
) -> None:
    parent = made[0]["kospi200"].manifest["run"]
    other = ic.compute("kospi200", market, start="2025-12-12").manifest["run"]
    assert other != parent
    # A change in the text of the parent changes the name of the child's run, and of its parent there.
    folder = Path(ic.__file__).parent.parent / "rules" / "krx"
    for name in ("kospi", "kospi200", "kospi200-ex-named"):
        (tmp_path / f"{name}.yaml").write_text(
            (folder / f"{name}.yaml").read_text("utf-8"), "utf-8"
        )
    path = tmp_path / "kospi200.yaml"
    path.write_text(
        path.read_text("utf-8").replace("110% of existing", "111% of existing"), "utf-8"
    )
    child = ic.compute(tmp_path / "kospi200-ex-named.yaml", market).manifest
    plain = ic.compute("kospi200-ex-named", market).manifest
    assert child["rule"]["sha256"] == plain["rule"]["sha256"]
    assert child["run"] != plain["run"]
    assert child["parents"]["kospi200"]["run"] != parent
    assert child["parents"]["kospi"]["run"] == plain["parents"]["kospi"]["run"]


def test_a_variant_takes_the_list_given_for_its_base(tmp_path: Path) -> None:
    over = small.market(
        small.line("A", [100, 110, 120]),
        small.line("B", [50] * 3),
        small.line("C", [10] * 3),
        memberships=[*small.given("A", "B"), {**small.given("C")[0], "index": "own"}],
    )
    base = small.GIVEN + "weighting: {scheme: equal}\n"
    texts = {
        "test": base,
        "capped": "index: capped\nvariant_of: test\nweighting: {scheme: market_cap}\n",
        "again": "index: again\nvariant_of: capped\n",
        "own": "index: own\nvariant_of: test\n",
        "other": "index: other\nvariant_of: test\nuniverse: {where: {symbol: {not_in: [Z]}}}\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    def members(name: str) -> set[str]:
        run = ic.compute(tmp_path / f"{name}.yaml", over)
        return set(run.constituents.column("symbol").to_pylist())

    assert members("capped") == members("again") == members("test") == {"A", "B"}
    assert members("own") == {"C"}
    with pytest.raises(ic.DataError):
        members("other")
