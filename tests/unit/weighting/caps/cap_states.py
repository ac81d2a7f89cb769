"""Caps read from YAML-like items, and the state in which a form of cap is tried on its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.diagnostics import Findings
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.values.dated import BEGINNING, value_on
from indexcalc.weighting.apply_caps import read_weighting
from indexcalc.weighting.caps.state import State

ON = dt.date(2024, 6, 14)


def cap_of(**keys: Any) -> Cap:
    """One cap as a rule writes it; ``per: security`` where nothing else is said."""
    weighting = read_weighting({"caps": [{"per": "security", **keys}]})
    (cap,) = value_on(weighting.caps, BEGINNING)
    return cap


def state_of(
    weights: Sequence[float],
    *,
    groups: Mapping[str, Sequence[int]] | None = None,
    on_infeasible: str = "error",
) -> State:
    """A state on which no cap has acted: weights of any scale, every line its own security."""
    values = np.array(weights, dtype=np.float64)
    codes = {"security": np.arange(values.size)}
    codes |= {name: np.array(labels) for name, labels in (groups or {}).items()}
    return State(
        on=ON,
        codes=codes,
        windows={},
        values=values,
        weights=values / values.sum(),
        factors=np.ones(values.size),
        floor=None,
        on_infeasible=on_infeasible,
        findings=Findings(),
        given=values,
    )


def codes_of(state: State) -> list[tuple[str, str, str]]:
    """Code, place and severity of what was recorded."""
    return [(item.code, item.where, item.severity) for item in state.findings.items]
