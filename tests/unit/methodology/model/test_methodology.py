"""The whole language: every key typed, and every mistake of a file in one run, at its place."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from indexcalc.diagnostics import Diagnostic, RuleError, Span, render_text
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import NONE, UNKNOWN, Points, Share
from tests.unit.methodology.small_rule import HEAD, found_in, rule

D = dt.date
MEASURES = "measures: {size: {last: market_cap}}\n"
DRAFTS = Path(__file__).resolve().parents[5] / "shared" / "rules-draft"

EIGHT = """\
index: eight
currency: krw
calendar: XKRX
base: {date: 2000-01-04, levle: 100}
universe: {where: {symbol: {not_in: [005930]}}}
review:
  months: [6, 13]
  effective: 2nd thrusday
measures:
  size: {mean: market_cap}
selection:
  count: 200
  steps:
    - select: {size: {rank: 110% of exisitng}}
    - trim: {to: 200, by: size}
weighting:
  caps:
    - {per: security, limit: 30}
"""


def test_eight_mistakes_and_two_that_follow_are_all_reported_at_their_places() -> None:
    assert found_in(EIGHT) == [
        ("RUL008", 2, 11),  # krw
        ("RUL002", 4, 1),  # base has no level ...
        ("RUL001", 4, 26),  # ... but a levle
        ("RUL009", 5, 38),  # 005930
        ("RUL002", 6, 1),  # no cutoff
        ("RUL011", 7, 15),  # month 13
        ("DTE004", 8, 14),  # thrusday
        ("RUL002", 10, 3),  # size has no window
        ("RUL008", 14, 29),  # exisitng
        ("RUL006", 18, 30),  # a bare 30
    ]


def test_hints_show_the_way_out() -> None:
    with pytest.raises(RuleError) as caught:
        Methodology.from_text(EIGHT)
    hints = {
        item.code + f":{item.span.line}": item.hint
        for item in caught.value.diagnostics
        if item.span
    }
    assert hints["RUL001:4"] == "did you mean `level`?"
    assert hints["RUL009:5"] == 'write "005930"'
    assert hints["RUL006:18"] == "30%"
    shown = str(caught.value)
    assert "<text>:18:30: error RUL006 weighting.caps[0].limit" in shown
    assert (
        "  18 |     - {per: security, limit: 30}\n     |                              ^^ " in shown
    )


def test_blocks_hold_their_defaults() -> None:
    small = rule()
    assert small.published.decimals.value == 2
    assert small.published.rounding.value == "half_up"
    assert small.selection is None
    assert small.weighting.caps.value == ()
    assert small.maintenance.shares.at(D(2020, 1, 1)).mode == "daily"  # type: ignore[union-attr]
    assert small.returns.kinds == ("price",)
    assert small.measures == {}
    assert small.review.kind == "scheduled"
    assert small.said == {"index", "currency", "calendar", "base", "universe", "review"}


def test_a_measure_in_full() -> None:
    read = rule(
        "measures:\n"
        "  velocity: {ratio: [traded_value, float_market_cap], over: 12 months, "
        "to: last session 1 month before, in: USD, per: issuer, best: lowest}\n"
        "  last_size: {last: market_cap}\n"
        "  size: {2000-01-04: {mean: market_cap, over: 3 months}, 2010-06-11: {median: market_cap, "
        "over: {2010-06-11: 6 months, 2015-06-12: 12 months}}}\n"
    ).measures
    velocity = read["velocity"].value
    assert velocity.statistic == "ratio"  # type: ignore[union-attr]
    assert velocity.columns == ("traded_value", "float_market_cap")  # type: ignore[union-attr]
    last = read["last_size"].value
    assert str(last.over.value) == "1 session"  # type: ignore[union-attr]
    late = read["size"].at(D(2016, 1, 1))
    assert late.statistic == "median"  # type: ignore[union-attr]
    assert str(late.over.at(D(2016, 1, 1))) == "12 months"  # type: ignore[union-attr]


def test_float_rules() -> None:
    read = rule(
        "float:\n"
        "  source: holdings\n"
        "  exclude: [treasury, {strategic: {min: 10%}}]\n"
        "  updated: {months: [6], effective: 2nd friday}\n"
        "  steps:\n"
        "    - round: {2007-06-15: up to 5%, 2017-06-09: nearest 1%}\n"
        "    - bands: {15%: as is, 50%: 50%, 100%: 100%}\n"
        "    - keep_if_change_below: 5 points\n"
        "    - {phase_in: 2/3, from: 2006-09-11, until: 2007-03-12}\n"
    ).float
    assert read.source is not None
    assert read.source.value == "holdings"
    excluded = read.exclude.value  # type: ignore[union-attr]
    assert [(one.kind, one.min and one.min.exact) for one in excluded] == [  # type: ignore[union-attr]
        ("treasury", None),
        ("strategic", Fraction(1, 10)),
    ]
    assert read.updated is not None
    first, second, third, fourth = read.steps.value  # type: ignore[misc]
    assert [step.verb for step in (first, second, third, fourth)] == [
        "round",
        "bands",
        "keep_if_change_below",
        "phase_in",
    ]
    assert first.round.at(D(2020, 1, 1)).direction == "nearest"
    assert first.round.at(D(2007, 6, 14)) is UNKNOWN
    assert [(b.up_to, b.gives) for b in second.bands.value] == [
        (Fraction(3, 20), None),
        (Fraction(1, 2), Fraction(1, 2)),
        (Fraction(1), Fraction(1)),
    ]
    assert third.keep_if_change_below.value == Points(Fraction(5), "")
    assert [fourth.in_force(day) for day in (D(2006, 9, 10), D(2006, 9, 11), D(2007, 3, 12))] == [
        False,
        True,
        False,
    ]


def test_caps_of_all_forms() -> None:
    caps = rule(
        "weighting:\n"
        "  scheme: float_market_cap\n"
        "  caps:\n"
        "    - {per: security, limit: 30%, test: mean_of_weights, measured: "
        "{mean: float_market_cap, over: 3 calendar months, to: last session 1 month before}}\n"
        "    - {per: issuer, set: {above: 4.5%}, trigger: 48%, together: 40%, months: [3, 6, 9]}\n"
        "    - {per: security, set: {largest: 5}, together: 38.5%, others: {limit: 4.4%, "
        "not_above: smallest_of_set}}\n"
        "    - {per: security, ladder: [8%, 7%, 4.5%]}\n"
        "    - {per: security, trigger: 12%, factor: 90%}\n"
        "    - {per: issuer, set: {above: 4.8%}, together: 50%, method: smallest_first, each: 4.5%, "
        "document: SEC}\n"
        "  check: [{per: issuer, limit: 10%}, {per: issuer, set: {above: 5%}, together: 40%}]\n"
    ).weighting.caps.value
    assert [cap.form for cap in caps] == ["limit", "set", "set", "ladder", "factor", "set"]  # type: ignore[union-attr]
    measured = caps[0].measured.value  # type: ignore[index,union-attr]
    assert measured.columns == ("float_market_cap",)  # type: ignore[union-attr]
    assert caps[0].test.value == "mean_of_weights"  # type: ignore[index]
    assert caps[1].in_force(D(2020, 1, 1), 6)  # type: ignore[index]
    assert not caps[1].in_force(D(2020, 1, 1), 12)  # type: ignore[index]
    assert [str(step) for step in caps[3].ladder.value] == ["8%", "7%", "4.5%"]  # type: ignore[index,union-attr]


def test_a_block_under_dates_is_spliced_into_its_fields() -> None:
    weighting = rule(
        "weighting:\n"
        "  2000-01-04: {scheme: market_cap}\n"
        "  2007-06-15:\n"
        "    scheme: float_market_cap\n"
        "    caps: {2007-06-15: none, 2019-06-14: [{per: security, limit: 30%}]}\n"
    ).weighting
    assert weighting.scheme.at(D(2000, 1, 3)) is UNKNOWN
    assert weighting.scheme.at(D(2007, 6, 14)) == "market_cap"
    assert weighting.scheme.at(D(2007, 6, 15)) == "float_market_cap"
    assert weighting.caps.at(D(2005, 1, 1)) == ()
    assert weighting.caps.at(D(2010, 1, 1)) is NONE
    assert len(weighting.caps.at(D(2020, 1, 1))) == 1  # type: ignore[arg-type]


def test_a_history_that_was_given_and_then_had_rules() -> None:
    selection = rule(
        MEASURES + "selection: {2000-01-04: {start: existing}, 2010-06-11: {count: 10, "
        "steps: [{fill: {to: 10, by: size}}]}}\n"
    ).selection
    assert selection is not None
    assert selection.start.at(D(2005, 1, 1)) == "existing"
    assert selection.start.at(D(2010, 6, 11)) == "none"
    given = rule("selection: given\n").selection
    assert given is not None
    assert given.given.value is True


def test_maintenance_in_full() -> None:
    kept = rule(
        MEASURES + "dates: {expiry: {months: [3], on: 2nd thursday}}\n"
        "maintenance:\n"
        "  shares: {threshold: 1%, after: 2 sessions}\n"
        "  joins_at: leaver_weight\n"
        "  fast_entry: [{after: 15 sessions, require: {size: {rank: 50, among: kospi}}, "
        "effective: session after next expiry, replaces: smallest, from: 2014-12-16}]\n"
        "  deletions:\n"
        "    - {on: [delisting, administrative], after: 2 sessions, replace_from: reserve, "
        "unless_review_within: 1 month}\n"
        "    - {on: merger, effective: halt, replace_from: none}\n"
        "  demerger:\n"
        "    parent_stays: {require: {size: {min: size at rank 100% of existing}}, after: 2 sessions}\n"
        "    new_company_joins: {require: {size: {above: 1}}, effective: 1 session after listing, "
        "replaces: none}\n"
        "  follow_entries: true\n"
        "  special: taxed\n"
    ).maintenance
    shares = kept.shares.value
    assert (shares.mode, str(shares.after.value)) == ("threshold", "2 sessions")  # type: ignore[union-attr]
    first, second = kept.deletions.value  # type: ignore[misc]
    assert first.on == ("delisting", "administrative")
    assert (second.on, second.effective.value) == (("merger",), "halt")
    assert kept.follow_entries.value is True
    assert (kept.special.value, kept.rights.value) == ("taxed", "ex_date")
    assert kept.fast_entry.value[0].from_ == D(2014, 12, 16)  # type: ignore[index]


def test_returns_overlay_committee_and_the_rest() -> None:
    read = rule(
        "returns: {kinds: [price, gross, net], withholding: {KR: 15.4%, NO: 25%}, order: before}\n"
        "rounding: {divisor: 6}\n"
        "launch: 2014-12-16\n"
        'committee: [{effective: 2024-12-13, refuse: ["440110"], why: kept out, ref: press}]\n'
        "sources: [{from: 2020-06-12, what: half-yearly, ref: press, confidence: certain}]\n"
        "cases: [{name: one, expect: {members: {}}}]\n"
        "name: {en: Small, ko: 작은 지수}\n"
    )
    tax = read.returns.withholding.value  # type: ignore[union-attr]
    assert dict(tax.by_country)["NO"] == Share(Fraction(1, 4), "")  # type: ignore[union-attr]
    assert read.rounding.divisor.value == 6  # type: ignore[union-attr]
    assert read.launch == D(2014, 12, 16)
    assert read.committee[0].refuse == ("440110",)
    assert read.name["ko"] == "작은 지수"
    assert len(read.cases) == 1
    overlay = Methodology.from_text(
        "index: twice\nunderlying: {index: kospi200, return: gross}\n"
        "overlay: {leverage: 2, reset: daily, financing: {rate: CD91, day_count: ACT/365}}\n"
    )
    assert overlay.is_overlay
    assert overlay.parents == ("kospi200",)
    assert overlay.overlay is not None
    assert overlay.overlay.form == "leverage"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("weighting: {scheme: measure}\n", [("RUL002", 7, 1)]),
        ("weighting: {caps: [{per: security}]}\n", [("RUL002", 7, 20)]),
        ("weighting: {caps: [{per: security, limit: 5%, ladder: [5%]}]}\n", [("RUL012", 7, 47)]),
        ("weighting: {caps: [{per: security, set: {above: 5%}}]}\n", [("RUL002", 7, 20)]),
        ("weighting: {caps: [{per: security, limit: 5%, together: 40%}]}\n", [("RUL012", 7, 47)]),
        ("weighting: {caps: {per: security, limit: 5%}}\n", [("RUL003", 7, 19)]),
        ("weighting: {scheme: [equal]}\n", [("RUL003", 7, 21)]),
        ("weighting: {scheme: equall}\n", [("RUL004", 7, 21)]),
        ("weighting: float_market_cap\n", [("RUL003", 7, 12)]),
        (
            "selection: {steps: [{require: {close: {min: 1}}, drop: {close: {min: 1}}}]}\n",
            [("RUL012", 7, 50)],
        ),
        ("selection: {steps: [{note: nothing}]}\n", [("RUL002", 7, 21)]),
        ("selection: {steps: [{drop: {close: {min: 1}}, inclusion: 50%}]}\n", [("RUL012", 7, 47)]),
        ("selection: {count: 2.5}\n", [("RUL011", 7, 20)]),
        ("selection: gven\n", [("RUL004", 7, 12)]),
        ("rebalance: {months: [3, 3], effective: 2nd friday}\n", [("RUL018", 7, 25)]),
        ("rebalance: {months: [3]}\n", [("RUL002", 7, 1)]),
        ("rebalance: {months: [], effective: 2nd friday}\n", [("RUL011", 7, 13)]),
        ("rebalance: {months: [3], every: session, effective: 2nd friday}\n", [("RUL012", 7, 26)]),
        ("measures: {my-size: {last: close}}\n", [("RUL010", 7, 12)]),
        ("groups: {g: {column: sector, merge: {x: [a, b], y: [b]}}}\n", [("RUL018", 7, 13)]),
        ("published: {decimals: {2000-01-04: 2, x: 3}}\n", [("DTE003", 7, 39)]),
        ("base: 100\n", [("YML006", 7, 1)]),
        ("launch: {2000-01-04: 2000-01-05}\n", [("RUL003", 7, 9)]),
        ("launch: 2014-13-01\n", [("DTE001", 7, 9)]),
        ("committee: [{effective: 2024-12-13, why: x, ref: y}]\n", [("RUL002", 7, 13)]),
        (
            "committee: [{effective: 2024-12-13, add: [000660], why: x, ref: y}]\n",
            [("RUL009", 7, 43)],
        ),
        ("cases: [{nmae: x}]\n", [("RUL001", 7, 10)]),
        ("float: {steps: [{bands: {50%: 50%, 20%: 20%, 100%: 100%}}]}\n", [("RUL011", 7, 36)]),
        ("float: {steps: [{bands: {50%: 50%}}]}\n", [("RUL011", 7, 26)]),
        ("float: {steps: [{round: up 5%}]}\n", [("RUL008", 7, 25)]),
        ("returns: {kinds: [net]}\n", [("RUL002", 7, 1)]),
        (
            "underlying: {index: a, return: net}\n",
            [("RUL002", 1, 1), ("RUL012", 5, 1), ("RUL012", 6, 1)],
        ),
        ("maintenance: {deletions: [{on: delisting, replace_from: none}]}\n", [("RUL002", 7, 27)]),
        ("maintenance: {shares: dayly}\n", [("RUL004", 7, 23)]),
        ("name: small\n", [("RUL003", 7, 7)]),
        ("selectoin: given\n", [("RUL001", 7, 1)]),
        ("weighting:\n", [("RUL016", 7, 1)]),
    ],
)
def test_mistakes_at_their_place(more: str, expected: list[tuple[str, int, int]]) -> None:
    assert found_in(HEAD + more) == expected


@pytest.mark.parametrize("name", ["../x", "KOSPI", "a b", "kospi_200", "-a"])
def test_the_name_of_an_index_is_no_path(name: str) -> None:
    assert found_in(HEAD.replace("small", f'"{name}"')) == [("RUL010", 1, 8)]


def test_how_a_duration_is_written_is_told() -> None:
    with pytest.raises(RuleError) as refused:
        rule("eligibility: {listed_for: {min: 6 monhts}}\n")
    (found,) = refused.value.diagnostics
    assert found.code == "RUL008"
    assert "N calendar months" in found.hint


def test_findings_at_one_place_come_in_one_order() -> None:
    """Also where they were found in another one: a run prints the same every time."""
    place = Span("a.yaml", 1, 1, 1)
    found = [
        Diagnostic("RUL002", f"the key `{word}` is missing", span=place)
        for word in ("universe", "base", "review")
    ]
    forwards, backwards = render_text(found), render_text(found[::-1])
    assert forwards == backwards
    assert forwards.index("`base`") < forwards.index("`review`") < forwards.index("`universe`")


def test_places_and_uses() -> None:
    read = rule("weighting:\n  caps:\n    - {per: security, limit: 30%}\n")
    span = read.span_of("weighting.caps[0].limit")
    assert span is not None
    assert (span.line, span.column, span.length) == (9, 30, 3)
    block = read.span_of("weighting")
    assert block is not None
    assert (block.line, block.column, block.length) == (7, 1, 9)
    assert read.span_of("weighting.floor") is None
    assert read.line_of("weighting.caps[0].floor") == 9
    assert {"weighting.caps", "weighting.caps.limit", "universe.where"} <= read.uses


def test_records_are_frozen_comparable_and_travel() -> None:
    import copy
    import pickle

    first, second = rule(MEASURES), rule(MEASURES)
    assert first == second
    assert hash(first) == hash(second)
    assert pickle.loads(pickle.dumps(first)) == first
    assert copy.deepcopy(first) == first
    with pytest.raises(AttributeError):
        first.index = "other"  # type: ignore[misc]
    assert first.changed(index="other") != first
    with pytest.raises(TypeError):
        first.changed(indx="other")


def test_a_rule_with_another_value() -> None:
    read = rule("weighting:\n  caps:\n    - {per: security, limit: 30%}\n")
    varied = read.varied({"weighting.caps[0].limit": "20%", "base.level": "1000"})
    assert varied.weighting.caps.value[0].limit.value.exact == Fraction(1, 5)  # type: ignore[index,union-attr]
    assert read.weighting.caps.value[0].limit.value.exact == Fraction(3, 10)  # type: ignore[index,union-attr]
    for changes, code in (
        ({"weighting.caps[1].limit": "20%"}, "RUL020"),
        ({"weighting.caps": "none"}, "RUL020"),
        ({"weighting.caps[0].limit": "20"}, "RUL006"),
    ):
        with pytest.raises(RuleError) as caught:
            read.varied(changes)
        assert [item.code for item in caught.value.diagnostics] == [code]


def test_the_reader_imports_neither_arrow_nor_numpy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, indexcalc.methodology.load.family as f\n"
        "bad = {'numpy', 'pyarrow', 'pandas'} & set(sys.modules)\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not DRAFTS.is_dir(), reason="the draft rules are not beside the repository")
@pytest.mark.parametrize("path", sorted(DRAFTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_draft_reads(path: Path) -> None:
    read = Methodology.load(path, shipped=DRAFTS)
    assert read.index == path.stem
    # The drafts are older than the key `columns`, by which a rule names columns of its own.
    assert {warning.code for warning in read.warnings} <= {"RUL118"}
