"""JSON as columns: a list of objects, somewhere inside, every value as text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from indexcalc.diagnostics import ImportRefused, quantity
from indexcalc.market import arrow
from indexcalc.market.importers.files.layout import Layout
from indexcalc.market.importers.files.source import MAX_COLUMNS, Source, decoded

# The column that holds the names of records, where they are the values of an object.
KEY = "key"
_SHOWN = 8


class JsonSource(Source):
    """Records of a JSON file; numbers are text as written, so that none loses a digit."""

    text = True


def looks_like_json(head: bytes) -> bool:
    """Does a file begin as JSON does?"""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_json(path: Path, data: bytes, layout: Layout) -> JsonSource:
    """The records at ``layout.records`` (a path such as ``data.items``), else the only list of objects.

    JSON lines are read too.  An object whose values are objects gives a row each, its name in the column
    ``key``; it must be named.  Objects within a record become columns ``outer.inner``.

    ImportRefused: IMP001 it is not JSON; IMP005 no such path, no records, or several lists of them.
    """
    content = decoded(path, data, layout.encoding).lstrip("\ufeff")
    tree = _tree(path, content)
    rows = [_flat(row) for row in _records(path, tree, layout.records)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names or len(names) > MAX_COLUMNS:
        raise ImportRefused.of(
            "IMP005", f"the records have {quantity(len(names), 'field')}", path=path
        )
    columns = {name: arrow.from_texts([row.get(name) for row in rows]) for name in names}
    return JsonSource(path, arrow.table(columns))


def _tree(path: Path, content: str) -> Any:
    def number(text: str) -> str:
        return text

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            twice = next(name for name, times in Counter(n for n, _ in pairs).items() if times > 1)
            raise ValueError(f"an object has {twice!r} twice")
        return record

    options: dict[str, Any] = {
        "object_pairs_hook": once,
        "parse_float": number,
        "parse_int": number,
        "parse_constant": lambda word: None if word == "NaN" else word,
    }
    try:
        return json.loads(content, **options)
    except RecursionError:
        raise ImportRefused.of("IMP001", "the JSON is nested too deeply", path=path) from None
    except ValueError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        try:
            if len(lines) > 1:
                return [json.loads(line, **options) for line in lines]
        except (ValueError, RecursionError):
            pass
        raise ImportRefused.of(
            "IMP001", f"the file is not valid JSON: {error}", path=path
        ) from None


def _records(path: Path, tree: Any, where: str | None) -> list[dict[str, Any]]:
    if where is not None:
        node = _at(path, tree, where)
        if _is_records(node):
            return list(node)
        if isinstance(node, dict) and node and all(isinstance(v, dict) for v in node.values()):
            return [{KEY: key, **row} for key, row in node.items()]
        raise ImportRefused.of(
            "IMP005", f"at {where!r} there is no list of objects", path=path, hint=_hint(tree)
        )
    if _is_records(tree):
        return list(tree)
    lists = dict(_lists(tree))
    if len(lists) == 1:
        return list(next(iter(lists.values())))
    what = "several lists of objects" if lists else "no list of objects"
    raise ImportRefused.of("IMP005", f"the JSON holds {what}", path=path, hint=_hint(tree))


def _at(path: Path, tree: Any, where: str) -> Any:
    """What lies at a path; a name that holds points itself is taken whole where it fits."""
    node, rest = tree, where
    while rest:
        if isinstance(node, list) and rest.split(".")[0].isdigit():
            name = rest.split(".")[0]
            node = node[int(name)] if int(name) < len(node) else None
        else:
            known = node if isinstance(node, dict) else {}
            fits = [key for key in known if rest == key or rest.startswith(f"{key}.")]
            if not fits:
                raise ImportRefused.of(
                    "IMP005", f"the JSON has nothing at {where!r}", path=path, hint=_hint(tree)
                )
            name = max(fits, key=len)
            node = known[name]
        rest = rest[len(name) + 1 :]
    return node


def _hint(tree: Any) -> str:
    lists = [name for name, _ in _lists(tree)][:_SHOWN]
    keys = [str(key) for key in tree][:_SHOWN] if isinstance(tree, dict) else []
    if lists:
        return f"say which in the map (records: {lists[0]}); there are {', '.join(lists)}"
    return f"its keys are {', '.join(keys)}; say in the map where the records are (records: ...)"


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _lists(tree: Any, prefix: str = "", depth: int = 0) -> list[tuple[str, Any]]:
    """Lists of objects with their paths, outermost first; those inside a record are not looked for."""
    if not isinstance(tree, dict) or depth > _SHOWN:
        return []
    lists: list[tuple[str, Any]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if _is_records(value):
            lists.append((name, value))
        else:
            lists += _lists(value, f"{name}.", depth + 1)
    return lists


def _flat(row: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < _SHOWN:
            flat.update(_flat(value, f"{name}.", depth + 1))
        elif value is None:
            flat[name] = None
        elif isinstance(value, str):
            flat[name] = value
        else:
            flat[name] = json.dumps(value, ensure_ascii=False)
    return flat
