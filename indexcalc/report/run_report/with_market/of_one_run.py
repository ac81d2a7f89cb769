"""Everything the market of a run adds to its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.analysis.attribution.attribute import Attribution, attribute
from indexcalc.analysis.attribution.dividends import Series
from indexcalc.analysis.flows.baskets import Baskets
from indexcalc.analysis.flows.flows import Flows
from indexcalc.arrays import Days, Floats
from indexcalc.calculation.stored_run import TABLES, StoredRun
from indexcalc.diagnostics import RunError
from indexcalc.market.market import Market
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.sections import top
from indexcalc.report.run_report.with_market import splits
from indexcalc.report.run_report.with_market.tracker_flows import tracker_flows
from indexcalc.report.run_report.with_market.would_change import WouldChange, would_change


class Depth(Struct, frozen=True):
    """``days``, ``largest``, ``five`` and ``effective`` (n,) by session; splits, ``moved`` and ``flows``
    are None where there are none (an overlay holds no lines, or no assets are known)."""

    sectors: splits.Split | None = None
    sizes: splits.Split | None = None
    days: Days = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    largest: Floats = field(default_factory=lambda: np.zeros(0))
    five: Floats = field(default_factory=lambda: np.zeros(0))
    effective: Floats = field(default_factory=lambda: np.zeros(0))
    moved: Attribution | None = None
    change: WouldChange = field(default_factory=WouldChange)
    flows: Flows | None = None


def depth(
    run: RunFolder, market: Market, names: Sequence[str | None], aum: Mapping[str, float]
) -> Depth:
    """What a run held, session by session, and its last review, asked again over its market.

    ``names``: of the lines (n_lines,), as the page calls them.  ``aum``: assets that follow indices, in
    their currency (key '': every index); else those of the table ``tracked_assets``.
    RunError (RUN004): the market is not the one the run was made from; (RUN003): the run cannot be
    computed again.
    """
    if run.manifest.get("market", {}).get("tables") != market.content_hashes():
        raise RunError.of(
            "RUN004",
            "the run was made from other data than this market's",
            path=run.path,
            hint="name the market it was computed from, or leave --market out for a page without "
            "attribution, sectors and what would change a list",
        )
    tables = {name: getattr(run, name) for name in TABLES}
    stored = StoredRun(run.manifest, tables, market)
    again = stored.run
    if again.holdings is None:
        return Depth()
    held = Baskets(again)
    days, largest, five, effective = splits.concentration(held.rows)
    moved = None
    if again.levels.num_rows > 1:  # one session has no return
        series: Series = "tr" if "level_tr" in run.series else "pr"
        moved = attribute(again, series=series, held=held)
    return Depth(
        sectors=splits.by_sector(run.constituents, market),
        sizes=splits.by_size(run.constituents, market),
        days=days,
        largest=largest,
        five=five,
        effective=effective,
        moved=moved,
        change=would_change(stored, names, [row.symbol for row in top(run)]),
        flows=tracker_flows(stored.rule, again, aum),
    )
