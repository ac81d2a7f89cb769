"""JSON as columns: where the records are, what becomes of a nested one, and no digit lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.json_records import looks_like_json, read_json
from indexcalc.market.importers.files.layout import Layout

HERE = Path("file.json")


def read(text: str, records: str | None = None) -> list[dict[str, Any]]:
    source = read_json(HERE, text.encode(), Layout(records=records))
    assert source.text
    return list(source.table.to_pylist())


def refused(text: str, records: str | None = None) -> tuple[str, str, str]:
    with pytest.raises(ImportRefused) as caught:
        read(text, records)
    (found,) = caught.value.diagnostics
    return found.code, found.message, found.hint


def test_values_are_text_as_written() -> None:
    text = '[{"a": 1.50, "b": 123456789012345678901, "c": null, "d": true, "e": "x", "f": NaN}]'
    (row,) = read(text)
    assert row == {
        "a": "1.50",
        "b": "123456789012345678901",
        "c": None,
        "d": "true",
        "e": "x",
        "f": None,
    }


def test_fields_that_a_record_lacks_are_unknown() -> None:
    assert read('[{"a": "1"}, {"b": "2"}]') == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


def test_objects_inside_a_record_are_columns_and_lists_are_text() -> None:
    (row,) = read('[{"a": {"b": {"c": 1}}, "d": [1, {"e": 2}]}]')
    assert row == {"a.b.c": "1", "d": '["1", {"e": "2"}]'}


@pytest.mark.parametrize(
    ("tree", "records"),
    [
        ([{"a": "1"}], None),
        ({"x": {"y": [{"a": "1"}]}, "status": "ok"}, None),
        ({"x": [{"a": "1"}], "z": [{"b": "2"}]}, "x"),
        ({"x.y": {"z": [{"a": "1"}]}}, "x.y.z"),
        ({"x": [[{"b": "2"}], [{"a": "1"}]]}, "x.1"),
    ],
)
def test_where_records_are(tree: object, records: str | None) -> None:
    assert read(json.dumps(tree), records) == [{"a": "1"}]


def test_lines_of_json() -> None:
    assert read('{"a": "1"}\n\n{"a": "2"}\n') == [{"a": "1"}, {"a": "2"}]


def test_an_object_of_objects_must_be_named() -> None:
    text = '{"series": {"2024-01-02": {"a": "1"}, "2024-01-03": {"a": "2"}}}'
    assert read(text, "series") == [
        {"key": "2024-01-02", "a": "1"},
        {"key": "2024-01-03", "a": "2"},
    ]
    assert refused(text)[1] == "the JSON holds no list of objects"


@pytest.mark.parametrize(
    ("text", "records", "code", "words"),
    [
        ('{"a": [', None, "IMP001", "not valid JSON"),
        ("[" * 100_000, None, "IMP001", "nested too deeply"),
        ('[{"a": 1, "a": 2}]', None, "IMP001", "an object has 'a' twice"),
        ("[]", None, "IMP005", "no list of objects"),
        ('{"x": [{"a": 1}], "y": [{"a": 1}]}', None, "IMP005", "several lists of objects"),
        ('{"x": [{"a": 1}]}', "y", "IMP005", "nothing at 'y'"),
        ('{"x": [{"a": 1}]}', "x.5", "IMP005", "at 'x.5' there is no list of objects"),
        ('{"x": 1}', "x", "IMP005", "at 'x' there is no list of objects"),
        ("[{}]", None, "IMP005", "the records have 0 fields"),
    ],
)
def test_what_holds_no_records(text: str, records: str | None, code: str, words: str) -> None:
    found, message, _ = refused(text, records)
    assert found == code
    assert words in message


def test_the_way_out_names_the_lists_there_are() -> None:
    tree = '{"meta": 1, "a": {"b": [{"x": 1}]}, "c": [{"x": 1}]}'
    assert refused(tree)[2] == "say which in the map (records: a.b); there are a.b, c"
    assert "its keys are meta, n" in refused('{"meta": 1, "n": []}')[2]


def test_the_beginning_of_json() -> None:
    assert looks_like_json(b"\xef\xbb\xbf \n[1]")
    assert looks_like_json(b"{")
    assert not looks_like_json(b"date,close")
    assert not looks_like_json(b"")
