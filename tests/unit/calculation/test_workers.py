"""Many rules on the workers of an executor: the same bits wherever they ran, a killed worker included."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from benchmarks.fan_out import Way, cluster, rules, timed
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.workers import compute_on, executor_named, unit_size, units, write_on
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import DataError, RunError, UsageError
from indexcalc.market.market import Market
from indexcalc.market.places.place import located
from indexcalc.methodology.load.family import Family, load_family

RULES = ["kospi-large", "kospi-mid", "kosdaq", "kospi", "kosdaq-large"]
TABLES = ("levels", "constituents", "reviews", "decisions", "events")


@pytest.fixture(scope="module")
def market_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fan-out") / "market"
    assert (
        command(["market", "demo", "--securities", "300", "--years", "3", "--out", str(folder)])
        == 0
    )
    return folder


@pytest.fixture(scope="module")
def serial(market_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("serial")
    write_on(
        lambda: ThreadPoolExecutor(1),
        compute_family,
        RULES,
        Market.open(market_folder),
        Request(),
        out=out,
        size=len(RULES),
    )
    return out


def same(one: Path, other: Path) -> None:
    for rule in RULES:
        for table in TABLES:
            file = f"{rule}/{table}.parquet"
            assert (one / file).read_bytes() == (other / file).read_bytes(), file


def test_rules_with_the_same_roots_are_a_unit() -> None:
    family = load_family(RULES)
    assert units(family) == [
        ("kospi-large", "kospi-mid", "kospi"),
        ("kosdaq", "kosdaq-large"),
    ]
    assert units(family, 2) == [
        ("kospi-large", "kospi-mid"),
        ("kospi",),
        ("kosdaq", "kosdaq-large"),
    ]
    assert (unit_size(200, 2), unit_size(10, 2), unit_size(1, 8)) == (20, 3, 1)


def test_two_processes_write_what_one_writes(
    market_folder: Path, serial: Path, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    written = write_on(
        lambda: executor_named("processes:2"),
        compute_family,
        RULES,
        Market.open(market_folder),
        Request(),
        out=tmp_path,
        size=2,
        done=lambda done, total: told.append((done, total)),
    )
    assert [item.index for item in written] == RULES
    assert told == [(1, 3), (2, 3), (3, 3)]
    same(serial, tmp_path)


def dies_once(family: Family, market: Market, request: Request) -> dict[str, Run]:
    """Computes, but the first worker that meets the KOSDAQ is killed in the middle."""
    mark = Path(os.environ["INDEXCALC_TEST_MARK"])
    if "kosdaq" in family.asked and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return compute_family(family, market, request)


def test_a_killed_worker_changes_nothing(
    market_folder: Path, serial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDEXCALC_TEST_MARK", str(tmp_path / "mark"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    out = tmp_path / "out"
    write_on(
        lambda: executor_named("processes:2"),
        dies_once,
        RULES,
        Market.open(market_folder),
        Request(),
        out=out,
        size=2,
    )
    assert (tmp_path / "mark").exists()
    same(serial, out)


def dies_always(family: Family, market: Market, request: Request) -> dict[str, Run]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_unit_that_kills_every_worker_is_given_up(
    market_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    with pytest.raises(RunError, match=r"RUN014: .*: kospi-large"):
        write_on(
            lambda: executor_named("processes:1"),
            dies_always,
            ["kospi-large"],
            Market.open(market_folder),
            Request(),
            out=tmp_path,
        )


def test_from_python_any_executor_gives_the_runs(market_folder: Path) -> None:
    market = Market.open(market_folder)
    with ThreadPoolExecutor(2) as executor:
        runs = ic.compute(RULES, market, executor=executor)
    assert list(runs) == RULES
    for name in ("kospi-mid", "kosdaq"):
        assert runs[name].levels.equals(ic.compute(name, market).levels)


def test_runs_come_back_from_other_processes(market_folder: Path) -> None:
    market = Market.open(market_folder)
    with executor_named("processes:1") as executor:
        assert isinstance(executor, ProcessPoolExecutor)
        runs = compute_on(executor, compute_family, ["kospi-large"], market, Request())
    here = ic.compute("kospi-large", market)
    assert runs["kospi-large"].constituents.equals(here.constituents)
    assert runs["kospi-large"].manifest == here.manifest


@pytest.mark.parametrize("text", ["proceses", "processes:0", "processes:x", "dask://127.0.0.1:1"])
def test_an_executor_that_is_none_is_told(
    text: str, market_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text.startswith("dask") and find_spec("distributed") is None:
        pytest.skip("distributed is not installed")
    given = ["compute", "kospi-large", "--market", str(market_folder), "--executor", text]
    assert command([*given, "--out", str(tmp_path)]) == 2
    assert "RUN011" in capsys.readouterr().err


def test_an_overlay_is_written_without_a_count_of_members(
    market_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = tmp_path / "twice.yaml"
    rule.write_text(
        "index: twice\nbase: {date: 2025-01-02, level: 100}\n"
        "underlying: {index: kospi-large, return: price}\noverlay: {leverage: 2, reset: daily, "
        "financing: {rate: call, day_count: ACT/365}}\n"
    )
    given = ["compute", "kospi-large", str(rule), "--market", str(market_folder)]
    assert command([*given, "--out", str(tmp_path / "one")]) == 0
    capsys.readouterr()
    assert command([*given, "--out", str(tmp_path / "two"), "--executor", "processes:1"]) == 0
    large, twice = capsys.readouterr().out.splitlines()
    assert "constituents" in large
    assert twice.startswith("twice")
    assert "constituent" not in twice
    for table in TABLES:
        one, two = (tmp_path / out / "twice" / f"{table}.parquet" for out in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_a_name_is_an_executor_too(market_folder: Path) -> None:
    runs = ic.compute(RULES, market_folder, executor="processes:1")
    assert list(runs) == RULES
    for wrong in ("proceses", 2):
        with pytest.raises(UsageError, match=r"RUN011 executor: .*\n.*processes:N"):
            ic.compute(RULES, market_folder, executor=wrong)  # type: ignore[call-overload]


@pytest.fixture
def rules_one_wrong(tmp_path: Path) -> list[str]:
    """Two shipped rules, and between them one whose column the market has as another kind."""
    text = (Path(__file__).parents[3] / "rules/krx/kospi-mid.yaml").read_text()
    wrong = tmp_path / "wrong.yaml"
    text = text.replace("index: kospi-mid", "index: wrong\ncolumns: {ksic_group: flag}")
    text = text.replace("  where:\n", "  where:\n    ksic_group: false\n")
    wrong.write_text(text, "utf-8")
    return ["kospi-large", str(wrong), "kosdaq"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_finding_of_a_worker_is_told_and_the_others_are_written(
    workers: int,
    market_folder: Path,
    serial: Path,
    rules_one_wrong: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    given = ["compute", *rules_one_wrong, "--market", str(market_folder), "--out", str(out)]
    assert command(given) == 3
    alone = capsys.readouterr().err
    assert "error DAT003" in alone
    assert not out.exists()
    assert command([*given, "--executor", f"processes:{workers}"]) == 3
    told = capsys.readouterr()
    assert f"{out}: warning RUN013: 2 of 3 indices are written" in told.err
    assert [line for line in alone.splitlines() if line not in told.err] == []
    assert sorted(item.name for item in out.iterdir()) == ["kosdaq", "kospi-large"]
    file = "kosdaq/levels.parquet"
    assert (out / file).read_bytes() == (serial / file).read_bytes()


def test_an_index_that_cannot_be_written_stops_no_other(
    market_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("kospi-large", "kospi"):
        (tmp_path / name).write_text("no folder")
    given = ["compute", *RULES, "--market", str(market_folder), "--executor", "processes:1"]
    assert command([*given, "--out", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count("error RUN020") == 2
    assert "3 of 5 indices are written" in told


def test_a_refusal_leaves_the_pool_of_the_caller_whole(
    market_folder: Path, rules_one_wrong: list[str]
) -> None:
    with executor_named("processes:1") as pool:
        with pytest.raises(DataError, match="DAT003"):
            ic.compute(rules_one_wrong, market_folder, executor=pool)
        assert list(ic.compute(["kosdaq"], market_folder, executor=pool)) == ["kosdaq"]


class Unreadable(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__("of two numbers")


def raises_unreadable(family: Family, market: Market, request: Request) -> dict[str, Run]:
    raise Unreadable(1, 2)


def test_only_for_a_killed_worker_is_there_another_pool(
    market_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    opened = []

    def open_executor() -> AbstractContextManager[Executor]:
        opened.append(1)
        return executor_named("processes:1")

    with pytest.raises(BrokenExecutor):
        write_on(
            open_executor,
            raises_unreadable,
            ["kosdaq"],
            Market.open(market_folder),
            Request(),
            out=tmp_path,
        )
    assert len(opened) == 1


def without_dividends(market: Market) -> Market:
    table = market.table("dividends")
    assert table is not None
    return market.with_tables({"dividends": table.slice(0, 0)})


def with_a_tighter_limit(market: Market) -> Market:
    other = market.with_tables({})
    other.facts["price_limit"] = 0.01
    return other


@pytest.mark.parametrize(
    "other",
    [
        lambda market: market.known_by(dt.date(2025, 1, 2)),
        lambda market: market.until(dt.date(2025, 1, 2)),
        without_dividends,
        with_a_tighter_limit,
    ],
)
def test_a_worker_that_lives_on_computes_the_market_it_is_given(
    market_folder: Path, other: Callable[[Market], Market]
) -> None:
    market = Market.open(market_folder)
    changed = other(market)
    with executor_named("processes:1") as pool:
        before = ic.compute(["kosdaq"], market, executor=pool, returns="tr")["kosdaq"]
        after = ic.compute(["kosdaq"], changed, executor=pool, returns="tr")["kosdaq"]
    here = ic.compute("kosdaq", changed, returns="tr")
    assert not here.levels.equals(before.levels)
    assert after.levels.equals(here.levels)
    assert after.manifest == here.manifest


def test_on_the_command_line(
    market_folder: Path, serial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["compute", *RULES, "--market", str(market_folder), "--executor", "processes:2"]
    assert command([*given, "--out", str(tmp_path)]) in (0, 1)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == RULES
    same(serial, tmp_path)


needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="distributed is not installed"
)


@needs_dask
@pytest.mark.parametrize(("fails", "code"), [("KilledWorker", "RUN014"), ("cancelled", "RUN011")])
def test_a_cluster_that_fails_is_told(
    fails: str, code: str, market_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dask raises where its workers are killed again and again, and where its scheduler has gone."""
    import distributed

    class FailingCluster(ThreadPoolExecutor):
        def __init__(self, address: str, timeout: int) -> None:
            super().__init__(1)

        def get_executor(self) -> Executor:
            return self

        def submit(self, *given: object, **named: object) -> Future[Any]:  # type: ignore[override]
            ends: Future[Any] = Future()
            if fails == "cancelled":
                ends.cancel()
            else:
                ends.set_exception(distributed.KilledWorker("unit", None, 3))
            return ends

    monkeypatch.setattr(distributed, "Client", FailingCluster)
    with pytest.raises((RunError, UsageError), match=f"{code}.*127.0.0.1:8786"):
        ic.compute(["kosdaq"], market_folder, executor="dask://127.0.0.1:8786")


@needs_dask
@pytest.mark.slow
def test_a_dask_cluster_writes_what_one_process_writes(
    market_folder: Path, serial: Path, tmp_path: Path
) -> None:
    with cluster(2) as running:
        written = write_on(
            lambda: executor_named(f"dask://{running.address}"),
            compute_family,
            RULES,
            Market.open(market_folder),
            Request(),
            out=tmp_path,
            size=2,
        )
    assert [item.index for item in written] == RULES
    same(serial, tmp_path)


@needs_dask
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_with_market_and_output_in_s3(
    bucket: str, market_folder: Path, serial: Path, tmp_path: Path
) -> None:
    market = located(f"{bucket}/market")
    for file in market_folder.iterdir():
        if file.is_file():
            (market / file.name).write_bytes(file.read_bytes())  # type: ignore[union-attr]
    out = located(f"{bucket}/out")
    with cluster(2) as running:
        written = write_on(
            lambda: executor_named(f"dask://{running.address}"),
            compute_family,
            RULES,
            Market.open(market),
            Request(),
            out=out,
            size=1,
            done=lambda finished, total: running.workers[0].kill() if finished == 1 else None,
        )
        assert running.workers[0].poll() is not None
    assert [item.index for item in written] == RULES
    assert [item.folder for item in written] == [f"{out}/{name}" for name in RULES]
    for rule in RULES:
        for table in TABLES:
            stored = (out / rule / f"{table}.parquet").read_bytes()  # type: ignore[union-attr]
            assert stored == (serial / rule / f"{table}.parquet").read_bytes()


@pytest.mark.slow
def test_the_memory_of_a_worker_does_not_grow_with_the_rules(tmp_path: Path) -> None:
    market = tmp_path / "market"
    given = ["market", "demo", "--securities", "100", "--years", "2", "--out", str(market)]
    assert command(given) == 0
    most = []
    for count in (80, 160):  # four units of twenty rules, and eight
        source = tmp_path / f"rules-{count}"
        source.mkdir()
        paths = rules(source, count)
        _, _, memory = timed(Way("", "processes:1"), paths, market, tmp_path / f"out-{count}")
        most.append(memory)
    assert most[0] > 50
    assert most[1] < 1.1 * most[0], most
