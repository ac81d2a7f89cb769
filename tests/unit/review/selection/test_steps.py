"""Every verb and modifier on names whose sizes are known: members worked out by hand.

``SIZES``: A is the largest (100), J the smallest (10).
"""

from __future__ import annotations

import pytest

from tests.unit.review.small_reviews import select

SIZES = {name: 100 - 10 * place for place, name in enumerate("ABCDEFGHIJ")}
LABELS = [
    {"symbol": name, "kind": "x" if name in "ACEGI" else "y", "issuer": issuer}
    for name, issuer in zip("ABCDEFGHIJ", "ppqqrstuvw", strict=True)
]


def after(steps: str, existing: str = "", selection: str = "", **more: object) -> str:
    ran = select(
        SIZES,
        f"{{{selection}{', ' if selection else ''}steps: [{steps}]}}",
        existing,
        LABELS,
        **more,
    )  # type: ignore[arg-type]
    assert not [found for found in ran.findings.items if found.severity == "error"]
    return ran.members[-1]


@pytest.mark.parametrize(
    ("steps", "existing", "expected"),
    [
        ("{select: all}", "", "ABCDEFGHIJ"),
        ("{select: {size: {rank: 3}}}", "", "ABC"),
        ("{select: {size: {rank: 35%}}}", "", "ABC"),
        ("{select: {size: {rank: {max: 35%, rounding: ceil}}}}", "", "ABCD"),
        ("{select: {size: {rank: {max: 35%, rounding: half_up}}}}", "", "ABCD"),
        ("{select: {size: {rank: {from: 3, to: 5}}}}", "", "CDE"),
        ("{select: {size: {rank: {beyond: 8}}}}", "", "IJ"),
        # existing five of A C E G I: 60 % of five is three
        ("{select: {size: {rank: 60% of existing}}}", "ACEGI", "ABC"),
        ("{select: {size: {rank: {existing: 6, new: 2}}}}", "DEG", "ABDE"),
        ("{select: {status: existing, size: {rank: 6}}}", "DEG", "DE"),
        # nobody is existing: a test of existing passes
        ("{select: {size: {rank: 60% of existing}}}", "", "ABCDEFGHIJ"),
        ("{require: {size: {min: 50}}}, {select: {size: {rank: {beyond: 4}}}}", "", "EF"),
        ("{drop: {size: {rank: 2}}}, {select: {size: {rank: 2}}}", "", "CD"),
        # among the eligible the dropped keep their rank
        ("{drop: {size: {rank: 2}}}, {select: {size: {rank: 3, among: eligible}}}", "", "C"),
        # among a condition: the tested name is put in (B is second to A alone)
        ("{select: {size: {rank: 1, among: {kind: x}}}}", "", "A"),
        ("{select: {size: {rank: 2, among: {kind: x}}}}", "", "ABC"),
        ("{select: {size: {rank: 1}}, within: kind}", "", "AB"),
        ("{select: {size: {rank: 1, within: all}}, within: kind}", "", "A"),
        ("{require: {size: {rank: 1}}, within: issuer}, {select: all}", "", "ACEFGHIJ"),
        ("{select: {size: {rank: {max: 2, unless: {kind: y}}}}}", "", "ABDFHJ"),
        ("{select: {size: {rank: 2, unless: existing}}}", "H", "ABH"),
        # 550 in all: A has 18.18 %, B brings 34.5 %, C 49.1 %, D 61.8 %
        ("{select: {size: {coverage: 49%}}}", "", "ABC"),
        ("{select: {size: {coverage: {max: 49%}}}}", "", "AB"),
        ("{select: {size: {coverage: {nearest: 49%}}}}", "", "ABC"),
        ("{select: {size: {coverage: {nearest: 40%}}}}", "", "AB"),
        ("{select: {size: {coverage: {from: 18%, to: 49%}}}}", "", "BC"),
        ("{select: {size: {coverage: {above: 89%}}}}", "", "GHIJ"),
        ("{select: {size: {coverage: {max: rank 2 + 15 points}}}}", "", "ABC"),
        ("{select: {size: {coverage: {max: rank 2 - 1 points}}}}", "", "A"),
        ("{select: {size: {share: {above: 15%}}}}", "", "AB"),
        ("{select: {size: {share: {min: 1/3}}}, within: issuer}", "", "ABCDEFGHIJ"),
        ("{select: {size: {min: 50% of size at rank 2}}}", "", "ABCDEF"),
        ("{select: {size: {above: size at rank 200% of existing}}}", "AB", "ABC"),
        ("{select: {size: {min: size at coverage 40%}}}", "", "ABC"),
        # At most an eighth each: A to E count 50 of 400, and D brings 37.5 to 50 %.
        ("{select: {size: {min: size at coverage 40% capped at 12.5%}}}", "", "ABCD"),
        ("{select: {group: {existing_count: {min: 2}}}, within: kind}", "ACB", "ACEGI"),
        ("{select: {group: {screened_count: 5}}, within: kind}", "", "ABCDEFGHIJ"),
        # x: 300 of 550
        ("{select: {group: {size: {share: {above: 50%}}}}, within: kind}", "", "ACEGI"),
        ("{select: {group: {size: {rank: 1}}}, within: kind}", "", "ACEGI"),
        ("{select: {not: {size: {rank: 8}}}}", "", "IJ"),
        ("{select: {any: [{size: {rank: 1}}, {symbol: J}]}}", "", "AJ"),
        ("{fill: {to: 3, by: size}}", "", "ABC"),
        ("{fill: {to: 3, by: size, from: {kind: y}}}", "", "BDF"),
        ("{select: {size: {rank: 2}}}, {fill: {to: 2, by: size, where: {kind: y}}}", "", "ABD"),
        ("{fill: {to: 3, by: size, prefer: existing}}", "JI", "AIJ"),
        ("{fill: {to: 2, by: size}, within: kind}", "", "ABCD"),
        ("{fill: {to: 40% of remaining, by: size}, within: kind}", "", "ABCD"),
        ("{select: all}, {trim: {to: 3, by: size}}", "", "ABC"),
        ("{select: all}, {trim: {to: 3, by: size, prefer: existing}}", "IJ", "AIJ"),
        ("{select: all}, {trim: {to: 3, by: size, where: {kind: x}}}", "", "ABCDEFHJ"),
        ("{select: all}, {trim: {to: 8, by: size, from: {kind: x}}}", "", "ABCDEFHJ"),
        ("{select: all}, {trim: {to: 2, by: size}, within: kind}", "", "ABCD"),
        ("{select: all}, {trim: {to: 3, by: size}}, {fill: {to: 4, by: size}}", "", "ABCD"),
        (
            "{select: {status: existing}}, {replace: {out: {size: {rank: {beyond: 7}}}, "
            "in: {size: {rank: 3}}, by: size}}",
            "AHIJ",
            "ABCH",
        ),
        (
            "{select: {status: existing}}, {replace: {out: {size: {rank: {beyond: 7}}}, "
            "in: {size: {rank: 3}}, by: size, at_most: 1}}",
            "AHIJ",
            "ABHI",
        ),
        # three entrants, three leavers, one change allowed: best in, worst out
        ("{select: {size: {rank: 4}}}, {limit_changes: {to: 1, by: size}}", "AHIJ", "ABHI"),
        ("{select: {size: {rank: 4}}}, {limit_changes: {to: 3, by: size}}", "AHIJ", "ABCD"),
        # J is dropped for good: it leaves first
        (
            "{drop: {symbol: J}}, {select: {size: {rank: 4}}}, {limit_changes: {to: 1, by: size}}",
            "AHIJ",
            "ABHI",
        ),
        (
            "{drop: {symbol: H}}, {select: {size: {rank: 4}}}, {limit_changes: {to: 1, by: size}}",
            "AHIJ",
            "ABIJ",
        ),
        ("{select: {size: {rank: 4}}}, {limit_changes: {to: 1, by: size}}", "", "ABCD"),
        ("{select: {size: {rank: 2}}, from: 2020-04-01}, {select: {symbol: J}}", "", "J"),
        ("{select: {size: {rank: 2}}, until: 2020-03-13}, {select: {symbol: J}}", "", "J"),
        ("{select: {size: {rank: 2}}, months: [6]}, {select: {symbol: J}, months: [3]}", "", "J"),
        ("{require: {inclusion: 100%}}, {select: all}", "BE", "BE"),
        ("{select: {symbol: {in: [B, E]}}}, {drop: {symbol: B}}", "", "E"),
    ],
)
def test_members(steps: str, existing: str, expected: str) -> None:
    assert after(steps, existing) == expected


def test_start_existing_keeps_who_was_in() -> None:
    assert after("{select: {size: {rank: 1}}}", "IJ", "start: existing") == "AIJ"


def test_count_is_what_a_percent_of_it_is_of() -> None:
    assert after("{fill: {to: 40% of count, by: size}}", "", "count: 10") == "ABCD"
    assert after("{fill: {to: {2020-01-01: 3, 2020-04-01: 5}, by: size}}", "", "count: 3") == "ABC"


def test_within_of_the_selection_is_for_ranks_not_for_counts() -> None:
    text = "{select: {size: {rank: 2}}}, {trim: {to: 3, by: size}}"
    assert after(text, "", "within: kind") == "ABC"


def test_issuers_count_once_and_come_whole() -> None:
    # issuers p: A B, q: C D, r: E, s: F ...
    assert after("{fill: {to: 3, by: size}}", "", "unit: issuer") == "ABCDE"
    assert after("{select: all}, {trim: {to: 2, by: size}}", "", "unit: issuer") == "ABCD"
    assert after("{select: {symbol: B}}", "", "unit: issuer") == "AB"
    # require acts on lines: A is not let in with B
    assert after("{drop: {symbol: A}}, {fill: {to: 2, by: size}}", "", "unit: issuer") == "BCD"
    text = "{select: {status: existing}}, {fill: {to: 2, by: size}}"
    assert after(text, "D", "unit: issuer") == "ABCD"
    by_issuer = "size: {last: market_cap, per: issuer}"
    # p 190, q 150, r 60, s 50: D ranks second with C
    assert after("{select: {size: {rank: 2}}}", "", "", measures=by_issuer) == "ABCD"
    assert after("{select: {size: {rank: {from: 3, to: 3}}}}", "", "", measures=by_issuer) == "E"
    # p has 190 of 550, q brings 340: 61.8 %
    assert after("{select: {size: {coverage: 60%}}}", "", "", measures=by_issuer) == "ABCD"
    assert after("{select: {size: {share: {above: 27%}}}}", "", "", measures=by_issuer) == "ABCD"


def test_lowest_is_best() -> None:
    lowest = "size: {last: market_cap, best: lowest}"
    assert after("{select: {size: {rank: 2}}}", measures=lowest) == "IJ"
    assert after("{fill: {to: 3, by: size}}", measures=lowest) == "HIJ"
    assert after("{select: all}, {trim: {to: 2, by: size}}", measures=lowest) == "IJ"


def test_ties_go_by_market_cap_then_symbol() -> None:
    sizes = {"A": 10, "B": 10, "C": 10, "D": 20}
    ran = select(sizes, "{steps: [{select: {size: {rank: 2}}}]}", measures="size: {last: volume}")
    assert ran.members == ["AD"]
    ran = select(
        sizes,
        "{ties: [symbol], steps: [{select: {size: {rank: 2}}}]}",
        measures="size: {last: volume}",
    )
    assert ran.members == ["AB"]


def test_inclusion_moves_in_halves() -> None:
    """One review of two that halve a name beyond an outer band and take the rest out later."""
    steps = (
        "{select: {inclusion: 100%, size: {rank: {beyond: 5}}}, inclusion: 50%},"
        "{drop: {inclusion: 50%, size: {rank: {beyond: 4}}}},"
        "{select: {status: new, size: {rank: 2}}, inclusion: 50%},"
        "{select: {inclusion: 50%, size: {rank: 2}}, inclusion: 100%}"
    )
    from tests.unit.review.small_reviews import Ran, market, rule, weekdays

    sessions = weekdays("2020-01-02", "2020-09-30")
    caps = {name: float(size) for name, size in SIZES.items()}
    made = market(
        sessions,
        caps,
        memberships=[
            {"index": "test", "effective_date": "2020-01-02", "symbol": name} for name in "CH"
        ],
    )
    text = (
        f"measures: {{size: {{last: market_cap}}}}\n"
        f"selection: {{start: existing, steps: [{steps}]}}\nweighting: {{scheme: market_cap}}\n"
    )
    ran = Ran(made, sessions, rule(text))
    got = [dict(zip(ran.names(r.members), r.inclusion.tolist(), strict=True)) for r in ran.results]
    assert got == [
        {"A": 0.5, "B": 0.5, "C": 1.0, "H": 0.5},  # beyond 5: half
        {"A": 1.0, "B": 1.0, "C": 1.0},  # still beyond 4: out; the new are whole
        {"A": 1.0, "B": 1.0, "C": 1.0},
    ]


def test_the_reserve_is_what_remains_in_order() -> None:
    ran = select(
        SIZES,
        "{steps: [{drop: {symbol: C}}, {select: {size: {rank: 2}}}], "
        "reserve: {count: 3, by: size}}",
        "",
        LABELS,
    )
    assert ran.names(ran.results[-1].reserve.codes) == "DEF"
    ran = select(
        SIZES,
        "{steps: [{select: {size: {rank: 2}}}], reserve: {count: 2, by: size, within: kind}}",
        "",
        LABELS,
    )
    reserve = ran.results[-1].reserve
    assert dict(zip(ran.names(reserve.codes), reserve.groups, strict=True)) == {
        "C": "x",
        "E": "x",
        "D": "y",
        "F": "y",
    }


@pytest.mark.parametrize(
    ("steps", "existing", "members", "waiting"),
    [
        # Who is no x is chosen by no step, however large, and gets no place that falls free.
        ("{select: {kind: x}}, {trim: {to: 2, by: size}}", "", "AC", "EGI"),
        ("{select: {kind: x, size: {rank: 3}}}", "", "AC", "EGI"),
        ("{select: {size: {min: 50, rank: 2}}}", "", "AB", "CDEF"),
        ("{select: {kind: x, size: {above: size at rank 4}}}", "", "AC", "EGI"),
        ("{select: {kind: x, size: {coverage: 30%}}}", "", "A", "CEGI"),
        ("{select: {kind: x, group: {existing_count: {min: 1}}}, within: kind}", "", "", "ACEGI"),
        # Either way of getting in, and what is not asked for because it is a rank.
        ("{select: {any: [{kind: x}, {size: {rank: 1}}]}}", "", "ACEGI", "BDFHJ"),
        ("{select: {any: [{kind: x, size: {rank: 1}}, {size: {min: 90}}]}}", "", "AB", "CEGI"),
        ("{select: {kind: y, not: {size: {rank: 2}}}}", "", "DFHJ", "B"),
        ("{select: {not: {kind: y}}}, {trim: {to: 1, by: size}}", "", "A", "CEGI"),
        # Only who is excused by a rank truly is.
        ("{select: {size: {min: 90, unless: {size: {rank: {from: 4, to: 4}}}}}}", "", "ABD", ""),
        # Of those that are in 30 is asked, of the new 60: F, new with 50, waits for nothing.
        (
            "{select: {status: existing, size: {min: 30}}}, {select: {status: new, size: {min: 60}}}, "
            "{trim: {to: 2, by: size}}",
            "DGH",
            "AB",
            "CDEGH",
        ),
        # A fill takes whom it may take.
        ("{select: {kind: x, size: {rank: 1}}}, {fill: {to: 2, by: size}}", "", "AB", "CDEFGHIJ"),
        ("{fill: {to: 2, by: size, from: {kind: y}}}", "", "BD", "FHJ"),
        ("{fill: {to: 2, by: size, where: {kind: y}}}", "", "BD", "FHJ"),
        (
            "{fill: {to: 2, by: size, from: {kind: y}}}, "
            "{replace: {out: {size: {rank: {beyond: 3}}}, in: {size: {max: 90}, kind: y}, by: size}}",
            "",
            "BF",
            "DHJ",
        ),
    ],
)  # fmt: skip
def test_only_who_could_have_been_chosen_waits(
    steps: str, existing: str, members: str, waiting: str
) -> None:
    reserve = "reserve: {count: 10, by: size}"
    ran = select(SIZES, f"{{steps: [{steps}], {reserve}}}", existing, LABELS)
    assert (ran.members[-1], ran.names(ran.results[-1].reserve.codes)) == (members, waiting)


def test_dax_rank_rules() -> None:
    """Fast exit, fast entry, regular exit and regular entry, from the published example."""
    letters = [chr(0x100 + place) for place in range(80)]
    sizes = {name: 1000 - place for place, name in enumerate(letters)}
    steps = (
        "{replace: {out: {size: {rank: {beyond: 60}}}, in: {size: {rank: 47}}, by: size}},"
        "{replace: {out: {size: {rank: {beyond: 47}}}, in: {size: {rank: 33}}, by: size}},"
        "{replace: {out: {size: {rank: {beyond: 53}}}, in: {size: {rank: 47}}, by: size}},"
        "{replace: {out: {size: {rank: {beyond: 47}}}, in: {size: {rank: 40}}, by: size}}"
    )

    def ranks(existing: list[int]) -> list[int]:
        ran = select(
            sizes,
            f"{{start: existing, steps: [{steps}]}}",
            "".join(letters[rank - 1] for rank in existing),
        )
        return [letters.index(name) + 1 for name in ran.members[-1]]

    first = [rank for rank in range(1, 41) if rank not in (32, 38, 40)] + [49, 55, 62]
    assert ranks(first) == list(range(1, 41))
    second = [rank for rank in range(1, 41) if rank != 34] + [53]
    assert ranks(second) == list(range(1, 41))


def test_coverage_bands_at_exact_boundaries() -> None:
    """70/85/98 with names that end exactly on them: a boundary belongs to the larger band."""
    sizes = {"A": 40, "B": 30, "C": 15, "D": 13, "E": 2}
    for band, expected in (
        ("{max: 70%}", "AB"),
        ("{above: 70%, max: 85%}", "C"),
        ("{above: 85%, max: 98%}", "D"),
        ("{above: 98%}", "E"),
        # The crossing name of `reach`, and bands of the share before the name: [from, to).
        ("70%", "AB"),
        ("{from: 70%, to: 85%}", "C"),
        ("{from: 40%, to: 70%}", "B"),
        ("71%", "ABC"),
    ):
        ran = select(sizes, f"{{steps: [{{select: {{size: {{coverage: {band}}}}}}}]}}")
        assert ran.members == [expected]
