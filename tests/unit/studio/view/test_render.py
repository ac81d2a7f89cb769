"""Figures, findings, levers and tables as HTML, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from indexcalc.studio.session import Session
from indexcalc.studio.text.levers import Lever
from indexcalc.studio.text.reading import Mark
from indexcalc.studio.view import render
from indexcalc.studio.work.studies import Member

CAP = Lever("cap", ("weighting.caps[0].limit",), "30%", ("20%", "30%", "none"), 9, "security")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("weight", 0.12345, "12.35\u00a0%"),
        ("total_return", 0.5, "+50.00\u00a0%"),
        ("assets", 1.5e12, "1.50tn"),
        ("constituents", 1200.0, "1,200"),
        ("capping_factor", 0.30832, "0.3083"),
        ("effective_number", 30.66, "30.7"),
        ("divisor", Decimal("4586792.5"), "4,586,792.50"),
        ("observed", 0.36404, "0.3640"),
        ("units", 7, "7.00"),
        ("level_last", None, "–"),
        ("volatility", float("nan"), "–"),
        ("effective_date", dt.date(2026, 6, 12), "2026-06-12"),
        ("symbol", "005930", "005930"),
    ],
)
def test_a_value_by_the_name_of_its_column(name: str, value: Any, text: str) -> None:
    assert render.number(name, value) == text


@pytest.mark.parametrize(
    ("name", "value", "english", "korean"),
    [
        ("kind", "fast_entry", "fast entry", "특례편입"),
        ("step", "membership", "membership", "편입 여부"),
        ("outcome", "kept", "kept", "유지"),
        ("outcome", "never_heard_of", "never heard of", "never heard of"),
        ("event", "split", "split", "액면분할"),
        (
            "detail",
            "kept: the change is too small",
            "kept: the change is too small",
            "변동이 작아 유지",
        ),
        ("per", "security", "security", "종목"),
        ("name", "split", "split", "split"),
    ],
)
def test_what_the_program_calls_things_is_said_in_words(
    name: str, value: str, english: str, korean: str
) -> None:
    assert render.said(name, value, "en") == english
    assert render.said(name, value, "ko") == korean


def test_a_line_has_its_name_in_the_language_of_the_page() -> None:
    line = {"symbol": "1", "name": "가나전자", "name_en": "Gana Electronics"}
    assert [render.called(line, language) for language in ("en", "ko")] == [
        "Gana Electronics",
        "가나전자",
    ]
    assert render.called({**line, "name_en": ""}, "en") == "가나전자"
    assert render.called({"symbol": "1", "name": ""}, "ko") == "1"
    joined = render.comings([Member("N", "새", 0.1, "New")], [], "saved", "en")
    assert "New</button>" in joined


def test_amounts_are_counted_as_the_language_counts() -> None:
    assert render.said("assets", 1.31e12, "ko") == "1조 3,100억"
    assert render.said("assets", 1.31e12, "en") == "1.31tn"


def test_who_comes_and_who_goes_heaviest_first_and_no_more_than_six_by_name() -> None:
    old = [Member(f"O{n}", f"old {n}", n / 100) for n in range(8)]
    made = render.comings([Member("N", "new", 0.1)], old, "saved", "en")
    assert "Joins 1" in made
    assert "Leaves 8" in made
    assert made.index("old 7") < made.index("old 2")
    assert "old 1" not in made
    assert "+2" in made
    assert render.comings(old, old, "saved", "en") == "same members as saved"
    assert (
        render.comings([], old, "saved", "en") == render.comings(old, None, "x", "en") == "&nbsp;"
    )


def test_a_finding_leads_to_its_place_where_that_is_in_this_text() -> None:
    here = Mark(3, 5, 2, "error", "RUL001", "weigting", "unknown", "weighting")
    there = Mark(0, 0, 0, "warning", "DAT040", "", "short", "", "rules/kospi200.yaml")
    made = render.marks([here, there], "ko", read=True)
    assert "data-line='3' data-column='5'" in made
    assert made.count("<button") == made.count("</button>") == 1
    assert "rules/kospi200.yaml" in made
    assert "해결: weighting" in made
    assert "no finding" in render.marks([], "en", read=True)
    assert "no finding" not in render.marks([], "en", read=False)
    assert render.marks([here] * 90, "en", read=True).count("<li") == 60


def test_levers_stand_where_they_were_moved_to_and_many_are_folded() -> None:
    session = Session("mine", "", "", levers={CAP.path: "20%"})
    made = render.levers([CAP], session, ["add_buffer"])
    assert "max='2' step='1' value='0'" in made
    assert "aria-valuetext='20%'" in made
    assert "data-do='add_buffer'" in made
    assert "<details>" not in made
    assert "2 more" in render.levers([CAP] * 8, session, [])
    assert "data-lever" not in render.levers([], session, ["add_cap"])
    assert render.lever_patches([CAP], session) == [("lever-0-value", "20%")]


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("weighting.caps[0].limit", "caps.limit"),
        ("selection.steps.2017-06-09[3].select.size.rank.max", "rank.max"),
        ("eligibility.float_factor.min.2007-06-15", "float_factor.min"),
        ("base", "base"),
    ],
)
def test_a_path_is_called_by_its_last_two_keys(path: str, short: str) -> None:
    assert render.short_path(path) == short


def test_a_table_links_lines_of_this_text_only_and_says_how_many_rows_it_leaves_out() -> None:
    rows = [{"line": 7, "weight": 0.5}, {"line": "kospi200:84", "weight": None}]
    made = render.table(rows, ("line", "weight"), "en", links={"line": "jump"})
    assert made.count("data-do='jump'") == 1
    assert "data-line='7'" in made
    assert "kospi200:84" in made
    assert "<th scope='col' class='num'>" in made
    many = render.table([{"weight": 0.1}] * 401, ("weight",), "en")
    assert many.count("<tr>") == 401
    assert "400 of 401" in many
    assert render.table([], ("weight",), "en") == "<p class='soft'>–</p>"


def test_the_fingerprint_of_a_text_is_what_the_script_computes() -> None:
    """Adler-32 of two bytes: 1 + 0xC0 + 0x80 ... by hand of `ab`: low 1+97+98 = 196, high 98+196 = 294."""
    assert render.fingerprint("ab") == 294 * 65_536 + 196
    assert render.fingerprint("") == 1
