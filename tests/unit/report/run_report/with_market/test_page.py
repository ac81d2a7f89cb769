"""What the market of a run adds to its page: bars from zero, names of parts, changes with their sign."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from indexcalc.analysis.attribution.attribute import Attribution
from indexcalc.report.run_report.with_market.of_one_run import Depth
from indexcalc.report.run_report.with_market.page import on_page
from indexcalc.report.run_report.with_market.splits import Split
from indexcalc.report.run_report.with_market.would_change import NearName, WouldChange

DAYS = np.array([19000, 19100, 19200], dtype=np.int32)


def row(symbol: str, part: float, group: str = "energy") -> dict[str, object]:
    return {
        "symbol": symbol,
        "name": f"Name {symbol}",
        "group": group,
        "contribution": part,
        "price": part,
        "currency": 0.0,
        "dividends": 0.0,
        "average_weight": 0.1,
    }


def moved(lines: list[dict[str, object]], groups: list[dict[str, object]]) -> Attribution:
    return Attribution(
        index="mine",
        series="pr",
        start=dt.date(2024, 1, 2),
        end=dt.date(2024, 12, 30),
        by="sector",
        total=0.25,
        rounding=0.0,
        causes={},
        sessions=None,
        lines=pa.Table.from_pylist(lines),
        groups=pa.Table.from_pylist(groups),
        reviews=pa.Table.from_pylist([], schema=pa.schema([])),
        effects=None,
        differences=None,
        without=None,
    )


def test_bars_share_one_zero_and_fill_the_width() -> None:
    groups = [row("", 0.30, "energy"), row("", -0.10, "health_care")]
    made = on_page(Depth(moved=moved([row("A", 0.2)], groups)), "mine", "en", {}, ())["moved"]
    up, down = made["groups"]
    # From -10 to +30: zero at a quarter of the width.
    assert (up["zero"], up["left"], up["width"], up["up"]) == ("25.0", "25.0", "75.0", True)
    assert (down["zero"], down["left"], down["width"], down["up"]) == ("25.0", "0.0", "25.0", False)
    assert (up["name"], down["part"]) == ("Energy", "−10.00\u00a0%")


def test_losses_alone_end_at_the_right_and_nothing_moved_is_no_bar() -> None:
    made = on_page(Depth(moved=moved([row("A", -0.2)], [row("", 0.0)])), "mine", "en", {}, ())[
        "moved"
    ]
    [line], [group] = made["lines"], made["groups"]
    assert (line["zero"], line["left"], line["width"]) == ("100.0", "0.0", "100.0")
    assert group["width"] == "0.0"


@pytest.mark.parametrize(
    ("series", "currency", "heads"),
    [
        ("pr", 0.0, []),
        ("pr", 0.02, ["Price", "Currency"]),
        ("tr", 0.0, ["Price", "Dividends"]),
        ("tr", 0.02, ["Price", "Currency", "Dividends"]),
    ],
)
def test_each_cause_that_moves_a_line_has_a_column(
    series: Any, currency: float, heads: list[str]
) -> None:
    """3 % less what dividends and currencies gave is of the price: the columns sum to the part."""
    dividends = 0.01 if series == "tr" else 0.0
    line = row("A", 0.03) | {
        "price": 0.03 - currency - dividends,
        "currency": currency,
        "dividends": dividends,
    }
    held = Depth(moved=replace(moved([line], [row("", 0.03)]), series=series))
    made = on_page(held, "mine", "en", {}, ())["moved"]
    assert made["causes"] == heads
    [shown] = made["lines"]
    numbers = [float(text.split("\u00a0")[0].replace("−", "-")) for text in shown["causes"]]
    assert len(numbers) == len(heads)
    assert sum(numbers) == pytest.approx(3.0 if heads else 0.0)


def test_reviews_whose_old_list_has_no_return_are_left_out() -> None:
    """The old list of several currencies has none."""
    names = ("effective_date", "until", "index_return", "kept_list_return", "effect")
    days = (dt.date(2024, 3, 15), dt.date(2024, 6, 13))
    reviews = [
        dict(zip(names, (*days, 0.02, None, None), strict=True)),
        dict(zip(names, (*days, 0.02, 0.03, -0.01), strict=True)),
    ]
    made = replace(moved([row("A", 0.2)], [row("", 0.2)]), reviews=pa.Table.from_pylist(reviews))
    [shown] = on_page(Depth(moved=made), "mine", "en", {}, ())["moved"]["reviews"]
    assert (shown["index"], shown["kept"], shown["effect"]) == (
        "+2.00\u00a0%",
        "+3.00\u00a0%",
        "−1.00\u00a0%",
    )


def test_the_middle_of_many_lines_is_summed_up() -> None:
    lines = [row(f"{number:02}", 0.01 * (20 - number)) for number in range(20)]
    made = on_page(Depth(moved=moved(lines, [row("", 1.0)])), "mine", "en", {}, ())["moved"]
    assert [item["symbol"] for item in made["lines"][:6]] == ["00", "01", "02", "03", "04", "05"]
    # Parts 14, 13, .. 7 hundredths of the eight between.
    assert made["rest"] == (8, "+84.00\u00a0%")


def near_name(symbol: str, name: str, **held: Any) -> NearName:
    """A name moved by its size; near unless said otherwise."""
    given = {"near": True, "measure": "size", "others": (), **held}
    return NearName(symbol=symbol, name=name, **given)


def test_parts_by_name_and_changes_with_their_sign() -> None:
    halves = np.array([0.5, 0.5, 0.5])
    near = (
        near_name("A", "Alpha", inside=True, change=-0.016, others=("Beta",)),
        near_name("B", "Beta", inside=False, change=None),
        near_name("C", "Gamma", inside=False, change=0.2),
        near_name("D", "Large", inside=True, change=-0.4, near=False),
    )
    held = Depth(
        sectors=Split(DAYS, {"energy": halves, "": halves}),
        sizes=Split(DAYS, {"1-100": halves, "301-": halves}),
        change=WouldChange(day=19200, names=near),
    )
    made = on_page(held, "mine", "ko", {}, ())
    assert made["sectors"]["head"] == ["에너지", "미상"]
    assert made["sizes"]["head"] == ["1~100위", "301위 이하"]
    columns = ("symbol", "change", "measure", "others")
    assert [tuple(item[column] for column in columns) for item in made["near"]] == [
        ("A", "−1.6\u00a0%", "규모", "Beta"),
        ("C", "+20.0\u00a0%", "규모", "없음"),
    ]
    assert made["concentration"] == []
    assert made["moved"] is None
