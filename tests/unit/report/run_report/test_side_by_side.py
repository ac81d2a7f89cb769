"""Several indices side by side: names short enough for the ends of their lines."""

from __future__ import annotations

import pytest

from indexcalc.report.run_report.side_by_side import short_names, side_by_side


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["KOSPI 200 Cap 30 %", "KOSPI 200 Cap 20 %"], ["30 %", "20 %"]),
        (["KOSPI 200", "KOSPI 200 Cap 30 %"], ["KOSPI 200", "Cap 30 %"]),
        (["KOSPI 200", "KOSDAQ 150"], ["KOSPI 200", "KOSDAQ 150"]),
        (["KOSPI 200", "KOSPI 200"], ["KOSPI 200", "KOSPI 200"]),
    ],
)
def test_words_that_all_names_begin_with_are_left_out(names: list[str], short: list[str]) -> None:
    assert short_names(names) == short


def test_without_a_second_index_there_is_nothing_to_compare() -> None:
    assert side_by_side([], "en") == {"charts": [], "months": [], "january": ""}
