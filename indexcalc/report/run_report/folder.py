"""Reads the files of a run from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days, Floats
from indexcalc.calculation.run.files_and_journal import (
    is_run,
    read_manifest,
    read_table,
)
from indexcalc.calculation.run.files_and_journal import (
    is_sweep as is_sweep,
)
from indexcalc.diagnostics import Findings, RunError
from indexcalc.market import arrow
from indexcalc.market.places.place import Place
from indexcalc.methodology.reading import yaml

_TABLES = ("levels", "constituents", "reviews", "decisions", "events")
_NAMED = 6
_AGAIN = "compute the index again with --out"
_SERIES = ("level", "level_tr", "level_ntr")


class RunFolder(Struct, frozen=True, dict=True):
    """A computed index as its files hold it.

    ``days`` (n,) int32 since 1970-01-01, ascending; ``series``: level, level_tr, level_ntr (n,) where
    written; ``market_value`` (n,) is NaN for an overlay, which holds nothing; the tables are
    ``pyarrow.Table`` of a run (docs/outputs.md).
    """

    path: Place
    index: str
    name: Mapping[str, str]
    days: Days
    series: Mapping[str, Floats]
    market_value: Floats
    levels: Any
    constituents: Any
    reviews: Any
    decisions: Any
    events: Any
    manifest: Mapping[str, Any]

    @property
    def synthetic(self) -> bool:
        """Are the data those of the demo market?"""
        market = self.manifest.get("market", {})
        return bool(market.get("facts", {}).get("synthetic")) if isinstance(market, dict) else False

    @property
    def calendar(self) -> str:
        """The name of the sessions it was computed on; '' where its manifest says none."""
        said = self.manifest.get("calendar", {})
        return str(said.get("name", "")) if isinstance(said, Mapping) else ""

    @property
    def live(self) -> Bools:
        """Which sessions (n,) are on or after the launch."""
        if "status" not in self.levels.column_names:
            return np.zeros(self.days.size, dtype=np.bool_)
        codes, labels = arrow.coded(self.levels.column("status"))
        made: Bools = np.array([label == "live" for label in labels], dtype=np.bool_)[codes]
        return made

    @cached_property
    def rules(self) -> tuple[yaml.Node, ...]:
        """The files of its rule and of those it rests on, as they are in the manifest."""
        own, parents = (self.manifest.get(name, {}) for name in ("rule", "parents"))
        said = (own, *(parents.values() if isinstance(parents, Mapping) else ()))
        files = [
            file for rule in said if isinstance(rule, Mapping) for file in rule.get("files", ())
        ]
        nodes = [yaml.parse(str(file.get("text", "")), "", Findings()) for file in files]
        return tuple(node for node in nodes if node is not None)

    @cached_property
    def currency(self) -> str:
        """The currency the rule says, or the first of its parents that says one."""
        said = (node.get("currency") for node in self.rules if isinstance(node, yaml.Mapping))
        return next((value.text for value in said if isinstance(value, yaml.Scalar)), "")

    @cached_property
    def own_words(self) -> Mapping[str, Mapping[str, str]]:
        """What the rules say their own columns mean, by column and language."""
        words: dict[str, Mapping[str, str]] = {}
        for node in reversed(self.rules):
            columns = node.get("columns") if isinstance(node, yaml.Mapping) else None
            for name, column in columns.entries if isinstance(columns, yaml.Mapping) else ():
                means = column.get("means") if isinstance(column, yaml.Mapping) else None
                if isinstance(means, yaml.Mapping):
                    words[name.text] = {
                        language.text: value.text
                        for language, value in means.entries
                        if isinstance(value, yaml.Scalar)
                    }
        return words

    def called(self, language: str) -> str:
        """The name of the index in a language, else in English, else its identifier."""
        return self.name.get(language) or self.name.get("en") or self.index


def run_folders(path: Place) -> list[Place]:
    """The folder itself where it holds a run or a sweep, and those inside it, by name.

    RunError (RUN003): there is none, or a sweep has levels alone.
    """
    runs = _written(path)
    if not runs:
        beside = _written(path.parent) if isinstance(path, Path) else []
        near = ", ".join(str(item) for item in beside[:_NAMED])
        raise RunError.of(
            "RUN003",
            "no run is in this folder" if path.is_dir() else "there is no such folder",
            path=str(path),
            hint="name a folder that `indexcalc compute --out` or `simulate --out` wrote"
            + (f"; there are {near}" if near else ""),
        )
    shown = [item for item in runs if is_run(item) or (item / "factors.parquet").is_file()]
    if not shown:
        raise RunError.of(
            "RUN003",
            "the sweep has levels alone, and a page shows weights too",
            path=str(runs[0]),
            hint="simulate again without --levels-only",
        )
    return shown


def _written(path: Place) -> list[Place]:
    """The folder and those inside it that hold a run or a sweep."""
    below: list[Place] = sorted(path.iterdir(), key=str) if path.is_dir() else []
    return [item for item in (path, *below) if item.is_dir() and (is_run(item) or is_sweep(item))]


def read(path: Place, name: str) -> Any:
    """A table of a run; RunError (RUN003) where it is missing or damaged."""
    table = read_table(path, f"{name}.parquet")
    if table is None:
        raise RunError.of(
            "RUN003", "the file is missing", path=str(path / f"{name}.parquet"), hint=_AGAIN
        )
    return table


def manifest_of(path: Place) -> dict[str, Any]:
    """The manifest of a folder; RunError (RUN003) where it is missing or damaged."""
    manifest = read_manifest(path)
    if manifest is None:
        raise RunError.of(
            "RUN003", "the file is missing", path=str(path / "manifest.json"), hint=_AGAIN
        )
    return manifest


def read_run(path: Place) -> RunFolder:
    """The run in a folder.  RunError (RUN003): a file is missing, damaged or lacks a column."""
    manifest = manifest_of(path)
    tables = {name: read(path, name) for name in _TABLES}
    levels = tables["levels"]
    try:
        series = {
            name: arrow.floats(levels.column(name))
            for name in _SERIES
            if name in levels.column_names
        }
        # Without a dividend paid a total return is the price return: no figure of its own.
        series = {
            name: values
            for name, values in series.items()
            if name == "level" or not np.array_equal(values, series["level"])
        }
        days = arrow.days(levels.column("date"))
        if "level" not in series:
            raise KeyError("level")
        value = (
            arrow.floats(levels.column("market_value"))
            if "market_value" in levels.column_names
            else np.full(days.size, np.nan)
        )
    except KeyError as error:
        raise RunError.of(
            "RUN003", f"a column is missing: {error}", path=str(path / "levels.parquet")
        ) from None
    if not days.size or not np.all(np.diff(days) > 0):
        raise RunError.of("RUN003", "the dates do not ascend", path=str(path / "levels.parquet"))
    name = manifest.get("name")
    return RunFolder(
        path=path,
        index=str(manifest.get("index", path.name)),
        name={str(k): str(v) for k, v in name.items()} if isinstance(name, dict) else {},
        days=days,
        series=series,
        market_value=value,
        manifest=manifest,
        **tables,
    )
