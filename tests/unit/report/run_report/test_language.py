"""The words of a page in its language; a name the tables do not know is still readable."""

from __future__ import annotations

import pytest

from indexcalc.report.run_report.language import Words, event_in_words, kind_in_words, readable


def test_a_page_says_its_words_in_its_language() -> None:
    assert Words("en")("Reviews", "정기변경") == "Reviews"
    assert Words("ko")("Reviews", "정기변경") == "정기변경"
    assert Words("ko").source("as given") == "입력값"
    assert Words("ko").source("tracked_assets") == "tracked_assets"


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("information_technology", "en", "Information technology"),
        ("information_technology", "ko", "정보기술"),
        ("space_travel", "ko", "Space travel"),
        ("우주 산업", "en", "우주 산업"),
        ("", "en", ""),
    ],
)
def test_the_name_of_a_sector_is_readable(name: str, language: str, words: str) -> None:
    assert readable(name, language) == words


def test_a_known_event_or_kind_has_words_and_an_unknown_one_loses_its_underscores() -> None:
    assert event_in_words("spin_off", "en") == "spin-off"
    assert event_in_words("spin_off", "ko") == "분할"
    assert event_in_words("name_changed", "ko") == "name changed"
    assert kind_in_words("float", "en") == "free float change"
    assert kind_in_words("float", "ko") == "유동비율 변경"
    assert kind_in_words("one_off", "en") == "one off"


def test_korean_sets_the_sign_of_per_cent_without_a_space() -> None:
    page = "31.8\u00a0%, 5 %, 100% and a % alone"
    assert Words("ko").typeset(page) == "31.8%, 5%, 100% and a % alone"
    assert Words("en").typeset(page) == page
