"""``apply_caps`` as a user meets it: issuer caps, mistakes in caps and weights, what is excused."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.diagnostics import UsageError
from tests.oracle import capping_oracle as oracle


def table(**columns: list[Any]) -> pa.Table:
    return pa.Table.from_arrays([pa.array(v) for v in columns.values()], names=list(columns))


def weights(made: pa.Table) -> dict[str, float]:
    return dict(
        zip(made.column("symbol").to_pylist(), made.column("weight").to_pylist(), strict=True)
    )


def codes(**call: Any) -> list[tuple[str, str]]:
    with pytest.raises(ic.IndexcalcError) as caught:
        ic.apply_caps(**call)
    return [(one.code, one.where) for one in caught.value.diagnostics]


LINES = table(
    symbol=["A1", "A2", "B", "C", "D"],
    issuer=["a", "a", "b", "c", "d"],
    weight=[24.0, 16, 20, 20, 20],
)


def test_an_issuer_cap_is_applied() -> None:
    """Each line is below 30 %, the issuer at 40 %: 18 and 12 %, the others a third of 70 %.

    A program that takes the cap for one a line leaves all as it was.
    """
    made = ic.apply_caps(LINES, caps=[{"per": "issuer", "limit": "30%"}])
    third = 0.7 / 3
    assert weights(made) == pytest.approx(dict(A1=0.18, A2=0.12, B=third, C=third, D=third))
    factors = made.column("capping_factor").to_pylist()
    # c = (3/7) (1 - w) / w with w = 40 %.
    assert factors == pytest.approx([9 / 14, 9 / 14, 1, 1, 1], rel=1e-14)
    assert made.column_names == ["symbol", "issuer", "weight", "capping_factor"]
    by_line = ic.apply_caps(LINES, caps=[{"per": "security", "limit": "30%"}])
    assert by_line.column("capping_factor").to_pylist() == [1.0] * 5


def test_nested_with_a_floor() -> None:
    """A floor of 15 % lifts A2 inside its issuer's 30 %: 15 and 15."""
    made = ic.apply_caps(LINES, caps=[{"per": "issuer", "limit": "30%"}], floor="15%")
    assert weights(made)["A1"] == pytest.approx(0.15, rel=1e-12)
    assert weights(made)["A2"] == pytest.approx(0.15, rel=1e-12)


def test_a_floor_alone() -> None:
    made = ic.apply_caps({"A": 90, "B": 6, "C": 4}, caps=[], floor=Fraction(1, 20))
    assert weights(made) == pytest.approx(dict(A=0.95 * 90 / 96, B=0.95 * 6 / 96, C=0.05))


def test_row_order_changes_no_bit() -> None:
    market = {f"{i:06d}": 1.1**i for i in range(60)}
    turned = dict(reversed(market.items()))
    caps = [{"per": "security", "limit": "7%"}]
    assert weights(ic.apply_caps(market, caps=caps)) == weights(ic.apply_caps(turned, caps=caps))


def test_caps_later_in_the_list_keep_earlier_limits() -> None:
    """The issuer cap's released weight may not lift a sector above its limit."""
    lines = table(
        symbol=list("ABCDEF"),
        sector=["x", "x", "y", "y", "z", "z"],
        weight=[40.0, 5, 17, 18, 10, 10],
    )
    made = ic.apply_caps(
        lines,
        caps=[
            {"per": "sector", "limit": "45%"},
            {"per": "security", "trigger": "35%", "limit": "20%"},
        ],
    )
    got = weights(made)
    assert got["A"] == pytest.approx(0.2, rel=1e-12)
    assert got["C"] + got["D"] <= 0.4 + 1e-12
    assert sum(got.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("how", ["equal", "relax"])
def test_a_ladder_that_is_excused(how: str) -> None:
    """30, 20 and 10 for two is 70 %; a last step of 25 % would be no ladder, so both give equal weights."""
    market = {"A": 50, "B": 30, "C": 10, "D": 10}
    caps = [{"per": "security", "ladder": ["30%", "20%", "10%"]}]
    assert codes(weights=market, caps=caps) == [("CAP001", "caps[0].ladder")]
    made = ic.apply_caps(market, caps=caps, on_infeasible=how)
    assert made.column("weight").to_pylist() == pytest.approx([0.25] * 4)
    found = json.loads(made.schema.metadata[b"findings"])
    assert [(one["code"], one["severity"]) for one in found] == [("CAP001", "warning")]


def test_relax_raises_the_last_step() -> None:
    """40, 30 and 10 for two is 90 %: the last step must be 15 %."""
    made = ic.apply_caps(
        {"A": 70, "B": 20, "C": 6, "D": 4},
        caps=[{"per": "security", "ladder": ["40%", "30%", "10%"]}],
        on_infeasible="relax",
    )
    assert made.column("weight").to_pylist() == pytest.approx([0.4, 0.3, 0.15, 0.15])


def test_relax_raises_what_the_set_may_weigh() -> None:
    """Ten names, 5 % outside the set: nine outside hold 45 %; the set of one takes 55 %."""
    market = {"A": 55.0} | {f"s{i}": 5.0 for i in range(9)}
    caps = [{"per": "security", "set": {"above": "5%"}, "together": "40%", "method": "descending"}]
    assert codes(weights=market, caps=caps) == [("CAP001", "caps[0].together")]
    made = ic.apply_caps(market, caps=caps, on_infeasible="relax")
    assert weights(made)["A"] == pytest.approx(0.55, rel=1e-12)


def test_a_broken_check_is_an_error() -> None:
    """The caps stop at 30 %, the check wants 25 %."""
    market = {"A": 50, "B": 20, "C": 15, "D": 15}
    assert codes(
        weights=market,
        caps=[{"per": "security", "limit": "30%"}],
        check=[{"per": "security", "limit": "25%"}],
    ) == [("CAP006", "check[0].limit")]
    fine = [{"per": "security", "set": {"above": "29%"}, "together": "30%"}]
    ic.apply_caps(market, caps=[{"per": "security", "limit": "30%"}], check=fine)


def test_groupings_that_cross_are_reported_not_passed_over() -> None:
    """Sector and country do not lie in each other: met in turn, and judged at the end."""
    lines = table(
        symbol=list("ABCD"),
        sector=["x", "x", "y", "y"],
        country=["k", "j", "k", "j"],
        weight=[50.0, 30, 15, 5],
    )
    found = codes(
        weights=lines,
        caps=[{"per": "sector", "limit": "55%"}, {"per": "country", "limit": "52%"}],
    )
    assert found == [("CAP006", "caps[0].limit")]


@pytest.mark.parametrize(
    ("given", "caps", "expected"),
    [
        ({"A": 1, "B": -1}, [], [("CAP007", "")]),
        ({"A": float("nan"), "B": 1}, [], [("CAP007", "")]),
        ({"A": 0, "B": 0}, [], [("CAP007", "")]),
        ({}, [], [("CAP007", "")]),
        ({"A": 1e300, "B": 1e-300}, [], [("CAP007", "")]),
        ({"A": "much"}, [], [("CAP007", "")]),
        (17, [], [("CAP007", "")]),
        ({"A": 1}, [{"per": "issuer", "limit": "30%"}], [("CAP008", "caps[0].per")]),
        ({"A": 1}, [{"per": "security", "limit": 30}], [("RUL006", "caps[0].limit")]),
        (
            {"A": 1},
            [{"per": "security", "limt": "30%"}],
            [("RUL001", ""), ("RUL002", "")],
        ),
        (
            {"A": 1},
            [
                {
                    "per": "security",
                    "limit": "30%",
                    "measured": {"mean": "close", "over": "3 months"},
                }
            ],
            [("CAP009", "caps[0].measured")],
        ),
    ],
)
def test_mistakes_are_findings(given: Any, caps: list[Any], expected: list[Any]) -> None:
    found = codes(weights=given, caps=caps)
    assert [code for code, _ in found] == [code for code, _ in expected]
    assert [where for _, where in found if where in ("caps[0].per", "caps[0].measured")] == [
        where for _, where in expected if where and where != "caps[0].limit"
    ]


def test_a_limit_on_issuers_is_a_limit_on_issuers() -> None:
    """A limit that is accepted and held line by line lets two lines of one issuer past it.

    12 and 12 of 100 are two lines of a, under 21 % each and 24 % together: 10.5 % each, and four equal
    others share 79 %.
    """
    values = np.array([12.0, 12, 19, 19, 19, 19])
    issuers = np.array([0, 0, 1, 2, 3, 4])
    wrong = oracle.lines_alone(values, issuers, 0.21)
    assert np.bincount(issuers, weights=wrong).max() == pytest.approx(0.24)
    lines = table(
        symbol=["A1", "A2", "B", "C", "D", "E"],
        issuer=["a", "a", "b", "c", "d", "e"],
        weight=values.tolist(),
    )
    right = weights(ic.apply_caps(lines, caps=[{"per": "issuer", "limit": "21%"}]))
    expected = {"A1": 0.105, "A2": 0.105} | dict.fromkeys("BCDE", 0.1975)
    assert right == pytest.approx(expected, rel=1e-12)


def test_a_floor_that_was_lowered_stays_so_for_the_caps_that_follow() -> None:
    """Two lines of a at 16 % are more than its 30 %: the floor falls to 15 %, and all of a is there.

    The others: B at 30 %, C and D the rest.  B then goes to 25 %, and its 5 points to C and D, 20 to 18:
    C has 45 % x 20/38.
    """
    lines = table(
        symbol=["A1", "A2", "B", "C", "D"],
        issuer=["a", "a", "b", "c", "d"],
        weight=[10.0, 2.0, 50.0, 20.0, 18.0],
    )
    caps = [
        {"per": "issuer", "limit": "30%"},
        {"per": "security", "set": {"largest": 1}, "together": "25%"},
    ]
    made = ic.apply_caps(lines, caps, floor="16%", on_infeasible="relax")
    assert b"CAP002" in made.schema.metadata[b"findings"]
    assert weights(made) == pytest.approx(
        {"A1": 0.15, "A2": 0.15, "B": 0.25, "C": 0.45 * 20 / 38, "D": 0.45 * 18 / 38}, rel=1e-12
    )


def test_a_label_that_is_missing() -> None:
    lines = table(symbol=["A", "B"], issuer=["a", None], weight=[1.0, 2.0])
    assert codes(weights=lines, caps=[{"per": "issuer", "limit": "60%"}]) == [
        ("CAP008", "caps[0].per")
    ]


def test_frames_of_others_and_no_pandas() -> None:
    """Anything with an Arrow stream is taken; the call itself imports no pandas."""
    batches = pa.RecordBatchReader.from_batches(LINES.schema, LINES.to_batches())
    made = ic.apply_caps(batches, caps=[{"per": "issuer", "limit": "30%"}])
    assert weights(made)["A1"] == pytest.approx(0.18)
    code = (
        "import sys, indexcalc as ic\n"
        "made = ic.apply_caps({'A': 5, 'B': 3, 'C': 2}, caps=[{'per': 'security', 'limit': '40%'}])\n"
        "assert made.num_rows == 3\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_no_list_of_caps_and_no_table_of_weights() -> None:
    limit = [{"per": "security", "limit": "60%"}]
    for said in ("60%", {"per": "security", "limit": "60%"}):
        with pytest.raises(UsageError, match=r"CAP007.*a list of mappings is needed"):
            ic.apply_caps({"A": 1, "B": 1}, said)  # type: ignore[arg-type]
    # A single column has an Arrow stream too (a pandas Series), and is no table.
    with pytest.raises(UsageError, match="CAP007"):
        ic.apply_caps(pa.chunked_array([[5.0, 3.0]]), limit)
    with pytest.raises(UsageError, match=r"CAP007.*`A` appears twice"):
        ic.apply_caps(table(symbol=["A", "B", "A"], weight=[5.0, 3.0, 2.0]), limit)
