"""The same run from memory and from disk, however the rows are laid out: bits and bytes."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.run.run import Run
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.decode import decodes
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation.stored import files_of, stored

TABLES = ("levels", "constituents", "reviews", "decisions", "events", "composition")
RULES = ("kospi", "kospi-large")
N_SESSIONS = 262


@pytest.fixture(scope="module")
def demo() -> Market:
    """Listings, delistings, halts, splits, late shares, spin-offs: a hundred lines, in two blocks."""
    whole = Market.demo(securities=100, years=2)
    return until(whole, int(whole.days[N_SESSIONS - 1]))


def until(market: Market, last: int) -> Market:
    """The market with prices up to a day alone, and all other tables whole."""
    (daily,) = market.daily_sources()
    early = daily.filter(arrow.from_bools(arrow.days(daily.column("date")) <= last))
    tables = {name: market.table(name) for name in market.names if name != "daily"}
    return Market.from_tables(daily=early, complete=True, facts=market.facts, **tables)


def computed(market: Market, threads: int = 2) -> dict[str, Run]:
    request = Request(returns=("pr", "tr"), threads=threads)
    return compute_family(load_family(RULES), market, request)


@pytest.fixture(scope="module")
def in_memory(demo: Market) -> dict[str, Run]:
    return computed(demo)


def assert_same(one: dict[str, Run], two: dict[str, Run]) -> None:
    for index, name in itertools.product(RULES, TABLES):
        assert getattr(one[index], name).equals(getattr(two[index], name)), (index, name)


def test_there_is_something_to_differ(in_memory: dict[str, Run]) -> None:
    kinds = set(in_memory["kospi"].events.column("event").to_pylist())
    assert {"added", "removed", "carried", "split", "spin_off"} <= kinds
    assert in_memory["kospi-large"].reviews.num_rows >= 3


@pytest.mark.parametrize(
    ("groups", "threads"),
    [((1,), 1), ((2,), 1), ((2,), 2), ((250,), 1), ((250,), 2), ((100,), 2), ((250, 3, 1), 2)],
)
def test_row_groups_and_threads_move_no_bit(
    demo: Market, in_memory: dict[str, Run], tmp_path: Path, groups: tuple[int, ...], threads: int
) -> None:
    market = Market.open(stored(demo, tmp_path / "m", groups))
    assert_same(computed(market, threads), in_memory)


def test_a_stored_market_is_decoded_once(
    demo: Market, in_memory: dict[str, Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reviews and levels of all rules, now and later; without a sidecar, once a market opened."""
    place = stored(demo, tmp_path / "m")
    before = decodes.passes
    assert_same(computed(Market.open(place)), in_memory)
    assert_same(computed(Market.open(place), threads=1), in_memory)
    assert decodes.passes == before + 1
    monkeypatch.setenv("INDEXCALC_PANEL_LIMIT", "0")
    shutil.rmtree(place / ".panel")
    assert_same(computed(Market.open(place)), in_memory)
    assert decodes.passes == before + 2
    assert not (place / ".panel").exists()


def test_appended_sessions_move_no_bit_of_earlier_rows(
    demo: Market, in_memory: dict[str, Run], tmp_path: Path
) -> None:
    """Prices up to session 200 alone, all other tables whole: what is known later is not used."""
    last = int(demo.days[199])
    part = computed(until(demo, last))
    for index in RULES:
        n = part[index].levels.num_rows
        assert n == in_memory[index].levels.num_rows - (N_SESSIONS - 200)
        for name in ("level", "level_tr", "divisor", "market_value", "level_published"):
            whole = in_memory[index].levels.column(name).slice(0, n)
            assert whole.combine_chunks().equals(part[index].levels.column(name).combine_chunks())
        day = date_of(last)
        events = [row for row in in_memory[index].events.to_pylist() if row["date"] <= day]
        assert events == part[index].events.to_pylist()


def test_the_same_command_twice_writes_the_same_bytes(tmp_path: Path, demo: Market) -> None:
    """In other processes, other folders, with other hash seeds."""
    market = stored(demo, tmp_path / "m")
    written = []
    for number in (1, 2):
        folder = tmp_path / f"elsewhere{number}"
        folder.mkdir()
        subprocess.run(
            [
                *(sys.executable, "-m", "indexcalc.cli.main", "compute", *RULES),
                *("--market", str(market), "--out", "out", "--weights", "daily"),
            ],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
                "PYTHONHASHSEED": str(number),
                "TZ": ("UTC", "Asia/Seoul")[number - 1],
            },
            check=True,
            capture_output=True,
        )
        written.append({index: files_of(folder / "out" / index) for index in RULES})
    assert written[0] == written[1]
    assert set(written[0]["kospi"]) == {"manifest.json", *(f"{name}.parquet" for name in TABLES)}
    manifest = written[0]["kospi"]["manifest.json"].decode("utf-8")
    assert str(tmp_path) not in manifest


def test_publishing_again_over_a_run_changes_no_byte(
    in_memory: dict[str, Run], tmp_path: Path
) -> None:
    first = files_of(publish(in_memory["kospi"], tmp_path))
    second = files_of(publish(in_memory["kospi"], tmp_path))
    assert first == second
