"""Equity indices computed from their methodology, written as YAML.

In: a rule, and the market it is about.  Out: levels, members, weights and the reason of every decision.

From the ground up: ``arrays`` (array types), ``codes`` and ``diagnostics`` (findings); ``market`` (the
data), ``methodology`` (a rule as typed values), ``weighting`` (float factors, schemes, caps),
``review`` (who is in, with which weight), ``calculation`` (events, index shares, divisor, levels);
``live`` (one session at a time) and ``cases`` (a rule's own tests); ``analysis``, ``report``, ``cli``.
docs/architecture.md shows the picture.

The public names below are imported on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

# Without `typing`, which costs time: the command must be up before Ctrl-C can reach it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from indexcalc.analysis.attribution.attribute import attribute
    from indexcalc.analysis.flows.flows import flows
    from indexcalc.analysis.near.nearest import nearest
    from indexcalc.analysis.questions import explain, pro_forma, review, validate
    from indexcalc.analysis.segments.compare import compare
    from indexcalc.analysis.segments.segments import segments
    from indexcalc.analysis.stress.stress import stress
    from indexcalc.analysis.sweep.points import percent_range
    from indexcalc.analysis.sweep.simulate_caps import CapSweep, simulate_caps
    from indexcalc.calculation.compute import compute
    from indexcalc.calculation.run.run import Run
    from indexcalc.diagnostics import (
        DataError,
        Diagnostic,
        FindingsWarning,
        ImportRefused,
        IndexcalcError,
        RuleError,
        RunError,
        UsageError,
    )
    from indexcalc.live.live import Live
    from indexcalc.market.market import Market
    from indexcalc.methodology.model.methodology import Methodology
    from indexcalc.report.verify import verify
    from indexcalc.weighting.apply_caps import apply_caps

_HOME = {
    "explain": "indexcalc.analysis.questions",
    "pro_forma": "indexcalc.analysis.questions",
    "compare": "indexcalc.analysis.segments.compare",
    "segments": "indexcalc.analysis.segments.segments",
    "attribute": "indexcalc.analysis.attribution.attribute",
    "flows": "indexcalc.analysis.flows.flows",
    "stress": "indexcalc.analysis.stress.stress",
    "nearest": "indexcalc.analysis.near.nearest",
    "CapSweep": "indexcalc.analysis.sweep.simulate_caps",
    "simulate_caps": "indexcalc.analysis.sweep.simulate_caps",
    "percent_range": "indexcalc.analysis.sweep.points",
    "Market": "indexcalc.market.market",
    "Methodology": "indexcalc.methodology.model.methodology",
    "apply_caps": "indexcalc.weighting.apply_caps",
    "Run": "indexcalc.calculation.run.run",
    "Live": "indexcalc.live.live",
    "compute": "indexcalc.calculation.compute",
    "verify": "indexcalc.report.verify",
    "Diagnostic": "indexcalc.diagnostics",
    "FindingsWarning": "indexcalc.diagnostics",
    "review": "indexcalc.analysis.questions",
    "validate": "indexcalc.analysis.questions",
    "IndexcalcError": "indexcalc.diagnostics",
    "RuleError": "indexcalc.diagnostics",
    "DataError": "indexcalc.diagnostics",
    "RunError": "indexcalc.diagnostics",
    "UsageError": "indexcalc.diagnostics",
    "ImportRefused": "indexcalc.diagnostics",
}

__all__ = [
    "CapSweep",
    "DataError",
    "Diagnostic",
    "FindingsWarning",
    "ImportRefused",
    "IndexcalcError",
    "Live",
    "Market",
    "Methodology",
    "RuleError",
    "Run",
    "RunError",
    "UsageError",
    "apply_caps",
    "attribute",
    "compare",
    "compute",
    "explain",
    "flows",
    "nearest",
    "percent_range",
    "pro_forma",
    "review",
    "segments",
    "simulate_caps",
    "stress",
    "validate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'indexcalc' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """The package itself.  ``review`` is a public function and a folder of modules; importing the folder
    must not hide the function."""

    @property
    def review(self) -> Any:
        """``indexcalc.analysis.questions.review``."""
        return __getattr__("review")

    @review.setter
    def review(self, folder: ModuleType) -> None:
        """The import system hangs a folder on its package; it is found in ``sys.modules`` all the same."""


sys.modules[__name__].__class__ = _Package
