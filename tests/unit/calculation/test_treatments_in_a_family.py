"""Rules of one family that treat base prices differently, computed together and alone."""

from __future__ import annotations

from pathlib import Path

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small

PARENT = small.HEAD.replace("index: test", "index: parent") + (
    small.EVERY_SESSION + "weighting: {scheme: market_cap}\n"
)
CHILD = small.HEAD.replace("index: test", "index: child") + (
    "universe: {of: parent}\nreview: {follows: parent}\n"
    "weighting: {scheme: market_cap}\nmaintenance: {base_price: terms}\n"
)


def test_a_child_takes_the_terms_where_its_parent_takes_the_exchange_base(tmp_path: Path) -> None:
    """Two for one at 100: the exchange says a base of 60, the terms 50, and the line closes at 60."""
    for name, text in (("parent", PARENT), ("child", CHILD)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    over = small.market(
        small.line("A", [100, 100, 100, 60, 60], shares=[10, 10, 10, 20, 20], base={3: 60}),
        corporate_actions=[small.action("A", 3, "split", ratio=2, list_date=3)],
    )

    def levels(*names: str) -> dict[str, list[float]]:
        family = load_family([tmp_path / f"{name}.yaml" for name in names])
        runs = compute_family(family, over, Request())
        return {name: small.levels(run) for name, run in runs.items()}

    together = levels("parent", "child")
    assert together["parent"] == [1000.0] * len(together["parent"])
    assert together["child"][-2:] == [1200.0, 1200.0]
    assert levels("child")["child"] == together["child"]
