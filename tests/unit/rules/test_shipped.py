"""Every shipped rule loads clean and passes its cases; a case is worth nothing if it cannot fail."""

from __future__ import annotations

import functools
import itertools
import re
from pathlib import Path

import pytest

from indexcalc.calculation.validate import validate
from indexcalc.cases.cases import run_case, run_cases
from indexcalc.cases.reading import Case, read_cases
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names

RULES = sorted(shipped_names(shipped_folder()).items())
PATTERNS = (
    "dividend-weighted",
    "equal-weight",
    "exclusion-list",
    "four-way-rank",
    "fundamental",
    "inverse-volatility",
    "ladder",
    "liquidity-screened",
    "nasdaq-100-like",
    "percentile-bands",
    "price-weighted",
    "ric-25-50",
    "sector-neutral",
    "select-sector",
    "select-sector-descending",
    "tilt",
    "top-n-buffer",
    "ucits-5-10-40",
    "currency-converted",
    "currency-hedged",
    "excess-return",
    "inverse",
    "leveraged",
    "percent-decrement",
    "points-decrement",
    "risk-controlled",
)
WORLD = (
    "csi-300",
    "dax",
    "euro-stoxx-50",
    "euro-stoxx-select-dividend-30",
    "ftse-100",
    "hang-seng",
    "russell-1000",
    "sp500-equal-weight",
)


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_a_shipped_rule_validates_clean_and_passes_its_cases(name: str, path: Path) -> None:
    made = validate(path, between=True)
    assert [(found.code, found.message) for found in made.diagnostics] == []
    assert made.rule is not None
    assert made.rule.index == name
    report = run_cases([path])
    assert [found.message for found in report.findings] == []
    assert report.results, "a shipped rule has cases"
    assert "schema.json" in made.rule.text.split("\n", 1)[0]


def test_what_is_promised_is_there_with_cases() -> None:
    names = dict(RULES)
    assert set(PATTERNS) | set(WORLD) <= names.keys()
    for name in (*PATTERNS, *WORLD):
        assert read_cases(load_family([names[name]])[name]).cases, name


def test_rules_of_other_providers_name_their_sources() -> None:
    folder = shipped_folder() / "world"
    for path in folder.glob("*.yaml"):
        if not path.name.endswith(".cases.yaml"):
            assert load_family([path])[path.stem].sources, path.name


# A number of each rule changed by hand, and how many of its cases must then fail at least.
BROKEN = [
    ("patterns/top-n-buffer", "{existing: 12, new: 8}", "{existing: 12, new: 9}", 1),
    ("patterns/top-n-buffer", "{existing: 12, new: 8}", "{existing: 11, new: 8}", 1),
    ("patterns/top-n-buffer", "mean: market_cap, over: 3 calendar months", "last: market_cap", 1),
    ("patterns/percentile-bands", "max: 70%", "below: 70%", 1),
    ("patterns/percentile-bands", "max: 72%", "below: 72%", 1),
    ("patterns/percentile-bands", "below: 68%", "max: 68%", 1),
    ("patterns/four-way-rank", "in: {size: {rank: 10}}", "in: {size: {rank: 8}}", 1),
    ("patterns/four-way-rank", "months: [3, 9]}\n    - fill", "months: [3, 6, 9]}\n    - fill", 1),
    ("patterns/liquidity-screened", "median: traded_value", "mean: traded_value", 1),
    ("patterns/liquidity-screened", "existing: 300_000_000", "existing: 300_000_001", 1),
    ("patterns/sector-neutral", "existing: 60%", "existing: 70%", 1),
    ("patterns/sector-neutral", "rounding: ceil", "rounding: floor", 1),
    (
        "patterns/exclusion-list",
        '2024-06-14: {not_in: ["000111", "000222"]}',
        '2024-06-14: {not_in: ["000111"]}',
        1,
    ),
    ("patterns/dividend-weighted", "years_paid: {min: 3}", "years_paid: {min: 2}", 1),
    ("patterns/dividend-weighted", "within: issuer", "within: all", 1),
    ("patterns/spread-rebalance", "spread_over: 5", "spread_over: 4", 1),
    ("patterns/leveraged", "leverage:  2", "leverage:  3", 1),
    ("patterns/leveraged", "ACT/365", "ACT/360", 1),
    ("patterns/inverse", "leverage:  -1", "leverage:  -2", 1),
    ("patterns/excess-return", "of: exposure", "of: borrowed", 1),
    ("patterns/percent-decrement", "arithmetic   ", "geometric    ", 1),
    ("patterns/points-decrement", "floor: 0", "floor: 1", 1),
    ("patterns/risk-controlled", "annual_factor: 252", "annual_factor: 250", 1),
    ("patterns/risk-controlled", "lag:           2", "lag:           3", 1),
    ("patterns/currency-hedged", "ratio:   100%", "ratio:   50%", 1),
    ("patterns/global-two-currency-hedged", "of:      members", "of:      level", 1),
    ("patterns/global-two-currency-decrement", "4%\n  day", "5%\n  day", 1),
    ("patterns/currency-converted", "currency: USD\ncal", "currency: EUR\ncal", 1),
    ("patterns/ucits-5-10-40", "limit: 9%", "limit: 10%", 2),
    ("patterns/ucits-5-10-40", "together: 36%", "together: 35%", 1),
    ("patterns/ucits-5-10-40", "{above: 4.5%}", "{above: 5%}", 1),
    ("patterns/ucits-5-10-40", "per: issuer, limit: 9%", "per: security, limit: 9%", 1),
    ("patterns/ric-25-50", "limit: 22.5%", "limit: 25%", 2),
    ("patterns/ric-25-50", "together: 45%", "together: 50%", 1),
    ("patterns/ric-25-50", "method: proportional", "method: smallest_first", 1),
    ("patterns/nasdaq-100-like", "limit: 20%,  ", "limit: 21%,  ", 1),
    ("patterns/nasdaq-100-like", "trigger: 24%", "trigger: 23.9%", 1),
    ("patterns/nasdaq-100-like", "trigger: 48%", "trigger: 47.8%", 1),
    ("patterns/nasdaq-100-like", "limit: 14%", "limit: 15%", 1),
    ("patterns/nasdaq-100-like", "others: {limit: 4.4%", "others: {limit: 4.5%", 1),
    ("patterns/ladder", "[12%, 10%, 8%, 4%]", "[12%, 8%, 8%, 4%]", 1),
    ("patterns/ladder", "[12%, 10%, 8%, 4%]", "[12%, 10%, 8%, 4.2%]", 2),
    ("patterns/select-sector", "method: smallest_first", "method: descending", 2),
    ("patterns/select-sector", "limit: 23%", "limit: 24%", 1),
    ("patterns/select-sector", "trigger: 24%", "trigger: 23.9%", 1),
    ("patterns/select-sector", "{above: 4.8%}", "{above: 4.9%}", 1),
    ("patterns/select-sector-descending", "method: descending", "method: smallest_first", 2),
    ("patterns/price-weighted", "factor: 90%", "factor: 91%", 3),
    ("patterns/price-weighted", "2024-10-02: 10%", "2024-10-02: 9.9%", 1),
    ("patterns/price-weighted", "scheme: price\n", "scheme: market_cap\n", 1),
    ("patterns/fundamental", "by: fundamental}\n\nmain", "by: fundamental, floor: 33%}\n\nmain", 1),
    ("patterns/tilt", "limit: 60%", "limit: 61%", 1),
    ("patterns/tilt", "scheme: tilt", "scheme: measure", 1),
    ("patterns/inverse-volatility", "scheme: inverse_volatility", "scheme: measure", 2),
    ("patterns/inverse-volatility", "limit: 25%", "limit: 26%", 1),
    (
        "world/dax",
        "rank: 40}}, by: size}, note: regular entry",
        "rank: 39}}, by: size}, note: regular entry",
        1,
    ),
    ("world/dax", "note: regular entry, months: [3, 9]", "note: regular entry, months: [3, 6]", 1),
    ("world/ftse-100", "existing: 110, new: 90", "existing: 112, new: 90", 1),
    ("world/ftse-100", "tuesday before 1st friday", "3rd friday", 1),
    ("world/csi-300", "40%: 40%", "40%: as is", 1),
    ("world/csi-300", "to: 10% of count, by: size", "to: 11% of count, by: size", 1),
    ("world/hang-seng", "2006-09-11: 2/3", "2006-09-11: 1/2", 1),
    ("world/hang-seng", "fill:   {to: 20", "fill:   {to: 19", 1),
    ("world/hang-seng", "trim:   {to: 25", "trim:   {to: 26", 1),
    ("world/russell-1000", "rank 1000 + 2.5 points", "rank 1000 + 2.6 points", 1),
    ("world/russell-1000", "rank 1000 - 2.5 points", "rank 1000 - 2.6 points", 1),
    ("world/euro-stoxx-50", "nearest: 60%", "reach: 60%", 1),
    ("world/euro-stoxx-50", "size: {rank: 60}", "size: {rank: 46}", 1),
    ("world/euro-stoxx-select-dividend-30", "new: 60%", "new: 70%", 1),
    ("world/euro-stoxx-50", "limit: 10%", "limit: 11%", 1),
    ("world/hang-seng", "2021-06-07: 8%", "2021-06-07: 9%", 1),
    ("world/sp500-equal-weight", "scheme: equal", "scheme: market_cap", 2),
    ("world/sp500-equal-weight", "2nd friday", "1 session before effective", 1),
    ("world/sp500-equal-weight", ", across: issuer", "", 1),
    ("world/dax", "2024-03-18: 15%", "2024-03-18: 16%", 1),
    ("world/dax", "after: 2 sessions", "after: 1 sessions", 1),
    ("world/ftse-100", "after: 4 sessions", "after: 5 sessions", 1),
    ("world/ftse-100", "min: 1_000_000_000", "min: 900_000_000", 1),
    ("world/ftse-100", "[delisting, takeover_unconditional]", "[delisting]", 1),
    ("world/csi-300", "[delisting, special_treatment]", "[delisting]", 1),
    ("world/euro-stoxx-50", "{beyond: 75}}, was", "{beyond: 90}}, was", 1),
    (
        "krx/kospi200",
        "{max: 90% of existing, unless: {group: {existing_count: {below: 3}}}}\n            among:",
        "{max: 95% of existing, unless: {group: {existing_count: {below: 3}}}}\n            among:",
        1,
    ),
    ("krx/kospi200", "joining_count: {below: 1}", "joining_count: {below: 2}", 1),
    ("krx/kospi200", "any: [{size: {rank: 110% of", "any: [{size: {rank: 115% of", 1),
    (
        "krx/kospi200",
        "{max: 90% of existing, unless: {group: {existing_count: {below: 3}}}}\n            among:",
        "{max: 90% of existing, unless: {group: {existing_count: {below: 1}}}}\n            among:",
        1,
    ),
    (
        "krx/kospi200",
        "            coverage: {2017-06-09: 80%, 2020-06-12: 85%}",
        "            coverage: {2017-06-09: 80%, 2020-06-12: 80%}",
        1,
    ),
    ("krx/kospi200", "{rank: 85%}}    # among", "{rank: 100%}}    # among", 1),
    (
        "krx/kospi200",
        "2019-06-14: {column: sector, merge: {financials: [financials, real_estate]}, means",
        "2019-06-14: {column: sector, means",
        1,
    ),
    (
        "krx/kospi200",
        "from: {2017-06-09: {status: existing}, 2024-12-13: none}",
        "from: {2017-06-09: {status: existing}}",
        1,
    ),
    (
        "krx/kospi200",
        "from: {2017-06-09: {status: existing}, 2024-12-13: none}",
        "from: {2017-06-09: none}",
        1,
    ),
    ("krx/kospi200", "listed_for: {min: 15 sessions}", "listed_for: {min: 5 sessions}", 1),
    ("krx/kospi200", "      2024-12-13: [existing, transferred]\n", "", 1),
    ("krx/kospi200", "2024-01-02: [{after: 14 sessions", "2024-01-02: [{after: 24 sessions", 1),
    ("krx/kospi200", "1994-06-01: 10, 2026-12-11: none", "1994-06-01: 1, 2026-12-11: none", 1),
    ("krx/kospi200", "counted: own, at_most: 15 sessions, ", "", 1),
    (
        "krx/kospi200",
        "over: 30 sessions, to: 7 sessions before halt",
        "over: 30 sessions, to: 6 sessions before halt",
        1,
    ),
    (
        "krx/kospi200",
        "group: {size: {share: {below: 1%}}}",
        "group: {size: {share: {below: 5%}}}",
        1,
    ),
    ("krx/kospi200", "rounding: {capping_factor: 4}", "rounding: {capping_factor: 5}", 1),
    ("krx/kospi200", "limit: 30%", "limit: 31%", 1),
    ("krx/kospi200-cap30", "limit: 30%", "limit: 29.9%", 3),
    ("krx/kospi200-cap30", "over: 3 calendar", "over: 2 calendar", 2),
    ("krx/kospi200-cap30", "1 month before", "0 months before", 2),
    ("krx/kospi200-cap25", "limit: 25%", "limit: 24%", 2),
    ("krx/kospi200-cap20", "limit: 20%", "limit: 21%", 1),
    ("krx/kospi100", "limit: 30%", "limit: 31%", 1),
    ("krx/kospi50", "limit: 30%", "limit: 31%", 1),
    ("krx/kospi", "min: {1980-01-04: 30 days", "min: {1980-01-04: 29 days", 1),
    ("krx/kospi", "2002-06-14: common", "2002-06-17: common", 1),
    ("krx/unverified/kospi-preferred", "min: 50000000000", "min: 50000000001", 1),
    ("krx/unverified/krx-game-k-new-deal", "{bbig: game}", "{bbig: bio}", 1),
    ("krx/kospi", "scheme: market_cap", "scheme: float_market_cap", 1),
    ("krx/kosdaq", "foreign, spac", "foreign", 1),
    ("krx/kosdaq", "2002-05-02: 1 session", "2002-05-02: 2 sessions", 1),
    ("krx/kospi-large", "mean: market_cap", "last: market_cap", 1),
    ("krx/kosdaq-large", "to: 100", "to: 101", 2),
    ("krx/kospi-mid", "to: 300", "to: 301", 2),
    ("krx/kosdaq-mid", "to: 400", "to: 399", 2),
    ("krx/kospi-small", "beyond: 300", "beyond: 301", 2),
    ("krx/kosdaq-small", "beyond: 400", "beyond: 401", 2),
]


@functools.cache
def cases_of(path: Path) -> tuple[Case, ...]:
    """The cases of a shipped rule, read once for all that is broken in it."""
    return read_cases(load_family([path])[path.stem]).cases


@pytest.mark.parametrize(
    ("rule", "old", "new", "least"), BROKEN, ids=[f"{row[0]}-{n}" for n, row in enumerate(BROKEN)]
)
def test_cases_notice_a_number_that_is_wrong(
    rule: str, old: str, new: str, least: int, tmp_path: Path
) -> None:
    path = shipped_folder() / f"{rule}.yaml"
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(re.escape(old), text)) == 1
    broken = tmp_path / path.name
    broken.write_text(text.replace(old, new), encoding="utf-8")
    family = load_family([broken])
    failing = (case for case in cases_of(path) if run_case(case, family[path.stem], family))
    assert len(list(itertools.islice(failing, least))) == least


# Golden case P45: FTSE's fast entry of September 2021 asks for a full capitalisation of GBP 6.79bn and an
# investable one of 2bn, both in: levels of one quarter, checked here as what makes a name eligible.
def test_the_condition_of_the_ftse_fast_entry(tmp_path: Path) -> None:
    path = tmp_path / "fast.yaml"
    path.write_text(
        """index: fast
currency: GBP
calendar: XLON
base: {date: 2021-01-04, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {months: [9], effective: session after 3rd friday, cutoff: tuesday before 1st friday}
measures: {size: {last: market_cap}, investable: {last: float_market_cap}}
eligibility: {size: {min: 6_790_000_000}, investable: {min: 2_000_000_000}}
weighting: {scheme: market_cap}
cases:
  - name: P45
    market:
      sessions: [{date: 2021-08-02..2021-09-30}]
      daily:
        - {date: [2021-08-31, 2021-09-17, 2021-09-20], symbol: [A, B, C, D], close: [67.9, 67.8, 90, 120],
           shares_outstanding: 100_000_000}
      float_factors:                       # 2.0, 3.0, 1.99 and 6.0 of the full capitalisations
        - {symbol: [A, B, C, D], effective_date: 2021-01-04,
           float_factor: [0.2945508100147276, 0.4424778761061947, 0.2211111111111111, 0.5]}
    on: 2021-09-20
    expect: {members: [A, D]}
""",
        encoding="utf-8",
    )
    assert [found.message for found in run_cases([path]).findings] == []
