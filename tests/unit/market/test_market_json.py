"""What market.json may say: every field follows from another, or the market is damaged."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.market_json import (
    StoredFile,
    file_name,
    is_data_file,
    read_contents,
    refuse_undecodable,
)

HASH = "0123456789ab" + "c" * 52
OTHER = "ba9876543210" + "d" * 52


def entry(table: str, first: str = "", last: str = "", sha256: str = HASH) -> dict[str, Any]:
    return {
        "name": file_name(table, first, last, sha256),
        "table": table,
        "rows": 3,
        "first": first,
        "last": last,
        "sha256": sha256,
    }


SAID: dict[str, Any] = {
    "format": 1,
    "facts": {"currency": "KRW"},
    "files": [
        entry("daily", "2024-01-02", "2024-01-04"),
        entry("daily", "2024-01-05", "2024-01-05", OTHER),
        entry("securities"),
    ],
    "previous": [file_name("securities", "", "", OTHER)],
}


def read(folder: Path, said: object) -> Any:
    (folder / "market.json").write_text(json.dumps(said), encoding="utf-8")
    return read_contents(folder)


def test_names_of_data_files() -> None:
    daily = "daily-2024-01-02-2024-01-04-0123456789ab.parquet"
    assert file_name("daily", "2024-01-02", "2024-01-04", HASH) == daily
    assert file_name("securities", "", "", HASH) == "securities-0123456789ab.parquet"
    assert is_data_file(daily)
    assert is_data_file("securities-0123456789ab.parquet")
    for name in ("mine.parquet", f"../{daily}", f"{daily}\n", "daily-0123456789AB.parquet"):
        assert not is_data_file(name), name


def test_what_is_live(tmp_path: Path) -> None:
    contents = read(tmp_path, SAID)
    assert contents.facts == {"currency": "KRW"}
    assert [item.last for item in contents.of("daily")] == ["2024-01-04", "2024-01-05"]
    assert contents.of("securities") == [StoredFile(**entry("securities"))]
    assert contents.of("dividends") == []
    assert contents.previous == ["securities-ba9876543210.parquet"]
    assert read(tmp_path, {key: SAID[key] for key in SAID if key != "previous"}).previous == []


def changed(*at: Any, to: Any) -> dict[str, Any]:
    made = copy.deepcopy(SAID)
    node: Any = made
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = to
    return made


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([], "set of keys"),
        (changed("more", to=1), "set of keys"),
        (changed("format", to=2), "market format 2, this version reads 1"),
        (changed("format", to=True), "format or facts|market format True"),
        (changed("facts", to=[]), "format or facts"),
        (changed("facts", "currency", to=7), "fact currency"),
        (changed("files", to={}), "list of files"),
        (changed("files", 0, to=[]), "it is no mapping"),
        (changed("files", 0, "rows", to=-1), "number of rows"),
        (changed("files", 0, "rows", to=True), "number of rows"),
        (changed("files", 0, "first", to="2024-01-01"), "not that of its table, dates and hash"),
        (changed("files", 0, "sha256", to=HASH[:63]), "table or hash"),
        (changed("files", 0, "table", to="prices"), "table or hash"),
        (changed("files", 2, to=entry("decisions")), "is called `committee` now"),
        (changed("files", 2, to=entry("daily", "2024-01-05", "2024-01-08")), "both be live"),
        (changed("files", 1, to=entry("securities")), "both be live"),
        (changed("files", 0, to=entry("daily", "2024-01-05", "2024-01-04")), "of a data file"),
        (changed("files", 0, to=entry("daily", "2024-01-02", "")), "of a data file"),
        (changed("previous", to=["x.parquet"]), "list `previous`"),
        (changed("previous", to="x"), "list `previous`"),
    ],
)
def test_what_cannot_be_is_refused_with_the_file(tmp_path: Path, said: object, told: str) -> None:
    with pytest.raises(DataError, match=told) as caught:
        read(tmp_path, said)
    (found,) = caught.value.diagnostics
    assert found.code == "DAT010"
    assert found.path == str(tmp_path / "market.json")


def test_where_nothing_is_the_way_to_a_market_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"DAT010.*no market here") as caught:
        read_contents(tmp_path)
    assert "indexcalc market import" in caught.value.diagnostics[0].hint


def test_a_path_that_arrow_cannot_open() -> None:
    with pytest.raises(DataError, match=r"DAT010.*not UTF-8"):
        refuse_undecodable(Path(os.fsdecode(b"/m\xff")))
    refuse_undecodable(Path("/시장"))
