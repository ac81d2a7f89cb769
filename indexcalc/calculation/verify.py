"""Recomputes a written run from its manifest and compares value by value.

``compared`` judges the folder of a sweep too (``report.verify``).
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.calculation.compute import compute_plan
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.calculation.run import committee_log
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.committee_log import last_day
from indexcalc.calculation.run.manifest import file_names, run_names
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.run.stored_manifest import is_sweep
from indexcalc.calculation.table_differences import table_difference
from indexcalc.diagnostics import DataError, IndexcalcError, RunError, quantity, render_text
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import rule_from_text
from indexcalc.methodology.model.methodology import Methodology

TABLES = ("levels", "constituents", "reviews", "decisions", "events", "composition", "overrides")
OPTIONAL = ("composition",)  # kept where --weights daily asked for it
TOLERANCE = 1e-12
# What a manifest may say otherwise than the recomputation where versions or data are others: that
# they are is told apart.
_OF_DATA = frozenset(
    {
        "market",
        "run",
        "parents",
        "calendar",
        "assumptions",
        "counts",
        "underlying",
        "method",
        "annual",
    }
)


class Verdict(Struct, frozen=True):
    """How a recomputed run compares: ``bits`` all equal, else largest relative difference.

    ``differences``: of each table that is not equal, the place of its largest difference and both values.
    """

    index: str
    bits: bool
    largest: float
    published_equal: bool
    same_versions: bool
    same_data: bool
    rows: int
    untrue: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Was a file changed after the run was written?  Nothing else differs by versions and data."""
        return self.same_versions and self.same_data and not self.good

    @property
    def good(self) -> bool:
        """Bits in the same environment; else 1e-12 and the same published digits.  Either way the
        manifest must say what the recomputation and the tables beside it say (``untrue``: where not),
        and the log of the committee's decisions (``log``: where not).
        """
        if self.untrue or self.log:
            return False
        if self.same_versions and self.same_data:
            return self.bits
        return self.largest <= TOLERANCE and self.published_equal

    def sentence(self, name: str = "") -> str:
        """What a person reads; ``name``: what the run is called (its index)."""
        name = name or self.index
        where = "same versions" if self.same_versions else "other versions"
        data = "same data" if self.same_data else "other data files"
        if self.untrue:
            return f"{name}: the manifest is not true of this run: {'; '.join(self.untrue)}"
        if self.log:
            return f"{name}: the committee's log is not that of this run: {'; '.join(self.log)}"
        if self.bits:
            return f"{name}: {quantity(self.rows, 'row')} equal bit for bit ({where}, {data})"
        digits = "equal" if self.published_equal else "different"
        how_far = f"largest relative difference {self.largest:.3g}"
        if self.largest == float("inf"):
            how_far = "other rows, columns or texts"
        return f"{name}: {how_far}, published levels {digits} ({where}, {data})"


def verify_run(folder: Place, market: Market) -> Verdict:
    """Recompute the run in ``folder`` over ``market`` and compare every number and every statement.

    The rule is the text kept in the manifest, not today's file.  RunError (RUN003): no run there,
    a file of it is missing or damaged, or what it says cannot be computed.
    """
    stored = run_files.read_manifest(folder)
    if stored is None or is_sweep(stored):
        raise RunError.of("RUN003", "there is no run here", path=folder)
    with computable(folder):
        _, run, names = _recomputed(stored, market)
    tables = {name: getattr(run, name) for name in TABLES}
    verdict = compared(folder, stored, run.manifest, names, tables)
    if not verdict.same_data:
        return verdict
    return replace(verdict, log=tuple(committee_log.wrong(folder, run.committee, last_day(run))))


@contextmanager
def computable(folder: Place) -> Iterator[None]:
    """What keeps the manifest in ``folder`` from being computed again, as RunError (RUN003).

    DataError passes: the market cannot carry it.
    """
    path = folder / run_files.MANIFEST
    try:
        yield
    except DataError:
        raise
    except IndexcalcError as error:
        first = render_text(error.diagnostics[:1]).replace("\n", " ")
        raise RunError.of(
            "RUN003", f"what it says cannot be computed: {first}", path=path
        ) from None
    except (ValueError, OverflowError) as error:
        raise RunError.of(
            "RUN003", f"what it says cannot be computed: {error}", path=path
        ) from None


def compared(
    folder: Place,
    stored: Mapping[str, Any],
    recomputed: Mapping[str, Any],
    names: Mapping[str, str],
    tables: Mapping[str, Any],
) -> Verdict:
    """What lies in ``folder`` beside what its manifest comes to, recomputed.

    ``stored`` and ``recomputed``: the manifest there and the new one; ``names``: see ``_untrue``;
    ``tables``: the new tables, None for one that is not made.  RunError (RUN003): a table is missing or
    damaged.
    """
    bits, largest, published_equal, rows = True, 0.0, True, 0
    counts: dict[str, int] = {}
    strange: list[str] = []
    differences: list[str] = []
    for name, table in tables.items():
        written = run_files.read_table(folder, f"{name}.parquet")
        if table is None:
            strange += [] if written is None else [f"there is a table `{name}`, which is not made"]
            continue
        if written is None:
            if name not in OPTIONAL:
                raise RunError.of("RUN003", f"{name}.parquet is missing", path=folder)
            continue
        difference = table_difference(f"{name}.parquet", written, table)
        bits &= difference.bits
        largest = max(largest, difference.largest)
        differences += [] if difference.bits else [difference.where]
        rows += written.num_rows
        counts[name] = written.num_rows
        if name == "levels":
            published_equal = "level_published" in written.column_names and written.column(
                "level_published"
            ).equals(table.column("level_published"))
    if not is_sweep(dict(stored)):
        counts["sessions"] = counts.pop("levels")
    data = stored["market"]["tables"] == recomputed["market"]["tables"]
    return Verdict(
        index=stored["index"],
        bits=bits,
        largest=largest,
        published_equal=published_equal,
        same_versions=stored["versions"] == recomputed["versions"],
        same_data=data,
        rows=rows,
        untrue=(*_untrue(stored, recomputed, names, counts, data), *strange),
        differences=tuple(differences),
    )


def _untrue(
    stored: Mapping[str, Any],
    recomputed: Mapping[str, Any],
    names: Mapping[str, str],
    counts: Mapping[str, int],
    same_data: bool,
) -> list[str]:
    """What a manifest says and is not so.

    ``made``: the manifest of the recomputation; ``names``: the names that the runs must have by the
    data, calendar and options that are said; ``counts``: rows of the tables beside it.
    """
    wrong = [
        f"`{key}` is {_short(stored.get(key))}, recomputed {_short(recomputed.get(key))}"
        for key in sorted(stored.keys() | recomputed.keys())
        if _different(stored.get(key), recomputed.get(key))
        and key not in ("versions", "market")
        and (same_data or key not in _OF_DATA)
    ]
    facts, other = stored["market"]["facts"], recomputed["market"]["facts"]
    wrong += [
        f"`market.facts.{key}` is {_short(facts.get(key))}, the market says {_short(other.get(key))}"
        for key in sorted(facts.keys() | other.keys())
        if _different(facts.get(key), other.get(key)) and (same_data or key == "synthetic")
    ]
    runs = {stored["index"]: stored["run"]}
    runs |= {name: parent["run"] for name, parent in stored["parents"].items()}
    wrong += [
        f"`run` of {name} is not that of the rules, data and options said"
        for name in sorted(runs)
        if names.get(name) != runs[name]
    ]
    wrong += [
        f"`counts.{name}` is {stored['counts'][name]}, the table has {quantity(counts[name], 'row')}"
        for name in sorted(stored["counts"].keys() & counts.keys())
        if stored["counts"][name] != counts[name]
    ]
    return wrong


def _different(first: Any, two: Any) -> bool:
    """True is not 1 here."""
    return json.dumps(first, sort_keys=True, default=str) != json.dumps(
        two, sort_keys=True, default=str
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def recompute(folder: Place, market: Market) -> Run:
    """The run in ``folder`` computed again over ``market`` from its manifest, with its daily composition.

    RunError (RUN003): no run there, or what it says cannot be computed.
    """
    stored = run_files.read_manifest(folder)
    if stored is None or is_sweep(stored):
        raise RunError.of("RUN003", "there is no run here", path=folder)
    return _recomputed(stored, market)[1]


@contextmanager
def kept_family(stored: Mapping[str, Any]) -> Iterator[Family]:
    """The rules a manifest keeps the text of, the run's own asked for.

    ValueError: a text is not of the rule it is said to be.
    """
    with tempfile.TemporaryDirectory() as folder:
        texts = {stored["index"]: stored["rule"], **stored["parents"]}
        for rule in texts.values():
            for file in rule["files"]:
                if file["name"].endswith((".yaml", ".yml")):
                    text = file["text"].encode("utf-8", "surrogatepass")
                    (Path(folder) / file["name"]).write_bytes(text)
        rules = [
            rule_from_text(rule["files"][0]["text"], rule["files"][0]["name"], beside=folder)
            for rule in texts.values()
        ]
        for index, rule in zip(texts, rules, strict=True):
            name = Path(rule.path).name
            if rule.index != index or name not in file_names(index):
                raise ValueError(f"the rule of {index} is that of {rule.index}, in the file {name}")
        yield Family(load_family(rules).rules, (stored["index"],))


def _recomputed(stored: Mapping[str, Any], market: Market) -> tuple[Plan, Run, dict[str, str]]:
    """(the plan, the kept rule texts run again with the kept options, the names runs must have)."""
    market = market.at_versions(stored["market"].get("delta"))
    with kept_family(stored) as family:
        plan = make_plan(family, market, request_of(stored))
        run = compute_plan(plan)[stored["index"]]
    related = [family[name] for name in family if name in {run.index, *run.manifest["parents"]}]
    return plan, run, names_of(related, stored)


def request_of(stored: Mapping[str, Any]) -> Request:
    """What a manifest says was asked for."""
    options = stored["options"]
    return Request(
        stored_date(options["start"]),
        stored_date(options["end"]),
        tuple(options["returns"]),
        dict(options["assume"]),
        stored_date(options["known"]),
    )


def names_of(family: Sequence[Methodology], stored: Mapping[str, Any]) -> dict[str, str]:
    """The names that the runs of a family must have by the data, calendar and options a manifest says."""
    options = stored["options"]
    made_from = {
        "tables": stored["market"]["tables"],
        "calendar": stored["calendar"],
        "options": {key: options[key] for key in sorted(options)},
    }
    return run_names(family, made_from)


def stored_date(text: str | None) -> dt.date | None:
    """A day as a manifest has it."""
    return None if text is None else dt.date.fromisoformat(text)
