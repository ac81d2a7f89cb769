"""The log of the committee's decisions: only ever added to, each entry hashed with the one before.

A line is one decision about one line of the market, as JSON: index, effective, symbol, decision, who, why,
ref, source (``rule`` or ``market``), ``withdrawn`` where a later run no longer had it, ``previous`` (the
hash of the entry before, empty for the first) and ``hash``: the SHA-256 of the rest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import RunError
from indexcalc.market.market import Market
from indexcalc.market.places.file_safety import parse_json, read_regular
from indexcalc.market.places.place import Place
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.committee_table import PLACE, WORDS, with_committee

COMMITTEE_LOG = "committee.jsonl"
Entry = Mapping[str, str]
_SAID = ("index", "effective", "symbol", "decision", "who", "why", "ref", "source")


def entries(rule: Methodology, market: Market, last: dt.date) -> tuple[Entry, ...]:
    """The decisions on an index that took effect up to a day, of its rule and of the market."""
    decided = [
        {
            "index": rule.index,
            "effective": str(item.effective),
            "symbol": symbol,
            "decision": word,
            "who": item.who,
            "why": item.why,
            "ref": item.ref,
            "source": "market" if item.path == PLACE else "rule",
        }
        for item in with_committee(rule, market).committee
        if item.effective <= last
        for word in WORDS
        for symbol in getattr(item, word)
    ]
    return tuple(sorted(decided, key=lambda entry: (entry["effective"], entry["symbol"])))


def last_day(run: Run) -> str:
    """The last session of a run, up to which its decisions go; '' where it has none."""
    rows = run.levels.num_rows
    return str(run.levels.column("date")[rows - 1].as_py()) if rows else ""


def continued(folder: Place, now: Sequence[Entry], last: str) -> str | None:
    """The text of the log in ``folder`` with what is new in it; None: there is and was nothing to log.

    ``now``: the decisions up to the day ``last``.  One that the log has and ``now`` does not is withdrawn,
    by an entry of its own.  RunError (RUN003): the log there is damaged, and nothing is added to it.
    """
    logged, faults = _read(folder)
    if faults:
        raise RunError.of(
            "RUN003",
            f"the log of the committee's decisions is damaged: {faults[0]}",
            path=folder / COMMITTEE_LOG,
            hint="put the file as it was written back, or use another --out",
        )
    standing = _standing(logged, last)
    current = {_key(entry): dict(entry) for entry in now}
    added = [{**entry, "withdrawn": True} for key, entry in standing.items() if key not in current]
    added += [entry for key, entry in current.items() if key not in standing]
    lines = [dict(entry) for entry in logged]
    for entry in added:
        previous = str(lines[-1]["hash"]) if lines else ""
        said = {**entry, "previous": previous}
        lines.append({**said, "hash": _hash(said)})
    return "".join(f"{_text(line)}\n" for line in lines) if lines else None


def wrong(folder: Place, now: Sequence[Entry], last: str) -> list[str]:
    """What is wrong with the log in ``folder``: entries that do not follow the one before, decisions of the
    run it does not hold, and those it holds that the run does not have."""
    logged, faults = _read(folder)
    if faults:
        return faults
    standing, current = _standing(logged, last), {_key(entry) for entry in now}
    missing = [f"{_shown(dict(key))} is not in it" for key in current if key not in standing]
    more = [f"{_shown(dict(key))} is not of this run" for key in standing if key not in current]
    return sorted(missing) + sorted(more)


def _read(folder: Place) -> tuple[list[dict[str, Any]], list[str]]:
    """(entries, what is wrong with them); nothing of either where there is no log."""
    try:
        text = read_regular(folder / COMMITTEE_LOG).decode("utf-8")
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError) as error:
        return [], [f"it cannot be read: {error}"]
    logged: list[dict[str, Any]] = []
    previous = ""
    if not text.endswith("\n"):
        return [], ["its last entry is not whole"]
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        try:
            entry = parse_json(line)
        except ValueError as error:
            return logged, [f"entry {number} cannot be read: {error}"]
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(name), str) for name in _SAID
        ):
            return logged, [f"entry {number} is not a decision"]
        said = {name: value for name, value in entry.items() if name != "hash"}
        if entry.get("previous") != previous:
            return logged, [f"entry {number} does not follow the one before"]
        if entry.get("hash") != _hash(said):
            return logged, [f"entry {number} is not what was written"]
        previous = entry["hash"]
        logged.append(entry)
    return logged, []


def _standing(logged: Sequence[Mapping[str, Any]], last: str) -> dict[Any, dict[str, Any]]:
    """The decisions of a log up to a day that were not withdrawn, by what they say."""
    standing: dict[Any, dict[str, Any]] = {}
    for entry in logged:
        if entry["effective"] > last:
            continue
        if entry.get("withdrawn"):
            standing.pop(_key(entry), None)
        else:
            standing[_key(entry)] = {name: entry[name] for name in _SAID}
    return standing


def _key(entry: Mapping[str, Any]) -> Any:
    return tuple((name, entry[name]) for name in _SAID)


def _shown(entry: Mapping[str, Any]) -> str:
    return f"{entry['decision']} {entry['symbol']} on {entry['effective']}"


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _hash(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(said).encode("utf-8")).hexdigest()
