"""What a run was made from: rule texts, data hashes, calendar, versions, assumptions.

Nothing in it differs between two runs of the same command: no time, host, user or absolute path.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.model import Methodology

FORMAT = 1
PACKAGES = ("indexcalc", "numpy", "pyarrow", "pydantic", "PyYAML")


def manifest(
    rule: Methodology,
    family: Sequence[Methodology],
    market: Market,
    sessions: Sessions,
    start: dt.date,
    end: dt.date,
    options: Mapping[str, Any],
    assumptions: Sequence[str],
    counts: Mapping[str, int],
) -> dict[str, Any]:
    """The manifest of one index (``manifest.json``); ``family``: the rules it rests on."""
    return {
        "format": FORMAT,
        "index": rule.index,
        "name": dict(rule.name),
        "rule": _rule(rule),
        "parents": {parent.index: _rule(parent) for parent in family if parent is not rule},
        "sources": [
            {"what": item.what, "ref": item.ref, "confidence": item.confidence}
            for item in rule.sources
        ],
        "market": {
            "facts": {key: market.facts[key] for key in sorted(market.facts)},
            "tables": market.content_hashes(),
        },
        "calendar": {"name": sessions.name, "version": sessions.version},
        "start": start.isoformat(),
        "end": end.isoformat(),
        "options": dict(options),
        "assumptions": list(assumptions),
        "method": "sequential sums over members by ascending symbol bytes, float64",
        "counts": dict(counts),
        "versions": {
            **{name: _version(name) for name in PACKAGES},
            "python": platform.python_version(),
        },
    }


def _rule(rule: Methodology) -> dict[str, Any]:
    return {
        "files": [
            {"name": Path(file.path).name, "sha256": file.sha256, "text": file.text}
            for file in rule.files
        ],
        "sha256": rule.sha256,
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
