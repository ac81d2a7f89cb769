"""Variants: what a rule says itself over what its base says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from indexcalc.diagnostics import Findings
from indexcalc.methodology.load.variants import merge
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.yaml import Mapping, Node, Sequence, parse
from tests.unit.methodology.load.rule_files import PARENT, write
from tests.unit.methodology.small_rule import found

D = dt.date


def test_a_variant_merges_key_by_key_and_takes_lists_and_dated_values_whole(rules: Path) -> None:
    variant = Methodology.from_text(
        """\
index: v
variant_of: parent
measures: {size: {over: 6 months}}
weighting:
  caps: [{per: security, limit: 30%}]
""",
        shipped=rules,
    )
    size = variant.measures["size"].value
    assert str(size.over.value) == "6 months"  # type: ignore[union-attr]
    assert size.mean == "market_cap"  # type: ignore[union-attr]
    assert variant.weighting.scheme.value == "market_cap"
    assert len(variant.weighting.caps.value) == 1  # type: ignore[arg-type]
    assert variant.name == {}
    assert variant.cases == ()
    assert variant.own_keys == {"index", "variant_of", "measures", "weighting"}
    # Each place is in the file that said it.
    over, scheme = variant.span_of("measures.size.over"), variant.span_of("weighting.scheme")
    assert over is not None
    assert scheme is not None
    assert (over.path, over.line) == ("<text>", 3)
    assert (scheme.path, scheme.line, scheme.column) == ("rules/krx/parent.yaml", 12, 21)
    assert [file.path for file in variant.files] == ["<text>", "rules/krx/parent.yaml"]


def test_a_dated_value_of_a_variant_is_taken_whole(rules: Path) -> None:
    write(
        rules,
        "dated",
        PARENT.replace("index: parent", "index: dated").replace(
            "over: 3 months", "over: {2000-01-04: 3 months, 2010-01-04: 6 months}"
        ),
    )
    variant = Methodology.from_text(
        "index: v\nvariant_of: dated\nmeasures: {size: {over: {2015-01-02: 1 year}}}\n",
        shipped=rules,
    )
    over = variant.measures["size"].value.over  # type: ignore[union-attr]
    assert over.dates == (D(2015, 1, 2),)


def test_a_variant_of_something_incomplete_is_incomplete(rules: Path) -> None:
    write(rules, "half", "index: half\ncurrency: KRW\n")
    text = "index: v\nvariant_of: half\ncalendar: XKRX\n"
    assert found(lambda: Methodology.from_text(text, shipped=rules)) == [("RUL002", 1, 1)] * 3


def test_a_choice_among_alternatives_takes_the_place_of_the_bases(rules: Path) -> None:
    variant = Methodology.from_text(
        "index: v\nvariant_of: parent\nreview: {every: session}\nmeasures: {size: {sum: volume}}\n",
        shipped=rules,
    )
    assert variant.review.kind == "session"
    assert variant.measures["size"].value.statistic == "sum"  # type: ignore[union-attr]


def tree(text: str) -> Mapping:
    root = parse(text, "rule.yaml", Findings())
    assert root is not None
    return root


def plain(node: Node) -> Any:
    """A node as plain values."""
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items] if isinstance(node, Sequence) else node.text


def merged(base: str, variant: str) -> Any:
    return plain(merge(tree(base), tree(variant)))


def test_what_speaks_of_the_base_itself_never_passes_to_a_variant() -> None:
    base = (
        "index: base\nname: {en: Base}\nlaunch: 2000-01-04\nvariant_of: older\ncases: []\n"
        "sources: []\ncurrency: KRW\ncalendar: XKRX\n"
    )
    # In the order of the base; what only the variant says comes last.
    assert list(merged(base, "index: v\ncalendar: XNYS\n").items()) == [
        ("currency", "KRW"),
        ("calendar", "XNYS"),
        ("index", "v"),
    ]


def test_a_choice_drops_the_others_of_its_own_place_only() -> None:
    base = "review: {months: [6], effective: b, cutoff: a}\n"
    base += "rebalance: {months: [3]}\nreturns: {months: [1]}\n"
    assert merged(base, "review: {follows: x}\nreturns: {every: session}\n") == {
        "review": {"follows": "x"},  # whose days it has
        "rebalance": {"months": ["3"]},
        "returns": {"months": ["1"], "every": "session"},
    }
    assert merged(base, "review: {every: session}\n")["review"] == {
        "cutoff": "a",
        "every": "session",
    }
    # A measure has one statistic; a word of that name deeper inside is another thing.
    measures = "measures: {size: {mean: a, over: 3 months}, other: {mean: b}}\n"
    assert merged(measures, "measures: {size: {sum: c}}\n") == {
        "measures": {"size": {"over": "3 months", "sum": "c"}, "other": {"mean": "b"}}
    }
    deeper = "measures: {size: {where: {mean: 5}}}\n"
    assert merged(deeper, "measures: {size: {where: {sum: 6}}}\n") == {
        "measures": {"size": {"where": {"mean": "5", "sum": "6"}}}
    }
    # The key that both say stays.
    assert merged("review: {months: [6]}\n", "review: {months: [12]}\n") == {
        "review": {"months": ["12"]}
    }


def test_a_dated_value_on_either_side_is_taken_whole() -> None:
    dated, plain_one = "float: {2000-01-04: {a: 1}}\n", "float: {b: 2}\n"
    assert merged(dated, plain_one) == {"float": {"b": "2"}}
    assert merged(plain_one, dated) == {"float": {"2000-01-04": {"a": "1"}}}
    assert merged("float: 1\n", plain_one) == {"float": {"b": "2"}}
    assert merged(plain_one, "float: 1\n") == {"float": "1"}
