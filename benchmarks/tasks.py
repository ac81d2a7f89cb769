"""What is timed, by name: each is set up once, has ``before`` (not timed), ``run`` and ``told``.

``told`` turns a result into arrays to compare and facts to quote, after the clock has stopped.
"""

from __future__ import annotations

import shutil
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import opponents
from benchmarks.opponents import Answer

RULE = Path(__file__).with_name("top200.yaml")
TABLES = ("levels", "constituents", "reviews", "decisions", "events", "composition")
Told = tuple[dict[str, Any], dict[str, float]]


class Opponent:
    """One index by another library, from the file."""

    def __init__(self, contestant: Callable[[Path], Answer], folder: str) -> None:
        self.contestant, self.folder = contestant, Path(folder)

    def before(self) -> None:
        """Nothing is kept between two runs."""

    def run(self) -> Answer:
        return self.contestant(self.folder)

    def told(self, answer: Answer) -> Told:
        return {"levels": answer.levels, "weights": answer.weights.ravel()}, {}


class Ours:
    """Indices by this engine with every table, as ``ic.compute`` gives them, the market opened anew.

    ``cold``: without the sidecar of the market.
    """

    def __init__(self, folder: str, rules: list[str], cold: bool) -> None:
        import indexcalc as ic
        from indexcalc.calculation import compute
        from indexcalc.market.panel_cache.decode import decodes

        self.ic, self.folder, self.rules, self.cold = ic, Path(folder), rules, cold
        self.decodes, self.pass_seconds = decodes, 0.0
        level_pass = compute.level_pass

        def timed(*plans: Any) -> None:
            begun = time.perf_counter()
            level_pass(*plans)
            self.pass_seconds += time.perf_counter() - begun

        compute.level_pass = timed

    def before(self) -> None:
        if self.cold:
            shutil.rmtree(self.folder / ".panel", ignore_errors=True)
        self.decodes.passes, self.pass_seconds = 0, 0.0

    def run(self) -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", self.ic.FindingsWarning)
            runs = self.ic.compute(self.rules, self.ic.Market.open(self.folder))
        for run in runs.values():
            for name in TABLES:
                getattr(run, name)  # made when asked
        return dict(runs)

    def told(self, runs: dict[str, Any]) -> Told:
        from indexcalc.market import arrow

        arrays = {name: arrow.floats(run.levels.column("level")) for name, run in runs.items()}
        run = next(iter(runs.values()))
        arrays["levels"] = arrow.floats(run.levels.column("level"))
        arrays["weights"] = arrow.floats(run.composition.column("weight"))
        return arrays, {"decodes": self.decodes.passes, "level_pass": self.pass_seconds}


class Sweep:
    """Limits of one list, or of the lists of several counts, over ``top200``: summary and levels."""

    def __init__(self, folder: str, caps: list[str], counts: list[int]) -> None:
        import indexcalc as ic

        self.ic, self.caps = ic, caps
        self.market = ic.Market.open(Path(folder))
        self.vary = {"selection.count": [str(count) for count in counts]} if counts else None
        self.rule = ic.Methodology.from_text(swept_text())

    def before(self) -> None:
        """The market stays open, as it does for whoever asks again."""

    def run(self) -> Any:
        return self.ic.simulate_caps(
            self.rule, self.market, caps=self.caps, tables="levels", vary=self.vary
        )

    def told(self, sweep: Any) -> Told:
        """The levels of a few points, each beside its own separate run."""
        from indexcalc.market import arrow

        keys, labels = arrow.coded(sweep.levels.column("cap"))
        level = arrow.floats(sweep.levels.column("level"))
        arrays: dict[str, Any] = {}
        rows = np.ones(level.size, dtype=bool)
        count = 200
        if self.vary is not None:
            variants, names = arrow.coded(sweep.levels.column("variant"))
            count = int(self.vary["selection.count"][-1])
            rows = variants == names.index(f"selection.count={count}")
        for cap in (self.caps[0], self.caps[len(self.caps) // 2], self.caps[-1]):
            arrays[f"{count} {cap}"] = level[rows & (keys == labels.index(cap))]
        return arrays, {}


class Live:
    """``begin``, a session advanced, the level after a trade: on a stored market, bits checked."""

    def __init__(self, folder: str, rule: str, sessions: int) -> None:
        import indexcalc as ic
        from indexcalc.calculation.prices.daily_rows import rows_between
        from indexcalc.live.live import Live
        from indexcalc.market import arrow
        from indexcalc.market.calendar.sessions import date_of

        self.folder, self.rule, self.begin = Path(folder), rule, Live.begin
        self.open = ic.Market.open
        market = ic.Market.open(self.folder)
        run = ic.compute(rule, market)
        days, levels = (run.levels.column(name) for name in ("date", "level"))
        self.expected = dict(
            zip(arrow.days(days).tolist(), arrow.floats(levels).tolist(), strict=True)
        )
        first = market.days.size - sessions - 1
        self.until = date_of(market.days[first])
        last = market.days.size
        self.singles = [rows_between(market, at, at + 1) for at in range(first + 1, last)]

    def before(self) -> None:
        """Each run begins anew."""

    def run(self) -> dict[str, float]:
        begun = time.perf_counter()
        market = self.open(self.folder)
        live = self.begin(self.rule, market, until=self.until)
        took: dict[str, list[float]] = {"begin": [time.perf_counter() - begun]}
        draw = np.random.default_rng(0)

        def timed(name: str, work: Callable[[], Any]) -> Any:
            start = time.perf_counter()
            result = work()
            took.setdefault(name, []).append(time.perf_counter() - start)
            return result

        for rows in self.singles:
            ticks = live.ticks()
            traded = np.flatnonzero(rows.printed[0] & ~rows.idle[0])
            for code in draw.permutation(traded).tolist():
                ticks.trade(market.symbols[code], float(rows.raw[0][code]))
                at_close = timed("level", ticks.level)
            session = timed("session", lambda rows=rows: live.take(rows))
            level = session[self.rule].level
            assert level == self.expected[int(rows.days[0])] == at_close, session.date
        return {name: statistics.median(values) for name, values in took.items()}

    def told(self, facts: dict[str, float]) -> Told:
        return {}, facts


class KrxFiles:
    """A day's files of the exchange's portal: imported into a new market, or parsed and nothing more."""

    def __init__(self, folder: str, parse_only: bool) -> None:
        self.files = sorted(Path(folder).glob("data_*.csv"))
        self.market = Path(folder) / "market"
        self.parse_only = parse_only

    def before(self) -> None:
        shutil.rmtree(self.market, ignore_errors=True)

    def run(self) -> float:
        """The sum of all closes."""
        if self.parse_only:
            return sum(map(self._parsed, self.files))
        from indexcalc.cli.main import run as command

        words = ["market", "import", *map(str, self.files), "--market", str(self.market)]
        assert command(words) == 0
        return 0.0

    def _parsed(self, file: Path) -> float:
        import pyarrow as pa
        import pyarrow.compute as pc
        from pyarrow import csv

        text = pa.py_buffer(file.read_bytes().decode("cp949").encode())
        table = csv.read_csv(
            pa.BufferReader(text),
            convert_options=csv.ConvertOptions(column_types={"종목코드": pa.string()}),
        )
        return float(pc.sum(table.column("종가")).as_py())

    def told(self, closes: float) -> Told:
        if not self.parse_only:
            import pyarrow.parquet as pq

            tables = [pq.read_table(path) for path in self.market.glob("daily-*.parquet")]
            closes = sum(float(np.sum(table.column("close").to_numpy())) for table in tables)
        return {"closes": np.array([closes])}, {"files": float(len(self.files))}


def swept_text() -> str:
    """``top200`` with ranks in parts of its count, so that another count is another list."""
    text = RULE.read_text(encoding="utf-8")
    text = text.replace("existing: 220, new: 180", "existing: 110% of count, new: 90% of count")
    return text.replace("{to: 200,", "{to: 100% of count,")


TASKS: dict[str, Callable[..., Any]] = {
    "ours": Ours,
    "sweep": Sweep,
    "live": Live,
    "krx": KrxFiles,
    **{
        name: (lambda folder, name=name: Opponent(getattr(opponents, name), folder))
        for name in ("numpy_kernel", "polars_tuned", "duckdb_tuned", "naive_pandas")
    },
}
