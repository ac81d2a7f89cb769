"""Reasons of the ledger as a page says them."""

from __future__ import annotations

import re

import pytest

import indexcalc as ic
from indexcalc.market.market import Market
from indexcalc.report.run_report.reasons.in_words import figure, in_words, of_places
from indexcalc.report.run_report.reasons.shapes import SHAPES

KNOWN = (
    (
        "size rank in health_care of 39, threshold 110% of existing",
        "rank by size in Health care (39 names), threshold 110\u00a0% of existing",
        "건강관리 39종목 중 규모 순위, 기준 기존 종목 수의 110\u00a0%",
    ),
    (
        "size coverage in energy of 12, threshold 85%, 3 of 9 sessions observed",
        "cumulative share by size in Energy (12 names), threshold 85\u00a0%; 3 of 9 sessions observed",
        "에너지 12종목 중 규모 누적 비중, 기준 85\u00a0%; 9거래일 중 3일 관측",
    ),
    (
        "administrative since 2015-06-09; the review of 2015-06-12 is near: the place is vacant",
        "administrative since 2015-06-09; the review of 2015-06-12 is near: the place stays vacant",
        "2015-06-09부터 관리종목; 2015-06-12 정기변경이 가까워 공석 유지",
    ),
    (
        "held at its limit; capping factor 0.9251, weight 29.8219% at the pricing closes",
        "held at its limit; capping factor 0.9251, weight 29.8219\u00a0% at the pricing closes",
        "상한에 맞춤; CAP 비율 0.9251, 기준 종가 비중 29.8219\u00a0%",
    ),
    (
        "held at its limit; below it until the excess of others was shared out",
        "held at its limit; below it until the excess of others was shared out",
        "상한에 맞춤; 다른 종목의 초과분이 배분되어 상한에 이름",
    ),
    (
        "listed_for >= 6 calendar months",
        "time since listing at least 6 calendar months",
        "상장 후 경과기간 6개월 이상",
    ),
    (
        "in one of kospi, kosdaq; without a selection every name that passes the conditions is in",
        "in one of kospi, kosdaq; without a selection every name that passes the conditions is in",
        "kospi, kosdaq 중 하나의 구성종목; 선정 단계가 없어 조건을 통과한 종목은 모두 편입",
    ),
    (
        "no list is given for this review: the one before stays",
        "no list is given for this review: the one before stays",
        "이 변경에 주어진 명단이 없어 종전 명단을 유지",
    ),
    (
        "size rank in energy of 1, threshold 8",
        "rank by size in Energy (1 name), threshold 8",
        "에너지 1종목 중 규모 순위, 기준 8",
    ),
    ("impaired_capital = false", "impaired capital is no", "자본잠식 비해당"),
    ("my_score > 3", "my score above 3", "my score 3 초과"),
    (
        "deletion: merger on 2020-01-02, known on 2020-01-03; the reserve is used up: the place is vacant",
        "deletion: merger on 2020-01-02, known on 2020-01-03; the reserve is used up: the place is vacant",
        "제외: 2020-01-02 합병(2020-01-03 공표); 예비종목이 없어 공석",
    ),
    (
        "recent_float_size >= 50% of recent_size at rank 50",
        "recent float size at least 50\u00a0% of the recent size at rank 50",
        "최근 유동 규모 50위 종목의 최근 규모의 50\u00a0% 이상",
    ),
    (
        "undivided_size > undivided_size at rank 80% of existing",
        "undivided size above the undivided size at rank 80\u00a0% of existing",
        "분할 전 규모 기존 종목 수의 80\u00a0% 순위 종목의 분할 전 규모 초과",
    ),
    ("market KOSDAQ", "market KOSDAQ", "시장: KOSDAQ"),
    ("words of nobody", "words of nobody", "words of nobody"),
)


@pytest.mark.parametrize(("detail", "english", "korean"), KNOWN)
def test_a_detail_in_both_languages(detail: str, english: str, korean: str) -> None:
    assert in_words(detail, "en") == english
    assert in_words(detail, "ko") == korean


def test_a_column_is_called_what_its_rule_says_it_means() -> None:
    own = {"pbr_2y": {"en": "mean price to book", "ko": "2개년 평균 PBR"}, "q": {"en": "quality"}}
    detail = "pbr_2y rank of 93, threshold 50%"
    assert in_words(detail, "ko", own) == "93종목 중 2개년 평균 PBR 순위, 기준 50\u00a0%"
    assert in_words(detail, "en", own).startswith("rank by mean price to book among 93 names")
    assert in_words("q >= 2", "ko", own) == "quality 2 이상"


@pytest.mark.parametrize(
    ("value", "detail", "shown"),
    [
        (0.688072, "size coverage in energy of 12, threshold 85%", "68.81\u00a0%"),
        (43.0, "size rank in energy of 39, threshold 110% of existing", "43"),
        (0.05, "float_factor >= 10%", "5.00\u00a0%"),
        (1308000000000.4, "size rank of 3, threshold 2", "1,308,000,000,000"),
        (0.012345, "pbr <= 1", "0.01235"),
        (float("nan"), "", "–"),
    ],
)
def test_figures_beside_a_detail(value: float, detail: str, shown: str) -> None:
    assert figure(value, detail) == shown


@pytest.mark.parametrize(
    ("detail", "places"),
    [
        ("size rank in health_care of 39, threshold 110% of existing", True),
        ("recent size rank of 979, threshold 50", True),
        ("place by size among those left, places free", True),
        ("size coverage in energy of 12, threshold 85%", False),
        ("size >= 80000", False),
        ("held at its limit", False),
    ],
)
def test_places_of_a_ranking_are_no_amounts(detail: str, places: bool) -> None:
    assert of_places(detail) is places


def test_every_reason_of_an_index_has_korean_words() -> None:
    market = Market.demo(securities=420, years=4, seed=3)
    run = ic.compute("kospi200-cap30", market)
    details = {text for text in run.decisions["detail"].to_pylist() if text}
    assert len(details) > 50
    assert [text for text in details if not re.search("[가-힣]", in_words(text, "ko"))] == []


def test_a_threshold_is_called_one() -> None:
    """A line is a security, or a line of a file: never what a value is held against."""
    assert not [english for pattern, english, _ in SHAPES if "line" in f"{pattern} {english}"]
