"""Korean particles follow the sound before them."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.words.korean_particles import with_particles


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("코스피 200은(는)", "코스피 200은"),  # 이백
        ("코스피 50은(는)", "코스피 50은"),  # 오십
        ("상위 2이(가)", "상위 2가"),
        ("코스닥 150이(가)", "코스닥 150이"),
        ("지수을(를)", "지수를"),
        ("종목을(를)", "종목을"),
        ("서울(으)로", "서울로"),  # ㄹ
        ("시장(으)로", "시장으로"),
        ("합계(으)로", "합계로"),
        ("7(으)로", "7로"),  # 칠
        ("3(으)로", "3으로"),  # 삼
        ("size(크기)을(를)", "size(크기)를"),
        ("ALL(이)며", "ALL이며"),
        ("5 %(으)로 5%이(가)", "5 %로 5%가"),
        ("합병과(와) 분할과(와) 감자과(와)", "합병과 분할과 감자와"),
        ("group이(가) sector은(는) size을(를)", "group이 sector는 size를"),  # 그룹, 섹터, 사이즈
        ("volume(으)로 label(으)로 Top 10이(가)", "volume으로 label로 Top 10이"),  # 볼륨, 라벨, 십
        ("없음", "없음"),
        ("\x05size\x05이(가) 지수은(는)", "\x05size\x05이(가) 지수는"),  # its words come later
    ],
)
def test_the_form_of_a_particle(text: str, said: str) -> None:
    assert with_particles(text) == said
