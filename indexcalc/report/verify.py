"""Judges a written folder: a run of ``compute`` or a sweep of ``simulate``, recomputed and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from indexcalc.analysis.sweep.points import Limit, Point, limit_of
from indexcalc.analysis.sweep.simulate_caps import TABLES, CapSweep, sweep_points
from indexcalc.calculation import verify as runs
from indexcalc.calculation.plan import Request, ancestors
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.stored_manifest import is_sweep
from indexcalc.calculation.verify import Verdict
from indexcalc.market.market import Market
from indexcalc.market.places.file_safety import open_regular
from indexcalc.market.places.place import Place, located
from indexcalc.report.sweep_pictures import PICTURES, sweep_pictures

_OTHER_TABLES = tuple(name for name in runs.TABLES if name not in TABLES)


def verify(folder: str | Place, market: Market | str | Place) -> Verdict:
    """Recompute what is in ``folder`` over ``market`` (or its folder); compare every number, picture and
    statement.

    Rules, options and limits are those kept in the manifest.  RunError (RUN003): no run there, a file of
    it is missing or damaged, or what it says cannot be computed; DataError: the market cannot carry it.
    """
    folder, market = located(folder), Market.of(market)
    stored = run_files.read_manifest(folder)
    if stored is None or not is_sweep(stored):
        return runs.verify_run(folder, market)
    with runs.computable(folder), runs.kept_family(stored) as family:
        sweep = _simulated_again(stored, market, family)
        index = stored["index"]
        related = [family[name] for name in ancestors(family[index], family)]
    tables = {name: getattr(sweep, name) for name in TABLES} | dict.fromkeys(_OTHER_TABLES)
    names = runs.names_of(related, stored)
    verdict = runs.compared(folder, stored, sweep.manifest, names, tables)
    # Pictures are drawn from the figures: where those are others, so are they.
    strange = _pictures_differ(folder, sweep) if verdict.bits else []
    return replace(verdict, untrue=(*verdict.untrue, *strange))


def _simulated_again(stored: Mapping[str, Any], market: Market, family: Any) -> CapSweep:
    options = stored["options"]
    request = Request(
        runs.stored_date(options["start"]),
        runs.stored_date(options["end"]),
        assume=dict(options["assume"]),
        known=runs.stored_date(options["known"]),
        keep_weights=False,
    )
    points = [
        Point(label, tuple(map(_limit, options["per"], limits)))
        for label, limits in zip(options["caps"], options["limits"], strict=True)
    ]
    full = options["tables"] == "all"
    return sweep_points(family, market, request, points, options["vary"], full=full)


def _limit(per: str, text: str) -> Limit:
    return Limit(per, limit_of(text, "limits"))


def _pictures_differ(folder: Place, sweep: CapSweep) -> list[str]:
    """Pictures that are not those of the tables."""
    drawn = sweep_pictures(sweep)
    wrong = []
    for name in PICTURES:
        try:
            with open_regular(folder / name) as stream:
                text = stream.read()
        except (OSError, ValueError):
            text = None
        expected = drawn[name].encode("utf-8") if name in drawn else None
        if text != expected:
            wrong.append(f"{name} is not the picture of these figures")
    return wrong
