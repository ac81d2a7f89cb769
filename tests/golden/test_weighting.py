"""Capping figures printed by providers or following exactly from their stated formulas.

Each test names its case and the publisher; inputs and expected figures are carried over from there.
Every one goes two ways that must agree: ``ic.apply_caps``, and an index computed over a market whose
market caps are the weights (its opening weights and capping factors).  P04 alone does not: its limits are
amounts name by name, a form no rule has, and the arithmetic below both is tried.
Not here, because they are no capping: D40 D42 D43 (other schemes), D44 (of no scheme), D39 (phased
removal), D53 (levels).  Cases named in plans but not in the collection: D23 D25 D27 D29 D50 D52 P03
P36 P48.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.methodology.values.exact_shares import fewest
from indexcalc.weighting.caps.bounded import fill

Weights = dict[str, float]


def capped(
    weights: Mapping[str, float] | pa.Table, caps: Sequence[Mapping[str, Any]], **more: Any
) -> tuple[Weights, Weights]:
    """Weights and capping factors by symbol, from the arithmetic alone and from a computed index."""
    made = ic.apply_caps(weights, caps=caps, **more)
    symbols = made.column("symbol").to_pylist()
    alone = (
        dict(zip(symbols, made.column("weight").to_pylist(), strict=True)),
        dict(zip(symbols, made.column("capping_factor").to_pylist(), strict=True)),
    )
    computed = of_an_index(weights, caps, **more)
    assert computed[0] == pytest.approx(alone[0], rel=1e-12)
    assert computed[1] == pytest.approx(alone[1], rel=1e-12)
    return alone


def of_an_index(
    weights: Mapping[str, float] | pa.Table, caps: Sequence[Mapping[str, Any]], **more: Any
) -> tuple[Weights, Weights]:
    """Opening weights and capping factors of an index of these market caps, on its first day."""
    rows = [{"symbol": name, "weight": value} for name, value in weights.items()] if (
        isinstance(weights, Mapping)
    ) else weights.to_pylist()  # fmt: skip
    on = more.pop("on", dt.date(2024, 1, 3))
    before = on - dt.timedelta(days=1)
    said = {"scheme": "market_cap", "caps": list(caps), **more}
    rule = ic.Methodology.from_text(
        "index: golden\ncurrency: KRW\ncalendar: XKRX\n"
        f"base: {{date: {on}, level: 1000}}\n"
        "universe: {where: {symbol: {not_in: []}}}\n"
        f"review: {{months: [{on.month}], effective: first session of month, "
        "cutoff: 1 session before effective}\n"
        f"selection: given\nweighting: {flow(said)}\n"
    )
    names = [row["symbol"] for row in rows]
    daily = {
        "date": pa.array([day for day in (before, on) for _ in rows]),
        "symbol": pa.array(names * 2),
        "close": pa.array([float(row["weight"]) for row in rows] * 2),
        "shares_outstanding": pa.array([1] * (2 * len(rows))),
    }
    lines = {name: pa.array([row[name] for row in rows]) for name in rows[0] if name != "weight"}
    members = {
        "index": pa.array(["golden"] * len(rows)),
        "effective_date": pa.array([on] * len(rows)),
        "symbol": pa.array(names),
    }
    market = ic.Market.from_tables(
        daily=table_of_columns(daily),
        securities=table_of_columns(lines),
        memberships=table_of_columns(members),
        sessions=table_of_columns({"date": pa.array([before, on])}),
        complete=True,
    )
    run = ic.compute(rule, market)
    assert run.diagnostics == ()
    symbols = run.constituents.column("symbol").to_pylist()
    made = (
        dict(zip(symbols, run.constituents.column(name).to_pylist(), strict=True))
        for name in ("weight", "capping_factor")
    )
    return next(made), next(made)


def table_of_columns(columns: Mapping[str, pa.Array]) -> pa.Table:
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def flow(value: Any) -> str:
    """A value as a rule writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return str(value)


def exactly(expected: Mapping[str, Fraction | str], tolerance: float = 1e-12) -> Any:
    return pytest.approx(
        {name: float(Fraction(value)) for name, value in expected.items()}, rel=tolerance
    )


@pytest.mark.parametrize(
    ("market_caps", "weights", "factors"),
    [
        pytest.param((500, 200, 150, 100, 50), "1/4 1/4 1/4 1/6 1/12", "3/10 3/4 1 1 1", id="D21"),
        pytest.param((500, 180, 160, 100, 60), "1/4 1/4 1/4 5/32 3/32", "8/25 8/9 1 1 1", id="D22"),
        pytest.param(
            (500, 180, 165, 100, 55), "1/4 1/4 1/4 5/31 11/124", "31/100 31/36 31/33 1 1", id="D57"
        ),
    ],
)
def test_single_cap_of_the_cyse_20(
    market_caps: tuple[int, ...], weights: str, factors: str
) -> None:
    """D21, D22, D57 (FTSE/CySE 20): a single cap of 25 % in one, two and three rounds."""
    names = "ABCDE"
    got_weights, got_factors = capped(
        dict(zip(names, market_caps, strict=True)), [{"per": "security", "limit": "25%"}]
    )
    assert got_weights == exactly(dict(zip(names, weights.split(), strict=True)))
    assert got_factors == exactly(dict(zip(names, factors.split(), strict=True)))


def test_a_name_that_lands_on_the_cap_is_not_capped() -> None:
    """D22: C ends at exactly 25 % and keeps its factor of 1; D57 has it capped."""
    one = capped(dict(A=500, B=180, C=160, D=100, E=60), [{"per": "security", "limit": "25%"}])[1]
    two = capped(dict(A=500, B=180, C=165, D=100, E=55), [{"per": "security", "limit": "25%"}])[1]
    assert [name for name, factor in one.items() if factor < 1] == ["A", "B"]
    assert [name for name, factor in two.items() if factor < 1] == ["A", "B", "C"]


def test_feasibility_edge() -> None:
    """D24 (FTSE capping guide): three thirds are the whole, three times 30 % are not."""
    weights, _ = capped(dict(A=70, B=20, C=10), [{"per": "security", "limit": "1/3"}])
    assert weights == exactly(dict(A="1/3", B="1/3", C="1/3"))
    with pytest.raises(ic.RuleError) as caught:
        ic.apply_caps(dict(A=70, B=20, C=10), caps=[{"per": "security", "limit": "0.30"}])
    assert [(one.code, one.where) for one in caught.value.diagnostics] == [
        ("CAP001", "caps[0].limit")
    ]
    assert "33.3334 %" in caught.value.diagnostics[0].message


SECTORS = {
    "T1": 22, "T2": 18, "T3": 10, "F1": 12, "F2": 10, "H1": 10, "H2": 8, "E1": 6, "E2": 4,
}  # fmt: skip


def sector_table() -> pa.Table:
    return pa.Table.from_arrays(
        [
            pa.array(list(SECTORS)),
            pa.array([float(value) for value in SECTORS.values()]),
            pa.array([name[0] for name in SECTORS]),
        ],
        names=["symbol", "weight", "sector"],
    )


@pytest.mark.parametrize("turned", [False, True])
def test_sector_and_single_cap_together(turned: bool) -> None:
    """D26 (NSE: sector and stock cap in one index), whichever of the two is written first."""
    caps = [{"per": "security", "limit": "15%"}, {"per": "sector", "limit": "30%"}]
    weights, _ = capped(sector_table(), caps[::-1] if turned else caps)
    assert weights == exactly(
        dict(T1="33/250", T2="27/250", T3="3/50", F1="3/20", F2="11/76", H1="11/76")
        | dict(H2="11/95", E1="33/380", E2="11/190")
    )


COPENHAGEN = [
    180,
    150,
    120,
    80,
    70,
    60,
    50,
    40,
    35,
    30,
    28,
    25,
    22,
    20,
    18,
    16,
    14,
    12,
    10,
    8,
    6,
    4,
    2,
]


def test_copenhagen_36_9_45() -> None:
    """D28 (Copenhagen capped indices): 9 % a name, names above 4.5 % at most 36 % together."""
    names = [f"n{i:02d}" for i in range(1, 24)]
    weights, factors = capped(
        dict(zip(names, COPENHAGEN, strict=True)),
        [
            {"per": "security", "limit": "9%"},
            {
                "per": "security", "set": {"above": "4.5%"}, "together": "36%",
                "method": "descending", "document": "OMX Copenhagen 36-9-4.5",
            },
        ],
        check=[
            {"per": "security", "limit": "10%"},
            {"per": "security", "set": {"above": "5%"}, "together": "40%"},
        ],
    )  # fmt: skip
    tail = "47/1100 423/11000 47/1375 329/11000 141/5500 47/2200 47/2750 141/11000 47/5500 47/11000"
    expected = ["9/100"] * 4 + ["9/200"] * 9 + tail.split()
    assert weights == exactly(dict(zip(names, expected, strict=True)))
    assert {name for name, factor in factors.items() if factor == 1} == set(names[13:])


def test_nasdaq_100_annual() -> None:
    """D30 (Nasdaq-100 annual): 15 to 14; the top five to 38.5; the others at most 4.4."""
    market = dict(I1=160, I2=140, I3=100, I4=80, I5=60, I6=55, I7=50)
    market |= {f"S{i:02d}": 5 for i in range(1, 72)}
    weights, _ = capped(
        market,
        [
            {"per": "security", "trigger": "15%", "limit": "14%"},
            {
                "per": "security", "set": {"largest": 5}, "trigger": "40%", "together": "38.5%",
                "others": {"limit": "4.4%", "not_above": "smallest_of_set"},
            },
        ],
    )  # fmt: skip
    expected = dict(I1="3773/36880", I2="3773/36880", I3="693/9220", I4="693/11525")
    expected |= dict(I5="2079/46100", I6="11/250", I7="11/250")
    expected |= {f"S{i:02d}": "527/71000" for i in range(1, 72)}
    assert weights == exactly(expected)


def test_semiconductor_ladder() -> None:
    """D31 (PHLX Semiconductor): 12, 10, 8 and 4 for the rest."""
    values = [400, 200, 150, 60, 50, 40, 30] + [20] * 13 + [10] * 10
    names = [f"x{i:02d}" for i in range(1, 31)]
    weights, factors = capped(
        dict(zip(names, values, strict=True)),
        [{"per": "security", "ladder": ["12%", "10%", "8%", "4%"]}],
    )
    expected = ["3/25", "1/10", "2/25"] + ["1/25"] * 4 + ["3/100"] * 13 + ["3/200"] * 10
    assert weights == exactly(dict(zip(names, expected, strict=True)))
    assert [name for name, factor in factors.items() if factor < 1] == names[:7]


SELECT_SECTOR = dict(a=19.84, b=16.10, c=6.10, d=5.46, e=5.19, f=4.84, g=4.60) | {
    f"r{i:02d}": 1.8935 for i in range(20)
}


def select_sector(method: str) -> list[dict[str, Any]]:
    return [
        {"per": "security", "trigger": "24%", "limit": "23%"},
        {
            "per": "security", "set": {"above": "4.8%"}, "trigger": "50%", "together": "50%",
            "method": method, "each": "4.5%", "document": "SEC Form 497",
        },
    ]  # fmt: skip


def test_select_sector_smallest_first() -> None:
    """D32 (SEC Form 497): f, then e go to 4.5 %; the rest share in proportion up to 4.8 %."""
    weights, _ = capped(SELECT_SECTOR, select_sector("smallest_first"))
    expected = dict(a="124/625", b="161/1000", c="61/1000", d="273/5000", e="9/200", f="9/200")
    expected |= dict(g="2001/42470") | {f"r{i:02d}": "329469/16988000" for i in range(20)}
    assert weights == exactly(expected)


def test_select_sector_descending() -> None:
    """The other reading: the name that would break 50 % goes to 4.5 %, and none below is lifted over it.

    By hand: 19.84 + 16.10 + 6.10 + 5.46 = 47.50; e would make 52.69, f 52.34.  Both go to 4.5; their
    1.03 goes to the twenty of 1.8935 alone, for g stands above 4.5 already.
    """
    weights, _ = capped(SELECT_SECTOR, select_sector("descending"))
    assert (weights["e"], weights["f"]) == (0.045, 0.045)
    assert weights["g"] == pytest.approx(0.046, rel=1e-12)
    assert weights["r00"] == pytest.approx((37.87 + 1.03) / 2000, rel=1e-12)


def test_the_two_readings_part() -> None:
    """A mega-cap that breaks the set is cut by one reading; the other cuts the names below it.

    22 + 21 + 20 + 6 = 69: descending keeps 22, 21 and 6 and cuts the 20; smallest first cuts 6 and 20.
    """
    market = dict(A=22.0, B=21.0, C=20.0, D=6.0) | {f"r{i:02d}": 1.55 for i in range(20)}
    down, _ = capped(market, select_sector("descending"))
    up, _ = capped(market, select_sector("smallest_first"))
    assert [round(down[name], 12) for name in "ABCD"] == [0.22, 0.21, 0.045, 0.06]
    assert [round(up[name], 12) for name in "ABCD"] == [0.22, 0.21, 0.045, 0.045]


def test_nikkei_cap_ratio() -> None:
    """D34 (Nikkei 225): above the threshold of its year a price counts nine tenths; 40/103 to 4/11."""
    by_year = {"2022-10-03": "12%", "2023-10-02": "11%", "2024-10-01": "10%"}
    cap = {"per": "security", "from": "2022-10-03", "trigger": by_year, "factor": "90%"}
    prices = {"FR": 40.0} | {f"o{i}": 9.0 for i in range(7)}
    weights, factors = capped(prices, [cap], on=dt.date(2024, 10, 1))
    assert weights["FR"] == pytest.approx(4 / 11, rel=1e-12)
    assert (factors["FR"], factors["o0"]) == (0.9, 1.0)
    # 11.5 % is above the threshold of 2023 and below that of 2022, when the rule began.
    prices = {"FR": 11.5} | {f"o{i:02d}": 8.85 for i in range(10)}
    factor_in = {
        day: capped(prices, [cap], on=day)[1]["FR"]
        for day in (dt.date(2022, 10, 2), dt.date(2022, 10, 3), dt.date(2023, 10, 2))
    }
    assert list(factor_in.values()) == [1.0, 1.0, 0.9]


def test_entropy_and_not_least_squares() -> None:
    """D51: the cap scales the others; adding a constant (13/60 for C) is another method."""
    weights, _ = capped(
        dict(A=0.5, B=0.2, C=0.15, D=0.1, E=0.05), [{"per": "security", "limit": "25%"}]
    )
    assert weights == exactly(dict(A="1/4", B="1/4", C="1/4", D="1/6", E="1/12"))
    assert abs(weights["C"] - 13 / 60) > 0.03


def test_mvis_russia_ladder() -> None:
    """P02 (MVIS Russia): printed factors of the five largest under 8, 8, 7, 6.5, 6.

    The constituents not printed stand as forty equal names of what is left of the capped total.
    """
    market = dict(
        GAZPROM=49092949658,
        SBERBANK=31447865846,
        LUKOIL=29695280738,
        NOVATEK=20367871111,
        MAGNIT=18689115096,
        RASPADSKAYA=105833521,
    )
    printed = dict(
        GAZPROM=0.273085,
        SBERBANK=0.426310,
        LUKOIL=0.395036,
        NOVATEK=0.534803,
        MAGNIT=0.538008,
        RASPADSKAYA=1.0,
    )
    left = 167581583462 * (1 - 0.355) - market["RASPADSKAYA"]
    weights, factors = capped(
        market | {f"o{i:02d}": left / 40 for i in range(40)},
        [{"per": "security", "ladder": ["8%", "8%", "7%", "6.5%", "6%"]}],
    )
    assert {name: factors[name] for name in printed} == pytest.approx(printed, abs=5e-7)
    shown = dict(GAZPROM=8.0, SBERBANK=8.0, LUKOIL=7.0, NOVATEK=6.5, MAGNIT=6.0, RASPADSKAYA=0.06)
    assert {name: 100 * weights[name] for name in shown} == pytest.approx(shown, abs=0.005)


def test_marketvector_poland_factors() -> None:
    """P04 (MarketVector Poland): the printed factors are what takes the market caps to the capped ones.

    The page prints no rule that gives those caps, so each is put in as a limit of its own: the capped
    caps over their sum, as a ladder, with the one uncapped name free.
    """
    market = dict(
        PKN=8004262977, DINO=4361204619, PKO=4303106974, PZU=3867367547, KGHM=3234990309, BUM=67768298
    )  # fmt: skip
    to = dict(PKN=1891472049, DINO=1794783082, PKO=1940656939, PZU=1624492245, KGHM=1539923772)
    total = sum(to.values()) + market["BUM"]
    printed = dict(PKN=0.236308, DINO=0.411534, PKO=0.450990, PZU=0.420051, KGHM=0.476021, BUM=1.0)
    table = pa.Table.from_arrays(
        [pa.array(list(market)), pa.array([float(v) for v in market.values()])],
        names=["symbol", "weight"],
    )
    limits = np.array([to.get(name, total) / total for name in market])
    values = np.array(table.column("weight").to_pylist())
    filled = fill(values, np.zeros(values.size), limits)
    factors = filled.weights / (filled.scale * values)
    assert dict(zip(market, factors, strict=True)) == pytest.approx(printed, abs=5e-7)


def test_cbi_single_cap() -> None:
    """P06 (CBI): a cap of 50 %, printed weights, and printed factors (theirs keep the total)."""
    market = dict(X=100 * 2e6, Y=200 * 5e6, Z=300 * 8e6)
    weights, factors = capped(market, [{"per": "security", "limit": "0.5"}])
    assert {k: 100 * v for k, v in weights.items()} == pytest.approx(
        dict(X=8.333, Y=41.667, Z=50.0), abs=5e-4
    )
    total = sum(market.values())
    theirs = {name: weights[name] / (value / total) for name, value in market.items()}
    assert theirs == pytest.approx(dict(X=1.5, Y=1.5, Z=0.75), abs=0.005)
    assert factors == exactly(dict(X="1", Y="1", Z="1/2"))


UCITS = [
    {"per": "issuer", "limit": "10%"},
    {"per": "issuer", "set": {"above": "5%"}, "together": "40%", "method": "descending"},
]


def issuers(values: Sequence[float]) -> pa.Table:
    return pa.Table.from_arrays(
        [
            pa.array([f"s{i:02d}" for i in range(len(values))]),
            pa.array([float(value) for value in values]),
            pa.array([f"i{i:02d}" for i in range(len(values))]),
        ],
        names=["symbol", "weight", "issuer"],
    )


@pytest.mark.parametrize("values", [[1.0] * 16, [2.0**i for i in range(16)], [1000.0] + [1.0] * 15])
def test_the_smallest_5_10_40(values: list[float]) -> None:
    """P35: four issuers at 10 % and twelve at 5 % are the fewest that meet 5/10/40."""
    assert fewest([(Fraction(1, 10), Fraction(2, 5))], Fraction(1, 20)) == 16
    weights, _ = capped(issuers(values), UCITS)
    assert sorted(weights.values()) == pytest.approx([0.05] * 12 + [0.1] * 4, rel=1e-12)
    with pytest.raises(ic.RuleError) as caught:
        ic.apply_caps(issuers(values[:15]), caps=UCITS)
    assert [one.code for one in caught.value.diagnostics] == ["CAP001"]
    assert "16 are needed" in caught.value.diagnostics[0].message
