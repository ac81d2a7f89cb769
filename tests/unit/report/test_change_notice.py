"""The notice of a change as people read it."""

from __future__ import annotations

import datetime as dt
import re

import indexcalc as ic
from indexcalc.analysis.change.notice import Notice, notice
from indexcalc.calculation.run.differences import RunDifference
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.report.change_notice import SHOWN, as_html, markdown

OLD = """index: small
name: {en: Small twenty}
currency: KRW
calendar: XKRX
base: {date: 2024-06-14, level: 1000}
universe: {where: {security_type: stock}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {mean: market_cap, over: 2 calendar months}}
selection: {count: 20, steps: [{select: {size: {rank: 20}}}, {fill: {to: 20, by: size}}]}
weighting: {scheme: float_market_cap, caps: [{per: security, limit: 12%}]}
"""
CAP = "The weight of any single security is limited to {} %."


def family(text: str) -> Family:
    return load_family([ic.Methodology.from_text(text)])


def changed(text: str) -> list[str]:
    """The items of the notice from ``OLD`` to ``text``."""
    lines = markdown(notice(family(OLD), family(text))).splitlines()
    return [line.removeprefix("- ") for line in lines if line.startswith("- ")]


def with_effects(**more: object) -> Notice:
    """A notice whose last review has ten lines leave and one join."""
    effect = RunDifference(
        date=dt.date(2026, 6, 12),
        members=(20, 11),
        only_first=tuple(f"L{number:02}" for number in range(10)),
        only_second=("N|1",),
        moved=(),
        distance=0.125,
    )
    return Notice(
        old=family(OLD),
        new=family(OLD.replace("12%", "15%")),
        clauses=notice(family(OLD), family(OLD.replace("12%", "15%"))).clauses,
        effective=None,
        reasons=("<b>why</b> (minutes)",),
        effects=(effect,),
        tracking_error=0.0123,
        assets=1e12,
        names={language: {"L00": "First & Co"} for language in ("en", "ko")},
        **more,  # type: ignore[arg-type]
    )


def test_a_number_is_one_sentence_from_and_to() -> None:
    (cap,) = changed(OLD.replace("12%", "15%"))
    assert cap == (
        f"Weighting: ‘{CAP.format(12)}’ becomes ‘{CAP.format(15)}’ (`weighting.caps[0]`)"
    )
    two = changed(OLD.replace("12%", "15%").replace("rank: 20}", "rank: 25}"))
    assert len(two) == 2
    assert cap in two


def test_what_comes_and_what_goes_is_told_apart() -> None:
    (gone,) = changed(OLD.replace(", {fill: {to: 20, by: size}}", ""))
    assert gone.startswith("Selection: no longer: ‘Fill: the first by “size” are added")
    (new,) = changed(OLD.replace("by: size}}]}", "by: size}}], reserve: {count: 3, by: size}}"))
    assert new.startswith(
        "Selection: new: ‘The reserve list holds the next securities by “size”: 3"
    )


def test_a_name_is_no_change_of_methodology() -> None:
    lines = changed(OLD.replace("Small twenty", "Other").replace("index: small", "index: other"))
    assert lines == ["Nothing: the two rules say the same."]


def test_the_effect_is_a_table_with_names() -> None:
    lines = markdown(with_effects()).splitlines()
    assert lines[0] == "# Change of methodology: Small twenty"
    assert "| 2026-06-12 | 20 to 11 | 10 | 1 | 12.50% | 125bn KRW |" in lines
    (left,) = [line for line in lines if line.startswith("On 2026-06-12 would leave: ")]
    assert left.startswith("On 2026-06-12 would leave: L00 First & Co, L01, ")
    assert left.endswith(f" and {10 - SHOWN} more.")
    assert lines[-1] == "Tracking error of the two since they began: 1.23% a year."


def test_a_notice_in_korean() -> None:
    """The sentences of the Korean rulebook, and no word of English beside names and keys."""
    lines = markdown(with_effects(), "ko").splitlines()
    assert lines[0] == "# 산출방법론 변경: Small twenty"
    assert lines[2] == "지수: small. 시행일: 각 문장에 적힌 대로."
    assert (
        "- 가중 방식: ‘개별 종목의 비중은 12% 이내로 한다.’ → ‘개별 종목의 비중은 15% 이내로 한다.’ "
        "(`weighting.caps[0]`)"
    ) in lines
    assert "| 2026-06-12 | 20 → 11 | 10 | 1 | 12.50% | 125bn KRW |" in lines
    (left,) = [
        line for line in lines if line.startswith("2026-06-12 편출 종목: L00 First & Co, L01, ")
    ]
    assert left.endswith(f" 외 {10 - SHOWN}종목.")
    assert lines[-1] == "두 지수의 산출 이후 추적오차: 연 1.23%."
    page = as_html(with_effects(), "ko")
    assert page.startswith('<!doctype html>\n<html lang="ko">')
    assert "<h2>변경 내용</h2>" in page


def test_the_page_is_whole_and_no_name_is_markup() -> None:
    page = as_html(with_effects())
    assert page.startswith("<!doctype html>")
    assert "<title>Change of methodology: Small twenty</title>" in page
    assert "<code>weighting.caps[0]</code>" in page
    assert "&lt;b&gt;why&lt;/b&gt;" in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert page.count("<tr>") == 2
    assert page.count("<th>") == 6
    for tag in ("ul", "table", "body", "html"):
        assert len(re.findall(f"<{tag}[ >]", page)) == page.count(f"</{tag}>"), tag
