"""What a run was made from: rule texts, data hashes, calendar, versions, assumptions.

Nothing in it differs between two runs of the same command: no time, host, user or absolute path.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.notes import note

FORMAT = 1
TEXT = "<text>"
PACKAGES = ("indexcalc", "numpy", "pyarrow", "PyYAML")


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
    """The manifest of one index (``manifest.json``); ``family``: the rules it rests on.

    ``run`` names the run by what it was made from (``run_names``), and each of ``parents`` has that of
    its own: the one in the parent's manifest, where it was written by the same command.
    """
    tables = market.content_hashes()
    made_from = {
        "tables": tables,
        "calendar": {"name": sessions.name, "version": sessions.version},
        "options": {key: options.get(key) for key in sorted(options)},
    }
    runs = run_names(family, made_from)
    return {
        "format": FORMAT,
        "index": rule.index,
        "name": dict(rule.name),
        "run": runs[rule.index],
        "rule": _rule(rule),
        "parents": {
            parent.index: {**_rule(parent), "run": runs[parent.index]}
            for parent in family
            if parent.index != rule.index
        },
        "sources": [
            {"what": item.what, "ref": item.ref, "confidence": item.confidence}
            for item in rule.sources
        ],
        "market": {
            "facts": {key: market.facts[key] for key in sorted(market.facts)},
            "tables": tables,
            **({"delta": market.versions} if market.versions else {}),
        },
        "calendar": {"name": sessions.name, "version": sessions.version},
        "start": start.isoformat(),
        "end": end.isoformat(),
        "options": dict(options),
        "assumptions": list(assumptions),
        "method": note("method"),
        "counts": dict(counts),
        "versions": {
            **{name: version_of(name) for name in PACKAGES},
            "python": platform.python_version(),
        },
    }


def run_names(family: Sequence[Methodology], made_from: Mapping[str, Any]) -> dict[str, str]:
    """The name of each index's run: the SHA-256 of its rule's text, of the names of the runs it rests
    on, and of ``made_from`` (data, calendar, options).

    ``family``: rules, every parent before its children.  The same inputs give the same name, alone
    or with other indices; the versions of packages are no part of it.
    """
    names: dict[str, str] = {}
    for rule in family:
        by_rule = {
            "rule": rule.sha256,
            "parents": {name: names[name] for name in sorted(set(rule.parents)) if name in names},
            **made_from,
        }
        text = json.dumps(by_rule, sort_keys=True, ensure_ascii=True, default=str)
        names[rule.index] = hashlib.sha256(text.encode("ascii")).hexdigest()
    return names


def file_names(index: str) -> tuple[str, ...]:
    """What the file of an index may be called, and what stands for a text that came from no such file."""
    return f"{index}.yaml", f"{index}.yml", TEXT


def _rule(rule: Methodology) -> dict[str, Any]:
    names = [Path(file.path).name for file in rule.files]
    if names[0] not in file_names(rule.index):
        names[0] = TEXT
    return {
        "files": [
            {"name": name, "sha256": file.sha256, "text": file.text}
            for name, file in zip(names, rule.files, strict=True)
        ],
        "sha256": rule.sha256,
    }


@cache
def version_of(package: str) -> str:
    """The version of a package that is installed.  Its metadata are parsed once a process: at every run
    that would be a fifth of a small one."""
    import importlib.metadata

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
