"""A text as it is typed: the findings of `validate` at their places, fast enough for the eye."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from indexcalc.methodology.load import load
from indexcalc.studio.text.reading import read, sentences
from tests.call_counts import count_calls

PATH = load.shipped_names(load.shipped_folder())["kospi200-cap30"]
TEXT = PATH.read_text("utf-8")


def test_a_good_text_has_no_mark() -> None:
    reading = read(TEXT, PATH)
    assert reading.good
    assert reading.marks == ()


def test_a_mark_stands_where_the_mistake_is() -> None:
    reading = read(TEXT.replace("limit: 30%", "limit: 30"), PATH)
    assert not reading.good
    (mark,) = [mark for mark in reading.marks if mark.severity == "error"]
    line = TEXT.splitlines()[mark.line - 1].replace("limit: 30%", "limit: 30")
    assert line[mark.column - 1 : mark.column - 1 + mark.length] == "30"
    assert mark.where == "weighting.caps[0].limit"
    assert "30%" in mark.hint


def test_a_finding_in_another_file_has_no_line_here(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("index: base\nno_key: 1\n", "utf-8")
    mine = "index: mine\nvariant_of: base\n"
    reading = read(mine, tmp_path / "mine.yaml")
    (mark,) = [mark for mark in reading.marks if "no_key" in mark.message]
    assert mark.line == 0
    assert mark.file.endswith("base.yaml")


def test_the_name_of_the_file_may_be_another_until_it_is_saved() -> None:
    reading = read(TEXT.replace("index: kospi200-cap30", "index: mine"), PATH)
    assert reading.good
    assert [mark.code for mark in reading.marks] == ["RUL019"]


def test_a_bomb_of_aliases_and_a_deep_text_are_refused_at_once() -> None:
    aliases = "a: &a [x]\n" + "\n".join(f"k{n}: &k{n} [*a, *a]" for n in range(2_000))
    for text in (aliases, "[" * 100_000, "a:\n" + " " * 10 + "\t- b", "\x00\ud800", ""):
        good: list[bool] = []
        calls = count_calls(lambda: good.append(read(text, PATH).good))  # noqa: B023
        assert good == [False]
        assert calls < 5_000_000


def test_the_rulebook_of_a_text_says_the_line_of_its_clauses() -> None:
    book = sentences(read(TEXT, PATH), dt.date(2026, 10, 30))
    assert book is not None
    (clause,) = [
        sentence
        for section in book.sections
        for sentence in section.sentences
        if sentence.path == "weighting.caps[0]"
    ]
    assert "limit: 30%" in TEXT.splitlines()[int(clause.place) - 1]
