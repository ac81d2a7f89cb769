"""What tests compare with: values, ranks, coverage, labels, groups, other indices."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.model.value_kinds import (
    ANY_VALUE,
    LISTED,
    CoverageKind,
    GroupingKind,
    IndexName,
    LabelKind,
    RankKind,
    ShareOrAtRank,
    SymbolLabel,
)
from indexcalc.methodology.reading.reader import BAD, Kind
from indexcalc.methodology.values.values import (
    Duration,
    Flag,
    Label,
    MeasureAtRank,
    Number,
    PercentOf,
    RankPoints,
    Share,
)
from tests.unit.methodology.reading.nodes import read_by


@pytest.mark.parametrize(
    ("kind", "text", "made"),
    [
        (ANY_VALUE, "30%", Share),
        (ANY_VALUE, "30", Number),
        (ANY_VALUE, "true", Flag),
        (ANY_VALUE, "KOSPI", Label),
        (ANY_VALUE, '"30"', Label),
        (ANY_VALUE, "50% of existing", PercentOf),
        (ANY_VALUE, "50% of size at rank 50", MeasureAtRank),
        (LISTED, "6 calendar months", Duration),
        (RankKind(), "50", Number),
        (RankKind(), "85%", Share),
        (RankKind(), "110% of existing", PercentOf),
        (CoverageKind(), "85%", Share),
        (CoverageKind(), "rank 1000 + 2.5 points", RankPoints),
        (LabelKind(), "common", Label),
        (SymbolLabel(), '"005930"', Label),
        (ShareOrAtRank(), "10%", Share),
    ],
)
def test_what_is_read_by(kind: Kind, text: str, made: type) -> None:
    value, codes, _ = read_by(kind, text)
    assert isinstance(value, made)
    assert codes == []


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (LISTED, "6", "RUL008"),
        (RankKind(), "0", "RUL011"),
        (RankKind(), "0.5", "RUL011"),
        (RankKind(), "1.5", "RUL011"),
        (RankKind(), "top", "RUL008"),
        (RankKind(), "120%", "RUL008"),
        (CoverageKind(), "85", "RUL006"),
        (ShareOrAtRank(), "10", "RUL006"),
        (SymbolLabel(), "005930", "RUL009"),
        (GroupingKind(), "my group", "RUL008"),
        (IndexName(), "KOSPI 200", "RUL010"),
        (ANY_VALUE, "[1]", "RUL003"),
    ],
)
def test_what_is_refused(kind: Kind, text: str, code: str) -> None:
    value, codes, _ = read_by(kind, text)
    assert value is BAD
    assert codes == [code]


def test_a_number_where_a_duration_belongs_hints_at_sessions() -> None:
    _, _, reading = read_by(LISTED, "6")
    assert reading.findings.items[0].hint == "6 sessions"


def test_names_are_remembered_with_their_place() -> None:
    assert [each.name for each in read_by(GroupingKind(), "sector")[2].groupings] == ["sector"]
    assert read_by(GroupingKind(), "issuer")[2].groupings == []
    assert [each.name for each in read_by(IndexName(), "kospi")[2].indices] == ["kospi"]
    assert [each.name for each in read_by(ANY_VALUE, "50% of size at rank 50")[2].measures] == [
        "size"
    ]


def test_a_share_is_exact() -> None:
    value, _, _ = read_by(ANY_VALUE, "0.1%")
    assert value.exact == Fraction(1, 1000)
