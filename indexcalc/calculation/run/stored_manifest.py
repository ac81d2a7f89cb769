"""The manifest of a run or sweep, read as untrusted data: every field is there and of its type.

Whether what it says is true is for ``verify``; here a reader is kept from finding a list where a
mapping must be, and rule texts from being other than their hashes say.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any

from indexcalc.calculation.run.manifest import FORMAT
from indexcalc.market.places.file_safety import is_plain_name
from indexcalc.methodology.model.value_kinds import INDEX_NAME

Check = Callable[[Any], bool]
_HASH = re.compile(r"[0-9a-f]{64}")
_COUNT = 1 << 53


def checked(stored: Any) -> dict[str, Any]:
    """``said`` as a manifest.  ValueError: what is missing, unknown, or not what it must be."""
    if not isinstance(stored, dict):
        raise ValueError("it is no mapping")
    if stored.get("format") != FORMAT or isinstance(stored.get("format"), bool):
        raise ValueError(f"its format is {stored.get('format')!r}, this version reads {FORMAT}")
    kind = _kind(stored)
    _keys(stored, "", _FIELDS.keys() | kind.keys())
    for name, test in {**_FIELDS, **kind}.items():
        if not test(stored[name]):
            raise ValueError(f"`{name}` is not what it must be")
    for path, rule in (("rule", stored["rule"]), *stored["parents"].items()):
        _check_rule(rule, path)
    if stored["index"] in stored["parents"]:
        raise ValueError(f"`parents` has the index itself, {stored['index']}")
    _check_texts(stored)
    return stored


def is_sweep(stored: dict[str, Any]) -> bool:
    """Is it the manifest of ``simulate``, not of ``compute``?"""
    return "annual" in stored


def _kind(stored: dict[str, Any]) -> dict[str, Check]:
    if is_sweep(stored):
        return {"options": _sweep_options, "annual": _annual}
    if "underlying" in stored:
        return {"options": _run_options, "underlying": _mapping_of(_anything)}
    return {"options": _run_options}


def _keys(stored: dict[str, Any], place: str, wanted: Any) -> None:
    missing, unknown = sorted(wanted - stored.keys()), sorted(stored.keys() - wanted)
    if missing or unknown:
        words = f"has no `{missing[0]}`" if missing else f"has an unknown key {unknown[0]!r}"
        raise ValueError(f"`{place}` {words}" if place else f"it {words}")


def _check_rule(rule: Any, place: str) -> None:
    """A rule: its files, each with the hash of its text, and its run where it is a parent."""
    _keys(rule, place, {"files", "sha256"} | (set() if place == "rule" else {"run"}))
    if place != "rule" and not _hash(rule["run"]):
        raise ValueError(f"the run of `{place}` is no hash")
    files = rule["files"]
    if not isinstance(files, list) or not files:
        raise ValueError(f"`{place}` has no files")
    for file in files:
        if not isinstance(file, dict):
            raise ValueError(f"a file of `{place}` is no mapping")
        _keys(file, place, {"name", "sha256", "text"})
        if not is_plain_name(file["name"]):
            raise ValueError(f"{file['name']!r} is not the name of a file in a folder")
        if not isinstance(file["text"], str):
            raise ValueError(f"the text of {file['name']} is no text")
        if (
            hashlib.sha256(file["text"].encode("utf-8", "surrogatepass")).hexdigest()
            != file["sha256"]
        ):
            raise ValueError(f"the text of {file['name']} has another hash than is said")
    if rule["sha256"] != files[0]["sha256"]:
        raise ValueError(f"the hash of `{place}` is not that of its file {files[0]['name']}")


def _check_texts(stored: dict[str, Any]) -> None:
    """No two texts of one file name, but those of rules that came from no file."""
    texts: dict[str, str] = {}
    for rule in (stored["rule"], *stored["parents"].values()):
        for file in rule["files"]:
            name, text = file["name"], file["text"]
            if name.endswith((".yaml", ".yml")) and texts.setdefault(name, text) != text:
                raise ValueError(f"there are two files {name}")


def _anything(_: Any) -> bool:
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _COUNT


def _hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _index(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(INDEX_NAME, value, re.ASCII) is not None


def _date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _maybe_date(value: Any) -> bool:
    return value is None or _date(value)


def _list_of(test: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _mapping_of(test: Check, key: Check = _text) -> Check:
    return lambda value: (
        isinstance(value, dict) and all(map(key, value)) and all(map(test, value.values()))
    )


def _record(**fields: Check) -> Check:
    """A mapping with exactly these keys."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == fields.keys()
        and all(test(value[name]) for name, test in fields.items())
    )


def _fact(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


_ASKED: dict[str, Check] = {
    "assume": _mapping_of(_text),
    "known": _maybe_date,
    "start": _maybe_date,
    "end": _maybe_date,
}
_run_options = _record(returns=_list_of(_text), **_ASKED)


_texts = _list_of(_text)
_sweep_record = _record(
    caps=_texts,
    per=_texts,
    limits=_list_of(_texts),
    measured=lambda value: value is None or _text(value),
    tables=lambda value: value in ("all", "levels"),
    vary=_mapping_of(_texts),
    **_ASKED,
)


def _sweep_options(value: Any) -> bool:
    if not _sweep_record(value):
        return False
    # Every point has a limit for each thing that is limited; no limits at all are one point.
    each = {len(limits) for limits in value["limits"]}
    return each == {len(value["per"])} or (each == {0} and len(value["limits"]) == 1)


def _annual(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_fact, value.values()))


def _market(value: Any) -> bool:
    file = _record(first=_text, last=_text, rows=_count, sha256=_hash)
    fields: dict[str, Check] = {
        "facts": _mapping_of(_anything),
        "tables": _mapping_of(_list_of(file)),
    }
    if isinstance(value, dict) and "delta" in value:
        fields["delta"] = _mapping_of(_count)
    return _record(**fields)(value)


_FIELDS: dict[str, Check] = {
    "format": _count,
    "index": _index,
    "name": _mapping_of(_text),
    "run": _hash,
    "rule": _mapping_of(_anything),
    "parents": _mapping_of(_mapping_of(_anything), _index),
    "sources": _list_of(_record(what=_fact, ref=_fact, confidence=_fact)),
    "market": _market,
    "calendar": _record(name=_text, version=_text),
    "start": _date,
    "end": _date,
    "assumptions": _list_of(_text),
    "method": _text,
    "counts": _mapping_of(_count),
    "versions": _mapping_of(_text),
}
