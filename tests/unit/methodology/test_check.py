"""Checks of what a rule means: each finding, and each near miss that is no finding."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from indexcalc.calculation.validate import validate
from indexcalc.diagnostics import Diagnostic, render_text
from indexcalc.methodology.check.check import check, expected_sessions
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model import market_columns as columns
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.exact_shares import percent
from tests.unit.methodology.rules_for_tests import HEAD, rule

ROOT = Path(__file__).resolve().parents[3]
SIZE = "measures: {size: {mean: market_cap, over: 3 months}}\n"


def found(more: str, head: str = HEAD, *, between: bool = False) -> list[Diagnostic]:
    family = load_family([rule(more, head)])
    made = family[family.asked[0]]
    sessions, _ = expected_sessions(made)
    return check(made, family.rules, sessions, between=between).items


def codes(more: str, head: str = HEAD) -> list[str]:
    return [item.code for item in found(more, head) if item.code != "RUL114"]


def of_count(count: int, weighting: str) -> str:
    steps = f"selection: {{count: {count}, steps: [{{fill: {{to: {count}, by: size}}}}]}}\n"
    return SIZE + steps + f"weighting: {weighting}\n"


SHIPPED = sorted(
    path for path in (ROOT / "rules").rglob("*.yaml") if not path.name.endswith(".cases.yaml")
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_rule_is_clean(path: Path) -> None:
    family = load_family([path])
    made = family[family.asked[0]]
    sessions, _ = expected_sessions(made)
    items = [*made.warnings, *check(made, family.rules, sessions).items]
    assert items == [], render_text(items, family.texts)


def test_the_message_of_the_design() -> None:
    """Design section 11, word for word."""
    lines = ["# a", "#"] * 12 + HEAD.splitlines()[:-1]
    lines += ["review: {months: [6], effective: 2nd friday, cutoff: last session 2 months before}"]
    lines += ["weighting:", "  caps:", "    - {per: security, limit: 0.3%}"]
    lines[0] = "# x"
    text = (
        "\n".join(lines)
        + "\n"
        + SIZE
        + "selection: {count: 200, steps: [{fill: {to: 200, by: size}}]}\n"
    )

    made = Methodology.from_text(text, "rules/mine.yaml")
    items = check(made, {made.index: made}).items
    line = text.splitlines().index("    - {per: security, limit: 0.3%}") + 1
    assert render_text(items, {"rules/mine.yaml": text}) == (
        f"rules/mine.yaml:{line}:30: error CAP001 weighting.caps[0].limit\n"
        f"  {line} |     - {{per: security, limit: 0.3%}}\n"
        "     |                              ^^^^ 0.3 % x 200 constituents = 60 % < 100 %; "
        "smallest feasible limit is 0.5 %\n"
        "  hint: did you mean 30%?"
    )


@pytest.mark.parametrize(
    ("count", "limit", "feasible"),
    [
        (200, "0.5%", True),  # 200 x 0.5 % = 100 %: equal weights
        (200, "0.4999%", False),
        (3, "1/3", True),  # exact: 3 x 1/3 is one
        (3, "33.33%", False),
        (3, "33.34%", True),
        (7, "1/7", True),
        (49, "1/49", True),  # in doubles 49 * (1/49) < 1
        (5, "30%", True),
    ],
)
def test_limits_are_decided_on_exact_shares(count: int, limit: str, feasible: bool) -> None:
    items = found(of_count(count, f"{{caps: [{{per: security, limit: {limit}}}]}}"))
    assert ("CAP001" in [item.code for item in items]) is not feasible


def test_what_is_done_where_infeasible_makes_it_a_warning() -> None:
    said = "{on_infeasible: equal, caps: [{per: security, limit: 1%}]}"
    (item,) = found(of_count(50, said))
    assert (item.code, item.severity) == ("CAP001", "warning")


def test_limits_of_a_ladder_and_of_the_others() -> None:
    # 10 + 8 + 18 x 4 = 90 %
    (item,) = found(of_count(20, "{caps: [{per: security, ladder: [10%, 8%, 4%]}]}"))
    assert item.code == "CAP001"
    assert "= 90 % < 100 %; its last step must be at least 4.5556 %" in item.message
    assert not codes(of_count(20, "{caps: [{per: security, ladder: [10%, 9%, 5%]}]}"))
    # 40 + 5 x 10 = 90 %
    set_of_five = "{per: security, set: {largest: 5}, together: 40%, others: {limit: 10%}}"
    (item,) = found(of_count(10, f"{{caps: [{set_of_five}]}}"))
    assert "smallest feasible limit of the others is 12 %" in item.message


def test_five_ten_forty_needs_sixteen_names() -> None:
    """Four at 10 % are 40 %; the other 60 % are twelve at 5 %."""
    said = "{caps: [{per: security, limit: 10%}, {per: security, set: {above: 5%}, together: 40%}]}"
    assert codes(of_count(16, said)) == []
    (item,) = found(of_count(15, said))
    assert item.code == "CAP001"
    assert "16 constituents are needed (4 of 10 %, the others of 5 %), there are 15" in item.message


def test_a_limit_is_judged_on_its_own_days() -> None:
    more = (
        SIZE
        + "selection: {count: {2000-01-04: 200, 2010-06-11: 20}, "
        + "steps: [{fill: {to: {2000-01-04: 200, 2010-06-11: 20}, by: size}}]}\n"
        + "weighting: {caps: [{per: security, limit: {2000-01-04: 1%, 2010-06-11: 3%}}]}\n"
    )
    (item,) = found(more)
    assert item.code == "CAP001"
    assert "3 % x 20 constituents = 60 %" in item.message
    assert item.message.endswith("from 2010-06-11")
    assert item.span is not None
    line = (HEAD + more).splitlines()[item.span.line - 1]
    assert line[item.span.column - 1 :].startswith("3%")


def test_a_child_has_at_most_its_parents_names() -> None:
    child = "index: small\nuniverse: {of: kospi-large}\nreview: {follows: kospi-large}\n"
    assert codes("weighting: {caps: [{per: security, limit: 0.9%}]}\n", child) == ["CAP001"]
    assert codes("weighting: {caps: [{per: security, limit: 1%}]}\n", child) == []


def test_issuers_are_not_counted_as_lines() -> None:
    more = (
        SIZE
        + "selection: {unit: issuer, count: 20, steps: [{fill: {to: 20, by: size}}]}\n"
        + "weighting: {caps: [{per: PER, limit: 4%}]}\n"
    )
    assert codes(more.replace("PER", "issuer")) == ["CAP001"]
    assert codes(more.replace("PER", "security")) == []  # twenty issuers may have thirty lines


def test_floors() -> None:
    assert codes(of_count(200, "{floor: 0.5%}")) == []
    (item,) = found(of_count(3, "{floor: 34%}"))
    assert "largest feasible floor is 33.3333 %" in item.message
    both = "{floor: 6%, caps: [{per: security, limit: 5%}]}"
    assert "the floor 6% is above the limit 5%" in found(of_count(30, both))[0].message


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [
        ("{scheme: equal, caps: [{per: security, limit: 10%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 100%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 20%}, {per: security, limit: 10%}]}", []),
        ("{caps: [{per: issuer, limit: 10%}, {per: security, limit: 10%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 10%}, {per: issuer, limit: 10%}]}", []),
        ("{caps: [{per: security, limit: 10%}], check: [{per: security, limit: 10%}]}", []),
    ],
)
def test_caps_that_never_bind(weighting: str, expected: list[str]) -> None:
    assert codes(of_count(20, weighting)) == expected


# --- selection ------------------------------------------------------------------------------------


HELD = "start: existing, "


def steps(*said: str, more: str = "") -> str:
    return SIZE + f"selection: {{{more}steps: [{', '.join(said)}]}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (steps("{select: all}", "{trim: {to: 200, by: size}}"), []),
        (steps("{fill: {to: 200, by: size}}", "{trim: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{fill: {to: 250, by: size}}", "{trim: {to: 200, by: size}}", more="count: 200, "), []),
        (steps("{select: all}", "{trim: {to: 200, by: size}}", "{fill: {to: 150, by: size}}"), ["RUL104"]),
        (steps("{trim: {to: 200, by: size}}", "{select: all}"), ["RUL108"]),
        (steps("{trim: {to: 200, by: size}}", "{select: all}", more=HELD), []),
        (steps("{select: all}", "{fill: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{select: all}", "{drop: {size: {rank: 5}}}", "{fill: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{limit_changes: {to: 5, by: size}}", "{select: all}", more=HELD), ["RUL108"]),
        (steps("{drop: {size: {max: 5}}}"), ["RUL109"]),
        (steps("{select: {size: {rank: {existing: 110, new: 90}}}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50}}}", "{fill: {to: 100, by: size}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50, unless: existing}}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50}}}", more="count: 100, within: sector, "), []),
        (steps("{select: {symbol: {in: [A, B]}}}", more="count: 3, "), ["RUL105"]),
        (steps("{select: {any: [{symbol: {in: [A, B]}}, {size: {rank: 1}}]}}", more="count: 3, "), []),
        (steps("{select: all}", "{trim: {to: 90% of count, by: size}}", more="count: 9, "), []),
    ],
)  # fmt: skip
def test_counts(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("{size: {min: 5, max: 5}}", []),
        ("{size: {min: 5, below: 5}}", ["RUL101"]),
        ("{size: {above: 5, max: 5}}", ["RUL101"]),
        ("{size: {min: 50, max: 85}}", []),
        (
            "{size: {min: {2000-01-04: 5, 2010-06-11: 50}, max: {2000-01-04: 9, 2010-06-11: 90}}}",
            [],
        ),
        ("{size: {min: {2000-01-04: 5, 2010-06-11: 50}, max: 9}}", ["RUL101"]),
        ("{size: {min: {existing: 50, new: 60}, max: 55}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 5}}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 10}}}", []),
        ("{size: {rank: {beyond: 10, max: 10}}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 90%}}}", []),  # only data can tell
        ("{size: {coverage: {from: 70%, to: 70%}}}", ["RUL101"]),
        ("{size: {coverage: {above: 80%, max: 80%}}}", ["RUL101"]),
        ("{size: {share: {above: 100%}}}", ["RUL101"]),
        ("{listed_for: {min: 12 months, max: 6 months}}", ["RUL101"]),
        ("{listed_for: {min: 12 sessions, max: 6 months}}", []),
        ("{sector: {in: []}}", ["RUL101"]),
        ("{sector: {in: [a, b], not_in: [a, b, c]}}", ["RUL101"]),
        ("{sector: {in: [a, b], not_in: [a]}}", []),
        ("{designation: {in: [halted], none_of: [halted]}}", []),  # a line has several
        ("{sector: {not_in: []}}", ["RUL102"]),
        ("{group: {existing_count: {below: 0}}}", ["RUL101"]),
    ],
)
def test_tests_no_name_can_meet(test: str, expected: list[str]) -> None:
    assert codes(f"{SIZE}eligibility: {test}\n") == expected


def test_never_true_for_one_status_is_a_warning() -> None:
    (item,) = (
        i for i in found(SIZE + "eligibility: {size: {min: {existing: 1, new: 60}, max: 55}}\n")
    )
    assert (item.code, item.severity) == ("RUL101", "warning")
    assert "for new names" in item.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (steps("{select: {size: {rank: {existing: 110, new: 90}}}}"), []),
        (steps("{select: {size: {coverage: {existing: 90%, new: 85%}}}}"), []),
        (steps("{select: {size: {coverage: {existing: 80%, new: 85%}}}}"), ["RUL103"]),
        (
            steps(
                "{select: {status: existing, size: {rank: 90% of existing}}}",
                "{select: {status: new, size: {rank: 110% of existing}}}",
            ),
            ["RUL103"],
        ),
        (
            steps(
                "{select: {status: existing, size: {rank: 110% of existing}}}",
                "{select: {status: new, size: {rank: 90% of existing}}}",
            ),
            [],
        ),
        (
            steps(
                "{select: {status: existing, size: {rank: 90}}}",
                "{select: {status: new, size: {rank: 110% of existing}}}",
            ),
            [],
        ),
        (
            steps(
                "{fill: {to: 50, by: size}}",
                "{replace: {out: {size: {rank: {beyond: 47}}}, in: {size: {rank: 53}}, by: size}}",
            ),
            ["RUL103"],
        ),
        (
            steps(
                "{fill: {to: 50, by: size}}",
                "{replace: {out: {size: {rank: {beyond: 53}}}, in: {size: {rank: 47}}, by: size}}",
            ),
            [],
        ),
    ],
)
def test_buffers(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


# --- dates ----------------------------------------------------------------------------------------


def review(said: str) -> str:
    return HEAD.replace(HEAD.splitlines()[-1], f"review: {{{said}}}")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("months: [6], effective: 2nd friday, cutoff: 10 sessions before effective", []),
        ("months: [6], effective: 2nd friday, cutoff: 2nd friday", ["DTE009"]),
        (
            "months: [6], effective: 2nd friday, cutoff: last session 1 month before, "
            "announcement: 1 session before cutoff",
            ["DTE012"],
        ),
        (
            "months: [6], effective: 2nd friday, cutoff: last session 1 month before, "
            "announcement: cutoff",
            [],
        ),
        ("months: [6, 12], effective: 4th friday, cutoff: last session 1 month before", []),
        ("months: [6], effective: 5th friday, cutoff: last session 1 month before", ["DTE014"]),
        # The first day of a schedule that is not known is no missing month.
        (
            "months: {2000-01-04: unknown, 2010-01-04: [6]}, effective: 2nd friday, "
            "cutoff: last session 1 month before",
            [],
        ),
    ],
)
def test_days_are_judged_on_the_real_calendar(said: str, expected: list[str]) -> None:
    assert codes("", review(said)) == expected


def test_a_window_may_end_where_it_is_known() -> None:
    measure = "measures: {size: {mean: market_cap, over: 3 months, to: TO}}\n"
    ranked = measure + "selection: {steps: [{fill: {to: 5, by: size}}]}\n"
    assert codes(ranked.replace("TO", "cutoff")) == []
    assert codes(ranked.replace("TO", "pricing")) == ["DTE013"]
    assert codes(ranked.replace("TO", "test")) == ["DTE011"]
    weighed = measure + "weighting: {scheme: measure, by: size}\n"
    assert codes(weighed.replace("TO", "pricing")) == []
    assert codes(weighed.replace("TO", "effective")) == ["DTE013"]
    window = "{mean: market_cap, over: 3 months, to: TO}"
    capped = f"weighting: {{caps: [{{per: security, limit: 30%, measured: {window}}}]}}\n"
    assert codes(capped.replace("TO", "pricing")) == []
    assert codes(capped.replace("TO", "effective")) == ["DTE013"]


def test_the_same_mistake_of_many_reviews_is_said_once() -> None:
    said = "months: [6], effective: 2nd friday, cutoff: 2nd friday"
    (item,) = found("", review(said))
    assert "2000-06-09" in item.message
    assert "more reviews" in item.message


def test_items_that_follow_each_other() -> None:
    caps = (
        "weighting: {{caps: [{{per: security, limit: 30%, until: {0}}}, "
        "{{per: security, limit: 20%, from: {1}}}]}}\n"
    )
    assert codes(caps.format("2019-06-14", "2019-06-14")) == []
    gap = found(caps.format("2019-06-14", "2019-12-13"))
    assert [item.code for item in gap] == ["DTE016"]
    assert gap[0].message == "neither holds from 2019-06-14 to 2019-12-12"
    assert "both hold from 2018-06-08 to 2019-06-13" in [
        item.message for item in found(caps.format("2019-06-14", "2018-06-08"))
    ]
    other = caps.replace("{{per: security, limit: 20%", "{{per: issuer, limit: 20%")
    assert codes(other.format("2019-06-14", "2019-12-13")) == []


def test_dated_keys_between_reviews() -> None:
    more = SIZE + "selection: {steps: [{fill: {to: {2000-01-04: 5, 2015-06-12: 9}, by: size}}]}\n"
    assert found(more, between=True) == []  # 2015-06-12 was a second friday
    moved = more.replace("2015-06-12", "2015-06-11")
    (item,) = found(moved, between=True)
    assert (item.code, item.message) == (
        "DTE015",
        "no review takes effect on 2015-06-11: it first counts on 2015-06-12",
    )
    assert found(moved) == []


# --- maintenance ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("weighting: {scheme: equal}\n", []),
        ("weighting: {scheme: equal}\nrebalance: {months: [3], effective: 2nd friday}\n", ["RUL112"]),
        (
            "weighting: {scheme: equal}\nrebalance: {months: [3], effective: 2nd friday}\n"
            "maintenance: {joins_at: leaver_weight}\n",
            [],
        ),
        ("maintenance: {deletions: [{on: delistng, after: 0 sessions, replace_from: none}]}\n", ["RUL116"]),
        (
            "maintenance: {deletions: [{on: leaves_parent, effective: halt, replace_from: none}]}\n",
            ["RUL108"],
        ),
        ("maintenance: {deletions: [{on: delisted, after: 0 sessions, replace_from: none}]}\n", ["RUL116"]),
        ("eligibility: {security_type: {not_in: [REIT]}}\n", ["RUL116"]),
        ("maintenance: {deletions: [{on: my_own_list, after: 0 sessions, replace_from: none}]}\n", []),
        (
            'committee: [{effective: 2020-06-12, add: ["005930"], why: a, ref: b}, '
            '{effective: 2020-12-11, remove: ["005930"], why: a, ref: b}]\n',
            [],
        ),
    ],
)  # fmt: skip
def test_between_reviews(more: str, expected: list[str]) -> None:
    assert codes(more) == expected


# --- names ----------------------------------------------------------------------------------------


def test_what_is_used_is_not_unused() -> None:
    used = (
        "measures: {a: {last: market_cap}, b: {last: market_cap}, c: {last: market_cap}, "
        "d: {last: market_cap}, e: {last: market_cap}, f: {last: market_cap}}\n"
        "groups: {g: {column: sector}, h: {column: sector}, i: {column: sector}}\n"
        "dates: {x: {months: [3], on: 2nd friday}}\n"
        "rebalance: {months: [3], effective: session after x}\n"
        "eligibility: {a: {min: 50% of b at rank 5}}\n"
        "selection: {within: g, ties: [c, symbol], steps: [{fill: {to: 5, by: d}, within: h}]}\n"
        "weighting: {scheme: measure, by: e, caps: [{per: i, limit: 30%}]}\n"
        "maintenance: {joins_at: own, fast_entry: [{after: 5 sessions, require: {f: {min: 1}}, "
        "effective: session after listing, replaces: smallest}]}\n"
    )
    assert found(used) == []
    items = found("measures: {a: {last: market_cap}}\ngroups: {g: {column: sector}}\n")
    assert [(item.code, item.where) for item in items] == [
        ("RUL114", "measures.a"),
        ("RUL114", "groups.g"),
    ]


def test_a_column_of_the_market_is_text_a_date_or_a_number() -> None:
    assert {"symbol", "sector", "security_type", "successor"} <= columns.TEXT_COLUMNS
    assert {"date", "listing_date", "known_at"} <= columns.DATE_COLUMNS
    assert {"close", "volume", "market_cap", "float_factor"} <= columns.NUMBER_COLUMNS
    kinds = (columns.TEXT_COLUMNS, columns.DATE_COLUMNS, columns.NUMBER_COLUMNS)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))


@pytest.mark.parametrize(
    ("share", "up", "text"),
    [
        (Fraction(1, 200), None, "0.5 %"),
        (Fraction(1, 3), True, "33.3334 %"),
        (Fraction(1, 3), False, "33.3333 %"),
        (Fraction(6, 10), None, "60 %"),
        (Fraction(0), None, "0 %"),
        (Fraction(1), None, "100 %"),
    ],
)
def test_percent(share: Fraction, up: bool | None, text: str) -> None:
    assert percent(share, up=up) == text


# --- rules that do not read -----------------------------------------------------------------------


IDLE_CAP = "weighting: {caps: [{per: security, limit: 100%}]}\n"
LEAVER = "maintenance: {deletions: [{on: leaves_parent, effective: halt, replace_from: reserve}]}\n"


def said_of(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return [item.code for item in validate(path).diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A mistake of reading in one block, one of meaning in another.
        (HEAD + "launch: soon\n" + IDLE_CAP, ["DTE001", "CAP004"]),
        (
            HEAD + "launch: soon\n" + of_count(200, "{caps: [{per: security, limit: 0.3%}]}"),
            ["DTE001", "CAP001"],
        ),
        # Of what is left out nothing is said: the count, a reserve, dates, what is not used.
        (
            HEAD.replace("market: KOSPI", "market: []")
            + SIZE
            + "selection: {count: few, reserve: {count: 5, by: size}}\n"
            + "weighting: {caps: [{per: security, limit: 0.3%}]}\n"
            + LEAVER,
            ["RUL003", "RUL008"],
        ),
        (review("months: [13], effective: 5th friday, cutoff: 5th friday"), ["RUL011"]),
        (HEAD.replace("XKRX", "{a: b}") + IDLE_CAP, ["RUL003", "CAP004"]),
        # A key that is not there at all.
        (HEAD.replace("currency: KRW\n", "") + IDLE_CAP, ["RUL002", "CAP004"]),
        # Other rules that are not there are said too.
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5}") + "launch: soon\n",
            ["REF001", "DTE001"],
        ),
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5}") + IDLE_CAP,
            ["REF001", "CAP004"],
        ),
        # Also where the block that names them has another mistake.
        (
            HEAD.replace("{where: {market: KOSPI}}", "{of: kospi-5, where: {market: []}}")
            + IDLE_CAP,
            ["REF001", "RUL003", "CAP004"],
        ),
    ],
)
def test_what_reads_is_checked_beside_what_does_not(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    assert said_of(text, tmp_path) == expected
