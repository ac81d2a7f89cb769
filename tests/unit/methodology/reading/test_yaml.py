"""The text of a rule file: nodes with exact places, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.yaml import Mapping, Scalar, Sequence
from tests.call_counts import count_calls
from tests.unit.methodology.small_rule import found_in


def parsed(text: str) -> Mapping:
    findings = Findings()
    root = source.parse(text, "t.yaml", findings)
    assert findings.items == []
    assert root is not None
    return root


def refused(text: str) -> list[tuple[str, int, int]]:
    findings = Findings()
    source.parse(text, "t.yaml", findings)
    return [
        (f.code, f.span.line, f.span.column) if f.span else (f.code, 0, 0) for f in findings.items
    ]


def test_scalars_stay_text_and_know_their_place() -> None:
    root = parsed('a: 000660\nb: {on: NO, "c": "005930"}\n')
    first = root.entries[0]
    assert first[0] == Scalar("a", False, ("t.yaml", 1, 1, 1))
    assert first[1] == Scalar("000660", False, ("t.yaml", 1, 4, 6))
    inner = root.get("b")
    assert isinstance(inner, Mapping)
    assert [(key.text, key.quoted, value.text) for key, value in inner.entries] == [  # type: ignore[union-attr]
        ("on", False, "NO"),
        ("c", True, "005930"),
    ]
    assert inner.place == ("t.yaml", 2, 4, 23)


def test_columns_count_characters_also_behind_korean_and_emoji() -> None:
    root = parsed("이름: {가나: 나다라, 🎉: [x]}\n")
    inner = root.get("이름")
    assert isinstance(inner, Mapping)
    (_, first), (party, last) = inner.entries
    assert first.place == ("t.yaml", 1, 10, 3)
    assert party.place == ("t.yaml", 1, 15, 1)
    assert isinstance(last, Sequence)
    assert last.place == ("t.yaml", 1, 18, 3)


def test_a_byte_order_mark_and_windows_line_ends_move_no_column() -> None:
    root = parsed("\ufeffa: 1\r\nb: 2\r\n")
    assert [value.place[1:3] for _, value in root.entries] == [(1, 4), (2, 4)]


def test_the_schema_comment_is_fine() -> None:
    assert parsed("# yaml-language-server: $schema=../x.json\na: 1\n").entries[0][0].span.line == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("YML012", 1, 1)]),
        ("# only a comment\n", [("YML012", 1, 1)]),
        ("- a\n- b\n", [("YML013", 1, 1)]),
        ("just words\n", [("YML013", 1, 1)]),
        ("a: 1\nb: 2\na: 3\n", [("YML006", 3, 1)]),
        ('a: {x: 1, "x": 2}\n', [("YML006", 1, 11)]),
        ("a: &n 1\nb: *n\n", [("YML007", 1, 4), ("YML007", 2, 4)]),
        ("a: !!str 1\nb: !mine x\n", [("YML008", 1, 4), ("YML008", 2, 4)]),
        ("a: 1\n---\nb: 2\n", [("YML009", 2, 1)]),
        ("a: 1\n\tb: 2\n", [("YML004", 2, 1)]),
        ("a:\n  \tb: 2\n\t\tc: 1\n", [("YML004", 2, 3), ("YML004", 3, 1)]),
        ("a: 1\n\t\nb: 2\n", [("YML004", 2, 1)]),
        ("a: [1, 2\nb: 3\n", [("YML005", 2, 2)]),
        ("a: b: c\n", [("YML005", 1, 5)]),
        ("a: 1\nb: \x07\n", [("YML005", 2, 4)]),
        ("? [x]\n: 1\n", [("YML014", 1, 3)]),
        ("{{a: 1}: 2}\n", [("YML014", 1, 2)]),
    ],
)
def test_each_refusal_at_its_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert refused(text) == expected


def test_a_tab_elsewhere_is_no_indentation() -> None:
    assert parsed("a: 1\t# a comment\nb: [1,\n\t# another\n\t\n 2]\n").get("b") is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 200_000, "YML010"),
        ("{a: " * 100_000, "YML010"),
        ("- " * 200_000, "YML010"),
        ("? " * 200_000, "YML010"),
        ("a: [" + "x," * 200_000 + "]", "YML011"),
        ("x" * (source.MAX_BYTES + 1), "YML002"),
        ('"' * 200_000, "YML005"),
    ],
)
def test_hostile_texts_are_refused_quickly(text: str, code: str) -> None:
    """At most some calls a character of the largest of these texts."""
    codes: list[str] = []
    calls = count_calls(lambda: codes.extend(item[0] for item in refused(text)))
    assert codes == [code]
    assert calls < 2_000_000


def test_depth_is_counted_in_nested_lists() -> None:
    deep = "a: " + "[" * (source.MAX_DEPTH - 1) + "]" * (source.MAX_DEPTH - 1)
    assert refused(deep) == []
    # One more: the 64th list begins in column 3 + 64.
    assert refused("a: " + "[" * source.MAX_DEPTH + "]" * source.MAX_DEPTH) == [("YML010", 1, 67)]


def read(path: Path) -> list[tuple[str, str]]:
    findings = Findings()
    assert source.read_file(path, findings) is None
    return [(f.code, f.hint) for f in findings.items]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path / "none.yaml")[0][0] == "YML001"
    assert read(tmp_path)[0][0] == "YML001"
    assert read(Path("bad\0name"))[0][0] == "YML001"
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(50_000_000_000)  # sparse: a file that is read would not end in time
    assert read(large)[0][0] == "YML002"


def test_cp949_and_utf16_are_named(tmp_path: Path) -> None:
    korean = tmp_path / "k.yaml"
    korean.write_bytes("index: x\nname: {ko: 코스피}\n".encode("cp949"))
    findings = Findings()
    source.read_file(korean, findings)
    (one,) = findings.items
    assert (one.code, one.hint) == ("YML003", "looks like cp949: save it as UTF-8")
    assert one.span is not None
    assert (one.span.line, one.span.column) == (2, 12)
    wide = tmp_path / "w.yaml"
    wide.write_bytes("index: x\n".encode("utf-16"))
    assert read(wide) == [("YML003", "save it as UTF-8")]
    broken = tmp_path / "b.yaml"
    broken.write_bytes(b"index: x\nname: \xff\xff\xff\n")
    assert read(broken) == [("YML003", "save it as UTF-8")]


def test_lone_surrogates_are_no_text() -> None:
    assert refused("a: 1\nb: \ud800\n") == [("YML003", 2, 4)]


def test_reading_goes_on_after_what_can_be_passed_over() -> None:
    text = "index: x\nindex: y\ncurrency: &c KRW\ncalendar: *c\nuniverze: {}\n"
    assert found_in(text)[:5] == [
        ("RUL002", 1, 1),
        ("RUL002", 1, 1),
        ("RUL002", 1, 1),
        ("YML006", 2, 1),
        ("YML007", 3, 11),
    ]
