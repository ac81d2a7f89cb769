"""``apply_caps``: the capping arithmetic alone, on any weights, with caps written as in a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from indexcalc.arrays import Floats, Ints
from indexcalc.diagnostics import Findings, RuleError, UsageError, render_json
from indexcalc.market import arrow
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import BlockKind
from indexcalc.methodology.reading.reader import BAD, At, Reading
from indexcalc.methodology.values.dated import value_on
from indexcalc.weighting.caps.caps import Capped, cap_weights

_PLACE: source.Place = ("", 1, 1, 1)
_WEIGHT = "weight"
_FACTOR = "capping_factor"


def apply_caps(
    weights: Any,
    caps: Sequence[Mapping[str, Any]],
    *,
    floor: Any = None,
    on_infeasible: str = "error",
    check: Sequence[Mapping[str, Any]] = (),
    when_exceeded: Sequence[Mapping[str, Any]] = (),
    on: dt.date | None = None,
) -> Any:
    """Cap weights as a rule's ``weighting`` would, without a market; gives a ``pyarrow.Table``.

    ``weights``: a mapping of symbol to weight, or Arrow data (``pyarrow.Table``, anything with
    ``__arrow_c_stream__``) with a column ``weight`` and those the caps count ``per``; any positive
    scale (market caps do).  ``caps``, ``check``, ``when_exceeded``, ``floor``, ``on_infeasible``: as in a
    rule, shares as ``"30%"``, ``0.3`` or a ``Fraction``.  ``on``: the date at which dated values are read
    and at which ``from`` and ``until`` are tested (default: the last of all dates).

    The table given back has the rows and columns of ``weights`` in their order, with ``weight`` capped
    and summing to one, and ``capping_factor`` (1 for a name that nothing holds).  With a column
    ``symbol`` sums run in the order of its bytes, so that the order of rows changes no bit.  What
    ``on_infeasible`` excused stands as JSON in the table's schema metadata under ``findings``.

    Raises RuleError (a cap that does not read or cannot be met, with all findings) and UsageError
    (no usable weights, a symbol that appears twice, caps that are not a list).

    >>> import indexcalc as ic
    >>> made = ic.apply_caps({"A": 50, "B": 30, "C": 20}, caps=[{"per": "security", "limit": "40%"}])
    >>> [round(weight, 12) for weight in made["weight"].to_pylist()]
    [0.4, 0.36, 0.24]
    """
    keys: dict[str, Any] = {
        "caps": _listed(caps, "caps"),
        "check": _listed(check, "check"),
        "when_exceeded": _listed(when_exceeded, "when_exceeded"),
        "on_infeasible": on_infeasible,
    }
    if floor is not None:
        keys["floor"] = floor
    weighting = read_weighting(keys)
    day = on or dt.date.max
    table = _table(weights)
    dated = (weighting.caps, weighting.check, weighting.when_exceeded)
    items = [item for one in dated for item in _items(one, day)]
    values = arrow.floats(table.column(_WEIGHT))
    order = _order(table)
    groups = {
        item.per: _codes(table.column(item.per))[order]
        for item in items
        if item.per != "security" and item.per in table.column_names
    }
    findings = Findings()
    capped = cap_weights(
        values[order],
        _items(weighting.caps, day),
        day,
        groups=groups,
        findings=findings,
        floor=value_on(weighting.floor, day),
        on_infeasible=weighting.on_infeasible.get(day, "error"),
        checks=_items(weighting.check, day),
        triggers=_items(weighting.when_exceeded, day),
    )
    if capped is None:
        raise RuleError(findings.items)
    return _result(table, capped, order).replace_schema_metadata(
        {"findings": render_json(findings.items)}
    )


def read_weighting(keys: Mapping[str, Any]) -> Weighting:
    """The keys of ``weighting`` from Python values, read as a rule's.  Raises RuleError."""
    findings = Findings()
    weighting = BlockKind(Weighting).read(_node(keys), At(Reading(findings)))
    if findings.errors or weighting is BAD:
        raise RuleError(
            # There is no file, so there is no place in one: the path within `weighting` is enough.
            replace(finding, span=None)
            for finding in findings.items
        )
    assert isinstance(weighting, Weighting)
    return weighting


def _node(value: Any) -> source.Node:
    """A Python value as the node of a rule's text."""
    if isinstance(value, Mapping):
        return source.Mapping(
            tuple((_scalar(key), _node(inner)) for key, inner in value.items()), _PLACE
        )
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return source.Sequence(tuple(_node(item) for item in value), _PLACE)
    return _scalar(value)


def _scalar(value: Any) -> source.Scalar:
    if value is None:
        return source.Scalar("", False, _PLACE)
    if isinstance(value, bool):
        return source.Scalar("true" if value else "false", False, _PLACE)
    if isinstance(value, Fraction):
        return source.Scalar(f"{value.numerator}/{value.denominator}", False, _PLACE)
    return source.Scalar(str(value), False, _PLACE)


def _listed(value: Any, where: str) -> list[Any]:
    """Caps or checks as a list.  Raises UsageError."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return list(value)
    message = f"`{where}` is a {type(value).__name__}; a list of mappings is needed"
    raise UsageError.of(
        "CAP007", message, where=where, hint='[{"per": "security", "limit": "30%"}]'
    )


def _items(dated: Any, on: dt.date) -> tuple[Any, ...]:
    return tuple(dated.get(on, ()))


def _table(weights: Any) -> Any:
    """Weights as a table with a column ``weight``.  Raises UsageError."""
    if isinstance(weights, Mapping):
        try:
            values = np.array([float(weight) for weight in weights.values()], dtype=np.float64)
        except (TypeError, ValueError):
            raise UsageError.of("CAP007", "a weight of the mapping is not a number") from None
        symbols = arrow.from_texts(str(symbol) for symbol in weights)
        return arrow.table({"symbol": symbols, _WEIGHT: arrow.from_floats(values)})
    try:
        table = arrow.from_any(weights)
    except (TypeError, ValueError):  # no Arrow data, or a single column of it
        raise UsageError.of(
            "CAP007",
            f"weights are a {type(weights).__name__}",
            hint="give a mapping of symbol to weight, or an Arrow table with a column `weight`",
        ) from None
    findings = Findings()
    if _WEIGHT not in table.column_names:
        findings.add(
            "CAP007",
            f"there is no column `{_WEIGHT}`; there is {', '.join(table.column_names) or 'none'}",
            hint="name the column of the weights so",
        )
    elif "symbol" in table.column_names and (twice := _first_twice(table.column("symbol"))):
        findings.add("CAP007", f"`{twice}` appears twice", hint="one row a symbol")
    elif not _numeric(table.schema.field(_WEIGHT).type):
        findings.add("CAP007", f"the column `{_WEIGHT}` holds no numbers")
    findings.raise_errors(UsageError)
    return table


def _first_twice(column: Any) -> str:
    """The first symbol of more than one row; '' where there is none."""
    seen: set[str] = set()
    for symbol in arrow.one_array(column).to_pylist():
        if symbol in seen:
            return str(symbol)
        if symbol is not None:
            seen.add(symbol)
    return ""


def _numeric(kind: Any) -> bool:
    text = str(kind)
    return text.startswith(("int", "uint", "float", "double", "halffloat", "decimal"))


def _order(table: Any) -> npt.NDArray[np.intp]:
    """The rows by ascending bytes of their symbol, where there is one; else as they are."""
    if "symbol" not in table.column_names:
        return np.arange(table.num_rows)
    return np.argsort(_codes(table.column("symbol")), kind="stable")


def _codes(column: Any) -> Ints:
    """Ints of a column of labels, numbers too; -1 for null."""
    kind = str(column.type)
    if "string" in kind or kind.startswith("dictionary"):
        return arrow.sorted_codes(column)[0].astype(np.int64)
    labels = [
        None if label is None else str(label) for label in arrow.one_array(column).to_pylist()
    ]
    return arrow.sorted_codes(arrow.from_texts(labels))[0].astype(np.int64)


def _result(table: Any, capped: Capped, order: npt.NDArray[np.intp]) -> Any:
    def back(values: Floats) -> Any:
        placed = np.empty(values.shape)
        placed[order] = values
        return arrow.from_floats(placed)

    columns = {
        name: arrow.one_array(table.column(name))
        for name in table.column_names
        if name not in (_WEIGHT, _FACTOR)
    }
    return arrow.table({**columns, _WEIGHT: back(capped.weights), _FACTOR: back(capped.factors)})
