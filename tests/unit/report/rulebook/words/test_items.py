"""Items of a list in words: the days and months for which they hold, the newest list first."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.reading.block import Item
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN
from indexcalc.report.rulebook.words.items import by_period, say_items, with_limits
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, plain

CAP = Text("A cap.", "상한이다.")
CHANGE = dt.date(2020, 6, 12)


def test_the_day_an_item_ends_is_the_first_without_it() -> None:
    item = Item(from_=dt.date(2019, 1, 2), until=CHANGE, months=(6, 12))
    assert with_limits(item, CAP) == Text(
        "A cap. In force 2 January 2019 to 11 June 2020. Only in June and December.",
        "상한이다. 적용 기간: 2019년 1월 2일~2020년 6월 11일. 6월·12월에 한한다.",
    )


def test_an_item_open_at_one_end_names_the_other_and_one_without_limits_is_left_alone() -> None:
    nothing = Item(from_=None, until=None, months=None)
    assert with_limits(nothing, CAP) == CAP
    assert with_limits(nothing.changed(until=CHANGE), CAP).en == (
        "A cap. In force until 11 June 2020."
    )
    assert with_limits(nothing.changed(from_=CHANGE), CAP).en == (
        "A cap. In force since 12 June 2020."
    )


def test_values_by_date_come_newest_first_and_one_that_always_holds_has_no_period() -> None:
    assert list(by_period(Dated.constant("one"))) == [(None, "one")]
    spans = list(by_period(Dated(((BEGINNING, "old"), (CHANGE, "new")))))
    assert [(span.en if span else None, value) for span, value in spans] == [
        ("since 12 June 2020", "new"),
        ("until 11 June 2020", "old"),
    ]


def test_a_time_without_a_list_says_nothing_and_an_unknown_list_says_so() -> None:
    item = Item(path="caps[0]", from_=None, until=None, months=None)
    section = Section(plain("Caps"))
    later = dt.date(2022, 1, 3)
    lists = Dated(((BEGINNING, UNKNOWN), (CHANGE, NONE), (later, (item,))))
    say_items(section, lists, "caps", lambda _: CAP)
    assert [
        (said.path, said.text.en, said.under.en if said.under else None)
        for said in section.sentences
    ] == [
        ("caps[0]", "A cap.", "since 3 January 2022"),
        ("caps", "terms not known.", "until 11 June 2020"),
    ]
