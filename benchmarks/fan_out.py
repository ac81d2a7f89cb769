"""Many rules on the workers of a process pool and of a dask cluster on the loopback.

    python -m benchmarks.fan_out [rules] [years]        default: 200 rules, 5 years

Every way writes its tables into a folder of its own; the files are compared byte by byte before any time is
told.  The memory of a worker is its largest anonymous resident set, read from /proc while it works; CPU
seconds are those of all workers, the scheduler of the cluster included.
"""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.memory import AnonymousMemory, children
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.workers import executor_named, unit_size, write_on
from indexcalc.cli.main import run as command
from indexcalc.market.market import Market

RULE = """\
index: fan-{number}
currency: KRW
calendar: XKRX
base: {{date: 2022-01-03, level: 1000}}
universe: {{of: kospi}}
review: {{months: [3, 6, 9, 12], effective: 2nd friday, cutoff: last session 1 month before}}
measures: {{size: {{mean: market_cap, over: {months} calendar months}}}}
selection:
  count: {count}
  steps:
    - select: {{size: {{rank: {{existing: {outer}, new: {inner}}}}}}}
    - trim: {{to: {count}, by: size}}
    - fill: {{to: {count}, by: size}}
weighting: {{scheme: {scheme}}}
"""


def rules(folder: Path, n: int) -> list[str]:
    """``n`` rules of one family: counts, windows and schemes vary."""
    paths = []
    for number in range(n):
        count = 50 + 5 * (number % 20)
        text = RULE.format(
            number=number,
            months=(1, 3, 6)[number % 3],
            count=count,
            outer=count + 10,
            inner=count - 10,
            scheme=("market_cap", "equal")[number % 2],
        )
        path = folder / f"fan-{number}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    return paths


@dataclass(slots=True)
class Cluster:
    """A dask scheduler on the loopback and its workers, of one thread each."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(n_workers: int) -> Iterator[Cluster]:
    """A cluster of processes of its own, up when the block begins and gone when it ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = ["--host", "127.0.0.1", "--no-dashboard"]

    def start(what: str, *given: str) -> subprocess.Popen[bytes]:
        module = [sys.executable, "-m", f"distributed.cli.dask_{what}"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*module, *given, *plain], stdout=quiet, stderr=quiet)

    scheduler = start("scheduler", "--port", str(port))
    started = [scheduler]
    try:
        for _ in range(240):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        workers = [
            start("worker", f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--no-nanny")
            for _ in range(n_workers)
        ]
        started += workers
        yield Cluster(f"127.0.0.1:{port}", workers)
    finally:
        for process in started:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Way:
    """How rules are computed: an executor, ``{}`` standing for the cluster's address."""

    name: str
    executor: str
    dask_workers: int = 0
    kill_one: bool = False


WAYS = (
    Way("one process", "processes:1"),
    Way("two processes", "processes:2"),
    Way("dask, one worker", "dask://{}", 1),
    Way("dask, two workers", "dask://{}", 2),
    Way("dask, one of two killed", "dask://{}", 2, kill_one=True),
)


def timed(way: Way, paths: list[str], place: Path, out: Path) -> tuple[float, float, float]:
    """(seconds, CPU seconds of all workers, the largest worker's anonymous memory in MB) of a way."""
    before = _children()
    with ExitStack() as stack:
        name, workers = way.executor, []
        if way.dask_workers:
            running = stack.enter_context(cluster(way.dask_workers))
            name, workers = name.format(running.address), running.workers
        memory = stack.enter_context(AnonymousMemory(children, 0.1))

        def done(finished: int, total: int) -> None:
            if way.kill_one and finished == max(total // 3, 1):
                workers[0].kill()

        begin = time.perf_counter()
        write_on(
            lambda: executor_named(name),
            compute_family,
            paths,
            Market.open(place),
            Request(),
            out=out,
            size=unit_size(len(paths), 2),
            done=done,
        )
        seconds = time.perf_counter() - begin
    return seconds, _children() - before, memory.most


def _children() -> float:
    """CPU seconds of processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def different(one: Path, other: Path) -> tuple[int, int]:
    """(tables below a folder, how many of them have other bytes below the other)."""
    files = sorted(path.relative_to(one) for path in one.rglob("*.parquet"))
    return len(files), sum(
        (one / file).read_bytes() != (other / file).read_bytes() for file in files
    )


def main() -> int:
    """Run it; 1 where a file differs."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    years = sys.argv[2] if len(sys.argv) > 2 else "5"
    print(machine())
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        place = folder / "market"
        command(["market", "demo", "--years", years, "--out", str(place)])
        reported: dict[tuple[str, int], float] = {}
        runs = [(way, n) for way in WAYS] + [(WAYS[1], 2 * n), (WAYS[3], 2 * n)]
        for way, count in runs:
            source = folder / f"rules-{count}"
            source.mkdir(exist_ok=True)
            out = folder / f"{way.name} {count}"
            seconds, cpu, memory = timed(way, rules(source, count), place, out)
            reported[way.name, count] = seconds
            tables, differ = different(folder / f"{WAYS[0].name} {n}", out)
            wrong += differ
            print(
                f"{count:>5} rules, {way.name:<24} {seconds:6.1f} s  {cpu:6.1f} CPU s  "
                f"largest worker {memory:5.0f} MB  {tables:,} tables compared, {differ} differ",
                flush=True,
            )
        for one, two in ((0, 1), (2, 3)):
            ratio = reported[WAYS[one].name, n] / reported[WAYS[two].name, n]
            print(f"{WAYS[two].name}: {ratio:.2f} times as fast as {WAYS[one].name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
