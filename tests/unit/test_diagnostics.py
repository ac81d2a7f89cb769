"""Findings: one raised at once, many collected, and how they are shown."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import indexcalc
from indexcalc.diagnostics import (
    DataError,
    Findings,
    FindingsWarning,
    IndexcalcError,
    RuleError,
    Span,
    UsageError,
    display_width,
    finding,
    quantity,
    render_github,
    render_json,
    render_text,
)
from indexcalc.weighting.caps.feasibility import UnmetBound


def test_one_call_raises_one_finding() -> None:
    with pytest.raises(UsageError) as raised:
        raise UsageError.of("CAL010", "no level", where="--on", hint="a later day", path=Path("m"))
    (item,) = raised.value.diagnostics
    assert (item.code, item.message, item.where, item.hint) == (
        "CAL010",
        "no level",
        "--on",
        "a later day",
    )
    assert item.file == "m"
    assert raised.value.exit_code == 2


def test_the_severity_is_that_of_the_code_unless_given() -> None:
    assert finding("CAL010", "x").severity == "error"
    assert finding("REV003", "x").severity == "warning"
    assert finding("CAL010", "x", severity="warning").severity == "warning"
    with pytest.raises(KeyError):
        finding("XXX999", "x")


def test_findings_are_raised_all_at_once_and_only_where_one_is_an_error() -> None:
    findings = Findings()
    findings.add("REV003", "a warning")
    findings.raise_errors(DataError)
    findings.add("CAL010", "an error")
    with pytest.raises(DataError) as raised:
        findings.raise_errors(DataError)
    assert [item.code for item in raised.value.diagnostics] == ["CAL010", "REV003"]


def test_an_error_lists_its_findings_in_order_of_place() -> None:
    later = finding("RUL001", "b", span=Span("r.yaml", 9, 1))
    earlier = finding("RUL002", "a", span=Span("r.yaml", 2, 5))
    assert RuleError([later, earlier]).diagnostics == (earlier, later)


def test_causes_come_before_what_follows_from_them_and_days_in_order() -> None:
    findings = Findings()
    findings.add("CAL006", "nothing is held", path="a-market")
    findings.add("REV004", "no security was selected", span=Span("rule.yaml", 3, 1))
    for lines, year in ((120, 2025), (122, 2024)):
        message, on = f"{lines} lines are not known", dt.date(year, 6, 14)
        findings.add("DAT011", message, span=Span("rule.yaml", 9, 1), on=on)
    told = DataError(findings.items).diagnostics
    assert [(item.code, item.on and item.on.year) for item in told] == [
        ("DAT011", 2024),
        ("DAT011", 2025),
        ("CAL006", None),
        ("REV004", None),
    ]


def test_carets_stand_under_wide_characters() -> None:
    assert display_width("가a") == 3
    item = finding("IMP004", "not a number", span=Span("d.csv", 1, 3, 2))
    assert render_text([item], {"d.csv": "가,x1"}) == (
        "d.csv:1:3: error IMP004\n   1 | 가,x1\n     |    ^^ not a number"
    )


def test_json_and_github_carry_place_and_hint() -> None:
    item = finding("RUL001", "50% too much", span=Span("r.yaml", 2, 5), hint="less", where="a.b")
    assert json.loads(render_json([item])) == [
        {
            "path": "r.yaml",
            "line": 2,
            "column": 5,
            "severity": "error",
            "code": "RUL001",
            "message": "a.b: 50% too much",
            "hint": "less",
        }
    ]
    assert render_github([item]) == (
        "::error file=r.yaml,line=2,col=5,title=RUL001::a.b: 50%25 too much (hint: less)"
    )


def test_what_reads_alike_is_shown_once() -> None:
    """Of two rules that share a text, or two reviews: the place is that of the text."""
    at = Span("base.yaml", 2, 5)
    one = finding("RUL001", "too much", span=at, path="base.yaml", on=dt.date(2024, 6, 14))
    other = finding("RUL001", "too much", span=at, path="variant.yaml", on=dt.date(2024, 12, 13))
    apart = finding("RUL001", "too much", span=Span("base.yaml", 3, 5))
    assert one == other
    assert len({one, other, apart}) == 2
    assert render_text([one, other, apart]).count("too much") == 2
    assert len(json.loads(render_json([other, one, one]))) == 1
    assert render_github([one, other]).count("too much") == 1
    # Without a place in a text, that of another file is another.
    assert finding("DAT001", "no", path="a") != finding("DAT001", "no", path="b")


def test_one_is_told_as_one() -> None:
    assert [quantity(n, "row") for n in (0, 1, 2, 1234)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,234 rows",
    ]
    assert [quantity(n, "row has", "rows have") for n in (1, 2)] == ["1 row has", "2 rows have"]


MADE_OF: dict[str, tuple[Any, ...]] = {
    "Damaged": ("close",),
    "FindingsWarning": ("kospi200: REV003",),
    "Infeasible": (None, UnmetBound(0, "too low", None)),
    "PhraseError": ("no day", "second Friday"),
    "RuleNotKnown": ("weighting.caps", dt.date(2024, 6, 14), None),
    "RuleTextError": (
        [finding("RUL001", "too much", span=Span("r.yaml", 1, 3))],
        {"r.yaml": "a: b"},
    ),
    "Stop": (),
    "StorageRefused": ("s3://mine/out", "access is denied", "give credentials"),
    "TimeIsUp": (),
    "TooLarge": ("4 GB",),
    "UnreadableText": ("no share", "30 %"),
    "_Refused": (),
}
"""What each error and warning that does not take findings alone is made of."""


def kinds_of_error(base: type[BaseException] = Exception) -> Iterator[type[BaseException]]:
    """Every class of error and warning that a module of the package defines."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("indexcalc."):
            yield kind
        yield from kinds_of_error(kind)


def test_every_error_comes_whole_from_another_process() -> None:
    """Workers send errors pickled: one that cannot be read breaks the pool, and its finding is lost."""
    for module in pkgutil.walk_packages(indexcalc.__path__, "indexcalc."):
        import_module(module.name)
    findings = [
        finding("RUN001", "would change", where="level", hint="--restate", path="out"),
        finding("DAT003", "a text", span=Span("r.yaml", 2, 5), on=dt.date(2024, 6, 14)),
    ]
    kinds = set(kinds_of_error())
    assert {DataError, UsageError, FindingsWarning} < kinds
    for kind in kinds:
        made_of = MADE_OF.get(
            kind.__name__, (findings,) if issubclass(kind, IndexcalcError) else None
        )
        assert made_of is not None, f"{kind} is missing in MADE_OF"
        error = kind(*made_of)
        error.add_note("of a worker")
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
            assert type(again) is kind
            assert (str(again), repr(again), vars(again)) == (str(error), repr(error), vars(error))
            if isinstance(error, OSError):
                assert (again.errno, again.filename) == (error.errno, error.filename)
