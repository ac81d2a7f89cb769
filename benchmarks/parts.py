"""The parts of the benchmark: each compares answers, measures, and gives rows of the table."""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import indexcalc as ic
from benchmarks.tasks import RULE, swept_text
from benchmarks.worker import Worker
from indexcalc.arrays import Floats
from indexcalc.market import arrow
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import NONE

CLOSE = 1e-12
FAMILY = [
    "kospi200",
    "kospi100",
    "kospi50",
    "kospi200-cap30",
    "kospi200-equal-weight",
    "kospi200-ex-mega-cap",
    "kospi200-top10",
    "kospi200-mid-small",
]
COMMAND = [str(Path(sys.executable).with_name("indexcalc"))]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what, how much, and what it should be."""

    figure: str
    measured: str
    least: str = ""
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the markets lie (``walks``, ``demo``), how often each contestant runs."""

    folder: Path
    rounds: int
    quick: bool

    @property
    def walks(self) -> str:
        """Random walks: one file of daily rows."""
        return str(self.folder / "walks")

    @property
    def demo(self) -> str:
        """The demo market."""
        return str(self.folder / "demo")

    def facts(self, workers: Sequence[Worker]) -> list[dict[str, float]]:
        """The median of every fact of each worker, taken in turn."""
        runs: list[list[dict[str, float]]] = [[] for _ in workers]
        for _ in range(self.rounds):
            for worker, taken in zip(workers, runs, strict=True):
                taken.append(worker.run())
        return [
            {key: statistics.median(run[key] for run in taken) for key in taken[0]}
            for taken in runs
        ]


@contextmanager
def contest(*workers: Worker) -> Iterator[tuple[Worker, ...]]:
    """Workers that are ended together."""
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def apart(first: Any, second: Any) -> float:
    """The largest relative difference of two arrays; infinite where the shapes differ."""
    if first.shape != second.shape:
        return float("inf")
    return float(np.abs(first / second - 1.0).max())


def require(close: float, what: str) -> None:
    """SystemExit: an answer is another one; no time is quoted of it."""
    if not close <= CLOSE:
        raise SystemExit(f"{what} differs by {close:.3g}: no time is quoted")


def one_rule(bench: Bench) -> list[Row]:
    """One rule with all tables, `top200` on walks."""
    warm = Worker("ours", bench.walks, [str(RULE)], False)
    names = ["polars_tuned", "duckdb_tuned", "numpy_kernel", "naive_pandas"]
    rivals = [Worker(name, bench.walks) for name in names]
    cold = Worker("ours", bench.walks, [str(RULE)], True)
    with contest(warm, *rivals, cold):
        ours = warm.answer()
        for name, worker in zip([*names, "cold"], [*rivals, cold], strict=True):
            answer = worker.answer()
            require(apart(np.sort(answer["weights"]), np.sort(ours["weights"])), name)
            require(apart(answer["levels"], ours["levels"]), name)
        naive = rivals.pop().first["seconds"]
        polars, duckdb, numpy = bench.facts(rivals)
        # The sidecar is taken away by the cold run: the two kinds do not take turns.
        chilled = bench.facts([cold])[0]
        warm.run()
        warmed = bench.facts([warm])[0]
        memory = [worker.first["memory"] for worker in (warm, *rivals)]
    base, frozen = warmed["seconds"], chilled["seconds"]

    def against(other: dict[str, float]) -> str:
        return f"{other['seconds']:.2f} s: ours is {other['seconds'] / base:.1f} times as fast"

    return [
        Row("ours, warm", f"{base:.2f} s, {memory[0]:.0f} MB"),
        Row("tuned polars", f"{against(polars)}; {memory[1]:.0f} MB", "4 times", "8 times"),
        Row("tuned duckdb", f"{against(duckdb)}; {memory[2]:.0f} MB", "9 times", "18 times"),
        Row("bare NumPy from the file", f"{against(numpy)}; {memory[3]:.0f} MB"),
        Row("naive pandas, one run", f"{naive:.1f} s: ours is {naive / base:.0f} times as fast"),
        Row(
            "ours, cold (no sidecar), against bare NumPy",
            f"{frozen:.2f} s, {frozen / numpy['seconds']:.2f} times its time",
            "2 times",
            "equal",
        ),
        Row("decodes of the daily file, cold / warm", _decodes(chilled, warmed), "1 / 0", "1 / 0"),
        Row("level pass, of the whole", f"{warmed['level_pass'] / base:.0%}"),
        Row("anonymous memory", f"{memory[0]:.0f} MB", "350 MB", "250 MB"),
    ]


def _decodes(cold: dict[str, float], warm: dict[str, float]) -> str:
    return f"{cold['decodes']:.0f} / {warm['decodes']:.0f}"


def family(bench: Bench) -> list[Row]:
    """A family of eight with all tables, on demo."""
    together = Worker("ours", bench.demo, FAMILY, False)
    alone = [Worker("ours", bench.demo, [name], False) for name in FAMILY]
    cold = Worker("ours", bench.demo, FAMILY, True)
    with contest(together, *alone, cold):
        answers = together.answer()
        for name, worker in zip(FAMILY, alone, strict=True):
            require(float(worker.answer()[name].tobytes() != answers[name].tobytes()), name)
            require(float(cold.answer()[name].tobytes() != answers[name].tobytes()), name)
        second = [worker.run()["seconds"] for worker in alone]
        largest = int(np.argmax(second))
        whole, one = bench.facts([together, alone[largest]])
        chilled = bench.facts([cold])[0]
        memory = [worker.first["memory"] for worker in (together, alone[largest])]
    ratio, share = whole["seconds"] / one["seconds"], whole["level_pass"] / whole["seconds"]
    return [
        Row("all eight, warm", f"{whole['seconds']:.2f} s; cold {chilled['seconds']:.2f} s"),
        Row(
            f"against its largest member alone ({FAMILY[largest]}, {one['seconds']:.2f} s)",
            f"{ratio:.2f} times",
            "2 times",
            "1.5 times",
        ),
        Row("level pass, of the whole", f"{share:.0%}", "10 %", "5 %"),
        Row("decodes of the daily file, cold / warm", _decodes(chilled, whole), "1 / 0", "1 / 0"),
        Row(
            "anonymous memory, one rule / all eight",
            f"{memory[1]:.0f} / {memory[0]:.0f} MB",
            "350 / 500 MB",
            "250 MB, flat in years",
        ),
    ]


def sweeps(bench: Bench) -> list[Row]:
    """Limits of one list, on walks."""
    few = list(ic.percent_range("1%", "100%", "1%"))
    many = list(ic.percent_range("0.6%", "60%", "0.06%"))
    counts = list(range(110, 210, 10))
    if bench.quick:
        few, many, counts = few[:20], many[:100], counts[:2]
    wide, grid = Worker("sweep", bench.walks, many, []), Worker("sweep", bench.walks, few, counts)
    with contest(wide, grid):
        market = ic.Market.open(Path(bench.walks))
        for worker in (wide, grid):
            for label, level in worker.answer().items():
                count, cap = label.split()
                text = swept_text().replace("count: 200", f"count: {count}")
                run = ic.compute(ic.Methodology.from_text(text.replace("5%", cap)), market)
                require(apart(level, arrow.floats(run.levels.column("level"))), label)
        one, two = bench.facts([wide, grid])
    each, of_grid = (one["seconds"] / len(many), two["seconds"] / len(few) / len(counts))
    return [
        Row(f"{len(many):,} caps on one list, each", f"{each * 1e3:.2f} ms", "1 ms", "0.2 ms"),
        Row(
            f"{len(few)} caps x {len(counts)} counts, each",
            f"{of_grid * 1e3:.2f} ms",
            "4 ms",
            "0.5 ms",
        ),
    ]


def commands(bench: Bench) -> list[Row]:
    """Commands, each a process."""
    out = bench.folder / "out"
    market = ("--market", bench.demo)
    compute = [*COMMAND, "compute", "kospi200", *market, "--out", str(out)]
    simulate = [*COMMAND, "simulate", "kospi200", "--cap", "10%:40%:1%", *market]
    simulate += ["--out", str(out / "sweep")]
    bench_once([compute, simulate])
    swept = _read(out / "sweep")
    keys, labels = arrow.coded(swept.column("cap"))
    uncapped = arrow.floats(swept.column("level"))[keys == labels.index("none")]
    require(apart(uncapped, _level_without_caps(bench.demo)), "the sweep without a cap")
    one, many = bench_once([compute, simulate], bench.rounds)
    compileall.compile_dir(Path(ic.__file__).parent, quiet=1)  # as an installed package is
    (helped,) = bench_once([[*COMMAND, "--help"]], 4 * bench.rounds)
    base = _imported("import numpy, pyarrow, pyarrow.parquet", bench.rounds)
    path = _imported("import indexcalc.calculation.compute", bench.rounds)
    return [
        Row("`compute kospi200`", f"{one:.2f} s"),
        Row(
            "`simulate kospi200 --cap 10%:40%:1%`, against it",
            f"{many:.2f} s, {many / one:.2f} times",
            "1.2 times",
            "1.1 times",
        ),
        Row("`--help`", f"{helped:.3f} s", "0.09 s", "0.07 s"),
        Row(
            "import of the compute path, against numpy + pyarrow alone",
            f"{path:.3f} s, {path / base:.2f} times",
            "1.6 times",
            "1.3 times",
        ),
    ]


def _level_without_caps(market: str) -> Floats:
    """The level of the rule that `commands` sweeps, as if it had never had a cap."""
    rule = ic.Methodology.load("kospi200")
    weighting = rule.weighting.changed(caps=Dated.constant(NONE))
    run = ic.compute(rule.changed(weighting=weighting), ic.Market.open(Path(market)))
    return arrow.floats(run.levels.column("level"))


def bench_once(words: Sequence[list[str]], rounds: int = 1) -> list[float]:
    """Median seconds of commands, in turn.  CalledProcessError: one was refused."""
    taken: list[list[float]] = [[] for _ in words]
    for _ in range(rounds):
        for one, times in zip(words, taken, strict=True):
            begun = time.perf_counter()
            subprocess.run(one, check=True, capture_output=True)
            times.append(time.perf_counter() - begun)
    return [statistics.median(times) for times in taken]


def _imported(statement: str, rounds: int) -> float:
    """Median seconds of an import in a new process, without the start of Python."""
    clock = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", clock], check=True, capture_output=True).stdout)
        for _ in range(2 * rounds + 1)
    ]
    return statistics.median(times[1:])


def _read(folder: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(folder / "levels.parquet").read()


def live(bench: Bench) -> list[Row]:
    """Live: `kospi200` on demo, every level compared with a run's to the bit."""
    with contest(Worker("live", bench.demo, "kospi200", 20 if bench.quick else 60)) as (worker,):
        facts = bench.facts([worker])[0]
    return [
        Row("`begin`", f"{facts['begin']:.2f} s", "2 s", "0.3 s"),
        Row("a session advanced", f"{facts['session'] * 1e3:.2f} ms", "2 ms", "0.5 ms"),
        Row("the level after a trade", f"{facts['level'] * 1e6:.1f} us"),
    ]


def imports(bench: Bench) -> list[Row]:
    """Files of the KRX portal."""
    folder = bench.folder / "krx"
    folder.mkdir()
    _write_krx_files(folder, ic.Market.open(Path(bench.demo)), 10 if bench.quick else 60)
    with contest(Worker("krx", str(folder), False), Worker("krx", str(folder), True)) as workers:
        ours, parsed = workers
        require(apart(ours.answer()["closes"], parsed.answer()["closes"]), "the import")
        one, two = bench.facts(workers)
    each = one["seconds"] / one["files"] * 1e3
    return [
        Row(
            f"{one['files']:.0f} files, each, against parsing alone (pyarrow's csv reader)",
            f"{each:.1f} ms, {one['seconds'] / two['seconds']:.1f} times",
            "3 times",
            "2 times",
        )
    ]


_HEADER = (
    "종목코드,종목명,시장구분,소속부,종가,대비,등락률,"
    "시가,고가,저가,거래량,거래대금,시가총액,상장주식수"
)


def _write_krx_files(folder: Path, market: ic.Market, n: int) -> None:
    """The last ``n`` sessions of a market as the portal's exports: cp949, quoted, a file a day."""
    daily = market.table("daily")
    days = arrow.days(daily.column("date"))
    names = ("symbol", "close", "base_price", "shares_outstanding", "volume", "traded_value")
    for day in np.unique(days)[-n:]:
        rows = daily.take(arrow.from_ints(np.flatnonzero(days == day))).select(names).to_pydict()
        lines = [_HEADER]
        for code, close, base, shares, volume, value in zip(*rows.values(), strict=True):
            move = 0 if base is None else int(close - base)
            cells = (
                code,
                f"이름{code}",
                "KOSPI",
                "",
                int(close),
                move,
                0.0,
                int(close),
                int(close),
            )
            cells += (int(close), int(volume), int(value), int(close * shares), shares)
            lines.append(",".join(f'"{cell}"' for cell in cells))
        date = np.datetime64(int(day), "D").astype(str).replace("-", "")
        (folder / f"data_{date}.csv").write_bytes("\n".join([*lines, ""]).encode("cp949"))


PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "one_rule": one_rule,
    "family": family,
    "sweeps": sweeps,
    "commands": commands,
    "live": live,
    "import": imports,
}
